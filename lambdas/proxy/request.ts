/** Converts an HTTP request below `/v1/groups/{groupId}/netbackup/` to a call of NetBackup's API. Pure. */
import { HttpProblem } from '../platform/errors.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { isMethod, METHODS } from '../protocol/methods.ts';
import { forwardedHeaders } from './headers.ts';

/** The members of an HTTP API's event that are used (payload format 2.0). */
export interface ProxyEvent {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Lower-case names; repeated ones joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp: string } };
}

export interface ProxyRequest {
  readonly groupId: string;
  readonly call: CommandCall;
}

/** The paths of NetBackup: the group, and NetBackup's path. */
export const PROXIED = /^\/v1\/groups\/([^/]+)(\/netbackup(?:\/.*)?)$/s;

/**
 * The gateway passes paths decoded. This encodes them again, segment by segment, except for characters that are valid in a segment.
 * `;` is encoded: an escaped one is part of a name, and servlet containers cut names at an unescaped one. Repeated slashes become
 * one, as in the gateway (brefphp/symfony-bridge#53), so that both gateways lead to the same resource.
 */
export const encodePath = (path: string): string =>
  path
    .toWellFormed()
    .split(/\/+/)
    .map((segment) => segment.replace(/[^A-Za-z0-9\-._~!$&'()*+,=:@]/gu, encodeURIComponent))
    .join('/');

const bodyNotSupported = (detail: string) => new HttpProblem(415, 'body-not-supported', detail);

/** The gateway replaces bytes that are not valid UTF-8 with this character; the original bytes are lost. */
const REPLACEMENT = '\ufffd';
const bodyNotUtf8 = () =>
  bodyNotSupported(
    'Only a body of UTF-8 text can be sent to NetBackup: a COMMAND contains it as a JSON string.',
  );

/** The body as the text of `parameters` (CMD-2). */
export const bodyOf = ({
  body,
  isBase64Encoded,
  headers,
}: Pick<ProxyEvent, 'body' | 'isBase64Encoded' | 'headers'>): string | undefined => {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw bodyNotSupported(
      'A compressed body cannot be sent to NetBackup; send it without Content-Encoding.',
    );
  }
  if (!body) return undefined;
  if (!isBase64Encoded) {
    if (body.includes(REPLACEMENT)) throw bodyNotUtf8();
    return body.toWellFormed();
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    throw bodyNotUtf8();
  }
};

/** @throws HttpProblem 400, 404, 405, 415 */
export const readProxyRequest = (event: ProxyEvent): ProxyRequest => {
  const { method } = event.requestContext.http;
  const [, groupId, path] = PROXIED.exec(event.rawPath) ?? [];
  if (groupId === undefined || path === undefined)
    throw new HttpProblem(404, 'not-found', `No route matches ${event.rawPath}.`);
  if (!isMethod(method)) {
    throw new HttpProblem(
      405,
      'method-not-allowed',
      `NetBackup's API does not support the method ${method}.`,
      {
        allow: METHODS.join(', '),
      },
    );
  }
  if (path.includes(REPLACEMENT))
    throw new HttpProblem(400, 'uri-not-allowed', 'The path is not valid UTF-8.');
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  return {
    groupId,
    call: {
      method,
      // NetBackup redirects /netbackup to /netbackup/.
      uri: `${path === '/netbackup' ? '/netbackup/' : encodePath(path)}${query}`,
      headers: forwardedHeaders(event.headers),
      ...omitUndefined({ parameters: bodyOf(event) }),
    },
  };
};
