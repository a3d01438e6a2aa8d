/** Closes the session of an endpoint that NetBackup must no longer use. */
import { type Endpoint, mayConnect } from '../endpoints/endpoint.ts';
import type { EndpointsStore } from '../endpoints/endpoints-store.ts';
import { endpointIdsOf, type Session } from '../groups/group.ts';
import type { CloseReason } from '../platform/gateway/close-codes.ts';
import { type CloseContext, closeSession } from './close.ts';

export interface RevokeContext extends CloseContext {
  readonly endpoints: Pick<EndpointsStore, 'getMany'>;
}

/** Closes the session of an endpoint, if `mustClose`. If the group has another endpoint that is open, NetBackup should connect there. */
export const closeSessionOf = async (
  context: RevokeContext,
  { groupId, endpointId }: Pick<Endpoint, 'groupId' | 'endpointId'>,
  reason: CloseReason,
  mustClose: (session: Session) => boolean = () => true,
): Promise<{ readonly mayConnectElsewhere: boolean }> => {
  const group = await context.groups.get(groupId);
  const others = group ? endpointIdsOf(group).filter((id) => id !== endpointId) : [];
  const found = others.length === 0 ? [] : await context.endpoints.getMany(others);
  const mayConnectElsewhere = found.some((endpoint) => mayConnect(endpoint, context.clock()));
  const isOwn = (session: Session) => session.endpointId === endpointId && mustClose(session);
  await closeSession(context, groupId, reason, isOwn, mayConnectElsewhere || undefined);
  return { mayConnectElsewhere };
};

/**
 * Closes a session whose endpoint was disabled or deleted. A group that was disconnected before is no longer reported, unless it has
 * another endpoint.
 */
export const revokeSession = async (
  context: RevokeContext,
  endpoint: Pick<Endpoint, 'groupId' | 'endpointId'>,
  reason: CloseReason,
): Promise<void> => {
  const { mayConnectElsewhere } = await closeSessionOf(context, endpoint, reason);
  if (!mayConnectElsewhere) await context.groups.clearDown(endpoint.groupId);
};
