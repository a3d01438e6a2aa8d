import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import WebSocket from 'ws';
import {
  createWebSocketGateway,
  type WebSocketGateway,
  type WebSocketGatewayOptions,
} from '../../../gateway/gateway.ts';
import type { LogEntry, WebSocketApiSpec } from '../../../gateway/types.ts';
import {
  createLambdaService,
  type LambdaOptions,
  type LocalLambdaService,
} from '../../../local/lambda/service.ts';
import type { FunctionSpec } from '../../../local/types.ts';
import { ManualClock } from '../../support/clocks.ts';

const FUNCTIONS = path.resolve(__dirname, '../../fixtures/local-functions');

/** A function of the fixtures; its time-out lies above the gateways' own limits unless said otherwise. */
export function functionSpec(name = 'scripted', changes: Partial<FunctionSpec> = {}): FunctionSpec {
  const functionName = changes.functionName ?? name;
  return {
    logicalId: 'Function',
    functionName,
    arn: arnOf(functionName),
    roleArn: 'arn:aws:iam::123456789012:role/test',
    codeDir: path.join(FUNCTIONS, name),
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutSeconds: 60,
    memoryMb: 128,
    environment: {},
    ...changes,
  };
}

export const arnOf = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;

/** What arrives, in order, for whoever asks; asking early waits. */
export class Arrivals<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(item);
    else this.#arrived.push(item);
  }

  next(): Promise<T> {
    const item = this.#arrived.shift();
    return item === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(item);
  }
}

export interface Functions {
  readonly lambda: LocalLambdaService;
  /** What the scripted functions printed: their events. */
  readonly events: Arrivals<Record<string, unknown>>;
  readonly log: LogEntry[];
}

export function startFunctions(
  clock: ManualClock,
  specs: readonly FunctionSpec[] = [functionSpec()],
  options: Partial<LambdaOptions> = {},
): Functions {
  const events = new Arrivals<Record<string, unknown>>();
  const log: LogEntry[] = [];
  const lambda = createLambdaService(specs, {
    environmentFor: () => ({}),
    clock,
    log: (entry) => log.push(entry),
    onOutput: (_name, _id, line) => {
      // Events only, and whole ones: a function may be ended in the middle of a line.
      if (line.startsWith('{') && line.endsWith('}')) events.push(JSON.parse(line));
    },
    ...options,
  });
  return { lambda, events, log };
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A WebSocket client whose messages and end can be waited for. */
export class Client {
  readonly ws: WebSocket;
  readonly messages = new Arrivals<string>();
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, protocols: string[] = [], options: WebSocket.ClientOptions = {}) {
    this.ws = new WebSocket(url, protocols, options);
    this.ws.on('message', (data) => this.messages.push(data.toString()));
    this.ws.on('error', () => {});
    this.closed = new Promise((resolve) =>
      this.ws.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  async opened(): Promise<this> {
    await once(this.ws, 'open');
    return this;
  }

  /** Resolves with the status and body that a refused handshake was answered with. */
  async refused(): Promise<{ status: number | undefined; body: string }> {
    const [, response] = await once(this.ws, 'unexpected-response');
    let body = '';
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode, body };
  }

  send(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
}

export interface Rig extends Functions {
  readonly clock: ManualClock;
  readonly gateway: WebSocketGateway;
  readonly url: string;
  connect(query?: string, protocols?: string[], options?: WebSocket.ClientOptions): Promise<Client>;
  stop(): Promise<void>;
}

export const FUNCTION = arnOf('scripted');
const ROUTES: WebSocketApiSpec['routes'] = [
  { routeKey: '$connect', functionArn: FUNCTION, twoWay: false },
  { routeKey: '$disconnect', functionArn: FUNCTION, twoWay: false },
  { routeKey: '$default', functionArn: FUNCTION, twoWay: false },
  { routeKey: 'ONE', functionArn: FUNCTION, twoWay: false },
  { routeKey: 'TWO', functionArn: FUNCTION, twoWay: true },
];

/** A gateway on a free port of the loopback, its functions, and a clock that stands still. */
export async function startRig(
  options: Partial<WebSocketGatewayOptions> & {
    readonly without?: readonly string[];
    readonly spec?: Partial<WebSocketApiSpec>;
    readonly functions?: readonly FunctionSpec[];
    readonly lambdaOptions?: Partial<LambdaOptions>;
  } = {},
): Promise<Rig> {
  const { without = [], spec, functions, lambdaOptions, ...gatewayOptions } = options;
  const clock = new ManualClock();
  const running = startFunctions(clock, functions, lambdaOptions);
  const gateway = createWebSocketGateway(
    {
      logicalId: 'Api',
      apiId: 'a1b2c3d4e5',
      routeMember: 'type',
      stageName: 'live',
      routes: ROUTES.filter(({ routeKey }) => !without.includes(routeKey)),
      ...spec,
    },
    {
      lambda: running.lambda,
      clock,
      order: 'serial',
      log: (entry) => running.log.push(entry),
      ...gatewayOptions,
    },
  );
  const server = createServer();
  server.on('upgrade', (req, socket, head) => gateway.handleUpgrade(req, socket, head));
  const url = `ws://127.0.0.1:${await listen(server)}/live`;
  return {
    ...running,
    clock,
    gateway,
    url,
    async connect(query = '', protocols = [], clientOptions = {}) {
      const client = await new Client(`${url}${query}`, protocols, clientOptions).opened();
      if (!without.includes('$connect')) await running.events.next();
      return client;
    },
    async stop() {
      await gateway.stop();
      await running.lambda.stop();
      server.close();
    },
  };
}

/** A script for the function, as a query of the handshake. */
export const scripted = (script: unknown) => `?script=${encodeURIComponent(JSON.stringify(script))}`;

export function contextOf(event: Record<string, unknown>): Record<string, unknown> {
  return event['requestContext'] as Record<string, unknown>;
}
