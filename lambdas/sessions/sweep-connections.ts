/** Every minute, for each open connection: does it still have a right to be open, and is anybody there? */
import { HOUR_MS, MINUTE_MS } from '../platform/clock.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type CloseContext, closeConnection, endConnection } from './close.ts';
import { type Closing, type Connection, OPEN_SHARDS } from './connection.ts';
import type { Group } from './group.ts';
import { sendHeartbeat } from './heartbeat.ts';

export interface SweepContext extends CloseContext {
  readonly heartbeatMinutes: number;
  /** Whether a command is under way on a group's connection: a planned close waits for a quiet moment. */
  readonly busy: (groupId: string) => Promise<boolean>;
  /** What else has to happen when a connection turns out to have ended. */
  readonly ended: (connection: Connection) => Promise<void>;
  /** What else has to happen for a group whose session is alive: commands that a flush missed. */
  readonly attended: (groupId: string) => Promise<void>;
}

/** A connection that has not said who it is by then is closed. */
const SILENT_MS = 30_000;
/** The gateway closes at 2 h, whatever is under way: close before that, at a quiet moment, or at the last one. */
const PLANNED_MS = HOUR_MS + 50 * MINUTE_MS;
const LATEST_MS = HOUR_MS + 58 * MINUTE_MS;
/** A claimed session that never got its CONNECT RESPONSE: the function died in between. */
const CLAIMED_MS = MINUTE_MS;
/** NetBackup answers commands one after the other, and one may take minutes (222 s in the guide): CMD-4, PRP-8. */
const UNANSWERED_MS = 10 * MINUTE_MS;

/** What is known without asking the gateway. */
export const closingReason = (
  connection: Connection,
  group: Group | undefined,
  now: number,
): Closing | undefined => {
  const age = now - connection.connectedAt;
  if (connection.state === 'REJECTED') return 'rejected';
  if (connection.state === 'PENDING') return age > SILENT_MS ? 'never-spoke' : undefined;
  const session = group?.session;
  if (session?.connectionId !== connection.connectionId) return 'not-the-session';
  if (!session.ready && now - session.since > CLAIMED_MS) return 'unanswered';
  return age > LATEST_MS ? 'lifetime' : undefined;
};

/** Finishes what follows from a connection's end, whoever began it and however far they came. */
const finish = async (context: SweepContext, connectionId: string, closeReason: string): Promise<void> => {
  const ended = await endConnection(context, connectionId, { closeReason });
  if (!ended) return;
  await context.ended(ended.connection);
  await context.connections.settled(connectionId);
};

/** Keeps a live session alive, and finds out whether it is one. */
const attend = async (context: SweepContext, connection: Connection, groupId: string): Promise<void> => {
  const now = context.clock();
  const { connectionId } = connection;
  const active = await context.gateway.lastActiveAt(connectionId);
  if (active === undefined) return finish(context, connectionId, 'found gone by the sweep');
  if (now - connection.connectedAt > PLANNED_MS && !(await context.busy(groupId))) {
    return closeConnection(context, connectionId, 'lifetime');
  }
  await context.attended(groupId);
  if (now - active < context.heartbeatMinutes * MINUTE_MS) return;
  const waiting = (await context.connections.get(connectionId))?.heartbeat;
  if (!waiting) return sendHeartbeat(context, connectionId);
  const age = now - waiting.sentAt;
  if (age > MINUTE_MS && Math.abs(active - waiting.sentAt) > MINUTE_MS) {
    // Not the last that the connection carried: it never went out, or something has come since and its answer was lost
    // here. Neither says that the link is dead, so it is asked anew.
    await context.connections.endHeartbeat(connectionId, waiting.commandId);
    return sendHeartbeat(context, connectionId);
  }
  if (age > UNANSWERED_MS) return closeConnection(context, connectionId, 'no-heartbeat');
};

const sweepOne = async (
  context: SweepContext,
  connection: Connection,
  group: Group | undefined,
): Promise<void> => {
  const { connectionId, groupId } = connection;
  if (connection.state === 'CLOSED') return finish(context, connectionId, 'ended');
  const reason = closingReason(connection, group, context.clock());
  if (!reason) {
    if (groupId && connection.state === 'AUTHENTICATED') await attend(context, connection, groupId);
    return;
  }
  await closeConnection(context, connectionId, reason);
  // If it was gone already nobody will report its end any more.
  const after = await context.connections.get(connectionId);
  if (after?.state === 'CLOSED') await finish(context, connectionId, 'already gone');
};

const PAGE = 100;
/** Calls to the gateway under way at a time: paced, so that 2 000 junk sockets do not use up the account's rate. */
const PARALLEL = 10;

const sweepPage = async (context: SweepContext, connections: readonly Connection[]): Promise<void> => {
  const groupIds = [...new Set(connections.flatMap(({ groupId }) => groupId ?? []))];
  const groups = new Map((await context.groups.getMany(groupIds)).map((group) => [group.groupId, group]));
  const queue = connections.values();
  const worker = async () => {
    for (const connection of queue) {
      try {
        await sweepOne(context, connection, groups.get(connection.groupId ?? ''));
      } catch (error) {
        context.log.error('sweep-failed', error, { connectionId: connection.connectionId });
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
};

/** Goes through all open connections, oldest first in each shard, until done or `until` (epoch ms). */
export const sweepConnections = async (context: SweepContext, until: number): Promise<void> => {
  for (const shard of OPEN_SHARDS) {
    let startAfter: Key | undefined;
    do {
      if (context.clock() > until) return context.log.warn('sweep-out-of-time', { shard });
      const page = await context.connections.listOpen(shard, PAGE, startAfter);
      await sweepPage(context, page.items);
      startAfter = page.lastKey;
    } while (startAfter);
  }
};
