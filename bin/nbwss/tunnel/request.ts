/** Converts a client's call to a request to the API. Pure. */
import { HttpProblem } from '../../../lambdas/platform/errors.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { forwardedHeaders } from '../../../lambdas/proxy/headers.ts';
import { bodyOf, encodePath } from '../../../lambdas/proxy/request.ts';
import { splitTarget } from '../../../local/origin.ts';
import type { ApiRequest } from './api.ts';
import { isRepeatable } from './retry.ts';

type Headers = Readonly<Record<string, string>>;

export interface Call {
  readonly groupId: string;
  readonly method: string;
  /** Path and query, beginning with `/netbackup/`. */
  readonly uri: string;
  /** Names in lower case, repeated headers joined by commas. */
  readonly headers: Headers;
  readonly body: Buffer;
  /** The tunnel's URL, as this client knows it. */
  readonly tunnelUrl: string;
}

export interface Credential {
  readonly apiKey: string;
  /** Whether calls without a NetBackup credential use the group's stored one. */
  readonly inject: boolean;
}

/** An answer can take minutes (222 s in the guide, CMD-4). The same value as the proxy's. */
const EXECUTE_S = 300;
/** The longest that the API lets a request wait. */
const WAIT_S = 25;

export const groupPath = (groupId: string): string => `/v1/groups/${encodeURIComponent(groupId)}`;

export const apiKeyHeader = ({ apiKey }: Credential): Record<string, string> => ({ 'x-api-key': apiKey });

export const pathOf = (uri: string): string => uri.split('?', 1)[0] ?? '';

/**
 * NetBackup's uri in a request target; undefined when the path is not below `/netbackup/`. Node's parser accepts
 * printable ASCII only.
 */
export const uriIn = (url: string): string | undefined => {
  const { rest } = splitTarget(url);
  // Some clients send a double slash; the API refuses empty segments.
  const path = pathOf(rest).replace(/\/{2,}/g, '/');
  // API Gateway drops an empty query.
  const query = rest.slice(pathOf(rest).length).replace(/^\?$/, '');
  // NetBackup redirects /netbackup to /netbackup/.
  const rooted = path === '/netbackup' ? '/netbackup/' : path;
  return rooted.startsWith('/netbackup/') ? `${rooted}${query}` : undefined;
};

/**
 * Whether the proxy would send exactly this path to NetBackup. API Gateway decodes the path and the proxy encodes it again; a
 * path that this changes would name another resource.
 */
export const isPathPreserved = (uri: string): boolean => {
  const path = pathOf(uri);
  // If a server resolved dot segments, our key would reach another part of the API.
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return false;
  // API Gateway cuts the path at an escaped question mark.
  if (/%3f/i.test(path)) return false;
  try {
    return encodePath(decodeURIComponent(path)) === path;
  } catch {
    return false;
  }
};

/** The proxy ignores the key for GET and HEAD. */
const idempotencyHeader = ({ method, headers }: Call): Record<string, string> => {
  return isRepeatable(method) ? {} : omitUndefined({ 'idempotency-key': headers['idempotency-key'] });
};

/** A call through the proxy. With our key in `Authorization`, the proxy injects the group's credential. */
const proxyRequest = (call: Call, headers: Headers, credential: Credential, injects: boolean): ApiRequest => {
  const { groupId, method, uri, body } = call;
  // The API has a separate route for the root, because a path variable must not be empty.
  const path = uri.replace(/^\/netbackup\/(?=\?|$)/, '/netbackup');
  return {
    method,
    path: `${groupPath(groupId)}${path}`,
    headers: {
      ...headers,
      ...idempotencyHeader(call),
      ...(injects ? { authorization: `Bearer ${credential.apiKey}` } : apiKeyHeader(credential)),
    },
    body,
  };
};

/** A call as a command, whose uri keeps every byte. */
const commandRequest = (call: Call, headers: Headers, credential: Credential): ApiRequest => {
  const { groupId, method, uri, body } = call;
  const parameters = bodyOf({
    body: body.toString('base64'),
    isBase64Encoded: true,
    headers: call.headers,
  });
  return {
    method: 'POST',
    path: `${groupPath(groupId)}/commands`,
    headers: {
      ...apiKeyHeader(credential),
      ...idempotencyHeader(call),
      'content-type': 'application/json',
      prefer: `wait=${WAIT_S}`,
    },
    body: Buffer.from(
      JSON.stringify({ method, uri, headers, parameters, deliverWithin: 0, executeWithin: EXECUTE_S }),
    ),
  };
};

export interface CallRequest {
  readonly request: ApiRequest;
  /** Whether the API answers with the command, not with NetBackup's answer. */
  readonly asCommand: boolean;
}

/** @throws HttpProblem 400, 415 */
export const requestFor = (call: Call, credential: Credential): CallRequest => {
  const headers = forwardedHeaders(call.headers);
  const injects = credential.inject && call.headers['authorization'] === undefined;
  if (isPathPreserved(call.uri))
    return { request: proxyRequest(call, headers, credential, injects), asCommand: false };
  if (injects) {
    const detail =
      'API Gateway would change this path, so it is sent as a command, for which --inject does not work. Send a NetBackup credential.';
    throw new HttpProblem(400, 'path-not-injectable', detail);
  }
  return { request: commandRequest(call, headers, credential), asCommand: true };
};
