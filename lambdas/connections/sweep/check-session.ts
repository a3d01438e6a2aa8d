/** A session, once a minute: is it still allowed, is it time for it to go, is anybody there? */
import { type Endpoint, hasRunOut, stillAdmits } from '../../endpoints/endpoint.ts';
import type { CloseReason } from '../../groups/close-reasons.ts';
import type { Group, Session } from '../../groups/group.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { HOUR_MS, MINUTE_MS } from '../../platform/clock.ts';
import { type CloseContext, closeConnection, endConnection, settleEnd } from '../close.ts';
import type { Connection } from '../connection.ts';
import type { OpenConnection } from '../connections-store.ts';
import { nextStep, sendHeartbeat } from '../heartbeat.ts';
import { publishOpened } from '../publish-opened.ts';

export interface CheckSessionContext extends CloseContext {
  readonly bus: Bus;
  readonly heartbeatMinutes: number;
  /** Whether a command is under way on a group's connection. */
  readonly busy: (groupId: string) => Promise<boolean>;
  /** When a group's latest notification came (epoch ms). */
  readonly lastNotification: (groupId: string) => Promise<number | undefined>;
  /** For the commands that an ended connection carried. */
  readonly lost: (groupId: string, connection: Connection) => Promise<void>;
  /** Sends the commands that a flush missed. */
  readonly flush: (groupId: string) => Promise<void>;
}

/** The gateway closes at 2 h, whatever is under way: close before that, at a quiet moment, or at the last one. */
const PLANNED_MS = HOUR_MS + 50 * MINUTE_MS;
const LATEST_MS = HOUR_MS + 58 * MINUTE_MS;
/** A claimed session that never got its CONNECT RESPONSE: the function died in between. */
const CLAIMED_MS = MINUTE_MS;

/** Why an authenticated connection has to go, as far as that can be told without asking the gateway. */
export const closingReason = (
  { connectionId, connectedAt }: Pick<Connection, 'connectionId' | 'connectedAt'>,
  session: Session | undefined,
  endpoint: Endpoint | undefined,
  now: number,
): CloseReason | undefined => {
  if (session?.connectionId !== connectionId) return 'not-the-session';
  // Its token was revoked or has run out. Whoever revoked it closes it at once; this is for when they were cut short.
  if (!stillAdmits(endpoint, session.tokenId, now)) {
    return hasRunOut(endpoint, session.tokenId, now) ? 'token-expired' : 'token-ended';
  }
  if (!session.ready && now - session.since > CLAIMED_MS) return 'unanswered';
  return now - connectedAt > LATEST_MS ? 'lifetime' : undefined;
};

/** Finishes what follows from a connection's end, whoever began it and however far they came. */
export const finish = async (
  context: CheckSessionContext,
  connectionId: string,
  closeReason: string,
): Promise<void> => {
  const ended = await endConnection(context, connectionId, { closeReason });
  if (ended) await settleEnd(context, ended.connection, context.lost);
};

/** Closes, and finishes at once if it was gone already: nobody will report its end any more. */
export const closeAndFinish = async (
  context: CheckSessionContext,
  connectionId: string,
  reason: CloseReason,
  only?: 'unheard',
): Promise<void> => {
  await closeConnection(context, connectionId, reason, only);
  const after = await context.connections.get(connectionId);
  if (after?.state === 'CLOSED') await finish(context, connectionId, 'already gone');
};

const checkLife = async (context: CheckSessionContext, group: Group, session: Session, carriedAt: number) => {
  const { groupId } = group;
  const { connectionId } = session;
  const now = context.clock();
  const heartbeatMs = context.heartbeatMinutes * MINUTE_MS;
  let heardAt = Math.max(session.since, group.lastSeen ?? 0);
  if (now - heardAt < heartbeatMs) return;
  heardAt = Math.max(heardAt, (await context.lastNotification(groupId)) ?? 0);
  const waiting = (await context.connections.get(connectionId))?.heartbeat;
  const busy = waiting !== undefined && (await context.busy(groupId));
  const step = nextStep({ now, heardAt, carriedAt, waiting, heartbeatMs, busy });
  if (step === 'give-up') return closeAndFinish(context, connectionId, 'no-heartbeat');
  if (step === 'renew' && waiting) await context.connections.endHeartbeat(connectionId, waiting.commandId);
  if (step !== 'wait') await sendHeartbeat(context, connectionId);
};

/** Sees to one connection of the session lane. */
export const checkSession = async (
  context: CheckSessionContext,
  connection: OpenConnection,
  group: Group | undefined,
  endpoint: Endpoint | undefined,
): Promise<void> => {
  const { connectionId, connectedAt } = connection;
  if (connection.state === 'CLOSED') return finish(context, connectionId, 'ended');
  const session = group?.session;
  const now = context.clock();
  const reason = closingReason(connection, session, endpoint, now);
  if (reason || !group || !session) {
    return closeAndFinish(context, connectionId, reason ?? 'not-the-session');
  }
  const carriedAt = await context.gateway.lastActiveAt(connectionId);
  if (carriedAt === undefined) return finish(context, connectionId, 'found gone by the sweep');
  if (connection.untold && session.ready) {
    const whole = await context.connections.get(connectionId);
    if (whole) await publishOpened(context, whole);
  }
  if (now - connectedAt > PLANNED_MS && !(await context.busy(group.groupId))) {
    return closeAndFinish(context, connectionId, 'lifetime');
  }
  if (session.ready) await context.flush(group.groupId);
  return checkLife(context, group, session, carriedAt);
};
