import { Activity } from './activity.ts';
import type { Clock } from './clock.ts';
import { type Close, SERVICE_RESTART } from './close.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import { Connection, type ConnectionShared } from './connection.ts';
import { createDelivery, type Failures } from './delivery.ts';
import { disconnectEvent } from './events.ts';
import { createHandshakes } from './handshakes.ts';
import { createInvocations } from './invocations.ts';
import type { Order } from './job-queue.ts';
import { AWS_LIMITS, type WebSocketLimits } from './limits.ts';
import { random } from './random.ts';
import { Slots } from './slots.ts';
import { createSweep } from './sweep.ts';
import { createThrottle } from './throttling.ts';
import type {
  ApiCount,
  ConnectionsApi,
  GatewayCount,
  LambdaService,
  Log,
  WebSocketApiSpec,
} from './types.ts';
import { gatewayId } from './values.ts';

export interface WebSocketGatewayOptions {
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly limits?: Partial<WebSocketLimits>;
  /** `error-frame` by default. */
  readonly failures?: Failures;
  /** With `silence`: where a function that failed is called again; one that was throttled is on every route. */
  readonly retriedRoutes?: readonly string[];
  /** Of API Gateway's form by default. */
  readonly newConnectionId?: () => string;
  /** `shuffled` by default: AWS guarantees no order. */
  readonly order?: Order;
  readonly seed?: number;
  readonly log: Log;
  /** Counts one in a metric of the API. */
  readonly count?: (metric: GatewayCount) => void;
}

export type WebSocketGateway = ReturnType<typeof createWebSocketGateway>;

/** NetBackup's messages whose functions recognize a repetition. A CONNECT is tried again by NetBackup itself. */
const RETRIED_ROUTES = ['NOTIFICATION', 'COMMAND'];
const API_COUNTS: ReadonlySet<GatewayCount> = new Set<ApiCount>([
  'ConnectCount',
  'MessageCount',
  'ExecutionError',
  'IntegrationError',
]);
/** How many $disconnect events are delivered at once when many connections end. */
const MAX_CONCURRENT_DISCONNECTS = 50;

/**
 * An API Gateway WebSocket API with one stage, or with other limits the relay. The caller has the HTTPS server, and passes its
 * upgrades.
 */
export function createWebSocketGateway(spec: WebSocketApiSpec, options: WebSocketGatewayOptions) {
  const { lambda, clock, log, order = 'shuffled', seed = 1, failures = 'error-frame' } = options;
  const { retriedRoutes = RETRIED_ROUTES, newConnectionId = gatewayId } = options;
  // API Gateway has no metrics of the relay.
  const count = (metric: GatewayCount) => {
    if (failures === 'silence' || API_COUNTS.has(metric)) options.count?.(metric);
  };
  const limits = { ...AWS_LIMITS, ...options.limits };
  const draw = random(seed);
  const throttle = createThrottle(spec.throttling ?? {}, clock);
  const activity = new Activity();
  const invocations = createInvocations({ lambda, clock, limits, throttle, draw, log, count });
  const delivery = createDelivery(spec, {
    ...{ lambda, clock, limits, throttle, draw, log, count },
    ...{ invocations, failures, retriedRoutes },
  });
  const open = new Map<string, Connection>();
  const sweep = createSweep(open, clock, limits.sweepMs);
  const disconnectRoute = spec.routes.find(({ routeKey }) => routeKey === '$disconnect');
  const disconnectLimiter = new ConcurrencyLimiter(MAX_CONCURRENT_DISCONNECTS);
  let draining = false;
  let stopped = false;

  const shared: ConnectionShared = {
    ...{ limits, clock, activity, count },
    queue: { order, draw },
    slots: new Slots(limits.slots),
    unauthenticated: { bytes: 0 },
    handle: delivery.deliver,
    ended,
    settled: closeIfQuiet,
  };
  const handshakes = createHandshakes(spec, {
    ...{ clock, limits, count, invocations, newConnectionId },
    size: () => open.size,
    opened: (ws, facts) => {
      const connection = new Connection(ws, facts, shared);
      open.set(facts.connectionId, connection);
      sweep.opened(connection);
      closeIfQuiet(connection);
    },
  });

  function ended(connection: Connection, { code, reason }: Close): void {
    const { facts, inbox } = connection;
    open.delete(facts.connectionId);
    sweep.ended();
    delivery.ended(connection);
    const report = (message: string) =>
      log({ source: 'websocket', message, detail: { connectionId: facts.connectionId } });
    report(`connection ended: ${code} ${reason}`);
    if (!disconnectRoute || !limits.disconnectEvents || stopped) return;
    const event = disconnectEvent(facts, code, reason, clock.now());
    const deliver = async () => {
      const until = clock.now() + limits.disconnectRetryMs;
      const outcome = await invocations.repeatedly(disconnectRoute, event, until, 'failures');
      // It is best effort, so that a throttled one is assumed to be lost.
      if (outcome.throttled) report('$disconnect: throttled');
    };
    const done = activity.begin();
    inbox.last(() => disconnectLimiter.run(deliver).finally(done));
  }

  function closeIfQuiet(connection: Connection): void {
    if (draining && !connection.inbox.busy) connection.end(SERVICE_RESTART);
  }

  const gone = { status: 410 } as const;
  const connections: ConnectionsApi = {
    post: async (id, body) => open.get(id)?.post(body) ?? gone,
    get: async (id) => open.get(id)?.get() ?? gone,
    delete: async (id, close) => open.get(id)?.delete(close) ?? gone,
  };
  return {
    connections,
    handleUpgrade: handshakes.handleUpgrade,
    throttled: throttle.rejected,
    /** Open connections. */
    size: () => open.size,
    /** Resolves when no event is queued or being handled. */
    idle: () => activity.idle(),
    /**
     * Closes every connection with 1012, each when none of its messages is under way, and all of them at `until` (epoch ms). New
     * ones get 503. Resolves when all have ended, and $disconnect was delivered for each.
     */
    async drain(until: number): Promise<void> {
      draining = true;
      handshakes.refuse();
      for (const connection of [...open.values()]) closeIfQuiet(connection);
      const rest = clock.setTimeout(
        () => {
          for (const connection of [...open.values()]) connection.end(SERVICE_RESTART);
        },
        Math.max(0, until - clock.now()),
      );
      await handshakes.closed();
      clock.clearTimeout(rest);
      await activity.idle();
    },
    /** Drops every connection, without $disconnect, because the functions are also stopped. */
    async stop(): Promise<void> {
      stopped = true;
      invocations.stop();
      await handshakes.drop();
    },
  };
}
