import { readFile } from 'node:fs/promises';
import {
  type DetailsReply,
  type GetOptions,
  getDetails,
  isUrl,
  MAX_DETAILS_BYTES,
} from '../wire/get-details.ts';
import { addressOf } from './check-network.ts';
import { decodeText } from './decode-text.ts';
import { type Finding, finding, type SourceKind } from './finding.ts';

/** The details as text; without text, `findings` holds the reason. */
export interface Source {
  readonly kind: SourceKind;
  readonly text?: string;
  readonly findings: readonly Finding[];
}

export interface SourceOptions extends GetOptions {
  /** The duration from which a response counts as slow, in milliseconds. */
  readonly slowMs: number;
}

/** Reads details from a file, or from a URL as NetBackup does: an HTTPS GET without credentials (EPT-2). Never throws. */
export async function readSource(fileOrUrl: string, options: SourceOptions): Promise<Source> {
  return isUrl(fileOrUrl) ? readUrl(fileOrUrl, options) : readPath(fileOrUrl);
}

async function readPath(path: string): Promise<Source> {
  const kind = 'file';
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_DETAILS_BYTES) return { kind, findings: [tooLarge(bytes.length)] };
    return { kind, ...decodeText(bytes) };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const found =
      code === 'ENOENT' ? finding('file-missing', { path }) : finding('file-unreadable', { path, why: code });
    return { kind, findings: [found] };
  }
}

async function readUrl(url: string, { trusted, timeoutMs, slowMs }: SourceOptions): Promise<Source> {
  const kind = 'url';
  if (!URL.canParse(url)) return { kind, findings: [finding('source-url-malformed', {})] };
  const { protocol } = new URL(url);
  if (protocol !== 'https:') {
    return { kind, findings: [finding('source-url-scheme', { scheme: `${protocol}//` })] };
  }
  const begun = performance.now();
  const reply = await getDetails(url, { trusted, timeoutMs });
  if (reply.kind === 'failed') return { kind, findings: [failure(reply, new URL(url), timeoutMs)] };
  const { status, location, bytes } = reply;
  if (status >= 300 && status < 400) {
    return { kind, findings: [finding('source-url-redirect', { status, location })] };
  }
  if (status !== 200) return { kind, findings: [finding('source-url-status', { status })] };
  if (bytes === undefined) return { kind, findings: [tooLarge(MAX_DETAILS_BYTES)] };
  const took = performance.now() - begun;
  const { text, findings } = decodeText(bytes);
  const slow = took > slowMs ? [finding('source-url-slow', { seconds: Math.round(took / 1000) })] : [];
  return { kind, text, findings: [...slow, ...findings] };
}

const tooLarge = (bytes: number): Finding =>
  finding('source-too-large', { kilobytes: Math.ceil(bytes / 1024) });

function failure(
  { isConnected, isTimeout, error }: Extract<DetailsReply, { kind: 'failed' }>,
  url: URL,
  timeoutMs: number,
): Finding {
  const seconds = Math.round(timeoutMs / 1000);
  const reason = error.code || error.message;
  if (!isConnected) {
    const { host } = addressOf(url);
    return finding('source-url-unreachable', {
      host,
      reason: isTimeout ? `no answer within ${seconds} s` : reason,
    });
  }
  if (isTimeout) return finding('source-url-timeout', { seconds });
  return /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|^ERR_TLS|^ERR_SSL|EPROTO/.test(error.code ?? '')
    ? finding('source-url-certificate', { reason })
    : finding('source-url-broken', { reason });
}
