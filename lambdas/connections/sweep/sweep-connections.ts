/** Every minute, for each open connection: does it still have a right to be open, and is anybody there? */
import type { EndpointsStore } from '../../endpoints/endpoints-store.ts';
import { MINUTE_MS } from '../../platform/clock.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { type Lane, shardsOf } from '../connection.ts';
import type { OpenConnection } from '../connections-store.ts';
import { type CheckSessionContext, checkSession, closeAndFinish, finish } from './check-session.ts';

export interface SweepContext extends CheckSessionContext {
  readonly endpoints: EndpointsStore;
  readonly pause: (ms: number) => Promise<void>;
}

/** A connection that has not said who it is by then is closed; one that was refused has had the time to go by itself. */
const SILENT_MS = 30_000;
const PAGE = 100;
/** Sessions seen to at a time. */
const PARALLEL = 10;
/**
 * Junk goes at 100 a second, four at a time: each close starts a function for its $disconnect, and a young account may run
 * ten at once. 2 000 of them take 20 s.
 */
const JUNK_PARALLEL = 4;
const JUNK_PAUSE_MS = 40;

type Each = (connection: OpenConnection) => Promise<void>;

const forEach = async (
  context: SweepContext,
  connections: readonly OpenConnection[],
  parallel: number,
  each: Each,
): Promise<void> => {
  const queue = connections.values();
  const worker = async () => {
    for (const connection of queue) {
      try {
        await each(connection);
      } catch (error) {
        context.log.error('sweep-failed', error, { connectionId: connection.connectionId });
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
};

const attendPage = async (context: SweepContext, page: readonly OpenConnection[]): Promise<void> => {
  const open = page.filter(({ state }) => state !== 'CLOSED');
  const groupIds = [...new Set(open.flatMap(({ groupId }) => groupId ?? []))];
  const endpointIds = [...new Set(open.flatMap(({ endpointId }) => endpointId ?? []))];
  const [groups, endpoints] = await Promise.all([
    context.groups.getMany(groupIds),
    context.endpoints.getMany(endpointIds),
  ]);
  const groupOf = new Map(groups.map((group) => [group.groupId, group]));
  const endpointOf = new Map(endpoints.map((endpoint) => [endpoint.endpointId, endpoint]));
  await forEach(context, page, PARALLEL, (connection) =>
    checkSession(
      context,
      connection,
      groupOf.get(connection.groupId ?? ''),
      endpointOf.get(connection.endpointId ?? ''),
    ),
  );
};

const clearPage = (context: SweepContext, page: readonly OpenConnection[]): Promise<void> =>
  forEach(context, page, JUNK_PARALLEL, async ({ connectionId, state }) => {
    if (state === 'CLOSED') return finish(context, connectionId, 'ended');
    await closeAndFinish(context, connectionId, state === 'REJECTED' ? 'rejected' : 'never-spoke', 'unheard');
    await context.pause(JUNK_PAUSE_MS);
  });

/** Another shard comes first each minute: should time run out, it is not always the same ones that go short. */
const inTurn = (lane: Lane, now: number): string[] => {
  const shards = shardsOf(lane);
  const first = Math.floor(now / MINUTE_MS) % shards.length;
  return [...shards.slice(first), ...shards.slice(0, first)];
};

const sweepLane = async (
  context: SweepContext,
  lane: Lane,
  until: number,
  seeTo: (context: SweepContext, page: readonly OpenConnection[]) => Promise<void>,
): Promise<void> => {
  const oldEnough = context.clock() - (lane === 'pending' ? SILENT_MS : 0);
  for (const shard of inTurn(lane, context.clock())) {
    let startAfter: Key | undefined;
    do {
      if (context.clock() > until) return context.log.warn('sweep-out-of-time', { shard });
      const page = await context.connections.listOpen(shard, oldEnough, PAGE, startAfter);
      await seeTo(context, page.items);
      startAfter = page.lastKey;
    } while (startAfter);
  }
};

/** Goes through all open connections, oldest first in each shard, until done or `until` (epoch ms). */
export const sweepConnections = async (context: SweepContext, until: number): Promise<void> => {
  const lanes = await Promise.allSettled([
    sweepLane(context, 'session', until, attendPage),
    sweepLane(context, 'pending', until, clearPage),
  ]);
  const failed = lanes.find((lane) => lane.status === 'rejected');
  if (failed) throw failed.reason;
};
