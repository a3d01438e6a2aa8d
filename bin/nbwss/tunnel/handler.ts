/** The tunnel's HTTP side: takes a client's request, has it answered, and logs it. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from '../../../lambdas/platform/errors.ts';
import { NBWSS_PACKET_BYTES } from '../../../lambdas/protocol/limits.ts';
import { METHODS } from '../../../lambdas/proxy/request.ts';
import { caCertificateAnswer } from '../../../lambdas/proxy/response.ts';
import { printable } from '../printable.ts';
import { checkOrigin } from './access.ts';
import { type Answer, answerThroughTunnel, fromProxy, problemCode, refusal } from './answer.ts';
import { answerCall, type ExchangeContext } from './exchange.ts';
import { inUrl } from './options.ts';
import { Probe } from './queue.ts';
import { groupPath, pathOf, readTarget } from './request.ts';

export interface HandlerContext extends ExchangeContext {
  /** Under which names the API makes its links; without a slash at the end. */
  readonly apiUrls: readonly string[];
  /** By which the tunnel may be called; in lower case. */
  readonly names: ReadonlySet<string>;
  /** PEM that clients have to trust; undefined without TLS. */
  readonly caCertificate: string | undefined;
  /** How many calls may be under way, those that wait included. */
  readonly maxCalls: number;
  readonly print: (line: string) => void;
}

/** No COMMAND is larger, wherever it goes; the API refuses what its own gateway cannot carry. */
export const MAX_BODY_BYTES = NBWSS_PACKET_BYTES;

const bodyTooLarge = () => {
  const detail = `NetBackup takes at most ${MAX_BODY_BYTES} bytes in one message. Send a smaller body.`;
  return new Problem(413, 'command-too-large', detail);
};

/** All of it is read, also what is too large: who is still sending would see a reset instead of the answer. */
const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_BODY_BYTES) throw bodyTooLarge();
  return Buffer.concat(chunks);
};

const sizeOf = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KB`);

export interface LogEntry {
  readonly groupId: string;
  readonly method: string;
  /** Without its query, whose values are not for a terminal that somebody looks at. */
  readonly path: string;
  /** Absent when the client left before there was an answer. */
  readonly answer?: Answer | undefined;
  readonly ms: number;
}

/** One line for a call. A refusal of ours carries its code, so that nobody looks for it in NetBackup. */
export const logLine = (now: Date, { groupId, method, path, answer, ms }: LogEntry): string => {
  const code = answer && problemCode(answer);
  const size = sizeOf(method === 'HEAD' ? 0 : (answer?.body.length ?? 0));
  const outcome = answer
    ? `${answer.status} ${code === undefined ? '' : `${code} (nbwss) `}${size}`
    : 'client left';
  return printable(`${now.toTimeString().slice(0, 8)} ${groupId} ${method} ${path} ${outcome} ${ms} ms`);
};

const send = (response: ServerResponse, method: string, { status, headers, body }: Answer): void => {
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  try {
    // Whoever speaks HTTP/1.0 needs the length, too: no answer goes out in chunks.
    response.writeHead(status, { ...headers, ...(hasBody ? { 'content-length': body.length } : {}) });
    response.end(hasBody ? body : undefined);
  } catch {
    // A header that HTTP cannot carry.
    response.writeHead(502, { 'content-length': 0 }).end();
  }
};

/** `host:port` by which a client without a Host header came. */
const addressOf = ({ localAddress = '', localPort }: Socket): string =>
  `${inUrl(localAddress.replace(/^::ffff:/, ''))}:${localPort}`;

/** Makes the request handler of each group of one tunnel. */
export const handlersOf = (context: HandlerContext): ((groupId: string) => RequestListener) => {
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
    const { authority, uri } = readTarget(request.url ?? '/');
    const host = authority ?? headers.host;
    const fetchSite = headersDistinct['sec-fetch-site']?.[0];
    checkOrigin({ host, origin: headers.origin, fetchSite }, names);
    if (uri === undefined)
      throw new Problem(404, 'not-found', "Nothing answers but NetBackup's API: /netbackup/…");
    if (!METHODS.includes(method)) {
      const allow = METHODS.join(', ');
      throw new Problem(405, 'method-not-allowed', `NetBackup's API knows no ${method}.`, { allow });
    }
    if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw bodyTooLarge();
    if (calls > maxCalls) {
      const detail = `As many calls are under way through this tunnel as may (${maxCalls}). Nothing was sent; try again.`;
      throw new Problem(503, 'too-many-calls', detail, { 'retry-after': '5' });
    }
    // Clients take their trust from there, and it is this listener that they have to trust.
    if (caCertificate && method === 'GET' && uri === '/netbackup/security/cacert')
      return fromProxy(caCertificateAnswer(caCertificate));
    // Who waits with its body until it is asked for is asked for no body that would be refused.
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
    if (error instanceof Problem) return refusal(error);
    print(printable((error as Error).message));
    return refusal(new Problem(500, 'internal-error', 'Something failed in the tunnel.'));
  };

  /** Never rejects. */
  const handle = async (groupId: string, request: IncomingMessage, response: ServerResponse) => {
    const start = now();
    const { method = 'GET', socket } = request;
    // Nobody would get the answer. A client may send several requests without waiting for answers.
    const leaving = new AbortController();
    const leave = () => leaving.abort();
    socket.setMaxListeners(0).once('close', leave);
    if (socket.destroyed) leave();
    calls += 1;
    const answered = await answer(groupId, request, response, leaving.signal).catch((error) =>
      leaving.signal.aborted ? undefined : refusalOf(error),
    );
    calls -= 1;
    socket.off('close', leave);
    const sent = leaving.signal.aborted ? undefined : answered;
    if (sent) send(response, method, sent);
    const path = pathOf(request.url ?? '/');
    print(logLine(new Date(now()), { groupId, method, path, answer: sent, ms: now() - start }));
  };

  return (groupId) => (request, response) => void handle(groupId, request, response);
};
