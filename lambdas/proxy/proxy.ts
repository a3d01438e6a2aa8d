/** `ANY /v1/groups/{groupId}/netbackup/…`: a reverse proxy of NetBackup's REST API. */
import { randomUUID } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { ResponseLocation } from '../commands/command.ts';
import { digestOf, type Idempotency } from '../commands/idempotency.ts';
import { checkUri } from '../commands/uri.ts';
import { MAX_WAIT_S, waitOf } from '../commands/waiting/waiting.ts';
import { type Group, MAX_PRIMARY_HOSTS } from '../groups/group.ts';
import { recordCredentialStatus } from '../groups/refused-credential.ts';
import {
  type AuthorizeContext,
  asProblem,
  groupNotFound,
  groupParams,
  internalError,
  notValid,
} from '../http/app.ts';
import { idempotencyKeySchema } from '../http/commands/command-request.ts';
import { type CommandsContext, locationOf } from '../http/commands/commands-routes.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { bodyLocationProblem } from './body-location-problem.ts';
import { callNetBackup } from './call-netbackup.ts';
import { type CallerContext, callerOf, withCredential } from './caller.ts';
import { namesOf, primaryHostOf } from './links/address.ts';
import { readLinks } from './links/links.ts';
import type { ProxiedResponse } from './proxied-response.ts';
import { type ProxyEvent, readProxyRequest } from './request.ts';
import {
  AnswerTooLarge,
  caCertificateResponse,
  mayContainLinks,
  type ProxyResponse,
  toHttpResponse,
  toProblemResponse,
} from './response.ts';

export interface ProxyContext extends CommandsContext, Omit<CallerContext, keyof AuthorizeContext> {
  /** PEM, instead of NetBackup's own; see `caCertificate` in the configuration. */
  readonly caCertificate?: string;
  /** Beside `apiUrl`, if this API has another one. */
  readonly otherApiUrl?: string;
}

/** The response with rewritten links. The names of the primary are those known, and those that the response contains. */
const rewrittenResponse = async (
  { groups, apiUrl, otherApiUrl, log }: ProxyContext,
  { groupId, primaryHosts = [] }: Group,
  proxied: ProxiedResponse,
): Promise<ProxyResponse> => {
  const links = mayContainLinks(proxied) ? readLinks(proxied.response.body) : undefined;
  const located = primaryHostOf(proxied.response.headers['location'] ?? '');
  const others = otherApiUrl ? [new URL(otherApiUrl).hostname] : [];
  const hosts = namesOf([...primaryHosts, ...(links?.hosts ?? []), ...(located ? [located] : []), ...others]);
  const response = toHttpResponse(proxied, links, { base: `${apiUrl}/v1/groups/${groupId}`, hosts });
  const known = new Set([...primaryHosts, ...(links?.ownHosts ?? [])].slice(0, MAX_PRIMARY_HOSTS));
  if (known.size > primaryHosts.length) {
    // Needed for later responses only.
    await groups
      .recordPrimaryHosts(groupId, [...known])
      .catch((error: unknown) => log.error('primary-hosts-not-stored', error, { groupId }));
  }
  return response;
};

/** The response, or the problem that leads to its body. @throws HttpProblem 303, 502 */
const responseOrLocation = async (
  context: ProxyContext,
  group: Group,
  { headers }: ProxyEvent,
  proxied: ProxiedResponse,
): Promise<ProxyResponse> => {
  const { command, response } = proxied;
  const { storedBody } = command;
  const bodyLocation = (location: ResponseLocation) =>
    bodyLocationProblem(
      { command, status: response.status, location },
      headers['prefer'],
      locationOf(context.apiUrl, command),
    );
  if (proxied.location) throw bodyLocation(proxied.location);
  try {
    return await rewrittenResponse(context, group, proxied);
  } catch (error) {
    // Only its links made it too large.
    if (!(error instanceof AnswerTooLarge && context.large && storedBody && !storedBody.isSealed))
      throw error;
    throw bodyLocation(await context.large.locationOf(command, storedBody));
  }
};

const idempotencyHeader = z.object({ 'idempotency-key': idempotencyKeySchema.optional() });

/**
 * A change that is repeated runs once. The key is ignored for GET and HEAD, which may need several commands. The deadlines are set
 * by the proxy and are not part of the request. @throws HttpProblem 400
 */
const idempotencyOf = ({ headers }: ProxyEvent, call: CommandCall): Idempotency | undefined => {
  if (call.method === 'GET' || call.method === 'HEAD') return undefined;
  const read = idempotencyHeader.safeParse(headers);
  if (!read.success) throw notValid(read.error);
  const key = read.data['idempotency-key'];
  return key === undefined ? undefined : { key, digest: digestOf(call, key) };
};

const handle = async (context: ProxyContext, event: ProxyEvent): Promise<ProxyResponse> => {
  const { groups, apiUrl, clock, caCertificate } = context;
  const { groupId, call } = readProxyRequest(event);
  const named = groupParams.safeParse({ groupId });
  if (!named.success) throw notValid(named.error);
  if (caCertificate && call.method === 'GET' && call.uri === '/netbackup/security/cacert')
    return caCertificateResponse(caCertificate);
  const wait = waitOf(event.headers['prefer']) ?? MAX_WAIT_S;
  const until = clock() + wait * 1000;
  // Before other reads: a request without a valid key costs one at most.
  const caller = await callerOf(context, event, groupId, call);
  const [group, known] = await Promise.all([
    groups.get(groupId),
    call.method === 'GET' ? context.sizes.lookUp(groupId, call.uri) : undefined,
  ]);
  if (!group) throw groupNotFound(groupId);
  checkUri(call.uri);
  const sent = await withCredential(context, group, call, caller);
  const request = {
    call: sent,
    requestedBy: caller.keyId,
    // Of the call without the group's credential, which may change between two attempts.
    idempotency: idempotencyOf(event, call),
    until,
  };
  const proxied = await callNetBackup(context, group, request, known, (command) =>
    locationOf(apiUrl, command),
  );
  if (sent !== call && sent.headers['Authorization'] !== undefined)
    await recordCredentialStatus(context, group, proxied.response.status);
  return responseOrLocation(context, group, event, proxied);
};

/** Never rejects: errors become problem+json. */
export const proxy =
  (context: ProxyContext) =>
  async (event: ProxyEvent): Promise<ProxyResponse> => {
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
      return toProblemResponse(known ?? internalError(), trackingId);
    }
  };
