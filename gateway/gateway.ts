import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Activity } from './activity.ts';
import type { Clock } from './clock.ts';
import { type Connection, createConnection } from './connection.ts';
import type { ConnectionFacts, GatewayEvent } from './events.ts';
import { connectEvent, connectionFacts, disconnectEvent, errorFrame, messageEvent } from './events.ts';
import { type IntegrationResult, integrationResult } from './integration.ts';
import { createJobQueue, type Order } from './job-queue.ts';
import { AWS_LIMITS, type WebSocketLimits } from './limits.ts';
import { random } from './random.ts';
import { routeSelector } from './routes.ts';
import { createThrottle } from './throttling.ts';
import type {
  ConnectionsApi,
  GatewayCount,
  InvokeResult,
  LambdaService,
  Log,
  WebSocketApiSpec,
  WebSocketRouteSpec,
} from './types.ts';
import { invokeWithin, stagePath } from './values.ts';

export interface WebSocketGatewayOptions {
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly limits?: Partial<WebSocketLimits>;
  /** `shuffled` by default: AWS guarantees no order. */
  readonly order?: Order;
  readonly seed?: number;
  readonly log: Log;
  /** Counts one in a metric of the API. */
  readonly count?: (metric: GatewayCount) => void;
}

export type WebSocketGateway = ReturnType<typeof createWebSocketGateway>;

/**
 * An API Gateway WebSocket API with one stage. The caller has the HTTPS server, and passes its upgrades.
 */
export function createWebSocketGateway(spec: WebSocketApiSpec, options: WebSocketGatewayOptions) {
  const { lambda, clock, log, order = 'shuffled', seed = 1, count = () => {} } = options;
  const limits = { ...AWS_LIMITS, ...options.limits };
  const routeOf = routeSelector(spec);
  const throttle = createThrottle(spec.throttling ?? {}, clock);
  const lifecycle = (key: string) => spec.routes.find(({ routeKey }) => routeKey === key);
  const draw = random(seed);
  const activity = new Activity();
  const open = new Map<string, Connection>();
  /** All sockets, from upgrade to end. */
  const sockets = new Set<Duplex>();
  let stopped = false;

  const report = (message: string, { connectionId }: { readonly connectionId: string }) =>
    log({ source: 'websocket', message, detail: { connectionId } });

  async function integrate(route: WebSocketRouteSpec, event: GatewayEvent): Promise<IntegrationResult> {
    const { routeKey, functionArn } = route;
    count(event.requestContext.eventType === 'CONNECT' ? 'ConnectCount' : 'MessageCount');
    const result = await invokeWithin(lambda, clock, functionArn, event, limits.integrationTimeoutMs);
    const outcome = integrationResult(result, limits.messageBytes);
    const failure = failureMetric(result, outcome);
    if (failure) count(failure);
    if (outcome.error) report(`${routeKey}: ${outcome.error}: ${outcome.reason}`, event.requestContext);
    return outcome;
  }

  /** $connect is called before the response to the handshake, and decides it. */
  async function connect(facts: ConnectionFacts, req: IncomingMessage): Promise<IntegrationResult> {
    const [path = ''] = (req.url ?? '').split('?');
    if (stagePath(spec, req.headers.host, path) !== '/') {
      return { status: 403, body: '{"message":"Forbidden"}' };
    }
    const route = lifecycle('$connect');
    if (!route) return { status: 200, body: '' };
    const event = connectEvent(facts, req);
    if (!throttle.admits('$connect'))
      return { status: 429, body: errorFrame(limits.throttledMessage, event) };
    const outcome = await integrate(route, event);
    const { status, error = STATUS_CODES[status] ?? '' } = outcome;
    return isSuccess(outcome) ? outcome : { status, body: errorFrame(error, event) };
  }

  function opened(ws: WebSocket, facts: ConnectionFacts): void {
    const enqueue = createJobQueue(order, draw);
    const run = (job: () => Promise<unknown>) => activity.during(enqueue(job));
    const connection = createConnection(ws, facts, limits, clock, {
      message: (body) => run(() => handleMessage(connection, body)),
      end: (code, reason) => {
        open.delete(facts.connectionId);
        report(`connection ended: ${code} ${reason}`, facts);
        const route = lifecycle('$disconnect');
        if (!route || !limits.disconnectEvents || stopped) return;
        // It is best effort, so that a throttled one is assumed to be lost.
        if (!throttle.admits('$disconnect')) return report('$disconnect: throttled', facts);
        run(() => integrate(route, disconnectEvent(facts, code, reason, clock.now())));
      },
    });
    open.set(facts.connectionId, connection);
  }

  async function handleMessage({ facts, send }: Connection, body: string): Promise<void> {
    const route = routeOf(body);
    const event = messageEvent(facts, route?.routeKey ?? '$default', body, clock.now());
    if (!route) return send(errorFrame('Forbidden', event));
    if (!throttle.admits(route.routeKey)) return send(errorFrame(limits.throttledMessage, event));
    const answer = await integrate(route, event);
    if (answer.error) return send(errorFrame(answer.error, event));
    // The result of a one-way route is dropped, whatever its status.
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
    /** Handles an `upgrade` of an HTTP server; a path other than the stage's, or a host that is disabled, gets 403. */
    handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on('error', () => socket.destroy());
      socket.once('close', () => sockets.delete(socket));
      sockets.add(socket);
      if (stopped) return void socket.destroy();
      const facts = connectionFacts(req, spec.apiId, spec.stageName, clock.now());
      let subprotocol: string | undefined;
      // One for each handshake, so that its callbacks belong to it.
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
        // Only the subprotocol that the $connect integration chose.
        handleProtocols: () => subprotocol ?? false,
      });
      server.handleUpgrade(req, socket, head, (ws) => opened(ws, facts));
    },
    throttled: throttle.rejected,
    /** Resolves when no event is queued or being handled. */
    idle: () => activity.idle(),
    /** Drops every connection, without $disconnect, because the functions are also stopped. */
    async stop(): Promise<void> {
      stopped = true;
      const drop = (socket: Duplex) => new Promise((done) => socket.once('close', done).destroy());
      await Promise.all([...sockets].map(drop));
    },
  };
}

/**
 * AWS does not say in which metric a function's own failure is counted. Here: what the function returned, also by throwing an
 * error, is an IntegrationError; a function that was not called, or did not answer in time, an ExecutionError.
 */
function failureMetric(
  result: InvokeResult | undefined,
  { status, error }: IntegrationResult,
): GatewayCount | undefined {
  if (!error && status < 400) return undefined;
  const refused = result?.ok === false && /^(TooManyRequests|AccessDenied)/.test(result.errorType);
  return !result || refused ? 'ExecutionError' : 'IntegrationError';
}

const isSuccess = ({ status }: IntegrationResult): boolean => status >= 200 && status <= 299;
