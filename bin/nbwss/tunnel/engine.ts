/** The tunnel's HTTP side: takes a client's request, has it answered, says so in a line. */
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, problem, problemCode } from './answer.ts';
import { announcesTooMuch, bodyOf, bodyTooLarge } from './body.ts';
import { groupPath } from './call.ts';
import { answerCall, type CourseContext } from './course.ts';
import { requestHeaders } from './headers.ts';
import { refusalOf } from './hosts.ts';
import { ledBack, linksLedBack } from './links.ts';
import { Lookout } from './lookout.ts';
import { logLine, plain } from './plain.ts';
import { pathOf, readTarget, type Target } from './request-path.ts';

export interface EngineContext extends Omit<CourseContext, 'lookoutOf'> {
  /** Under which names the API makes its links; without a slash at the end. */
  readonly apiNames: readonly string[];
  /** By which the tunnel may be called; in lower case. */
  readonly names: ReadonlySet<string>;
  /** PEM that clients have to trust; undefined without TLS. */
  readonly caCertificate: string | undefined;
  /** How many calls may be under way, those that wait included. */
  readonly mostCalls: number;
  readonly print: (line: string) => void;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** The node parser keeps the first of two and says nothing; the API refuses such a call, and so does the tunnel. */
const SINGLE = ['authorization', 'content-type'] as const;

/** Ends when the client's connection does: nobody would get the answer. */
const leaving = new WeakMap<Socket, AbortSignal>();
const signalOf = ({ socket }: IncomingMessage): AbortSignal => {
  const known = leaving.get(socket);
  if (known) return known;
  const controller = new AbortController();
  // A client may send several requests without waiting for answers.
  setMaxListeners(0, controller.signal);
  socket.once('close', () => controller.abort());
  if (socket.destroyed) controller.abort();
  leaving.set(socket, controller.signal);
  return controller.signal;
};

export class Engine {
  readonly #context: EngineContext & CourseContext;
  readonly #lookouts = new Map<string, Lookout>();
  #calls = 0;
  #order = 0;

  constructor(context: EngineContext) {
    this.#context = { ...context, lookoutOf: (groupId) => this.#lookoutOf(groupId) };
  }

  #lookoutOf(groupId: string): Lookout {
    const lookout = this.#lookouts.get(groupId) ?? new Lookout();
    this.#lookouts.set(groupId, lookout);
    return lookout;
  }

  /**
   * Answers the requests of one group.
   * @param here the address for a client that does not say by which it came
   */
  listener(groupId: string, here: () => string): RequestListener {
    return (request, response) => void this.#serve(groupId, here(), request, response);
  }

  /** Never rejects. */
  async #serve(groupId: string, here: string, request: IncomingMessage, response: ServerResponse) {
    const { now, print } = this.#context;
    const signal = signalOf(request);
    const start = now();
    const target = readTarget(request.url ?? '/');
    const method = request.method ?? 'GET';
    let answer: Answer | undefined;
    this.#calls += 1;
    try {
      answer = await this.#answer(groupId, here, request, response, target, signal);
    } catch (error) {
      if (!signal.aborted) {
        print(plain(`${(error as Error).message}`));
        answer = problem(500, 'internal-error', 'Something failed in the tunnel.');
      }
    } finally {
      this.#calls -= 1;
    }
    const bytes = answer && !signal.aborted ? send(response, method, answer) : 0;
    const done = answer && !signal.aborted && { status: answer.status, code: problemCode(answer), bytes };
    const path = target ? pathOf(target.uri) : pathOf(request.url ?? '/');
    print(
      logLine(new Date(now()), {
        groupId,
        method,
        path,
        ms: now() - start,
        ...(done ? { answer: done } : {}),
      }),
    );
  }

  async #answer(
    groupId: string,
    here: string,
    request: IncomingMessage,
    response: ServerResponse,
    target: Target | undefined,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { headers, method = 'GET' } = request;
    const { names, apiNames, caCertificate } = this.#context;
    const host = target?.authority ?? headers.host;
    const fetchSite = headers['sec-fetch-site'] as string | undefined;
    const refusal =
      refusalOf({ host, origin: headers.origin, fetchSite }, names) ?? this.#refusalOf(request, target);
    if (refusal || !target) return refusal ?? notHere();
    const { uri } = target;
    // Clients take their trust from there, and it is this listener that they have to trust.
    if (caCertificate && method === 'GET' && uri === '/netbackup/security/cacert')
      return caCertificateAnswer(caCertificate);
    // Who waits with its body until it is asked for is asked for no body that would be refused.
    if (headers.expect !== undefined) response.writeContinue();
    const body = await bodyOf(request);
    if (!body) return bodyTooLarge();
    const scheme = caCertificate === undefined ? 'http' : 'https';
    const back = host === undefined ? here : `${scheme}://${host}`;
    this.#order += 1;
    const call = {
      groupId,
      method,
      uri,
      headers: requestHeaders(headers),
      body,
      order: this.#order,
      here: back,
    };
    const answer = await answerCall(this.#context, call, signal);
    const from = apiNames.map((name) => `${name}${groupPath(groupId)}`);
    return withLinks(answer, { from, to: back });
  }

  #refusalOf(request: IncomingMessage, target: Target | undefined): Answer | undefined {
    if (!target) return notHere();
    const { method = 'GET', headersDistinct } = request;
    if (!METHODS.includes(method)) {
      const allow = METHODS.join(', ');
      return problem(405, 'method-not-allowed', `NetBackup's API knows no ${method}.`, { allow });
    }
    const twice = SINGLE.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
    if (twice) return problem(400, 'header-not-allowed', `The header ${twice} is given twice.`);
    if (announcesTooMuch(request)) return bodyTooLarge();
    if (this.#calls > this.#context.mostCalls) {
      const detail = `As many calls are under way through this tunnel as may (${this.#context.mostCalls}). Nothing was sent; try again.`;
      return problem(503, 'too-many-calls', detail, { 'retry-after': '5' });
    }
    return undefined;
  }
}

const notHere = (): Answer => problem(404, 'not-found', "Only NetBackup's API is here: /netbackup/…");

const caCertificateAnswer = (pem: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/vnd.netbackup+json;version=1.0' },
  body: Buffer.from(JSON.stringify({ cacert: [pem], webRootCert: pem })),
});

const withLinks = (answer: Answer, bases: Parameters<typeof linksLedBack>[1]): Answer => {
  const { headers, body } = answer;
  const { location } = headers;
  // What does not say what it is may be JSON; it came as text, in a JSON string.
  const mayBeJson = /\bjson\b/i.test(headers['content-type'] ?? 'json');
  return {
    ...answer,
    headers: { ...headers, ...(location === undefined ? {} : { location: ledBack(location, bases) }) },
    body: mayBeJson ? Buffer.from(linksLedBack(body.toString(), bases)) : body,
  };
};

/** Writes the answer. How many bytes of body that took. */
const send = (response: ServerResponse, method: string, answer: Answer): number => {
  const { status, headers, body } = answer;
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  try {
    // Whoever speaks HTTP/1.0 needs the length, too: no answer goes out in chunks.
    response.writeHead(status, { ...headers, ...(hasBody ? { 'content-length': body.length } : {}) });
  } catch {
    // A header that HTTP cannot carry.
    response.writeHead(502, { 'content-length': 0 });
    response.end();
    return 0;
  }
  response.end(hasBody ? body : undefined);
  return hasBody ? body.length : 0;
};
