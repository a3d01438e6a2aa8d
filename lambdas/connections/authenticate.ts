/** Authenticates a CONNECT (CON-2, CON-3), and claims the session (I-5). */
import { checkToken, type Endpoint } from '../endpoints/endpoint.ts';
import { endpointIdOf, tokenIdOf } from '../endpoints/token.ts';
import { endpointIdsOf, type Group, isNewer, type Session } from '../groups/group.ts';
import { type Takeover, withTakeover } from '../groups/takeover.ts';
import type { RejectionReason } from '../platform/bus/enumerations.ts';
import type { Clock } from '../platform/clock.ts';
import { CONFLICT, compareAndSet } from '../platform/dynamodb/compare-and-set.ts';
import type { GatewayEvent } from '../platform/gateway/events.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { allowedBy } from './allowed-addresses.ts';
import { claimSession, type SessionStores } from './claim-session.ts';
import type { Connection } from './connection.ts';

export type Decision =
  | {
      readonly kind: 'authenticated';
      readonly groupId: string;
      /** Set when this CONNECT claimed the session; absent of a repeated CONNECT. */
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
  | { readonly kind: 'closed' };

type AuthenticateContext = SessionStores & { readonly clock: Clock };

const MAX_ATTEMPTS = 12;

/** Why this connection may not become a session of this endpoint, even with a valid token. */
const connectionRejection = (connection: Connection, endpoint: Endpoint): RejectionReason | undefined => {
  if (connection.state === 'REJECTED') return 'already-rejected';
  const isAuthenticated = connection.state === 'AUTHENTICATED';
  return isAuthenticated && connection.endpointId !== endpoint.endpointId ? 'other-endpoint' : undefined;
};

const attemptClaim = async (
  context: AuthenticateContext,
  event: GatewayEvent,
  token: string,
): Promise<Decision | typeof CONFLICT> => {
  const { connectionId, connectedAt, sourceIp } = event;
  const endpointId = endpointIdOf(token);
  if (!endpointId) return { kind: 'rejected', reason: 'malformed-token' };
  const [connection, endpoint] = await Promise.all([
    context.connections.get(connectionId),
    context.endpoints.get(endpointId),
  ]);
  // `closing` counts as closed: what follows from the close may have started.
  if (!connection || connection.state === 'CLOSED' || connection.closing) return { kind: 'closed' };
  const now = context.clock();
  const storedToken = checkToken(endpoint, token, now);
  if (!endpoint) return { kind: 'rejected', reason: 'unknown-endpoint' };
  if (typeof storedToken === 'string') return { kind: 'rejected', reason: storedToken, endpoint };
  const rejection = connectionRejection(connection, endpoint);
  if (rejection) return { kind: 'rejected', reason: rejection, endpoint };
  const { groupId } = endpoint;
  const group = await context.groups.get(groupId);
  if (!group) return { kind: 'rejected', reason: 'unknown-group', endpoint };
  // The endpoint of a deleted group must not connect to a new group with the same id.
  if (!endpointIdsOf(group).includes(endpointId))
    return { kind: 'rejected', reason: 'unknown-endpoint', endpoint };
  if (!allowedBy(group.allowedCidrs ?? [])(sourceIp)) {
    return { kind: 'rejected', reason: 'address-not-allowed', endpoint };
  }
  const replaced = group.session;
  if (replaced?.connectionId === connectionId) return { kind: 'authenticated', groupId };
  if (replaced && isNewer(replaced, event)) return { kind: 'superseded' };
  const session: Session = {
    connectionId,
    connectedAt,
    endpointId,
    tokenId: tokenIdOf(storedToken),
    sourceIp,
    ready: false,
    since: now,
  };
  const takeovers =
    replaced && withTakeover(group.takeovers ?? [], { at: now, from: replaced.sourceIp, to: sourceIp });
  const claim = omitUndefined({ group, endpoint, token: storedToken, session, takeovers });
  if (!(await claimSession(context, claim))) return CONFLICT;
  const claimed = omitUndefined({
    connection: { ...connection, groupId, endpointId, authenticatedAt: now },
    endpoint,
    session,
    group,
    takeovers: takeovers ?? [],
    replaced,
  });
  return { kind: 'authenticated', groupId, claimed };
};

/** @throws Error when twelve attempts conflict with other writers */
export const authenticate = (
  context: AuthenticateContext,
  event: GatewayEvent,
  token: string,
): Promise<Decision> => compareAndSet('The session', MAX_ATTEMPTS, () => attemptClaim(context, event, token));
