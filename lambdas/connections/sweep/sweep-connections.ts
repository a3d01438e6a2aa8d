/** Checks each open connection, once a minute. */
import type { EndpointsStore } from '../../endpoints/endpoints-store.ts';
import { MINUTE_MS } from '../../platform/clock.ts';
import { forEachInParallel } from '../../platform/collections.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { finishClose } from '../close.ts';
import { type Lane, shardsOf } from '../connection.ts';
import type { OpenConnection } from '../connections-store.ts';
import { type CheckSessionContext, checkSession, closeAndFinish } from './check-session.ts';

export interface SweepContext extends CheckSessionContext {
  readonly endpoints: EndpointsStore;
  readonly pause: (ms: number) => Promise<void>;
}

/** The time for a CONNECT, and for NetBackup to close a connection that was rejected. */
const MAX_PENDING_MS = 30_000;
const PAGE = 100;
const PARALLEL_SESSIONS = 10;
/**
 * Unauthenticated connections are closed four at a time, 100 a second: each close starts a function for its $disconnect, and a
 * new account has a limit of ten concurrent functions. 2 000 of them take 20 s.
 */
const PARALLEL_CLOSES = 4;
const CLOSE_PAUSE_MS = 40;

type Each = (connection: OpenConnection) => Promise<void>;

/** Logs an error, so that the other connections are still checked. */
const withErrorsLogged =
  ({ log }: SweepContext, each: Each): Each =>
  async (connection) => {
    try {
      await each(connection);
    } catch (error) {
      log.error('sweep-failed', error, { connectionId: connection.connectionId });
    }
  };

const checkSessions = async (context: SweepContext, page: readonly OpenConnection[]): Promise<void> => {
  const open = page.filter(({ state }) => state !== 'CLOSED');
  const groupIds = [...new Set(open.flatMap(({ groupId }) => groupId ?? []))];
  const endpointIds = [...new Set(open.flatMap(({ endpointId }) => endpointId ?? []))];
  const [groups, endpoints] = await Promise.all([
    context.groups.getMany(groupIds),
    context.endpoints.getMany(endpointIds),
  ]);
  const groupOf = new Map(groups.map((group) => [group.groupId, group]));
  const endpointOf = new Map(endpoints.map((endpoint) => [endpoint.endpointId, endpoint]));
  const check = withErrorsLogged(context, (connection) =>
    checkSession(
      context,
      connection,
      groupOf.get(connection.groupId ?? ''),
      endpointOf.get(connection.endpointId ?? ''),
    ),
  );
  await forEachInParallel(page, check, PARALLEL_SESSIONS);
};

const closeUnauthenticated = (context: SweepContext, page: readonly OpenConnection[]): Promise<void> => {
  const close = withErrorsLogged(context, async ({ connectionId, state }) => {
    if (state === 'CLOSED') return finishClose(context, connectionId, { closeReason: 'closed' });
    const reason = state === 'REJECTED' ? 'rejected' : 'never-spoke';
    await closeAndFinish(context, connectionId, reason, 'authenticated');
    await context.pause(CLOSE_PAUSE_MS);
  });
  return forEachInParallel(page, close, PARALLEL_CLOSES);
};

/** Each minute starts with another shard, so that a sweep that runs out of time does not always omit the same ones. */
const shardsInTurn = (lane: Lane, now: number): string[] => {
  const shards = shardsOf(lane);
  const first = Math.floor(now / MINUTE_MS) % shards.length;
  return [...shards.slice(first), ...shards.slice(0, first)];
};

const sweepLane = async (
  context: SweepContext,
  lane: Lane,
  until: number,
  handlePage: (context: SweepContext, page: readonly OpenConnection[]) => Promise<void>,
): Promise<void> => {
  const oldEnough = context.clock() - (lane === 'pending' ? MAX_PENDING_MS : 0);
  for (const shard of shardsInTurn(lane, context.clock())) {
    let startAfter: Key | undefined;
    do {
      if (context.clock() > until) return context.log.warn('sweep-out-of-time', { shard });
      const page = await context.connections.listOpen(shard, oldEnough, PAGE, startAfter);
      await handlePage(context, page.items);
      startAfter = page.lastKey;
    } while (startAfter);
  }
};

/** Goes through all open connections, oldest first in each shard, until done or `until` (epoch ms). */
export const sweepConnections = async (context: SweepContext, until: number): Promise<void> => {
  const lanes = await Promise.allSettled([
    sweepLane(context, 'session', until, checkSessions),
    sweepLane(context, 'pending', until, closeUnauthenticated),
  ]);
  const failed = lanes.find((lane) => lane.status === 'rejected');
  if (failed) throw failed.reason;
};
