/** NOTIFICATION (contract NOT-3, I-1, I-2): one durable write, then the acknowledgement. The hot path. */

import type { AuthenticatedConnections } from '../connections/authenticated-connections.ts';
import type { UnauthenticatedConnections } from '../connections/unauthenticated-connections.ts';
import type { Clock } from '../platform/clock.ts';
import { type GatewayEvent, readGatewayEvent } from '../platform/gateway/events.ts';
import { messageId } from '../platform/ids.ts';
import type { Log } from '../platform/logger.ts';
import { responseId } from '../platform/response-id.ts';
import { isOf, type Parsed, parseMessage } from '../protocol/codec.ts';
import {
  commandRequest,
  connectResponse,
  type IdText,
  idText,
  notificationResponse,
  PING,
} from '../protocol/messages.ts';
import { type JournalStore, journalEntry } from './journal-store.ts';

export interface ReceiveContext {
  readonly authenticated: Pick<AuthenticatedConnections, 'identityOf'>;
  readonly unauthenticated: Pick<UnauthenticatedConnections, 'isClosed' | 'reject'>;
  readonly journal: Pick<JournalStore, 'store'>;
  readonly retentionDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** The time limit for storing. NetBackup waits 2 s for sending and acknowledgement together (NOT-4). */
export const MAX_STORE_MS = 1_500;

/**
 * The part of NetBackup's 2 s (PRP-2) without its network. Counted from the arrival at the gateway: unlike the metric `Duration` of
 * Lambda this includes a cold start.
 */
export const SLOW_MS = 1_200;

/** Not an acknowledgement, so that NetBackup sends its notification again (I-1). It has no other effect on NetBackup. */
const notAcknowledged = (clock: Clock): string => commandRequest(messageId(), PING, clock());

/** Rejects when the signal fires: the response must be sent in time even if the SDK aborts late. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

/** The `id` for a response; a new one if the text is not an object. */
const answeredId = (text: string, parsed: Parsed): IdText => {
  if (parsed.ok) return responseId(text, parsed.message.id);
  return parsed.reason === 'not-an-envelope' ? responseId(text, parsed.id) : idText(messageId());
};

const respondTo = async (
  context: ReceiveContext,
  event: GatewayEvent,
  deadline: AbortSignal,
): Promise<string> => {
  const { clock, log } = context;
  const { connectionId, sourceIp, text } = event;
  const parsed = parseMessage(text);
  const notConnected = () => connectResponse(answeredId(text, parsed), false, clock());
  if (context.unauthenticated.isClosed(connectionId)) return notConnected();
  const sender = await context.authenticated.identityOf(connectionId, deadline);
  if (!sender) {
    const response = notConnected();
    // Posted before the close: the route's own response would come after it.
    await context.unauthenticated.reject(event, 'notification-before-connect', {}, response);
    return response;
  }
  const { groupId } = sender;
  if (!parsed.ok || !isOf(parsed.message, 'NOTIFICATION', 'REQUEST')) {
    const reason = parsed.ok ? 'not-a-notification-request' : parsed.reason;
    log.warn('message-malformed', { reason, route: 'NOTIFICATION', connectionId, groupId, sourceIp });
    return notAcknowledged(clock);
  }
  const { timeStamp } = parsed.message;
  const entry = journalEntry({ groupId, text, timeStamp, receivedAt: clock() }, context.retentionDays);
  if ((await context.journal.store(entry, deadline)) === 'seen-before') {
    log.warn('notification-seen-before', { groupId, connectionId });
  }
  return notificationResponse(answeredId(text, parsed), clock());
};

/**
 * Handles one message on the NOTIFICATION route. Never rejects: the gateway would turn an exception into an error frame (I-1).
 * @param raw the gateway's event
 * @returns the text of the response
 */
export const receive = async (context: ReceiveContext, raw: unknown): Promise<string> => {
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new Error(`The notification was not stored within ${MAX_STORE_MS} ms.`)),
    MAX_STORE_MS,
  );
  let event: GatewayEvent | undefined;
  try {
    event = readGatewayEvent(raw);
    return await Promise.race([respondTo(context, event, deadline.signal), abortOf(deadline.signal)]);
  } catch (error) {
    context.log.error('notification-not-stored', error, { connectionId: event?.connectionId });
    return notAcknowledged(context.clock);
  } finally {
    clearTimeout(timer);
    const afterMs = event ? context.clock() - event.requestedAt : 0;
    if (afterMs > SLOW_MS)
      context.log.count('acknowledgement-slow', { connectionId: event?.connectionId, afterMs });
  }
};
