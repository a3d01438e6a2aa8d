/** One request to the deployment's HTTP API. */
import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { HttpProblem } from '../../../lambdas/platform/errors.ts';
import { type Answer, problemAnswer } from './answer.ts';

export interface ApiRequest {
  readonly method: string;
  /** Below the API's base URL. Sent as it is: the URL class would normalize dots and escapes. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Rejects only for the signal. A connection error becomes a problem. */
export type CallApi = (request: ApiRequest, signal: AbortSignal) => Promise<Answer>;

/** More than the parallel calls, including those that poll commands. */
const MAX_SOCKETS = 128;
/** A call on a connection that the API has closed would fail, and not every call may be repeated. */
const IDLE_MS = 2_000;
/** API Gateway answers within 30 s. */
const SILENT_MS = 120_000;

const unreachable = (wasConnected: boolean, error: Error & { code?: string }): Answer => {
  const why = error.message || error.code || 'no reason was given';
  const [code, detail] = wasConnected
    ? ['api-connection-lost', 'The connection to the API was lost; the call may have run']
    : ['api-not-reachable', 'The API cannot be reached; the call was not sent'];
  return problemAnswer(new HttpProblem(502, code, `${detail}: ${why}.`));
};

/** Hop-by-hop headers (RFC 9110, 7.6.1), and those that the tunnel's server sets itself. */
const DROPPED =
  /^(alt-svc|connection|content-length|date|keep-alive|proxy-.*|server|strict-transport-security|trailer|transfer-encoding|upgrade)$/;

/** The response headers for the client. */
const answerHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !DROPPED.test(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

/** A client of the API at `apiUrl` with persistent connections; `close` ends them. */
export const createApi = (apiUrl: string): { readonly callApi: CallApi; close(): void } => {
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
