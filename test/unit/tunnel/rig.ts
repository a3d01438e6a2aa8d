/** The tunnel's request handler on a loopback port, in front of an API that does what a test says. */
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  request,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { apiAt } from '../../../bin/nbwss/tunnel/api.ts';
import { type HandlerContext, handlersOf } from '../../../bin/nbwss/tunnel/handler.ts';
import { RequestQueue } from '../../../bin/nbwss/tunnel/queue.ts';

export const API_KEY = 'nbk_23456789abcdefgh.0123456789012345678901234567890123456789012';

/** A request that the API got, and how to answer it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Resolves when the caller has gone without an answer. */
  readonly aborted: Promise<void>;
  answer(status: number, body?: unknown, headers?: Record<string, string>): void;
  /** Breaks the connection instead. */
  hangUp(): void;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies that they then assert on
  readonly json: any;
}

const listen = async (listener: RequestListener): Promise<{ server: Server; port: number }> => {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { server, port: (server.address() as AddressInfo).port };
};

const stop = (server: Server): Promise<void> => {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
};

/** What the proxy answers in NetBackup's name. */
export const fromNetBackup = { 'x-nbwss-command-id': 'C', 'content-type': 'application/json' };
export const refused = (code: string) => ({ code, detail: `${code} in words` });
export const asProblem = { 'content-type': 'application/problem+json' };

export class Rig {
  /** All that the API was asked, in order. */
  readonly asked: Asked[] = [];
  readonly lines: string[] = [];
  /** The pauses that the tunnel made, in ms; each is over at once, and moves the clock. */
  readonly pauses: number[] = [];
  now = Date.UTC(2026, 0, 1);
  port = 0;
  apiUrl = '';
  readonly queue: RequestQueue;
  /** Requests that have reached the tunnel, on all its connections. */
  #arrived = 0;
  /** What the API does; a test sets it. */
  onAsk: (asked: Asked) => void = (asked) => asked.answer(200, { ok: true }, fromNetBackup);
  /** What a pause waits for besides. */
  whilePausing: () => Promise<void> = async () => {};
  #servers: Server[] = [];
  #api: { close(): void } | undefined;
  readonly #stopping = new AbortController();
  readonly #watchers = new Set<() => void>();

  constructor() {
    this.queue = new RequestQueue(this.#pause, () => this.now, this.#stopping.signal);
  }

  readonly #pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.pauses.push(ms);
    this.now += ms;
    this.#changed();
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    signal.addEventListener('abort', end);
    await Promise.race([this.whilePausing(), ended]);
    signal.removeEventListener('abort', end);
    await new Promise((next) => setImmediate(next));
    signal.throwIfAborted();
  };

  static async start(options: Partial<HandlerContext> = {}): Promise<Rig> {
    const rig = new Rig();
    const api = await listen((incoming, outgoing) => void rig.#receive(incoming, outgoing));
    rig.apiUrl = `http://127.0.0.1:${api.port}`;
    const client = apiAt(rig.apiUrl);
    const handler = handlersOf({
      callApi: client.callApi,
      queue: rig.queue,
      credential: { apiKey: API_KEY, inject: false },
      pause: rig.#pause,
      now: () => rig.now,
      apiUrls: [rig.apiUrl, 'https://api.example.com'],
      names: new Set(['localhost', '127.0.0.1', '::1', 'primary.example.com']),
      caCertificate: undefined,
      maxCalls: 1_000,
      print: (line) => {
        rig.lines.push(line);
        rig.#changed();
      },
      ...options,
    })('demo');
    const tunnel = await listen(handler);
    tunnel.server.on('checkContinue', handler);
    tunnel.server.on('request', () => {
      rig.#arrived += 1;
      rig.#changed();
    });
    rig.port = tunnel.port;
    rig.#servers = [api.server, tunnel.server];
    rig.#api = client;
    return rig;
  }

  async #receive(...[incoming, outgoing]: Parameters<RequestListener>): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const asked: Asked = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
      aborted: new Promise((gone) => outgoing.once('close', () => outgoing.writableFinished || gone())),
      answer(status, body = '', headers = {}) {
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        outgoing.writeHead(status, headers).end(text);
      },
      hangUp: () => void incoming.socket.destroy(),
    };
    this.asked.push(asked);
    this.onAsk(asked);
    this.#changed();
  }

  /** How many requests have reached the tunnel. */
  calls(): number {
    return this.#arrived;
  }

  #changed(): void {
    for (const look of this.#watchers) look();
  }

  /** Resolves when a condition holds that requests, pauses or lines bring about. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** A POST of so many bytes, whose length is not given. */
  chunked(path: string, bytes: number): Promise<Reply> {
    return this.call('POST', path, { 'transfer-encoding': 'chunked' }, Buffer.alloc(bytes, 'x'));
  }

  call(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string | Buffer,
  ): Promise<Reply> {
    const sized = body !== undefined && headers['transfer-encoding'] === undefined;
    return new Promise((resolve, reject) => {
      const sending = request(
        {
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          headers: {
            ...headers,
            ...(sized ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
          },
          agent: false,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== '';
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: isJson ? JSON.parse(text) : undefined,
            });
          });
        },
      );
      sending.once('error', reject);
      sending.end(body);
    });
  }

  /** Sends bytes as they are, and answers all that comes back until the other side closes. */
  raw(bytes: string | Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
      });
      socket.once('error', reject);
      socket.once('close', () => resolve(text));
    });
  }

  /** A client that can leave: `leave()` closes its connection. */
  leaving(bytes: string): { leave(): void } {
    const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('error', () => {});
    return { leave: () => socket.destroy() };
  }

  async closeApi(): Promise<void> {
    const [api] = this.#servers.splice(0, 1);
    if (api) await stop(api);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#api?.close();
    await Promise.all(this.#servers.map(stop));
  }
}
