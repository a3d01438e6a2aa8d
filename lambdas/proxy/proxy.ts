/** `ANY /v1/groups/{groupId}/netbackup/…`: NetBackup's REST API as if it stood next door. */
import { randomUUID } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { digestOf, type Idempotency } from '../commands/idempotency.ts';
import { checkUri } from '../commands/uri.ts';
import { inWaitingRoom, MAX_WAIT_S, waitOf } from '../commands/waiting/waiting.ts';
import { type Group, MAX_PRIMARY_HOSTS } from '../groups/group.ts';
import { asProblem, groupParams, notValid, unknownGroup } from '../http/app.ts';
import { idempotencyKeySchema } from '../http/commands/command-request.ts';
import { type CommandsContext, locationOf } from '../http/commands/commands-routes.ts';
import { Problem } from '../platform/errors.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { callNetBackup, type NetBackupRequest } from './call-netbackup.ts';
import { type CallerContext, callerOf, withCredential } from './caller.ts';
import { primaryHostOf } from './links/address.ts';
import { readLinks } from './links/links.ts';
import type { Reply } from './reply.ts';
import { type ProxyEvent, readProxyRequest } from './request.ts';
import { answerOf, caCertificateAnswer, mayHoldLinks, type ProxyAnswer, problemAnswer } from './response.ts';

export interface ProxyContext extends CommandsContext, Omit<CallerContext, 'keys'> {
  /** PEM, in place of NetBackup's own; see `caCertificate` in the configuration. */
  readonly caCertificate?: string;
}

/** The answer with its links leading here, by the names of the primary that are known or that it tells itself. */
const linkedAnswer = async (
  { groups, apiUrl, log }: ProxyContext,
  { groupId, primaryHosts = [] }: Group,
  reply: Reply,
): Promise<ProxyAnswer> => {
  const links = mayHoldLinks(reply) ? readLinks(reply.answer.body) : undefined;
  const located = primaryHostOf(reply.answer.headers['location'] ?? '');
  const hosts = new Set([...primaryHosts, ...(links?.hosts ?? []), ...(located ? [located] : [])]);
  const answer = answerOf(reply, links, { base: `${apiUrl}/v1/groups/${groupId}`, hosts });
  const known = new Set([...primaryHosts, ...(links?.ownHosts ?? [])].slice(0, MAX_PRIMARY_HOSTS));
  if (known.size > primaryHosts.length) {
    // Only later answers are the better for it.
    await groups
      .recordPrimaryHosts(groupId, [...known])
      .catch((error: unknown) => log.error('primary-hosts-not-stored', error, { groupId }));
  }
  return answer;
};

const idempotencyHeader = z.object({ 'idempotency-key': idempotencyKeySchema.optional() });

/**
 * A change that is repeated runs once. What is safe needs no key, and may be several commands: there it is ignored. The
 * deadlines are our own, and no part of what was asked. @throws Problem 400
 */
const idempotencyOf = (
  { headers }: ProxyEvent,
  call: CommandCall,
): { readonly idempotency?: Idempotency } => {
  if (call.method === 'GET' || call.method === 'HEAD') return {};
  const read = idempotencyHeader.safeParse(headers);
  if (!read.success) throw notValid(read.error);
  const key = read.data['idempotency-key'];
  return key === undefined ? {} : { idempotency: { key, digest: digestOf(call, key) } };
};

const handle = async (context: ProxyContext, event: ProxyEvent): Promise<ProxyAnswer> => {
  const { groups, apiUrl, clock, caCertificate } = context;
  const { groupId, call } = readProxyRequest(event);
  const named = groupParams.safeParse({ groupId });
  if (!named.success) throw notValid(named.error);
  if (caCertificate && call.method === 'GET' && call.uri === '/netbackup/security/cacert')
    return caCertificateAnswer(caCertificate);
  const wait = waitOf(event.headers['prefer']) ?? MAX_WAIT_S;
  const until = clock() + wait * 1000;
  const [requestedBy, group, known] = await Promise.all([
    callerOf(context, event, groupId, call),
    groups.get(groupId),
    call.method === 'GET' ? context.sizes.of(groupId, call.uri) : undefined,
  ]);
  if (!group) throw unknownGroup(groupId);
  checkUri(call.uri);
  const request: Omit<NetBackupRequest, 'admitted'> = {
    call: await withCredential(context, group, call, event.headers),
    requestedBy,
    // As it was sent: the group's credential may be replaced between two tries.
    ...idempotencyOf(event, call),
    until,
  };
  const reply = await inWaitingRoom(context, groupId, until, (admitted) =>
    callNetBackup(context, group, { ...request, admitted }, known, (command) => locationOf(apiUrl, command)),
  );
  return linkedAnswer(context, group, reply);
};

/** Never rejects: what goes wrong is a problem+json. */
export const proxy =
  (context: ProxyContext) =>
  async (event: ProxyEvent): Promise<ProxyAnswer> => {
    try {
      return await handle(context, event);
    } catch (error) {
      const trackingId = randomUUID();
      const known = error instanceof Error ? asProblem(error) : undefined;
      if (!known) {
        context.log.error('request-failed', error, {
          trackingId,
          method: event.requestContext.http.method,
          route: event.routeKey,
        });
      }
      return problemAnswer(
        known ?? new Problem(500, 'internal-error', 'Something failed on our side.'),
        trackingId,
      );
    }
  };
