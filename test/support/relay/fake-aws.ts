/** What the relay calls of AWS, at one HTTP address (`AWS_ENDPOINT_URL`): Lambda, Secrets Manager and ACM. */
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { KeyPair } from '../../../bin/nbwss/certificate.ts';

/** The members of an event that tests look at. */
export interface RelayEvent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly requestContext: {
    readonly connectionId: string;
    readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
    readonly routeKey: string;
    readonly stage: string;
    readonly domainName: string;
    readonly identity: { readonly sourceIp: string };
    readonly disconnectStatusCode?: number;
    readonly disconnectReason?: string;
    /** Of a part of a large message. */
    readonly part?: { readonly index: number; readonly count: number };
  };
}

/** What a function returns, or how Lambda refuses: a status and the name of its error; or that the connection is lost. */
export type FunctionAnswer =
  | { readonly statusCode: number; readonly body?: string }
  | { readonly refused: number }
  | { readonly lost: true };
export type FakeFunction = (event: RelayEvent, name: string) => FunctionAnswer | Promise<FunctionAnswer>;

const REFUSALS: Readonly<Record<number, string>> = {
  429: 'TooManyRequestsException',
  500: 'ServiceException',
};

export class FakeAws {
  /** Every invocation, in the order of its arrival: the function's name and the event. */
  readonly invocations: { readonly name: string; readonly event: RelayEvent }[] = [];
  /** Requests of the other services, by their `X-Amz-Target`. */
  readonly calls: string[] = [];
  /** What the functions do. */
  answer: FakeFunction = () => ({ statusCode: 200 });
  /** The text of every secret; without one it is refused. A promise delays the response. */
  secret: string | Promise<string> | undefined;
  /** The certificate that ACM exports. */
  certificate: KeyPair | undefined;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #waiting = new Set<() => void>();

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The environment of a relay that uses it. */
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
    };
  }

  /** The address of the metadata of an ECS task with that much memory. */
  taskMetadata(memoryMb: number): string {
    return `${this.environment['AWS_ENDPOINT_URL']}/metadata/${memoryMb}`;
  }

  /** Resolves with the first event that matches, now or later. */
  async event(matches: (event: RelayEvent) => boolean): Promise<RelayEvent> {
    for (;;) {
      const found = this.invocations.find(({ event }) => matches(event));
      if (found) return found.event;
      await this.#changed();
    }
  }

  /** Resolves when there were that many requests of a service's operation. */
  async called(target: string, times: number): Promise<void> {
    while (this.calls.filter((call) => call === target).length < times) await this.#changed();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? '') ?? [];
    if (name)
      return this.#invoke(
        decodeURIComponent(name).split(':').at(-1) ?? '',
        JSON.parse(body.toString()),
        response,
      );
    const [, memory] = /^\/metadata\/(\d+)\/task$/.exec(request.url ?? '') ?? [];
    if (memory)
      return void response.end(JSON.stringify({ Limits: { Memory: Number(memory) }, Containers: [] }));
    const target = String(request.headers['x-amz-target']);
    this.calls.push(target);
    this.#wake();
    const [status, content] = await this.#perform(target, JSON.parse(body.toString()));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
  }

  async #invoke(name: string, event: RelayEvent, response: ServerResponse): Promise<void> {
    this.invocations.push({ name, event });
    this.#wake();
    const answer = await this.answer(event, name);
    if ('lost' in answer) return void response.destroy();
    if (!('refused' in answer)) return void response.end(JSON.stringify(answer));
    response.setHeader('x-amzn-errortype', REFUSALS[answer.refused] ?? 'ServiceException');
    response.writeHead(answer.refused).end('{"message":"Refused by the test."}');
  }

  async #perform(
    target: string,
    input: Readonly<Record<string, string>>,
  ): Promise<readonly [status: number, body: unknown]> {
    const refused = [400, { __type: 'ResourceNotFoundException', message: 'There is none.' }] as const;
    if (target === 'secretsmanager.GetSecretValue')
      return this.secret === undefined ? refused : [200, { SecretString: await this.secret }];
    if (target !== 'CertificateManager.ExportCertificate' || !this.certificate) return refused;
    // ACM encrypts the key with the passphrase of the request.
    const passphrase = Buffer.from(input['Passphrase'] ?? '', 'base64');
    const cipher = 'aes-256-cbc';
    const { cert, key } = this.certificate;
    const encrypted = createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher, passphrase });
    return [200, { Certificate: cert, CertificateChain: cert, PrivateKey: encrypted }];
  }
}
