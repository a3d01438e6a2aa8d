/** An HTTP request below `/v1/groups/{groupId}/netbackup/` becomes a call of NetBackup's API. Pure. */
import { Problem } from '../../platform/errors.ts';
import type { CommandCall } from '../../protocol/messages.ts';

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

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * What belongs to the hop to us and not to NetBackup. Accept-Encoding: a compressed body cannot travel as a JSON string.
 * Everything else passes: clients rely on more than anybody has listed.
 */
const DROPPED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'idempotency-key',
  'keep-alive',
  'prefer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-api-key',
]);
const DROPPED_PREFIXES = ['x-amz', 'x-forwarded-', 'proxy-', 'cloudfront-'];

const passes = (name: string): boolean =>
  !DROPPED.has(name) && !DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix));

/** The gateway hands names over in lower case; NBWSS may look for these as the guide spells them (CMD-3). */
const SPELLING = new Map([
  ['accept', 'Accept'],
  ['authorization', 'Authorization'],
  ['content-type', 'Content-Type'],
]);

/** The gateway joins repeated headers by commas; neither of these may be given twice. */
const SINGLE = ['authorization', 'content-type'];

const forwarded = (headers: ProxyEvent['headers']): Record<string, string> => {
  for (const name of SINGLE) {
    if (headers[name]?.includes(','))
      throw new Problem(400, 'header-not-allowed', `The header ${name} is given twice.`);
  }
  const passed = Object.entries(headers).filter(([name]) => passes(name));
  return Object.fromEntries(passed.map(([name, value]) => [SPELLING.get(name) ?? name, value]));
};

/** The gateway hands paths over decoded. Encoded again, segment by segment, with what may stand in one left as it is. */
export const encodePath = (path: string): string =>
  path
    .toWellFormed()
    .split('/')
    .map((segment) => segment.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@]/gu, encodeURIComponent))
    .join('/');

const refuseBody = (detail: string) => new Problem(415, 'body-not-supported', detail);

/** Stands where the gateway found bytes that are no UTF-8: what the client meant is lost by then. */
const REPLACED = '\ufffd';
const notText = () =>
  refuseBody('Only text (UTF-8) can travel to NetBackup: a COMMAND carries the body as a JSON string.');

/** The body as the text that travels in `parameters` (CMD-2). */
const bodyOf = ({ body, isBase64Encoded, headers }: ProxyEvent): string | undefined => {
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
  const [, groupId, path] = /^\/v1\/groups\/([^/]+)(\/netbackup\/.*)$/s.exec(event.rawPath) ?? [];
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
      uri: `${encodePath(path)}${query}`,
      headers: forwarded(event.headers),
      ...(parameters === undefined ? {} : { parameters }),
    },
  };
};
