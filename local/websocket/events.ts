import type { IncomingMessage } from 'node:http';
import { domainName, gatewayId, requestTime, sourceIp, traceHeader } from '../http-api/values.ts';

/** What stays the same over the life of a connection. */
export interface ConnectionFacts {
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly apiId: string;
  readonly stage: string;
  readonly host: string;
  readonly identity: { readonly userAgent?: string; readonly sourceIp: string };
}

export type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

/** One event for a function. Members and their order are those of events captured on AWS. */
export interface GatewayEvent {
  readonly requestContext: Readonly<Record<string, unknown>> & {
    readonly requestId: string;
    readonly routeKey: string;
    readonly eventType: EventType;
    readonly requestTimeEpoch: number;
  };
  readonly isBase64Encoded: false;
  readonly [member: string]: unknown;
}

export function connectionFacts(
  req: IncomingMessage,
  api: { readonly apiId: string; readonly stageName: string },
  now: number,
): ConnectionFacts {
  const userAgent = req.headers['user-agent'];
  return {
    connectionId: gatewayId(),
    connectedAt: now,
    apiId: api.apiId,
    stage: api.stageName,
    host: domainName(req.headers.host),
    identity: { ...(userAgent === undefined ? {} : { userAgent }), sourceIp: sourceIp(req.socket) },
  };
}

/** $connect: the request's headers and query, single and multi-valued. */
export function connectEvent(facts: ConnectionFacts, req: IncomingMessage, now: number): GatewayEvent {
  const headers = multiValues(headerPairs(req, facts, now));
  const query = multiValues(new URL(req.url ?? '/', 'wss://localhost').searchParams);
  const hasQuery = Object.keys(query).length > 0;
  return {
    headers: lastValues(headers),
    multiValueHeaders: headers,
    ...(hasQuery ? { queryStringParameters: lastValues(query), multiValueQueryStringParameters: query } : {}),
    requestContext: context(facts, '$connect', 'CONNECT', now),
    isBase64Encoded: false,
  };
}

/** A message on its route. Unlike $connect it has no headers. */
export function messageEvent(
  facts: ConnectionFacts,
  routeKey: string,
  body: string,
  now: number,
): GatewayEvent {
  return {
    requestContext: context(facts, routeKey, 'MESSAGE', now, { messageId: gatewayId() }),
    body,
    isBase64Encoded: false,
  };
}

/** $disconnect, with the close code and reason; its headers hold little more than the host. */
export function disconnectEvent(
  facts: ConnectionFacts,
  code: number,
  reason: string,
  now: number,
): GatewayEvent {
  const headers = { Host: facts.host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return {
    headers,
    multiValueHeaders: multiValues(Object.entries(headers)),
    requestContext: context(
      facts,
      '$disconnect',
      'DISCONNECT',
      now,
      { disconnectStatusCode: code },
      { disconnectReason: reason },
    ),
    isBase64Encoded: false,
  };
}

function context(
  facts: ConnectionFacts,
  routeKey: string,
  eventType: EventType,
  now: number,
  first: Record<string, unknown> = {},
  second: Record<string, unknown> = {},
): GatewayEvent['requestContext'] {
  const requestId = gatewayId();
  return {
    routeKey,
    ...first,
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: 'IN',
    ...second,
    stage: facts.stage,
    connectedAt: facts.connectedAt,
    requestTimeEpoch: now,
    identity: facts.identity,
    requestId,
    domainName: facts.host,
    connectionId: facts.connectionId,
    apiId: facts.apiId,
  };
}

/** The request's headers with the client's spelling of names, without those of the hop, plus the gateway's own. */
function headerPairs(req: IncomingMessage, facts: ConnectionFacts, now: number): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at] as string;
    if (['connection', 'upgrade'].includes(name.toLowerCase())) continue;
    pairs.push([name, req.rawHeaders[at + 1] as string]);
  }
  return [
    ...pairs,
    ['X-Amzn-Trace-Id', traceHeader(now)],
    ['X-Forwarded-For', facts.identity.sourceIp],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ];
}

function multiValues(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  // Names come from the client: an ordinary object would let `__proto__` through.
  const values: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) values[name] = [...(values[name] ?? []), value];
  return values;
}

function lastValues(values: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) as string]));
}
