/** The body of an answer that is more than one answer of the API can carry: read where the API says, and passed on as it arrives. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { HttpProblem } from '../../../lambdas/platform/errors.ts';

export interface Source {
  /** Of S3, with a signature in its query. */
  readonly url: string;
  readonly bytes: number;
}

/** S3 sends something all the time, or the connection is lost. */
const SILENT_MS = 60_000;

const notReadable = (why: string) =>
  new HttpProblem(502, 'answer-not-readable', `The answer is stored, but cannot be read: ${why}.`);

/**
 * Begins to read. No header of the client's request is sent: neither our key nor NetBackup's credential is for S3, which refuses a
 * request with two of them.
 * @throws HttpProblem 502; the signal's reason on abort
 */
export const openSource = ({ url, bytes }: Source, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(signal.aborted ? signal.reason : notReadable(error.message));
    const { request } = url.startsWith('https:') ? https : http;
    const call = request(url, { signal, timeout: SILENT_MS, headers: { 'accept-encoding': 'identity' } });
    call.once('timeout', () => call.destroy(new Error(`nothing arrived for ${SILENT_MS / 1000} s`)));
    call.once('error', failed);
    call.once('response', (answer) => {
      const length = Number(answer.headers['content-length']);
      if (answer.statusCode === 200 && length === bytes) return resolve(answer);
      answer.destroy();
      failed(new Error(answer.statusCode === 200 ? `it has ${length} bytes` : `status ${answer.statusCode}`));
    });
    call.end();
  });

/** Sends the body, no faster than the client reads it. Never rejects: an incomplete body ends with the client's connection. */
export const pipeBody = (body: IncomingMessage, response: ServerResponse): Promise<void> =>
  pipeline(body, response).catch(() => {});
