/** `ANY /v1/groups/{groupId}/netbackup/…`: NetBackup's REST API as if it stood next door. */
import { randomUUID } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { callNetBackup, type NetBackupRequest, type Reply } from '../../commands/call-netbackup.ts';
import { mintsCredential } from '../../commands/credential-paths.ts';
import { digestOf, type Idempotency } from '../../commands/idempotency.ts';
import { rewriteLink, rewriteLinks } from '../../commands/paging/links.ts';
import { openCredential } from '../../commands/seal.ts';
import { checkUri } from '../../commands/uri.ts';
import { Problem } from '../../platform/errors.ts';
import { holdsApiKey } from '../../platform/ids.ts';
import type { CommandCall } from '../../protocol/messages.ts';
import type { Group } from '../../sessions/group.ts';
import { admitted, asProblem, groupParams, notValid, problemResponse, unknownGroup } from '../app.ts';
import type { ApiKey } from '../keys.ts';
import { idempotencyKeySchema } from './command-request.ts';
import { type CommandsContext, locationOf } from './commands-routes.ts';
import { type ProxyEvent, readProxyRequest } from './proxy-request.ts';
import { inWaitingRoom, MOST_WAIT_S, waitOf } from './waiting.ts';

export interface ProxyContext extends CommandsContext {
  /** PEM, in place of NetBackup's own; see `caCertificate` in the configuration. */
  readonly caCertificate?: string;
}

/** An answer to an HTTP API. */
export interface ProxyAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Lambda returns 6 MB at most, and the text is written into JSON on the way. */
const MOST_ANSWER_BYTES = 5 * 1024 * 1024;

/** NetBackup's pages are for programs. Should a browser come here, nothing in them runs in our name. */
const DEFENCES = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
};

/** Where clients take their trust from; open to everybody, as at NetBackup itself. */
const caCertificateAnswer = (pem: string): ProxyAnswer => ({
  statusCode: 200,
  headers: { 'content-type': 'application/vnd.netbackup+json;version=1.0' },
  body: JSON.stringify({ cacert: [pem], webRootCert: pem }),
});

/** Whether our key stands where NetBackup's credential belongs: then the group's own is put in its place. */
const wantsInjection = ({ authorization }: ProxyEvent['headers']): boolean =>
  authorization !== undefined && holdsApiKey(authorization);

const callerOf = ({ keys }: ProxyContext, { headers }: ProxyEvent, groupId: string): Promise<ApiKey> =>
  wantsInjection(headers)
    ? admitted(keys, (headers['authorization'] ?? '').replace(/^bearer\s+/i, ''), 'inject', groupId)
    : admitted(keys, headers['x-api-key'] ?? '', 'command', groupId);

/** The call with the group's own NetBackup API key. @throws Problem 403, 409 */
const withCredential = async ({ vault }: ProxyContext, group: Group, call: CommandCall) => {
  const { groupId, netbackupCredential } = group;
  if (mintsCredential(call.uri)) {
    const detail = "The group's NetBackup API key is not used for paths that mint or move credentials.";
    throw new Problem(403, 'path-not-allowed', detail);
  }
  if (!netbackupCredential) {
    const detail = `The group ${groupId} has no NetBackup API key: PUT /v1/groups/${groupId}/netbackup-credential.`;
    throw new Problem(409, 'no-netbackup-credential', detail);
  }
  const apiKey = await openCredential(vault, groupId, netbackupCredential);
  return { ...call, headers: { ...call.headers, Authorization: apiKey } };
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

const answerOf = ({ command, answer }: Reply, base: string): ProxyAnswer => {
  const { status, headers } = answer;
  // What does not say what it is may be JSON, and links in it must not lead away either.
  const mayBeJson = /\bjson\b/i.test(headers['content-type'] ?? 'json');
  const body = mayBeJson ? rewriteLinks(answer.body, base) : answer.body;
  if (Buffer.byteLength(body) > MOST_ANSWER_BYTES) {
    const detail = `The answer is larger than the ${MOST_ANSWER_BYTES} bytes that can be returned; ask for less, with page[limit] or a filter.`;
    throw new Problem(502, 'answer-too-large', detail);
  }
  const { location } = headers;
  const hasBody = command.method !== 'HEAD' && status !== 204 && status !== 304;
  return {
    statusCode: status,
    headers: {
      ...headers,
      ...(location === undefined ? {} : { location: rewriteLink(location, base) }),
      ...DEFENCES,
      'x-nbwss-command-id': command.commandId,
    },
    ...(hasBody ? { body } : {}),
  };
};

const handle = async (context: ProxyContext, event: ProxyEvent): Promise<ProxyAnswer> => {
  const { groups, apiUrl, clock, caCertificate } = context;
  const { groupId, call } = readProxyRequest(event);
  const named = groupParams.safeParse({ groupId });
  if (!named.success) throw notValid(named.error);
  if (caCertificate && call.method === 'GET' && call.uri === '/netbackup/security/cacert')
    return caCertificateAnswer(caCertificate);
  const wait = waitOf(event.headers['prefer']) ?? MOST_WAIT_S;
  const until = clock() + wait * 1000;
  const [key, group, known] = await Promise.all([
    callerOf(context, event, groupId),
    groups.get(groupId),
    call.method === 'GET' ? context.sizes.of(groupId, call.uri) : undefined,
  ]);
  if (!group) throw unknownGroup(groupId);
  checkUri(call.uri);
  const request: Omit<NetBackupRequest, 'admitted'> = {
    call: wantsInjection(event.headers) ? await withCredential(context, group, call) : call,
    requestedBy: key.keyId,
    // As it was sent: the group's credential may be replaced between two tries.
    ...idempotencyOf(event, call),
    until,
  };
  const reply = await inWaitingRoom(context, groupId, until, (admitted) =>
    callNetBackup(context, group, { ...request, admitted }, known, (command) => locationOf(apiUrl, command)),
  );
  return answerOf(reply, `${apiUrl}/v1/groups/${groupId}`);
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
      const problem = known ?? new Problem(500, 'internal-error', 'Something failed on our side.');
      const response = problemResponse(problem, trackingId);
      return {
        statusCode: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      };
    }
  };
