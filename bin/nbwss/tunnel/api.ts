/** One request to the deployment's HTTP API. */
import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { Problem } from '../../../lambdas/platform/errors.ts';
import { type Answer, refusal } from './answer.ts';

export interface ApiRequest {
  readonly method: string;
  /** Below the API's base, as it goes out: a URL made of it would have its dots and escapes normalised. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Never rejects but for the signal: what cannot be reached is a problem, too. */
export type CallApi = (request: ApiRequest, signal: AbortSignal) => Promise<Answer>;

/** More than the calls that are sent at a time, with those that follow a command. */
const MAX_SOCKETS = 128;
/** A connection that the API has closed meanwhile would cost a call that may not be repeated. */
const IDLE_MS = 2_000;
/** The API answers within 30 s, or its gateway does. */
const SILENT_MS = 120_000;

const unreachable = (wasConnected: boolean, error: Error & { code?: string }): Answer => {
  const why = error.message || error.code || 'no reason was given';
  const [code, detail] = wasConnected
    ? ['api-connection-lost', 'The connection to the API broke; the call may have run']
    : ['api-not-reachable', 'The API cannot be reached; nothing was sent'];
  return refusal(new Problem(502, code, `${detail}: ${why}.`));
};

/**
 * What belongs to one hop (RFC 9110, 7.6.1), and what the tunnel's server writes anew. A HEAD's length is the gateway's, of the
 * body that it has not got.
 */
const DROPPED =
  /^(alt-svc|connection|content-length|date|keep-alive|proxy-.*|server|strict-transport-security|trailer|transfer-encoding|upgrade)$/;

/** The API's headers that the client gets. */
const answerHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !DROPPED.test(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

/** Requests to the API at `apiUrl`, over connections that are kept, and a way to end those. */
export const apiAt = (apiUrl: string): { readonly callApi: CallApi; close(): void } => {
  const base = new URL(apiUrl);
  const isTls = base.protocol === 'https:';
  const { Agent, request } = isTls ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_MS });
  const { protocol, port } = base;
  const hostname = base.hostname.replace(/^\[|\]$/g, '');
  const prefix = base.pathname.replace(/\/$/, '');
  const callApi: CallApi = ({ method, path, headers, body }, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let wasConnected = false;
      const failed = (error: Error) => {
        if (signal.aborted) reject(signal.reason);
        else resolve(unreachable(wasConnected, error));
      };
      const length = body === undefined ? {} : { 'content-length': body.length };
      const call = request({
        ...{ protocol, hostname, port, agent, signal, method, path: `${prefix}${path}`, timeout: SILENT_MS },
        headers: { ...headers, 'accept-encoding': 'identity', ...length },
      });
      call.once('socket', (socket) => {
        wasConnected = call.reusedSocket;
        if (wasConnected) return;
        socket.once(isTls ? 'secureConnect' : 'connect', () => {
          wasConnected = true;
        });
      });
      call.once('response', async (response) => {
        const status = response.statusCode ?? 502;
        const answer = { status, headers: answerHeaders(response.headers) };
        await buffer(response).then((body) => resolve({ ...answer, body }), failed);
      });
      call.once('timeout', () => call.destroy(new Error('no answer for two minutes')));
      call.once('error', failed);
      call.end(body);
    });
  return { callApi, close: () => agent.destroy() };
};
