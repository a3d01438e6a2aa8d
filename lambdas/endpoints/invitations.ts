/** Creates and reads invitations. */
import type { GroupsStore } from '../groups/groups-store.ts';
import { type Bus, event } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { HttpProblem } from '../platform/errors.ts';
import { sha256 } from '../platform/ids.ts';
import type { Log } from '../platform/logger.ts';
import {
  currentInvitationState,
  detailsOf,
  type Endpoint,
  type EndpointChange,
  type EndpointDetails,
  tokensChange,
  withToken,
} from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';
import {
  createInvitation,
  findInvitation,
  type Invitation,
  invitationPath,
  isReadRecorded,
  isReadTooOften,
  isSecondAddress,
  parseInvitationPath,
  withInvitation,
  withRead,
} from './invitation.ts';
import { derivedToken } from './token.ts';
import { currentAddress, type WebSocketUrls } from './web-socket-urls.ts';

export interface InvitationsContext {
  readonly webSocketUrls: WebSocketUrls;
  readonly groups: Pick<GroupsStore, 'get'>;
  readonly endpoints: EndpointsStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** Undefined when there is no such endpoint. `path` is the URL's last segment: shown once, stored nowhere. */
export const invite = async (
  { endpoints, clock }: Pick<InvitationsContext, 'endpoints' | 'clock'>,
  endpointId: string,
  validForMs: number,
): Promise<{ invitation: Invitation; path: string } | undefined> => {
  const now = clock();
  const { secret, invitation } = createInvitation(now, now + validForMs);
  const revised = await endpoints.revise(endpointId, (endpoint) => ({
    set: { invitations: withInvitation(endpoint.invitations ?? [], invitation) },
  }));
  return revised && { invitation, path: invitationPath(endpointId, secret) };
};

const notFound = () => new HttpProblem(404, 'invitation-not-found', 'There is no such invitation.');
const ended = () =>
  new HttpProblem(410, 'invitation-ended', 'This invitation has expired or was used. Request a new one.');
const tooOften = () =>
  new HttpProblem(429, 'invitation-read-too-often', 'This invitation was read too often. Wait a minute.', {
    'retry-after': '60',
  });

/** Records a read; the first one makes the token valid. `change` is absent when it is not recorded. @throws HttpProblem 404, 410, 429 */
const readChange = (
  endpoint: Endpoint,
  invitationSecret: string,
  token: string,
  now: number,
  sourceIp: string,
): { readonly found: Invitation; readonly change?: EndpointChange } => {
  const found = findInvitation(endpoint.invitations ?? [], invitationSecret);
  if (!found) throw notFound();
  if (currentInvitationState(endpoint, found, now) !== 'open') throw ended();
  if (isReadTooOften(found, now, sourceIp)) throw tooOften();
  const invitations = (endpoint.invitations ?? []).map((invitation) =>
    invitation === found ? withRead(found, { at: now, sourceIp }) : invitation,
  );
  const hash = sha256(token);
  const isStored = endpoint.tokens.some((stored) => stored.hash === hash);
  if (isStored && !isReadRecorded(found, now)) return { found };
  const stored = { hash, createdAt: now, invitationId: found.invitationId };
  const change = isStored ? { set: {} } : tokensChange(withToken(endpoint, stored, now));
  return { found, change: { ...change, set: { ...change.set, invitations } } };
};

/**
 * Reads an invitation: the details, with a token that is valid from the first read on.
 * @param text the URL's last segment
 * @throws HttpProblem 404 unknown, 410 expired or used, 429 too often
 */
export const readInvitation = async (
  context: InvitationsContext,
  text: string,
  sourceIp: string,
): Promise<EndpointDetails> => {
  const parsed = parseInvitationPath(text);
  if (!parsed) throw notFound();
  const { endpointId, secret } = parsed;
  const token = derivedToken(endpointId, secret);
  const now = context.clock();
  let before: Invitation | undefined;
  let isRecorded = false;
  const endpoint = await context.endpoints.revise(endpointId, (current) => {
    const { found, change } = readChange(current, secret, token, now, sourceIp);
    before = found;
    isRecorded = change !== undefined;
    const addressNow = change && currentAddress(context.webSocketUrls, current);
    // The endpoint may be older than the deployment's URL.
    return change && { ...change, set: { ...change.set, ...addressNow } };
  });
  if (!endpoint || !before) throw notFound();
  const { groupId } = endpoint;
  // The endpoint of a deleted group is deleted last, perhaps hours later.
  if (!(await context.groups.get(groupId))) throw notFound();
  const { invitationId } = before;
  context.log.info('invitation-read', { groupId, endpointId, invitationId, sourceIp });
  if (isRecorded && isSecondAddress(before, sourceIp)) {
    const addresses = [...new Set([...before.lastReads.map((read) => read.sourceIp), sourceIp])];
    context.log.warn('invitation-shared', {
      groupId,
      endpointId,
      invitationId,
      addresses: addresses.join(' '),
    });
    const eventId = sha256(JSON.stringify(['Invitation Shared', invitationId, sourceIp]));
    const detail = { eventId, groupId, endpointId, invitationId, addresses, at: isoTime(now) };
    await tryToPublish(context, [event('Invitation Shared', detail)]);
  }
  return detailsOf(endpoint, token);
};
