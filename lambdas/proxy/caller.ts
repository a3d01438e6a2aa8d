/** Authorises a caller of NetBackup's API, and chooses the credential for NetBackup. */
import { type GroupCredentialContext, withGroupCredential } from '../commands/group-credential.ts';
import type { Group } from '../groups/group.ts';
import { type AuthorizeContext, authorize } from '../http/app.ts';
import { bearerOf } from '../http/people/bearer.ts';
import { hasScope } from '../http/rights.ts';
import { sessionOf } from '../http/sessions/session-cookie.ts';
import { containsTokenOf } from '../platform/access-token.ts';
import { containsApiKey } from '../platform/ids.ts';
import type { CommandCall } from '../protocol/messages.ts';
import type { ProxyEvent } from './request.ts';

export interface CallerContext extends AuthorizeContext, GroupCredentialContext {
  /** See `publicPaths` in the configuration: paths below /netbackup. */
  readonly publicPaths: readonly string[];
}

/** The `requestedBy` of commands without an API key. */
const ANONYMOUS = 'anonymous';

/** Whether Authorization has an access token of a person, valid or not. */
const hasToken = ({ people }: CallerContext, { authorization = '' }: ProxyEvent['headers']): boolean =>
  people !== undefined && containsTokenOf(people.issuer, authorization);

/** Whether Authorization is for this endpoint: then the group's NetBackup API key replaces it. */
const wantsInjection = (context: CallerContext, headers: ProxyEvent['headers']): boolean =>
  containsApiKey(headers['authorization'] ?? '') || hasToken(context, headers);

/** Whether no API key is needed: for a GET of exactly a public path, without a body or any credential. */
const isPublic = (
  { publicPaths }: CallerContext,
  { headers }: ProxyEvent,
  { method, uri, parameters }: CommandCall,
): boolean =>
  method === 'GET' &&
  parameters === undefined &&
  headers['authorization'] === undefined &&
  headers['x-api-key'] === undefined &&
  headers['x-authorization'] === undefined &&
  publicPaths.some((path) => uri === `/netbackup${path}`);

/** The permission for a call. */
export interface ProxyCaller {
  /** The API key, or the person. */
  readonly keyId: string;
  /** Whether the group's NetBackup API key is sent. */
  readonly injects: boolean;
}

/** The session of a request that has no other credential for this endpoint. @throws HttpProblem 403 */
const sessionIn = ({ headers, cookies, requestContext }: ProxyEvent): string | undefined =>
  sessionOf({
    method: requestContext.http.method,
    header: (name) => (name === 'cookie' ? cookies?.join('; ') : headers[name]),
  });

/** The API key, or the person, that permits this call. @throws HttpProblem 401, 403, 404, 503 */
export const callerOf = async (
  context: CallerContext,
  event: ProxyEvent,
  groupId: string,
  call: CommandCall,
): Promise<ProxyCaller> => {
  if (isPublic(context, event, call)) return { keyId: ANONYMOUS, injects: false };
  const { authorization, 'x-authorization': beside, 'x-api-key': apiKey = '' } = event.headers;
  const { sourceIp } = event.requestContext.http;
  const from = { sourceIp, groupId };
  if (wantsInjection(context, event.headers)) {
    const caller = hasToken(context, event.headers)
      ? { ...from, text: '', token: bearerOf(authorization) }
      : { ...from, text: (authorization ?? '').replace(/^bearer\s+/i, '') };
    return { keyId: (await authorize(context, caller, 'inject')).keyId, injects: true };
  }
  const token = bearerOf(beside);
  const session = apiKey === '' && token === undefined ? sessionIn(event) : undefined;
  const principal = await authorize(context, { ...from, text: apiKey, token, session }, 'command');
  // A session has no header in which a person could ask for the group's key.
  const injects = session !== undefined && authorization === undefined && hasScope(principal, 'inject');
  return { keyId: principal.keyId, injects };
};

/** The call with the credential for NetBackup. @throws HttpProblem 403, 409 */
export const withCredential = async (
  context: CallerContext,
  group: Group,
  call: CommandCall,
  { injects }: ProxyCaller,
): Promise<CommandCall> => (injects ? withGroupCredential(context, group, call) : call);
