/** A gateway with the relay's limits on the loopback, whose functions are the test's. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type WebSocket from 'ws';
import { createWebSocketGateway, type WebSocketGatewayOptions } from '../../../gateway/gateway.ts';
import { RELAY_LIMITS, type WebSocketLimits } from '../../../gateway/limits.ts';
import type { GatewayCount, InvokeResult, LambdaService, LogEntry } from '../../../gateway/types.ts';
import { ManualClock } from '../../support/clocks.ts';
import { Arrivals, Client, listen } from '../local-gateway/support.ts';

export const KB = 1024;
export const MB = 1024 * KB;

/** What the tests read of an event. */
export interface RelayEvent {
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly routeKey: string;
    readonly connectionId: string;
    readonly requestId: string;
    readonly connectedAt: number;
    readonly requestTimeEpoch: number;
    readonly disconnectStatusCode?: number;
    readonly disconnectReason?: string;
    readonly part?: { digest: string; index: number; count: number; bytes: number };
  };
}

/** One invocation, which waits for the test's answer. */
export interface Invocation {
  readonly event: RelayEvent;
  readonly routeKey: string;
  answer(result: InvokeResult): void;
}

export const ok = (body?: string, statusCode = 200): InvokeResult => {
  return { ok: true, payload: body === undefined ? { statusCode } : { statusCode, body } };
};
const failure = (kind: 'throttled' | 'error' | 'timeout' | 'crash', errorType: string): InvokeResult => {
  return { ok: false, failure: kind, errorType, errorMessage: 'on purpose' };
};
export const throttled = failure('throttled', 'TooManyRequestsException');
export const thrown = failure('error', 'Error');
export const timedOut = failure('timeout', 'Sandbox.Timedout');
export const crashed = failure('crash', 'Runtime.ExitError');

/** Functions that are answered by `handler`, or by the test: those that it leaves open arrive in `invocations`. */
class TestFunctions implements LambdaService {
  readonly invocations = new Arrivals<Invocation>();
  readonly all: RelayEvent[] = [];
  running = 0;
  mostRunning = 0;
  handler: (event: RelayEvent) => InvokeResult | Promise<InvokeResult> | undefined;

  constructor(handler: TestFunctions['handler'] = quiet) {
    this.handler = handler;
  }

  async invoke(_arn: string, payload: unknown): Promise<InvokeResult> {
    // As over the network: what was there at the time of the call.
    const event = JSON.parse(JSON.stringify(payload)) as RelayEvent;
    this.all.push(event);
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    const answered = this.handler(event) ?? this.#open(event);
    return Promise.resolve(answered).finally(() => {
      this.running -= 1;
    });
  }

  #open(event: RelayEvent): Promise<InvokeResult> {
    return new Promise((answer) => {
      this.invocations.push({ event, routeKey: event.requestContext.routeKey, answer });
    });
  }

  /** The events of a route so far. */
  on(routeKey: string): RelayEvent[] {
    return this.all.filter(({ requestContext }) => requestContext.routeKey === routeKey);
  }
}

/** Accepts handshakes and ends; messages are left to the test. */
export const quiet = ({ requestContext }: RelayEvent): InvokeResult | undefined =>
  /^\$(dis)?connect$/.test(requestContext.routeKey) ? ok() : undefined;

const ROUTES = [
  { routeKey: '$connect', functionArn: 'session', twoWay: false },
  { routeKey: '$disconnect', functionArn: 'session', twoWay: false },
  { routeKey: '$default', functionArn: 'session', twoWay: false },
  { routeKey: 'CONNECT', functionArn: 'session', twoWay: false },
  { routeKey: 'COMMAND', functionArn: 'respond', twoWay: false },
  { routeKey: 'NOTIFICATION', functionArn: 'notify', twoWay: true },
];

export type RelayRig = Awaited<ReturnType<typeof startRelay>>;

export async function startRelay({
  limits,
  handler,
  ...options
}: Partial<Omit<WebSocketGatewayOptions, 'limits'>> & {
  readonly limits?: Partial<WebSocketLimits>;
  readonly handler?: TestFunctions['handler'];
} = {}) {
  const clock = new ManualClock();
  const functions = new TestFunctions(handler);
  const log: LogEntry[] = [];
  const counts: Partial<Record<GatewayCount, number>> = {};
  const counted = new Arrivals<GatewayCount>();
  const gateway = createWebSocketGateway(
    { logicalId: 'Relay', apiId: 'relay', routeMember: 'type', stageName: 'live', routes: ROUTES },
    {
      lambda: functions,
      clock,
      order: 'serial',
      failures: 'silence',
      limits: { ...RELAY_LIMITS, ...limits },
      log: (entry) => log.push(entry),
      count: (metric) => {
        counts[metric] = (counts[metric] ?? 0) + 1;
        counted.push(metric);
      },
      ...options,
    },
  );
  const server = createServer();
  server.on('upgrade', (req, socket, head) => gateway.handleUpgrade(req, socket, head));
  const url = `ws://127.0.0.1:${await listen(server)}/live`;

  /** A client, and the id of its connection. */
  async function connect(clientOptions: WebSocket.ClientOptions = {}) {
    const client = await new Client(url, [], { perMessageDeflate: false, ...clientOptions }).opened();
    // Handshakes that run at the same time: call this one after the other.
    const { connectionId } = functions.on('$connect').at(-1)?.requestContext ?? { connectionId: '' };
    return { client, id: connectionId };
  }

  return {
    ...{ clock, functions, log, counts, gateway, url, connect },
    /** Resolves when a metric has been counted that was not waited for before. */
    async counted(metric: GatewayCount): Promise<void> {
      while ((await counted.next()) !== metric);
    },
    /** A client that NetBackup's token has been accepted for, so that it may send large messages. */
    async accepted() {
      const connected = await connect();
      const response = { type: 'CONNECT', subType: 'RESPONSE', payload: { valid: true } };
      await gateway.connections.post(connected.id, Buffer.from(JSON.stringify(response)));
      await connected.client.messages.next();
      return connected;
    },
    async stop(): Promise<void> {
      await gateway.stop();
      server.close();
    },
  };
}

/** Resolves when the gateway has read everything that the client sent: it has answered a ping behind it. */
export async function readBy(client: Client): Promise<void> {
  client.ws.ping();
  await once(client.ws, 'pong');
}

/** Resolves with the next `$disconnect`, as its code and reason. */
export async function disconnection({ functions, gateway }: RelayRig) {
  while (functions.on('$disconnect').length === 0) await new Promise((resolve) => setImmediate(resolve));
  await gateway.idle();
  const { disconnectStatusCode: code, disconnectReason: reason } =
    functions.on('$disconnect').at(-1)?.requestContext ?? {};
  return { code, reason };
}

export const notification = (members: object = {}) => ({
  version: '1.0',
  id: 'A',
  type: 'NOTIFICATION',
  subType: 'REQUEST',
  timeStamp: 1,
  payload: [],
  ...members,
});
