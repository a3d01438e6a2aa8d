/** HTTP requests that are sent as written: `fetch` would join repeated headers and change paths. */
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { trusting } from '../../../netbackup/wire/trust.ts';

export interface RequestOptions {
  /** A list sends the header once for each value. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** With a body the method is POST. */
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Rejects when the connection fails, or without a response after `timeoutMs`. */
export async function rawRequest(
  baseUrl: string,
  path: string,
  { headers = {}, body }: RequestOptions,
  trusted: readonly string[],
  timeoutMs: number,
): Promise<Answered> {
  const { protocol, hostname, port } = new URL(baseUrl);
  const isPlain = protocol === 'http:';
  const options: https.RequestOptions = {
    hostname,
    port,
    path,
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers },
    signal: AbortSignal.timeout(timeoutMs),
    agent: false,
    ...(isPlain ? {} : trusting(trusted)),
  };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = isPlain ? http.request(options, resolve) : https.request(options, resolve);
    request.on('error', reject).end(body);
  });
  const { statusCode: status = 0, headers: answered } = response;
  return { status, contentType: answered['content-type'] ?? 'none', body: await text(response) };
}
