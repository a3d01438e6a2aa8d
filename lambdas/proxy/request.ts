/** An HTTP request below `/v1/groups/{groupId}/netbackup/` becomes a call of NetBackup's API. Pure. */
import { Problem } from '../platform/errors.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { forwardedHeaders } from './headers.ts';

/** What is used of an HTTP API's event (payload format 2.0). */
export interface ProxyEvent {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Lower-case names; repeated ones joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly http: { readonly method: string } };
}

export interface ProxyRequest {
  readonly groupId: string;
  readonly call: CommandCall;
}

/** The paths that are NetBackup's: the group, and what follows. */
export const PROXIED = /^\/v1\/groups\/([^/]+)(\/netbackup(?:\/.*)?)$/s;

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * The gateway hands paths over decoded. Encoded again, segment by segment; what may stand in one and means itself there stays
 * as it is. Not so `;`: where it was escaped it is part of a name, and servlet containers cut names at one that is not. Several
 * slashes are one, as the gateway has it (brefphp/symfony-bridge#53), so that both gateways lead to the same resource.
 */
export const encodePath = (path: string): string =>
  path
    .toWellFormed()
    .split(/\/+/)
    .map((segment) => segment.replace(/[^A-Za-z0-9\-._~!$&'()*+,=:@]/gu, encodeURIComponent))
    .join('/');

const refuseBody = (detail: string) => new Problem(415, 'body-not-supported', detail);

/** Stands where the gateway found bytes that are no UTF-8: what the client meant is lost by then. */
const REPLACED = '\ufffd';
const notText = () =>
  refuseBody('Only text (UTF-8) can travel to NetBackup: a COMMAND carries the body as a JSON string.');

/** The body as the text that travels in `parameters` (CMD-2). */
export const bodyOf = ({
  body,
  isBase64Encoded,
  headers,
}: Pick<ProxyEvent, 'body' | 'isBase64Encoded' | 'headers'>): string | undefined => {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw refuseBody('A compressed body cannot travel to NetBackup; send it without Content-Encoding.');
  }
  if (!body) return undefined;
  if (!isBase64Encoded) {
    if (body.includes(REPLACED)) throw notText();
    return body.toWellFormed();
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    throw notText();
  }
};

/** @throws Problem 400, 404, 405, 415 */
export const readProxyRequest = (event: ProxyEvent): ProxyRequest => {
  const { method } = event.requestContext.http;
  const [, groupId, path] = PROXIED.exec(event.rawPath) ?? [];
  if (groupId === undefined || path === undefined)
    throw new Problem(404, 'not-found', `Nothing answers at ${event.rawPath}.`);
  if (!METHODS.includes(method)) {
    throw new Problem(405, 'method-not-allowed', `NetBackup's API knows no ${method}.`, {
      allow: METHODS.join(', '),
    });
  }
  if (path.includes(REPLACED)) throw new Problem(400, 'uri-not-allowed', 'The path is no UTF-8.');
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const parameters = bodyOf(event);
  return {
    groupId,
    call: {
      method,
      // NetBackup redirects /netbackup to /netbackup/.
      uri: `${path === '/netbackup' ? '/netbackup/' : encodePath(path)}${query}`,
      headers: forwardedHeaders(event.headers),
      ...(parameters === undefined ? {} : { parameters }),
    },
  };
};
