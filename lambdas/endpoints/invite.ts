/** Making an invitation, and reading it. */

import type { GroupsStore } from '../groups/groups-store.ts';
import { type Bus, event } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { Problem } from '../platform/errors.ts';
import { sha256 } from '../platform/ids.ts';
import type { Log } from '../platform/logger.ts';
import {
  detailsOf,
  type Endpoint,
  type EndpointDetails,
  stateOf,
  tokensChange,
  withToken,
} from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';
import {
  createInvitation,
  findInvitation,
  type Invitation,
  invitationPath,
  isReadTooOften,
  isSecondAddress,
  parseInvitationPath,
  withInvitation,
  withRead,
} from './invitation.ts';
import { derivedToken } from './token.ts';

export interface InviteContext {
  readonly groups: Pick<GroupsStore, 'get'>;
  readonly endpoints: EndpointsStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** Undefined when there is no such endpoint. `path` is the URL's last part: shown once, stored nowhere. */
export const invite = async (
  { endpoints, clock }: Pick<InviteContext, 'endpoints' | 'clock'>,
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

const unknown = () => new Problem(404, 'invitation-not-found', 'There is no such invitation.');
const gone = () =>
  new Problem(410, 'invitation-ended', 'This invitation has expired, or was used. Ask for a new one.');
const tooOften = () =>
  new Problem(429, 'invitation-read-too-often', 'This invitation is read too often. Wait a minute.', {
    'retry-after': '60',
  });

/** What a read changes: it is recorded, and the first one makes the token valid. @throws Problem 404, 410, 429 */
const readChange = (
  endpoint: Endpoint,
  invitationSecret: string,
  token: string,
  now: number,
  sourceIp: string,
) => {
  const found = findInvitation(endpoint.invitations ?? [], invitationSecret);
  if (!found) throw unknown();
  if (stateOf(endpoint, found, now) !== 'open') throw gone();
  if (isReadTooOften(found, now)) throw tooOften();
  const invitations = (endpoint.invitations ?? []).map((invitation) =>
    invitation === found ? withRead(found, { at: now, sourceIp }) : invitation,
  );
  const hash = sha256(token);
  const known = endpoint.tokens.some((stored) => stored.hash === hash);
  const stored = { hash, createdAt: now, invitationId: found.invitationId };
  const change = known ? { set: {} } : tokensChange(withToken(endpoint, stored, now));
  return { found, change: { ...change, set: { ...change.set, invitations } } };
};

/**
 * Reads an invitation: the details, with a token that is valid from the first read on.
 * @param text the URL's last part
 * @throws Problem 404 unknown, 410 expired or used, 429 too often
 */
export const readInvitation = async (
  context: InviteContext,
  text: string,
  sourceIp: string,
): Promise<EndpointDetails> => {
  const parsed = parseInvitationPath(text);
  if (!parsed) throw unknown();
  const { endpointId, secret } = parsed;
  const token = derivedToken(endpointId, secret);
  const now = context.clock();
  let before: Invitation | undefined;
  const endpoint = await context.endpoints.revise(endpointId, (current) => {
    const { found, change } = readChange(current, secret, token, now, sourceIp);
    before = found;
    return change;
  });
  if (!endpoint || !before) throw unknown();
  const { groupId } = endpoint;
  // Of a deleted group the endpoint goes last, perhaps hours later.
  if (!(await context.groups.get(groupId))) throw unknown();
  const { invitationId } = before;
  context.log.info('invitation-read', { groupId, endpointId, invitationId, sourceIp });
  if (isSecondAddress(before, sourceIp)) {
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
