/** Handles the HTTP requests of the tunnel's clients. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem } from '../../../lambdas/platform/errors.ts';
import { NBWSS_PACKET_BYTES } from '../../../lambdas/protocol/limits.ts';
import { isMethod, METHODS } from '../../../lambdas/protocol/methods.ts';
import { caCertificateResponse } from '../../../lambdas/proxy/response.ts';
import { urlHost } from '../../../local/host-names.ts';
import { originOf } from '../../../local/origin.ts';
import { discardBody, readBody } from '../../../local/request-body.ts';
import { printable } from '../../../netbackup/terminal.ts';
import { checkOrigin } from './access.ts';
import {
  type Answer,
  answerThroughTunnel,
  fromProxy,
  lengthOf,
  problemAnswer,
  problemCode,
} from './answer.ts';
import { answerCall, type ExchangeContext } from './exchange.ts';
import { openSource, pipeBody } from './location.ts';
import { Probe } from './queue.ts';
import { groupPath, pathOf, uriIn } from './request.ts';

export interface HandlerContext extends ExchangeContext {
  /** Base URLs of the API's links, without a trailing slash. */
  readonly apiUrls: readonly string[];
  /** Host names of the tunnel, in lower case. */
  readonly names: ReadonlySet<string>;
  /** PEM; undefined without TLS. */
  readonly caCertificate: string | undefined;
  /** The maximum of calls, including those in the queue. */
  readonly maxCalls: number;
  readonly print: (line: string) => void;
}

/** CMD-5. The API refuses what exceeds API Gateway's smaller limit. */
export const MAX_BODY_BYTES = NBWSS_PACKET_BYTES;

const bodyTooLarge = () => {
  const detail = `NetBackup accepts at most ${MAX_BODY_BYTES} bytes in one message. Send a smaller body.`;
  return new HttpProblem(413, 'command-too-large', detail);
};

/** @throws HttpProblem 413 */
const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body) return body;
  discardBody(request);
  throw bodyTooLarge();
};

const sizeOf = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KB`);

export interface LogEntry {
  readonly groupId: string;
  readonly method: string;
  /** The path without the query, which may contain secrets. */
  readonly path: string;
  /** Undefined when the client disconnected before the answer. */
  readonly answer?: Answer | undefined;
  readonly ms: number;
}

/** One log line for a call. The problem code marks answers that are not from NetBackup. */
export const logLine = (now: Date, { groupId, method, path, answer, ms }: LogEntry): string => {
  const code = answer && problemCode(answer);
  const size = sizeOf(method === 'HEAD' || !answer ? 0 : lengthOf(answer));
  const outcome = answer
    ? `${answer.status} ${code === undefined ? '' : `${code} (nbwss) `}${size}`
    : 'client disconnected';
  return printable(`${now.toTimeString().slice(0, 8)} ${groupId} ${method} ${path} ${outcome} ${ms} ms`);
};

const send = async (
  response: ServerResponse,
  method: string,
  answer: Answer,
  opened: IncomingMessage | undefined,
): Promise<void> => {
  const { status, headers, body } = answer;
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  try {
    // HTTP/1.0 clients do not support chunks, so every answer has its length.
    response.writeHead(status, { ...headers, ...(hasBody ? { 'content-length': lengthOf(answer) } : {}) });
    if (opened) await pipeBody(opened, response);
    else response.end(hasBody ? body : undefined);
  } catch {
    // A header is not valid in HTTP.
    opened?.destroy();
    response.writeHead(502, { 'content-length': 0 }).end();
  }
};

/** The `host:port` of the socket, for clients without a Host header. */
const addressOf = ({ localAddress = '', localPort }: Socket): string =>
  `${urlHost(localAddress.replace(/^::ffff:/, ''))}:${localPort}`;

/** Returns a function that creates the request handler of a group. */
export const createHandlers = (context: HandlerContext): ((groupId: string) => RequestListener) => {
  const { names, apiUrls, caCertificate, maxCalls, now, print } = context;
  const probes = new Map<string, Probe>();
  let calls = 0;

  const answer = async (
    groupId: string,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const { headers, headersDistinct, method = 'GET' } = request;
    const from = originOf(request);
    const { host } = from;
    checkOrigin(from, names);
    const uri = uriIn(request.url ?? '/');
    if (uri === undefined)
      throw new HttpProblem(404, 'not-found', "No route matches. NetBackup's API is at /netbackup/…");
    if (!isMethod(method)) {
      const allow = METHODS.join(', ');
      throw new HttpProblem(405, 'method-not-allowed', `NetBackup's API does not support ${method}.`, {
        allow,
      });
    }
    if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
      discardBody(request);
      throw bodyTooLarge();
    }
    if (calls > maxCalls) {
      const detail = `The limit of concurrent calls (${maxCalls}) is reached. The call was not sent; try again.`;
      throw new HttpProblem(503, 'too-many-calls', detail, { 'retry-after': '5' });
    }
    // Clients install the certificate that they get here; they need the tunnel's.
    if (caCertificate && method === 'GET' && uri === '/netbackup/security/cacert')
      return fromProxy(caCertificateResponse(caCertificate));
    // Expect: 100-continue is answered after the checks above.
    if (headers.expect !== undefined) response.writeContinue();
    const body = await bodyOf(request);
    const scheme = caCertificate === undefined ? 'http' : 'https';
    const tunnelUrl = `${scheme}://${host ?? addressOf(request.socket)}`;
    const joined = Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]);
    const call = { groupId, method, uri, headers: Object.fromEntries(joined), body, tunnelUrl };
    const probe = probes.get(groupId) ?? new Probe();
    probes.set(groupId, probe);
    const answered = await answerCall(context, call, probe, signal);
    const api = apiUrls.map((apiUrl) => `${apiUrl}${groupPath(groupId)}`);
    return answerThroughTunnel(answered, { api, tunnel: tunnelUrl });
  };

  const refusalOf = (error: unknown): Answer => {
    if (error instanceof HttpProblem) return problemAnswer(error);
    print(printable((error as Error).message));
    return problemAnswer(new HttpProblem(500, 'internal-error', 'An internal error occurred in the tunnel.'));
  };

  /** Never rejects. */
  const handle = async (groupId: string, request: IncomingMessage, response: ServerResponse) => {
    const start = now();
    const { method = 'GET', socket } = request;
    // Abort when the client disconnects. A socket may have many pipelined requests, so there is no listener limit.
    const aborter = new AbortController();
    const abort = () => aborter.abort();
    socket.setMaxListeners(0).once('close', abort);
    if (socket.destroyed) abort();
    calls += 1;
    const { signal } = aborter;
    const refused = (error: unknown) => (signal.aborted ? undefined : refusalOf(error));
    let answered = await answer(groupId, request, response, signal).catch(refused);
    let opened: IncomingMessage | undefined;
    try {
      if (answered?.source) opened = await openSource(answered.source, signal);
    } catch (error) {
      answered = refused(error);
    }
    const sent = signal.aborted ? undefined : answered;
    if (sent) await send(response, method, sent, opened);
    calls -= 1;
    socket.off('close', abort);
    const path = pathOf(request.url ?? '/');
    print(logLine(new Date(now()), { groupId, method, path, answer: sent, ms: now() - start }));
  };

  return (groupId) => (request, response) => void handle(groupId, request, response);
};
