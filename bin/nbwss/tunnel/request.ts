/** A client's call, and the request to the API that it becomes. Pure. */

import { Problem } from '../../../lambdas/platform/errors.ts';
import { forwardedHeaders } from '../../../lambdas/proxy/headers.ts';
import { bodyOf, encodePath } from '../../../lambdas/proxy/request.ts';
import type { ApiRequest } from './api.ts';
import { isRepeatable } from './retry.ts';

type Headers = Readonly<Record<string, string>>;

export interface Call {
  readonly groupId: string;
  readonly method: string;
  /** Path and query, beginning with `/netbackup/`. */
  readonly uri: string;
  /** As the client sent them, names in lower case, repeated ones joined by commas. */
  readonly headers: Headers;
  readonly body: Buffer;
  /** The tunnel's URL, as this client knows it. */
  readonly tunnelUrl: string;
}

export interface Credential {
  readonly apiKey: string;
  /** Whether clients without a credential of NetBackup's get the group's own. */
  readonly inject: boolean;
}

/** An answer can take minutes (222 s in the guide, CMD-4). As long as the proxy gives it. */
const EXECUTE_S = 300;
/** The longest that the API lets a request wait. */
const WAIT_S = 25;

export const groupPath = (groupId: string): string => `/v1/groups/${encodeURIComponent(groupId)}`;

export const apiKeyHeader = ({ apiKey }: Credential): Record<string, string> => ({ 'x-api-key': apiKey });

export const pathOf = (uri: string): string => uri.split('?', 1)[0] ?? '';

export interface Target {
  /** The host of a request in absolute form (`GET http://host/path`). */
  readonly authority: string | undefined;
  /** Undefined where it does not lead to NetBackup's API. */
  readonly uri: string | undefined;
}

/** Reads a request target. Node's parser lets printable ASCII through only. */
export const readTarget = (url: string): Target => {
  const [, authority, rest = url] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  // Clients join a base and a path with one slash too many; the API refuses an empty segment.
  const path = pathOf(rest).replace(/\/{2,}/g, '/');
  // A question mark with nothing behind it does not come through.
  const query = rest.slice(pathOf(rest).length).replace(/^\?$/, '');
  // NetBackup redirects /netbackup to /netbackup/.
  const rooted = path === '/netbackup' ? '/netbackup/' : path;
  return { authority, uri: rooted.startsWith('/netbackup/') ? `${rooted}${query}` : undefined };
};

/**
 * Whether the proxy would ask NetBackup for exactly this path. API Gateway decodes it, and the proxy encodes it again: what does
 * not come out as it went in would name another resource.
 */
export const comesThrough = (uri: string): boolean => {
  const path = pathOf(uri);
  // Resolved on the way, dots could lead to another part of the API, with our key.
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return false;
  // API Gateway ends the path at an escaped question mark.
  if (/%3f/i.test(path)) return false;
  try {
    return encodePath(decodeURIComponent(path)) === path;
  } catch {
    return false;
  }
};

/** The proxy repeats what is safe by itself, and ignores the key there. */
const idempotencyHeader = ({ method, headers }: Call): Record<string, string> => {
  const key = isRepeatable(method) ? undefined : headers['idempotency-key'];
  return key === undefined ? {} : { 'idempotency-key': key };
};

/** Through the proxy. With our key in `Authorization` it puts the group's own credential in its place. */
const proxied = (call: Call, headers: Headers, credential: Credential, injects: boolean): ApiRequest => {
  const { groupId, method, uri, body } = call;
  // Nothing may stand in a path variable of the API that is empty: the root has a route without one.
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

/** As a command, whose uri keeps every byte. */
const commanded = (call: Call, headers: Headers, credential: Credential): ApiRequest => {
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
  /** Whether the API answers with the command instead of NetBackup's answer. */
  readonly asCommand: boolean;
}

/** What to ask the API. @throws Problem 400, 415 */
export const requestFor = (call: Call, credential: Credential): CallRequest => {
  const headers = forwardedHeaders(call.headers);
  const injects = credential.inject && call.headers['authorization'] === undefined;
  if (comesThrough(call.uri))
    return { request: proxied(call, headers, credential, injects), asCommand: false };
  if (injects) {
    const detail =
      "A path with these characters can be sent with the client's own credential only: the group's is put in place for paths that API Gateway leaves as they are.";
    throw new Problem(400, 'path-not-injectable', detail);
  }
  return { request: commanded(call, headers, credential), asCommand: true };
};
