/** Asking a silent session whether NetBackup is still there: COMMAND `GET /netbackup/ping`. */

import type { GroupsStore } from '../groups/groups-store.ts';
import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import { messageId } from '../platform/ids.ts';
import { commandRequest, PING } from '../protocol/messages.ts';
import type { Connection } from './connection.ts';
import type { ConnectionsStore } from './connections-store.ts';

interface HeartbeatContext {
  readonly connections: ConnectionsStore;
  readonly groups: GroupsStore;
  readonly clock: Clock;
}

/** NetBackup answers a ping in milliseconds, if nothing else keeps it busy. */
const UNANSWERED_MS = 3 * MINUTE_MS;
/** It answers commands one after the other, and one may take minutes (222 s in the guide): CMD-4, PRP-8. */
const UNANSWERED_BUSY_MS = 10 * MINUTE_MS;

export interface Signs {
  readonly now: number;
  /** When something last came from NetBackup itself. */
  readonly heardAt: number;
  /** When the gateway last carried anything, in either direction. */
  readonly carriedAt: number;
  readonly waiting: Connection['heartbeat'];
  readonly heartbeatMs: number;
  /** Whether a command is under way. */
  readonly busy: boolean;
}

/**
 * What to do about a session. Only what came from NetBackup counts as life: what we sent into a dead link also shows as
 * traffic. `renew`: the waiting heartbeat tells nothing any more, so another is sent.
 */
export const nextStep = (signs: Signs): 'wait' | 'ask' | 'renew' | 'give-up' => {
  const { now, heardAt, carriedAt, waiting, heartbeatMs, busy } = signs;
  const isSilent = now - heardAt >= heartbeatMs;
  if (!waiting) return isSilent ? 'ask' : 'wait';
  const age = now - waiting.sentAt;
  if (age <= MINUTE_MS) return 'wait';
  // It never went out: whoever noted it died before it was sent.
  if (carriedAt < waiting.sentAt - MINUTE_MS) return 'renew';
  // Something came since; its own answer was lost on our side.
  if (heardAt > waiting.sentAt) return isSilent ? 'renew' : 'wait';
  return age > (busy ? UNANSWERED_BUSY_MS : UNANSWERED_MS) ? 'give-up' : 'wait';
};

/** Sends one unless one is waiting. Noted before it goes out, so that its answer is recognised however fast it comes. */
export const sendHeartbeat = async (
  context: Pick<HeartbeatContext, 'connections' | 'clock'> & { readonly gateway: Gateway },
  connectionId: string,
): Promise<void> => {
  const commandId = messageId();
  const sentAt = context.clock();
  if (!(await context.connections.startHeartbeat(connectionId, { commandId, sentAt }))) return;
  const posted = await context.gateway.post(connectionId, commandRequest(commandId, PING, sentAt));
  // A refused one would otherwise count as unanswered, and cost the connection its life.
  if (posted !== 'accepted') await context.connections.endHeartbeat(connectionId, commandId);
};

/** The version that NetBackup names in an answer, to a ping for instance. */
export const apiVersionOf = (payload: unknown): string | undefined => {
  const { headers } = (payload ?? {}) as { headers?: unknown };
  const found = Object.entries((headers ?? {}) as Record<string, unknown>).find(
    ([name]) => name.toLowerCase() === 'x-netbackup-api-version',
  );
  const version = typeof found?.[1] === 'string' ? found[1].trim() : '';
  return /^\d{1,3}\.\d{1,3}$/.test(version) ? version : undefined;
};

/** Takes an answer as a heartbeat's if it is one. Records the round trip and what it told. */
export const answerHeartbeat = async (
  context: HeartbeatContext,
  groupId: string,
  connectionId: string,
  commandId: string,
  payload: unknown,
): Promise<boolean> => {
  const heartbeat = (await context.connections.get(connectionId))?.heartbeat;
  if (heartbeat?.commandId !== commandId) return false;
  if (!(await context.connections.endHeartbeat(connectionId, commandId))) return false;
  const now = context.clock();
  const netbackupApiVersion = apiVersionOf(payload);
  await context.groups.recordHeartbeat(groupId, {
    roundTripMs: now - heartbeat.sentAt,
    lastSeen: now,
    ...(netbackupApiVersion ? { netbackupApiVersion } : {}),
  });
  return true;
};
