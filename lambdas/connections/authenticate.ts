/** Whether a CONNECT is admitted (CON-2, CON-3), and the claim that makes it so (I-5). */
import { admits, type Endpoint, type Refusal } from '../endpoints/endpoint.ts';
import { endpointIdOf, tokenIdOf } from '../endpoints/token.ts';
import { type Group, isNewer, type Session } from '../groups/group.ts';
import { type Takeover, withTakeover } from '../groups/takeover.ts';
import type { Clock } from '../platform/clock.ts';
import type { GatewayEvent } from '../platform/gateway/events.ts';
import { allowedBy } from './allowed-addresses.ts';
import { claimSession, type SessionStores } from './claim-session.ts';
import type { Connection } from './connection.ts';

/** Why a CONNECT is refused. Never told to whom it is refused. */
export type RejectionReason =
  | Refusal
  | 'no-token'
  | 'malformed-token'
  | 'unknown-group'
  | 'address-not-allowed'
  | 'already-rejected'
  | 'other-endpoint';

export type Decision =
  | {
      readonly kind: 'admitted';
      readonly groupId: string;
      /** Set when this CONNECT claimed the session: a repeated one finds it claimed. */
      readonly claimed?: {
        readonly connection: Connection;
        readonly endpoint: Endpoint;
        readonly session: Session;
        readonly replaced?: Session;
        readonly group: Group;
        readonly takeovers: readonly Takeover[];
      };
    }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason; readonly endpoint?: Endpoint }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'gone' };

type DecideContext = SessionStores & { readonly clock: Clock };

/** Concurrent CONNECTs of one group make each other read again; each round one of them wins. */
const ROUNDS = 12;

/** Why this connection may not become a session of that endpoint, whatever the token. */
const unfit = (connection: Connection, endpoint: Endpoint): RejectionReason | undefined => {
  if (connection.state === 'REJECTED') return 'already-rejected';
  const authenticated = connection.state === 'AUTHENTICATED';
  return authenticated && connection.endpointId !== endpoint.endpointId ? 'other-endpoint' : undefined;
};

const decideOnce = async (
  context: DecideContext,
  event: GatewayEvent,
  token: string,
): Promise<Decision | 'again'> => {
  const { connectionId, connectedAt, sourceIp } = event;
  const endpointId = endpointIdOf(token);
  if (!endpointId) return { kind: 'rejected', reason: 'malformed-token' };
  const [connection, endpoint] = await Promise.all([
    context.connections.get(connectionId),
    context.endpoints.get(endpointId),
  ]);
  // Being closed from here is as good as closed: what follows its end may have begun.
  if (!connection || connection.state === 'CLOSED' || connection.closing) return { kind: 'gone' };
  const now = context.clock();
  const verdict = admits(endpoint, token, now);
  if (!endpoint) return { kind: 'rejected', reason: 'unknown-endpoint' };
  if (typeof verdict === 'string') return { kind: 'rejected', reason: verdict, endpoint };
  const misfit = unfit(connection, endpoint);
  if (misfit) return { kind: 'rejected', reason: misfit, endpoint };
  const { groupId } = endpoint;
  const group = await context.groups.get(groupId);
  if (!group) return { kind: 'rejected', reason: 'unknown-group', endpoint };
  // One that was left over of a deleted group must not let anybody into a new group of that name.
  if (group.endpointId !== endpointId) return { kind: 'rejected', reason: 'unknown-endpoint', endpoint };
  if (!allowedBy(group.allowedCidrs ?? [])(sourceIp)) {
    return { kind: 'rejected', reason: 'address-not-allowed', endpoint };
  }
  const replaced = group.session;
  if (replaced?.connectionId === connectionId) return { kind: 'admitted', groupId };
  if (replaced && isNewer(replaced, event)) return { kind: 'superseded' };
  const session: Session = {
    connectionId,
    connectedAt,
    endpointId,
    tokenId: tokenIdOf(verdict),
    sourceIp,
    ready: false,
    since: now,
  };
  const takeovers =
    replaced && withTakeover(group.takeovers ?? [], { at: now, from: replaced.sourceIp, to: sourceIp });
  const admission = { group, endpoint, token: verdict, session, ...(takeovers ? { takeovers } : {}) };
  if (!(await claimSession(context, admission))) return 'again';
  const claimed = {
    connection: { ...connection, groupId, endpointId, admittedAt: now },
    endpoint,
    session,
    group,
    takeovers: takeovers ?? [],
    ...(replaced ? { replaced } : {}),
  };
  return { kind: 'admitted', groupId, claimed };
};

/** @throws Error when others keep changing what it decides on. */
export const authenticate = async (
  context: DecideContext,
  event: GatewayEvent,
  token: string,
): Promise<Decision> => {
  for (let round = 0; round < ROUNDS; round++) {
    const decision = await decideOnce(context, event, token);
    if (decision !== 'again') return decision;
  }
  throw new Error('The session was contended beyond reason.');
};
