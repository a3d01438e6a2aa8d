/** Heartbeats of silent sessions: COMMAND `GET /netbackup/ping`. */
import type { GroupsStore } from '../groups/groups-store.ts';
import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import { messageId } from '../platform/ids.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { commandRequest, PING } from '../protocol/messages.ts';
import type { Connection } from './connection.ts';
import type { ConnectionsStore } from './connections-store.ts';

interface HeartbeatContext {
  readonly connections: ConnectionsStore;
  readonly groups: GroupsStore;
  readonly clock: Clock;
}

/** NetBackup responds to a ping in milliseconds unless it executes another command. */
const MAX_WAIT_MS = 3 * MINUTE_MS;
/** It executes commands one after the other, and one may take minutes (222 s in the guide): CMD-4, PRP-8. */
const MAX_WAIT_BUSY_MS = 10 * MINUTE_MS;

export interface SessionActivity {
  readonly now: number;
  /** When a message last arrived from NetBackup. */
  readonly receivedAt: number;
  /** When the gateway last had traffic in either direction. */
  readonly activeAt: number;
  readonly pending: Connection['heartbeat'];
  readonly heartbeatMs: number;
  /** Whether a command is under way. */
  readonly isBusy: boolean;
}

/**
 * Only messages from NetBackup show that it is connected: the gateway's traffic includes messages that were sent on a broken
 * connection. `resend`: the pending heartbeat will get no response, so another one is sent.
 */
export const nextHeartbeatStep = (activity: SessionActivity): 'wait' | 'send' | 'resend' | 'close' => {
  const { now, receivedAt, activeAt, pending, heartbeatMs, isBusy } = activity;
  const isSilent = now - receivedAt >= heartbeatMs;
  if (!pending) return isSilent ? 'send' : 'wait';
  const age = now - pending.sentAt;
  if (age <= MINUTE_MS) return 'wait';
  // The function that stored it was interrupted, so it was not sent.
  if (activeAt < pending.sentAt - MINUTE_MS) return 'resend';
  // Another message has arrived since; the response to the heartbeat was lost on this side.
  if (receivedAt > pending.sentAt) return isSilent ? 'resend' : 'wait';
  return age > (isBusy ? MAX_WAIT_BUSY_MS : MAX_WAIT_MS) ? 'close' : 'wait';
};

/** Sends a heartbeat unless one is pending. It is stored before it is sent, since the response may arrive immediately. */
export const sendHeartbeat = async (
  context: Pick<HeartbeatContext, 'connections' | 'clock'> & { readonly gateway: Gateway },
  connectionId: string,
): Promise<void> => {
  const commandId = messageId();
  const sentAt = context.clock();
  if (!(await context.connections.startHeartbeat(connectionId, { commandId, sentAt }))) return;
  const posted = await context.gateway.post(connectionId, commandRequest(commandId, PING, sentAt));
  // Otherwise the connection would be closed for lack of a response.
  if (posted !== 'accepted') await context.connections.endHeartbeat(connectionId, commandId);
};

/** The version of the API in the headers of a response. */
export const apiVersionOf = (payload: unknown): string | undefined => {
  const { headers } = (payload ?? {}) as { headers?: unknown };
  const found = Object.entries((headers ?? {}) as Record<string, unknown>).find(
    ([name]) => name.toLowerCase() === 'x-netbackup-api-version',
  );
  const version = typeof found?.[1] === 'string' ? found[1].trim() : '';
  return /^\d{1,3}\.\d{1,3}$/.test(version) ? version : undefined;
};

/** Records the response to a heartbeat. `false` when it is not one. */
export const receiveHeartbeatResponse = async (
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
  const roundTripMs = now - heartbeat.sentAt;
  const seen = omitUndefined({ roundTripMs, lastSeen: now, netbackupApiVersion });
  await context.groups.recordHeartbeat(groupId, seen);
  return true;
};
