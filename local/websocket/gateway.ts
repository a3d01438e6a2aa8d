import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { invokeWithin } from '../http-api/values.ts';
import { random } from '../random.ts';
import type {
  ConnectionsApi,
  LambdaService,
  LocalLog,
  ManagementAnswer,
  WebSocketApiSpec,
  WebSocketRouteSpec,
} from '../types.ts';
import { type Connection, createConnection } from './connection.ts';
import {
  type ConnectionFacts,
  connectEvent,
  connectionFacts,
  disconnectEvent,
  type GatewayEvent,
  messageEvent,
} from './events.ts';
import { type Integrated, integrated } from './integration.ts';
import { AWS_LIMITS, type WebSocketLimits } from './limits.ts';
import { createPump, type Order } from './pump.ts';
import { routeSelector } from './routes.ts';

export interface WebSocketGatewayOptions {
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly limits?: Partial<WebSocketLimits>;
  /** `shuffled` unless said otherwise: AWS promises no order. */
  readonly order?: Order;
  readonly seed?: number;
  readonly log: LocalLog;
}

export type WebSocketGateway = ReturnType<typeof createWebSocketGateway>;

/**
 * An API Gateway WebSocket API with one stage. Who owns the HTTPS server hands its upgrades to it.
 * @throws StartError for a route selection expression that is not supported.
 */
export function createWebSocketGateway(spec: WebSocketApiSpec, options: WebSocketGatewayOptions) {
  const { lambda, clock, order = 'shuffled', seed = 1 } = options;
  const limits = { ...AWS_LIMITS, ...options.limits };
  const routeOf = routeSelector(spec);
  const lifecycle = (key: string) => spec.routes.find(({ routeKey }) => routeKey === key);
  const draw = random(seed);
  const activity = new Activity();
  const accepted = new WeakMap<
    IncomingMessage,
    { facts: ConnectionFacts; subprotocol?: string | undefined }
  >();
  const open = new Map<string, Connection>();
  /** Every socket, from the upgrade to its end. */
  const sockets = new Set<Duplex>();
  let stopped = false;

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    verifyClient: ({ req }, answer) => {
      const headers = { 'Content-Type': 'application/json' };
      void shakeHands(req).then(({ status, body }) => answer(status === 101, status, body, headers));
    },
    // Only what the $connect integration chose: a client that insists on one of its own is not served.
    handleProtocols: (_offered, req) => accepted.get(req)?.subprotocol ?? false,
  });
  server.on('connection', (ws, req: IncomingMessage) => {
    const { facts } = accepted.get(req) as { facts: ConnectionFacts };
    const pump = createPump(order, draw);
    const run = (work: () => Promise<void>) => {
      const done = activity.begin();
      pump.add(() => work().then(connection.drained).then(done));
    };
    const connection = createConnection(ws, req.socket, {
      facts,
      pump,
      clock,
      limits,
      onMessage: (body) => run(() => handleMessage(connection, body)),
      onEnd: (code, reason) => {
        open.delete(facts.connectionId);
        say(`connection ended: ${code} ${reason}`, facts);
        const route = lifecycle('$disconnect');
        if (!route || !limits.disconnectEvents || stopped) return;
        run(async () => void (await integrate(route, disconnectEvent(facts, code, reason, clock.now()))));
      },
    });
    open.set(facts.connectionId, connection);
  });

  const say = (message: string, { connectionId }: { readonly connectionId: string }) =>
    options.log({ source: 'websocket', message, detail: { connectionId } });

  /** $connect comes before the handshake is answered, and decides how; 101 lets it through. */
  async function shakeHands(req: IncomingMessage): Promise<{ status: number; body?: string }> {
    const now = clock.now();
    const facts = connectionFacts(req, spec.apiId, spec.stageName, now);
    const event = connectEvent(facts, req, now);
    const route = lifecycle('$connect');
    const outcome: Integrated = route ? await integrate(route, event) : { status: 200, body: '' };
    const { status, error = STATUS_CODES[status] ?? '', subprotocol } = outcome;
    if (!isSuccess(status)) return { status, body: errorFrame(error, event) };
    if (stopped) return { status: 503 };
    accepted.set(req, { facts, subprotocol });
    return { status: 101 };
  }

  async function handleMessage(connection: Connection, body: string): Promise<void> {
    const route = routeOf(body);
    const event = messageEvent(connection.facts, route?.routeKey ?? '$default', body, clock.now());
    if (!route) return connection.send(errorFrame('Forbidden', event));
    const answer = await integrate(route, event);
    if (answer.error !== undefined) return connection.send(errorFrame(answer.error, event));
    // What a one-way route returns goes nowhere, whatever its status.
    if (!route.twoWay) return undefined;
    if (!isSuccess(answer.status)) return connection.send(errorFrame('Internal server error', event));
    if (answer.body || limits.emptyTwoWayBodySent) connection.send(answer.body);
    return undefined;
  }

  async function integrate(route: WebSocketRouteSpec, event: GatewayEvent): Promise<Integrated> {
    const { routeKey, functionArn } = route;
    const result = await invokeWithin(lambda, clock, functionArn, event, limits.integrationTimeoutMs);
    const outcome = integrated(result, limits.messageBytes);
    if (outcome.error) say(`${routeKey}: ${outcome.error}: ${outcome.reason}`, event.requestContext);
    return outcome;
  }

  const withConnection = async (id: string, act: (connection: Connection) => ManagementAnswer) => {
    const connection = open.get(id);
    return connection ? act(connection) : ({ status: 410 } as const);
  };
  const connections: ConnectionsApi = {
    post: (id, body) => withConnection(id, (connection) => connection.post(body)),
    get: (id) => withConnection(id, (connection) => connection.describe()),
    delete: (id) =>
      withConnection(id, (connection) => {
        // Code and reason that DeleteConnection shows in $disconnect: boto/boto3#3789, aws/chalice#2060.
        connection.end(1000, 'Connection Closed Normally');
        return { status: 204 };
      }),
  };

  return {
    connections,
    /** Takes one `upgrade` of an HTTP server; a path other than the stage's is refused with 403. */
    handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on('error', () => socket.destroy());
      if (stopped || !new RegExp(`^/${spec.stageName}/?(\\?|$)`).test(req.url ?? '')) {
        socket.end(FORBIDDEN);
        return;
      }
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      server.handleUpgrade(req, socket, head, (ws) => server.emit('connection', ws, req));
    },
    /** Resolves when no event is queued or with a function. */
    idle: () => activity.idle(),
    /** Drops every connection, without $disconnect: the functions are about to go too. */
    async stop(): Promise<void> {
      stopped = true;
      const closing = [...sockets].map(
        (socket) => new Promise((done) => socket.once('close', done).destroy()),
      );
      await Promise.all(closing);
    },
  };
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;

/** The frame that the gateway sends by itself, spaced as captured on AWS. */
function errorFrame(message: string, { requestContext }: GatewayEvent): string {
  const { connectionId, requestId } = requestContext;
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

const FORBIDDEN = [
  'HTTP/1.1 403 Forbidden',
  'Content-Type: application/json',
  'Connection: close',
  'x-amzn-ErrorType: ForbiddenException',
  'Content-Length: 23',
  '',
  '{"message":"Forbidden"}',
].join('\r\n');
