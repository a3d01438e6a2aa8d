/** The tunnel's request handler on a loopback port, with a fake API that a test controls. */
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  request,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createApi } from '../../../bin/nbwss/tunnel/api.ts';
import { createHandlers, type HandlerContext } from '../../../bin/nbwss/tunnel/handler.ts';
import { RequestQueue } from '../../../bin/nbwss/tunnel/queue.ts';

export const API_KEY = 'nbk_23456789abcdefgh.0123456789012345678901234567890123456789012';

/** A request to the fake API. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Resolves when the caller disconnects before the answer. */
  readonly aborted: Promise<void>;
  answer(status: number, body?: unknown, headers?: Record<string, string>): void;
  /** Closes the connection without an answer. */
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

/** Headers of an answer from NetBackup. */
export const fromNetBackup = { 'x-nbwss-command-id': 'C', 'content-type': 'application/json' };
export const refused = (code: string) => ({ code, detail: `${code} in words` });
export const asProblem = { 'content-type': 'application/problem+json' };

export class Rig {
  /** All requests to the API, in order. */
  readonly received: ReceivedRequest[] = [];
  readonly lines: string[] = [];
  /** The tunnel's pauses in ms. Each ends at once, and advances the clock. */
  readonly pauses: number[] = [];
  now = Date.UTC(2026, 0, 1);
  port = 0;
  apiUrl = '';
  readonly queue: RequestQueue;
  /** Requests to the tunnel, on all connections. */
  #arrived = 0;
  /** The API's behavior; set by tests. */
  onRequest: (received: ReceivedRequest) => void = (received) =>
    received.answer(200, { ok: true }, fromNetBackup);
  /** Awaited in each pause. */
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
    const client = createApi(rig.apiUrl);
    const handler = createHandlers({
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
    const received: ReceivedRequest = {
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
    this.received.push(received);
    this.onRequest(received);
    this.#changed();
  }

  /** The number of requests to the tunnel. */
  calls(): number {
    return this.#arrived;
  }

  #changed(): void {
    for (const look of this.#watchers) look();
  }

  /** Resolves when a condition on requests, pauses or lines holds. */
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

  /** A POST without a Content-Length. */
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

  /** Sends raw bytes, and returns everything received until the connection closes. */
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

  openRequest(bytes: string): { disconnect(): void } {
    const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('error', () => {});
    return { disconnect: () => socket.destroy() };
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
