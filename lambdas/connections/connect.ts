/** Handles CONNECT (contract CON-1…CON-6), in the order that I-4 and I-5 require. */
import { tokenShared } from '../endpoints/bus-events.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { sharingAddresses } from '../groups/takeover.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { RejectionReason } from '../platform/bus/enumerations.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { type Clock, HOUR_MS } from '../platform/clock.ts';
import type { GatewayEvent } from '../platform/gateway/events.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import type { Log } from '../platform/logger.ts';
import { responseId } from '../platform/response-id.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { connectPayloadSchema, connectResponse, type IdText } from '../protocol/messages.ts';
import { authenticate, type Decision } from './authenticate.ts';
import type { AuthenticatedConnections } from './authenticated-connections.ts';
import { connectionRejected } from './bus-events.ts';
import type { SessionStores } from './claim-session.ts';
import { closeConnection, tryToClose } from './close.ts';
import { publishOpened } from './publish-opened.ts';
import { rejectMalformed, type UnauthenticatedConnections } from './unauthenticated-connections.ts';

export interface ConnectContext extends SessionStores {
  readonly gateway: Gateway;
  readonly authenticated: Pick<AuthenticatedConnections, 'identityOf'>;
  readonly unauthenticated: Pick<UnauthenticatedConnections, 'reject' | 'close'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** `ready`: commands of the group may be sent. `afterwards`: to be called after they were sent. */
export type ConnectOutcome =
  | { readonly ready: true; readonly groupId: string; readonly afterwards: () => Promise<void> }
  | { readonly ready: false };

const NOT_READY: ConnectOutcome = { ready: false };

/**
 * CON-3: the response does not contain the reason. If NetBackup does not close the connection, the next CONNECT on it does, or
 * the sweep.
 */
const reject = async (
  context: ConnectContext,
  event: GatewayEvent,
  id: IdText,
  reason: RejectionReason,
  endpoint?: Endpoint,
): Promise<void> => {
  const { connectionId, sourceIp } = event;
  const isRepeated = await context.connections.reject(connectionId);
  await context.gateway.post(connectionId, connectResponse(id, false, context.clock()));
  if (isRepeated) await context.unauthenticated.close(connectionId);
  const endpointId = endpoint?.endpointId;
  const groupId = endpoint?.groupId;
  // The code contains the reason, so that each reason has its own count.
  context.log.warn(`connect-rejected-${reason}`, { reason, groupId, endpointId, connectionId, sourceIp });
  // Without an existing endpoint's id, as of a random client, nothing is stored or published.
  if (groupId === undefined || endpointId === undefined) return;
  const now = context.clock();
  if (await context.groups.recordRejection(groupId, { at: now, reason, sourceIp })) {
    await tryToPublish(context, [
      connectionRejected({ groupId, endpointId, connectionId, sourceIp, reason }, now),
    ]);
  }
};

/** How long a warning about a shared token is not repeated. */
const WARN_INTERVAL_MS = HOUR_MS;

type Claimed = NonNullable<Extract<Decision, { kind: 'authenticated' }>['claimed']>;

/** With I-5, two domains with one token replace each other's sessions forever. */
const warnAboutSharedToken = async (context: ConnectContext, claimed: Claimed): Promise<void> => {
  const { group, session, takeovers } = claimed;
  const { groupId } = group;
  const now = context.clock();
  const addresses = sharingAddresses(takeovers, now);
  if (!addresses || now - (group.tokenShared?.at ?? 0) < WARN_INTERVAL_MS) return;
  context.log.warn('token-shared', { groupId, addresses: addresses.join(' ') });
  const published = await tryToPublish(context, [tokenShared(groupId, session.endpointId, addresses, now)]);
  // Otherwise the next takeover publishes it.
  if (published) await context.groups.recordTokenShared(groupId, { at: now, addresses });
};

const accept = async (
  context: ConnectContext,
  event: GatewayEvent,
  id: IdText,
  { groupId, claimed }: Extract<Decision, { kind: 'authenticated' }>,
): Promise<ConnectOutcome> => {
  const { connectionId, sourceIp } = event;
  // Sent with @connections, not as the route's response, so that it is known to be sent before a COMMAND (I-4).
  const posted = await context.gateway.post(connectionId, connectResponse(id, true, context.clock()));
  if (posted !== 'accepted') {
    // It is not known whether NetBackup received it, even after a 410, so NetBackup has to connect again (CON-6).
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
    if (replaced) await warnAboutSharedToken(context, claimed);
  };
  if (ready) return { ready, groupId, afterwards };
  await afterwards();
  return NOT_READY;
};

/** Handles one message on the CONNECT route. */
export const connect = async (context: ConnectContext, event: GatewayEvent): Promise<ConnectOutcome> => {
  const { connectionId } = event;
  const parsed = parseMessage(event.text);
  if (!parsed.ok || !isOf(parsed.message, 'CONNECT', 'REQUEST')) {
    const reason = parsed.ok ? 'not-a-connect-request' : parsed.reason;
    await rejectMalformed(context, event, { reason, route: 'CONNECT' });
    return NOT_READY;
  }
  const id = responseId(event.text, parsed.message.id);
  const payload = connectPayloadSchema.safeParse(parsed.message.payload);
  const decision: Decision = payload.success
    ? await authenticate(context, event, payload.data.token)
    : { kind: 'rejected', reason: 'no-token' };
  switch (decision.kind) {
    case 'authenticated':
      return accept(context, event, id, decision);
    case 'rejected':
      await reject(context, event, id, decision.reason, decision.endpoint);
      return NOT_READY;
    case 'superseded':
      context.log.info('connect-superseded', { connectionId });
      await closeConnection(context, connectionId, 'superseded');
      return NOT_READY;
    case 'closed':
      context.log.info('connect-too-late', { connectionId });
      return NOT_READY;
  }
};
