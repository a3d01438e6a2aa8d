/** Stands in front of an HTTP API and notes what that is asked. */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class RecordingGateway {
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #waiting = new Map<RegExp, () => void>();
  url = '';
  /** Headers that each request gets besides its own. */
  added: Record<string, string> = {};

  constructor(apiUrl: string) {
    this.#server = createServer((incoming, outgoing) => {
      const line = `${incoming.method} ${incoming.url}`;
      this.requests.push(line);
      for (const [pattern, done] of this.#waiting) if (pattern.test(line)) done();
      const { method = '', headers } = incoming;
      const passed = request(
        `${apiUrl}${incoming.url}`,
        { method, headers: { ...headers, ...this.added } },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(outgoing);
        },
      );
      passed.once('error', () => outgoing.destroy());
      incoming.pipe(passed);
    });
  }

  static async before(apiUrl: string): Promise<RecordingGateway> {
    const gateway = new RecordingGateway(apiUrl);
    await new Promise<void>((ready) => gateway.#server.listen(0, '127.0.0.1', ready));
    gateway.url = `http://127.0.0.1:${(gateway.#server.address() as AddressInfo).port}`;
    return gateway;
  }

  /** Resolves when it is asked for something like this. */
  asked(pattern: RegExp): Promise<void> {
    return new Promise((done) => this.#waiting.set(pattern, done));
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((closed) => this.#server.close(() => closed()));
  }
}
