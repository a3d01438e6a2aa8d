/** CONNECT (contract CON-1…CON-6): what follows from the decision, in the order that I-4 and I-5 ask for. */
import type { Endpoint } from '../endpoints/endpoint.ts';
import { sharingAddresses } from '../groups/takeover.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { type Clock, HOUR_MS } from '../platform/clock.ts';
import type { GatewayEvent } from '../platform/gateway/events.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import type { Log } from '../platform/logger.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { connectPayloadSchema, connectResponse } from '../protocol/messages.ts';
import { authenticate, type Decision, type RejectionReason } from './authenticate.ts';
import { connectionRejected, tokenShared } from './bus-events.ts';
import type { SessionStores } from './claim-session.ts';
import { closeConnection, tryToClose } from './close.ts';
import { publishOpened } from './publish-opened.ts';

export interface ConnectContext extends SessionStores {
  readonly gateway: Gateway;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** `ready`: the group may be sent commands now; `afterwards` is what can wait until they are. Otherwise nothing follows. */
export type ConnectOutcome =
  | { readonly ready: true; readonly groupId: string; readonly afterwards: () => Promise<void> }
  | { readonly ready: false };

const NOT_READY: ConnectOutcome = { ready: false };

/** CON-3, with nothing in it that tells which check failed. The sweep closes what NetBackup does not. */
const reject = async (
  context: ConnectContext,
  event: GatewayEvent,
  id: string,
  reason: RejectionReason,
  endpoint?: Endpoint,
): Promise<void> => {
  const { connectionId, sourceIp } = event;
  await context.connections.reject(connectionId);
  await context.gateway.post(connectionId, connectResponse(id, false, context.clock()));
  const endpointId = endpoint?.endpointId;
  const groupId = endpoint?.groupId;
  // The reason is part of the code, so that each is counted for itself.
  context.log.warn(`connect-rejected-${reason}`, { reason, groupId, endpointId, connectionId, sourceIp });
  // Only whoever knows an endpoint's id gets as far as a record and an event: not what dials at random.
  if (groupId === undefined || endpointId === undefined) return;
  const now = context.clock();
  if (await context.groups.recordRejection(groupId, { at: now, reason, sourceIp })) {
    await tryToPublish(context, [
      connectionRejected({ groupId, endpointId, connectionId, sourceIp, reason }, now),
    ]);
  }
};

/** How long a warning of a shared token stands before it is given again. */
const WARN_AGAIN_MS = HOUR_MS;

type Claimed = NonNullable<Extract<Decision, { kind: 'admitted' }>['claimed']>;

/** Two domains that push each other out (I-5 lets the newest win; nothing else would tell why it never ends). */
const warnOfSharing = async (context: ConnectContext, claimed: Claimed): Promise<void> => {
  const { group, session, takeovers } = claimed;
  const { groupId } = group;
  const now = context.clock();
  const addresses = sharingAddresses(takeovers, now);
  if (!addresses || now - (group.tokenShared?.at ?? 0) < WARN_AGAIN_MS) return;
  context.log.warn('token-shared', { groupId, addresses: addresses.join(' ') });
  const told = await tryToPublish(context, [tokenShared(groupId, session.endpointId, addresses, now)]);
  // The next takeover says it again otherwise.
  if (told) await context.groups.recordTokenShared(groupId, { at: now, addresses });
};

const admit = async (
  context: ConnectContext,
  event: GatewayEvent,
  id: string,
  { groupId, claimed }: Extract<Decision, { kind: 'admitted' }>,
): Promise<ConnectOutcome> => {
  const { connectionId, sourceIp } = event;
  // Through @connections and not as the route's answer: only so is it known to have gone out before a COMMAND (I-4).
  const posted = await context.gateway.post(connectionId, connectResponse(id, true, context.clock()));
  if (posted !== 'accepted') {
    // NetBackup does not know that it is connected, or perhaps it does, even after a 410: a fresh connection settles it (CON-6).
    context.log.warn('connect-response-not-sent', { groupId, connectionId, posted });
    await closeConnection(context, connectionId, 'unanswered');
    return NOT_READY;
  }
  const ready = await context.groups.markReady(groupId, connectionId);
  if (!claimed) return ready ? { ready, groupId, afterwards: async () => {} } : NOT_READY;
  const { connection, replaced } = claimed;
  if (replaced) await tryToClose(context, replaced.connectionId, 'superseded');
  context.log.info('connected', { groupId, connectionId, sourceIp, replaced: replaced?.connectionId });
  const afterwards = async () => {
    await publishOpened(context, connection);
    if (replaced) await warnOfSharing(context, claimed);
  };
  if (ready) return { ready, groupId, afterwards };
  await afterwards();
  return NOT_READY;
};

/** Handles one message on the CONNECT route. */
export const connect = async (context: ConnectContext, event: GatewayEvent): Promise<ConnectOutcome> => {
  const { connectionId, sourceIp } = event;
  const parsed = parseMessage(event.text);
  if (!parsed.ok || !isOf(parsed.message, 'CONNECT', 'REQUEST')) {
    const reason = parsed.ok ? 'not-a-connect-request' : parsed.reason;
    context.log.warn('message-malformed', { reason, route: 'CONNECT', connectionId, sourceIp });
    return NOT_READY;
  }
  const { id } = parsed.message;
  const payload = connectPayloadSchema.safeParse(parsed.message.payload);
  const decision: Decision = payload.success
    ? await authenticate(context, event, payload.data.token)
    : { kind: 'rejected', reason: 'no-token' };
  switch (decision.kind) {
    case 'admitted':
      return admit(context, event, id, decision);
    case 'rejected':
      await reject(context, event, id, decision.reason, decision.endpoint);
      return NOT_READY;
    case 'superseded':
      context.log.info('connect-superseded', { connectionId });
      await closeConnection(context, connectionId, 'superseded');
      return NOT_READY;
    case 'gone':
      context.log.info('connect-too-late', { connectionId });
      return NOT_READY;
  }
};
