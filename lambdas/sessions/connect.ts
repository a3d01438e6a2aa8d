/** CONNECT (contract CON-1…CON-6): who is it, may it, and is it the newest? */
import { admits, type Endpoint, type Refusal } from '../endpoints/endpoint.ts';
import { endpointIdOf } from '../endpoints/token.ts';
import type { Clock } from '../platform/clock.ts';
import type { GatewayEvent } from '../platform/gateway/events.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import type { Log } from '../platform/logger.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { connectPayloadSchema, connectResponse } from '../protocol/messages.ts';
import { claimSession, type SessionStores } from './admission.ts';
import { closeConnection, endConnection } from './close.ts';
import type { Connection } from './connection.ts';
import { isNewer, type Session } from './group.ts';

export interface ConnectContext extends SessionStores {
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly log: Log;
}

/** `ready`: the group may be sent commands now. Otherwise nothing follows. */
export type ConnectOutcome = { readonly ready: true; readonly groupId: string } | { readonly ready: false };

const NOT_READY: ConnectOutcome = { ready: false };
/** Concurrent CONNECTs of one group make each other read again; each round one of them wins. */
const ROUNDS = 12;

type Decision =
  | { readonly kind: 'admitted'; readonly groupId: string; readonly replaced?: Session }
  | { readonly kind: 'rejected'; readonly reason: string; readonly endpointId?: string }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'gone' };

/** Why this connection may not become a session of that endpoint, whatever the token. */
const unfit = (
  connection: Connection,
  endpoint: Endpoint,
): 'already-rejected' | 'other-endpoint' | undefined => {
  if (connection.state === 'REJECTED') return 'already-rejected';
  const authenticated = connection.state === 'AUTHENTICATED';
  return authenticated && connection.endpointId !== endpoint.endpointId ? 'other-endpoint' : undefined;
};

const decideOnce = async (
  context: ConnectContext,
  event: GatewayEvent,
  token: string,
): Promise<Decision | 'again'> => {
  const { connectionId, connectedAt } = event;
  const endpointId = endpointIdOf(token);
  if (!endpointId) return { kind: 'rejected', reason: 'malformed-token' };
  const [connection, endpoint] = await Promise.all([
    context.connections.get(connectionId),
    context.endpoints.get(endpointId),
  ]);
  if (!connection || connection.state === 'CLOSED') return { kind: 'gone' };
  const verdict: Refusal | 'admitted' = admits(endpoint, token, context.clock());
  if (!endpoint || verdict !== 'admitted') return { kind: 'rejected', reason: verdict, endpointId };
  const misfit = unfit(connection, endpoint);
  if (misfit) return { kind: 'rejected', reason: misfit, endpointId };
  const { groupId } = endpoint;
  const group = await context.groups.get(groupId);
  if (!group) return { kind: 'rejected', reason: 'unknown-group', endpointId };
  const current = group.session;
  if (current?.connectionId === connectionId) return { kind: 'admitted', groupId };
  if (current && isNewer(current, event)) return { kind: 'superseded' };
  const session = { connectionId, connectedAt, endpointId, ready: false, since: context.clock() };
  if (!(await claimSession(context, group, endpoint, session))) return 'again';
  return { kind: 'admitted', groupId, ...(current ? { replaced: current } : {}) };
};

const decide = async (context: ConnectContext, event: GatewayEvent, token: string): Promise<Decision> => {
  for (let round = 0; round < ROUNDS; round++) {
    const decision = await decideOnce(context, event, token);
    if (decision !== 'again') return decision;
  }
  throw new Error('The session was contended beyond reason.');
};

/** CON-3, with nothing in it that tells which check failed. The sweep closes what NetBackup does not. */
const reject = async (
  context: ConnectContext,
  event: GatewayEvent,
  id: string,
  reason: string,
  endpointId?: string,
) => {
  await context.connections.reject(event.connectionId);
  await context.gateway.post(event.connectionId, connectResponse(id, false, context.clock()));
  context.log.warn('connect-rejected', {
    reason,
    endpointId,
    connectionId: event.connectionId,
    sourceIp: event.sourceIp,
  });
};

const admit = async (
  context: ConnectContext,
  event: GatewayEvent,
  id: string,
  groupId: string,
  replaced?: Session,
): Promise<ConnectOutcome> => {
  const { connectionId } = event;
  // Through @connections and not as the route's answer: only so is it known to have gone out before a COMMAND (I-4).
  const posted = await context.gateway.post(connectionId, connectResponse(id, true, context.clock()));
  if (posted !== 'accepted') {
    // NetBackup does not know that it is connected, or perhaps it does: a fresh connection settles it (CON-6).
    context.log.warn('connect-response-not-sent', { groupId, connectionId, posted });
    await (posted === 'gone'
      ? endConnection(context, connectionId, { closeReason: 'gone before CONNECT RESPONSE' })
      : closeConnection(context, connectionId, 'unanswered'));
    return NOT_READY;
  }
  const ready = await context.groups.markReady(groupId, connectionId);
  if (replaced) await closeConnection(context, replaced.connectionId, 'superseded');
  context.log.info('connected', {
    groupId,
    connectionId,
    sourceIp: event.sourceIp,
    replaced: replaced?.connectionId,
  });
  return ready ? { ready, groupId } : NOT_READY;
};

/** Handles one message on the CONNECT route. */
export const connect = async (context: ConnectContext, event: GatewayEvent): Promise<ConnectOutcome> => {
  const { connectionId } = event;
  const parsed = parseMessage(event.text);
  if (!parsed.ok || !isOf(parsed.message, 'CONNECT', 'REQUEST')) {
    const reason = parsed.ok ? 'not-a-connect-request' : parsed.reason;
    context.log.warn('message-malformed', {
      reason,
      route: 'CONNECT',
      connectionId,
      sourceIp: event.sourceIp,
    });
    return NOT_READY;
  }
  const { id } = parsed.message;
  const payload = connectPayloadSchema.safeParse(parsed.message.payload);
  const decision: Decision = payload.success
    ? await decide(context, event, payload.data.token)
    : { kind: 'rejected', reason: 'no-token' };
  switch (decision.kind) {
    case 'admitted':
      return admit(context, event, id, decision.groupId, decision.replaced);
    case 'rejected':
      await reject(context, event, id, decision.reason, decision.endpointId);
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
