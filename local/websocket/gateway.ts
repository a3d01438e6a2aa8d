import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { invokeWithin } from '../http-api/values.ts';
import { random } from '../random.ts';
import type {
  ConnectionsApi,
  LambdaService,
  LocalLog,
  WebSocketApiSpec,
  WebSocketRouteSpec,
} from '../types.ts';
import { type Connection, createConnection } from './connection.ts';
import type { ConnectionFacts, GatewayEvent } from './events.ts';
import { connectEvent, connectionFacts, disconnectEvent, errorFrame, messageEvent } from './events.ts';
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
  const { lambda, clock, log, order = 'shuffled', seed = 1 } = options;
  const limits = { ...AWS_LIMITS, ...options.limits };
  const routeOf = routeSelector(spec);
  const lifecycle = (key: string) => spec.routes.find(({ routeKey }) => routeKey === key);
  const draw = random(seed);
  const activity = new Activity();
  const open = new Map<string, Connection>();
  /** Every socket, from the upgrade to its end. */
  const sockets = new Set<Duplex>();
  let stopped = false;

  const say = (message: string, { connectionId }: { readonly connectionId: string }) =>
    log({ source: 'websocket', message, detail: { connectionId } });

  async function integrate(route: WebSocketRouteSpec, event: GatewayEvent): Promise<Integrated> {
    const { routeKey, functionArn } = route;
    const result = await invokeWithin(lambda, clock, functionArn, event, limits.integrationTimeoutMs);
    const outcome = integrated(result, limits.messageBytes);
    if (outcome.error) say(`${routeKey}: ${outcome.error}: ${outcome.reason}`, event.requestContext);
    return outcome;
  }

  /** $connect comes before the handshake is answered, and decides how. */
  async function connect(facts: ConnectionFacts, req: IncomingMessage): Promise<Integrated> {
    const [path = ''] = (req.url ?? '').split('?');
    if (path.replace(/\/$/, '') !== `/${spec.stageName}`) {
      return { status: 403, body: '{"message":"Forbidden"}' };
    }
    const route = lifecycle('$connect');
    if (!route) return { status: 200, body: '' };
    const event = connectEvent(facts, req);
    const outcome = await integrate(route, event);
    const { status, error = STATUS_CODES[status] ?? '' } = outcome;
    return isSuccess(outcome) ? outcome : { status, body: errorFrame(error, event) };
  }

  function opened(ws: WebSocket, facts: ConnectionFacts): void {
    const pump = createPump(order, draw);
    const run = (job: () => Promise<unknown>) => activity.during(pump(job));
    const connection = createConnection(ws, facts, limits, clock, {
      message: (body) => run(() => handleMessage(connection, body)),
      end: (code, reason) => {
        open.delete(facts.connectionId);
        say(`connection ended: ${code} ${reason}`, facts);
        const route = lifecycle('$disconnect');
        if (!route || !limits.disconnectEvents || stopped) return;
        run(() => integrate(route, disconnectEvent(facts, code, reason, clock.now())));
      },
    });
    open.set(facts.connectionId, connection);
  }

  async function handleMessage({ facts, send }: Connection, body: string): Promise<void> {
    const route = routeOf(body);
    const event = messageEvent(facts, route?.routeKey ?? '$default', body, clock.now());
    if (!route) return send(errorFrame('Forbidden', event));
    const answer = await integrate(route, event);
    if (answer.error) return send(errorFrame(answer.error, event));
    // What a one-way route returns goes nowhere, whatever its status.
    if (!route.twoWay) return undefined;
    if (!isSuccess(answer)) return send(errorFrame('Internal server error', event));
    if (answer.body || limits.emptyTwoWayBodySent) send(answer.body);
    return undefined;
  }

  const gone = { status: 410 } as const;
  return {
    connections: {
      post: async (id, body) => open.get(id)?.post(body) ?? gone,
      get: async (id) => open.get(id)?.get() ?? gone,
      delete: async (id) => open.get(id)?.delete() ?? gone,
    } satisfies ConnectionsApi,
    /** Takes one `upgrade` of an HTTP server; a path other than the stage's is refused with 403. */
    handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on('error', () => socket.destroy());
      socket.once('close', () => sockets.delete(socket));
      sockets.add(socket);
      if (stopped) return void socket.destroy();
      const facts = connectionFacts(req, spec.apiId, spec.stageName, clock.now());
      let subprotocol: string | undefined;
      // One for each handshake, whose callbacks so know which it is.
      const server = new WebSocketServer({
        noServer: true,
        clientTracking: false,
        perMessageDeflate: false,
        maxPayload: limits.messageBytes,
        verifyClient: async (_info, answer) => {
          const outcome = await connect(facts, req);
          subprotocol = outcome.subprotocol;
          answer(isSuccess(outcome), outcome.status, outcome.body, { 'Content-Type': 'application/json' });
        },
        // Only what the $connect integration chose: a client that insists on one of its own is not served.
        handleProtocols: () => subprotocol ?? false,
      });
      server.handleUpgrade(req, socket, head, (ws) => opened(ws, facts));
    },
    /** Resolves when no event is queued or with a function. */
    idle: () => activity.idle(),
    /** Drops every connection, without $disconnect: the functions are about to go too. */
    async stop(): Promise<void> {
      stopped = true;
      const drop = (socket: Duplex) => new Promise((done) => socket.once('close', done).destroy());
      await Promise.all([...sockets].map(drop));
    },
  };
}

const isSuccess = ({ status }: Integrated): boolean => status >= 200 && status <= 299;
