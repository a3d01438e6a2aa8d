import type { IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { trusting } from '../../wire/trust.ts';
import type { RestAnswer, RestBackend, RestRequest } from './types.ts';

/** A response can take minutes (CMD-4). */
const TIMEOUT_MS = 10 * 60_000;

/** Forwards commands to a real primary, `https://primary:1556`, as NBWSS does: it adds host and port (CMD-2). */
export class TargetBackend implements RestBackend {
  readonly #base: URL;
  readonly #trusted: readonly string[];

  /** Throws a TypeError unless `base` is `https://host[:port]`. */
  constructor(base: string, trusted: readonly string[] = []) {
    if (!/^https:\/\/[^/]+\/?$/.test(base)) throw new TypeError(`${base} is not https://host[:port]`);
    this.#base = new URL(base);
    this.#trusted = trusted;
  }

  /** Rejects without a connection, or without a response within ten minutes. */
  call({ method, uri, headers, body }: RestRequest): Promise<RestAnswer> {
    return new Promise((resolve, reject) => {
      const call = httpsRequest(
        {
          host: this.#base.hostname,
          port: this.#base.port || 443,
          path: uri,
          method,
          headers: { ...headers, ...(body && { 'Content-Length': Buffer.byteLength(body) }) },
          agent: false,
          timeout: TIMEOUT_MS,
          ...trusting(this.#trusted),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 502, headers: flatten(response.headers), body: text });
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error('no response within ten minutes')));
      call.on('error', reject);
      call.end(body);
    });
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(pairs);
}
