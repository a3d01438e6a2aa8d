import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { decodeText } from './decode-text.ts';
import { type Finding, finding, type SourceKind } from './finding.ts';

/** Details are five short fields: a larger file is something else. */
const MAX_BYTES = 64 * 1024;

/** The details as text; without text, `findings` holds the reason. */
export interface Source {
  readonly kind: SourceKind;
  readonly text?: string;
  readonly findings: readonly Finding[];
}

export interface SourceOptions {
  /** PEM certificates to trust; the system's own when there are none. */
  readonly trusted: readonly string[];
  /** The timeout, and the duration from which a response counts as slow; milliseconds. */
  readonly timeoutMs: number;
  readonly slowMs: number;
}

/** Reads details from a file, or from a URL as NetBackup does: an HTTPS GET without credentials (EPT-2). Never throws. */
export async function readSource(fileOrUrl: string, options: SourceOptions): Promise<Source> {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(fileOrUrl) ? readUrl(fileOrUrl, options) : readPath(fileOrUrl);
}

async function readPath(path: string): Promise<Source> {
  const kind = 'file';
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_BYTES) return { kind, findings: [tooLarge(bytes.length)] };
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
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await get(url, trusted, signal);
    const refused = refusalOf(response);
    if (refused) {
      response.destroy();
      return { kind, findings: [refused] };
    }
    const bytes = await collect(response);
    if (bytes === undefined) return { kind, findings: [tooLarge(MAX_BYTES)] };
    const took = performance.now() - begun;
    const { text, findings } = decodeText(bytes);
    const slow = took > slowMs ? [finding('source-url-slow', { seconds: Math.round(took / 1000) })] : [];
    return { kind, text, findings: [...slow, ...findings] };
  } catch (error) {
    return { kind, findings: [signal.aborted ? timedOut(timeoutMs) : failure(error as Error)] };
  }
}

function get(url: string, trusted: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const ca = trusted.length > 0 ? { ca: [...trusted] } : {};
    request(url, { ...ca, agent: false, signal }, resolve)
      .on('error', reject)
      .end();
  });
}

function refusalOf({ statusCode = 0, headers }: IncomingMessage): Finding | undefined {
  if (statusCode === 200) return undefined;
  const location = headers.location ?? '';
  return statusCode >= 300 && statusCode < 400
    ? finding('source-url-redirect', { status: statusCode, location })
    : finding('source-url-status', { status: statusCode });
}

/** Undefined when the response is larger than details can be. */
async function collect(response: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (bytes: number): Finding =>
  finding('source-too-large', { kilobytes: Math.ceil(bytes / 1024) });

const timedOut = (timeoutMs: number): Finding =>
  finding('source-url-timeout', { seconds: Math.round(timeoutMs / 1000) });

function failure(error: NodeJS.ErrnoException): Finding {
  const { code = '', message } = error;
  const reason = code || message;
  return /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|^ERR_TLS|^ERR_SSL|EPROTO/.test(code)
    ? finding('source-url-certificate', { reason })
    : finding('source-url-unreachable', { reason });
}
