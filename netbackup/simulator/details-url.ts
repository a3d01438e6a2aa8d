import { request } from 'node:https';
import {
  DetailsError,
  type EndpointDetails,
  parseDetails,
  readDetailsFile,
} from '../wire/endpoint-details.ts';

/** Details are five short fields: a larger response is something else. */
const MAX_BYTES = 64 * 1024;
const TIMEOUT_MS = 15_000;

export interface DetailsUrlOptions {
  /** PEM certificates to trust; if empty, the system's. */
  readonly trusted?: readonly string[];
  readonly timeoutMs?: number;
}

/** Reads details from a file, or from a URL as NetBackup does: an HTTPS GET without credentials (EPT-2). */
export function readDetails(fileOrUrl: string, options: DetailsUrlOptions = {}): Promise<EndpointDetails> {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(fileOrUrl)
    ? readDetailsUrl(fileOrUrl, options)
    : readDetailsFile(fileOrUrl);
}

/** Reads details from an `https://` URL. Throws {@link DetailsError} (ERR-4, ERR-5, ERR-6). */
export async function readDetailsUrl(url: string, options: DetailsUrlOptions = {}): Promise<EndpointDetails> {
  if (!URL.canParse(url)) throw new DetailsError('ERR-4', `Malformed URL: ${url}`);
  const { protocol, origin } = new URL(url);
  if (protocol !== 'https:')
    throw new DetailsError('ERR-4', `invalid command parameter: ${origin} is not https://`);
  const text = await get(url, options);
  try {
    return parseDetails(text);
  } catch (error) {
    if (!(error instanceof DetailsError)) throw error;
    if (error.errId === 'ERR-2') throw error;
    throw new DetailsError('ERR-6', `cannot parse JSON contents of ${origin}: ${error.message}`);
  }
}

function get(url: string, { trusted = [], timeoutMs = TIMEOUT_MS }: DetailsUrlOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (errId: string, message: string): void => {
      reject(new DetailsError(errId, message));
      call.destroy();
    };
    const tls = trusted.length > 0 ? { ca: [...trusted] } : {};
    const call = request(
      url,
      { ...tls, agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        const { statusCode } = response;
        if (statusCode !== 200) {
          fail(
            'ERR-6',
            `InvalidPacketException: the URL returned status ${statusCode} instead of the details`,
          );
          return;
        }
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_BYTES)
            fail('ERR-6', 'InvalidPacketException: the response is larger than 64 KB');
        });
        response.on('end', () => resolve(text));
        response.on('error', (error) => fail('ERR-5', openFailed(error)));
      },
    );
    call.on('error', (error) => fail('ERR-5', openFailed(error)));
    call.end();
  });
}

function openFailed(error: Error): string {
  return `Failed to open connection to the remote object referred to by the URL: ${error.message}`;
}
