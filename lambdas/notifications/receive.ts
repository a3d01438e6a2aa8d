/** NOTIFICATION (contract NOT-3, I-1, I-2): one durable write, then the acknowledgement. The hot path. */

import type { AuthenticatedConnections } from '../connections/authenticated-connections.ts';
import type { Clock } from '../platform/clock.ts';
import { type GatewayEvent, readGatewayEvent } from '../platform/gateway/events.ts';
import { messageId } from '../platform/ids.ts';
import type { Log } from '../platform/logger.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { commandRequest, connectResponse, notificationResponse, PING } from '../protocol/messages.ts';
import { type JournalStore, journalEntry } from './journal-store.ts';

export interface ReceiveContext {
  readonly senders: Pick<AuthenticatedConnections, 'senderOf'>;
  readonly journal: Pick<JournalStore, 'store'>;
  readonly retentionDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * How long storing may take before the answer goes out without it. NetBackup waits 2 s for sending and acknowledgement
 * together (NOT-4).
 */
export const STORE_WITHIN_MS = 1_500;

/** Well-formed, harmless, and no acknowledgement: NetBackup answers it and sends its notification again (I-1). */
const notAcknowledged = (clock: Clock): string => commandRequest(messageId(), PING, clock());

/** Rejects when the signal fires: the answer must go out in time even if the SDK is slow to give up. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

const answer = async (
  context: ReceiveContext,
  event: GatewayEvent,
  deadline: AbortSignal,
): Promise<string> => {
  const { clock, log } = context;
  const { connectionId, sourceIp, text } = event;
  const parsed = parseMessage(text);
  const sender = await context.senders.senderOf(connectionId, deadline);
  if (!sender) {
    log.warn('notification-before-connect', { connectionId, sourceIp });
    const id = parsed.ok ? parsed.message.id : parsed.id;
    return connectResponse(id ?? messageId(), false, clock());
  }
  const { groupId } = sender;
  if (!parsed.ok || !isOf(parsed.message, 'NOTIFICATION', 'REQUEST')) {
    const reason = parsed.ok ? 'not-a-notification-request' : parsed.reason;
    log.warn('message-malformed', { reason, route: 'NOTIFICATION', connectionId, groupId, sourceIp });
    return notAcknowledged(clock);
  }
  const { id, timeStamp } = parsed.message;
  const entry = journalEntry({ groupId, text, timeStamp, receivedAt: clock() }, context.retentionDays);
  if ((await context.journal.store(entry, deadline)) === 'seen-before') {
    log.warn('notification-seen-before', { groupId, connectionId });
  }
  return notificationResponse(id, clock());
};

/**
 * Answers one message on the NOTIFICATION route with the text that goes back. Never rejects: thrown to the gateway, even an
 * event that cannot be read would become an error frame (I-1).
 * @param raw the gateway's event
 */
export const receive = async (context: ReceiveContext, raw: unknown): Promise<string> => {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error('Storing took too long.')), STORE_WITHIN_MS);
  let connectionId: string | undefined;
  try {
    const event = readGatewayEvent(raw);
    connectionId = event.connectionId;
    return await Promise.race([answer(context, event, deadline.signal), abortOf(deadline.signal)]);
  } catch (error) {
    context.log.error('notification-not-stored', error, { connectionId });
    return notAcknowledged(context.clock);
  } finally {
    clearTimeout(timer);
  }
};
