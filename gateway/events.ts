import type { IncomingMessage } from 'node:http';
import type { WebSocketApiSpec } from './types.ts';
import { domainName, gatewayId, requestTime, sourceIp, traceHeader } from './values.ts';

/** The constant members of a connection's `requestContext`. */
export type ConnectionFacts = ReturnType<typeof connectionFacts>;
type Pairs = readonly (readonly [name: string, value: string])[];

export const connectionFacts = (
  req: IncomingMessage,
  connectionId: string,
  { apiId, stageName }: Pick<WebSocketApiSpec, 'apiId' | 'stageName'>,
  now: number,
) => ({
  stage: stageName,
  connectedAt: now,
  identity: { userAgent: req.headers['user-agent'], sourceIp: sourceIp(req.socket) },
  domainName: domainName(req.headers.host),
  connectionId,
  apiId,
});

/** One event for a function, with the members of events captured on AWS. Undefined ones are absent in its JSON. */
export type GatewayEvent = ReturnType<typeof newEvent>;

function newEvent(
  facts: ConnectionFacts,
  now: number,
  context: { readonly routeKey: string; readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT' },
  { headers, query, body }: { readonly headers?: Pairs; readonly query?: Pairs; readonly body?: string },
) {
  const requestId = gatewayId();
  return {
    headers: headers && Object.fromEntries(headers),
    multiValueHeaders: headers && multiValues(headers),
    queryStringParameters: query && Object.fromEntries(query),
    multiValueQueryStringParameters: query && multiValues(query),
    requestContext: {
      ...facts,
      ...context,
      requestId,
      extendedRequestId: requestId,
      requestTime: requestTime(now),
      requestTimeEpoch: now,
      messageDirection: 'IN',
    },
    body,
    isBase64Encoded: false,
  };
}

/** $connect: the headers of the request, with the client's spelling and without hop-by-hop ones, and its query. */
export function connectEvent(facts: ConnectionFacts, { rawHeaders, url = '/' }: IncomingMessage) {
  const now = facts.connectedAt;
  const sent = rawHeaders.flatMap((name, at): Pairs => (at % 2 ? [] : [[name, rawHeaders[at + 1] ?? '']]));
  const headers: Pairs = [
    ...sent.filter(([name]) => !/^(connection|upgrade)$/i.test(name)),
    ['X-Amzn-Trace-Id', traceHeader(now)],
    ['X-Forwarded-For', facts.identity.sourceIp],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ];
  const query = [...new URL(url, 'wss://localhost').searchParams];
  const context = { routeKey: '$connect', eventType: 'CONNECT' } as const;
  return newEvent(facts, now, context, query.length > 0 ? { headers, query } : { headers });
}

/** A message on its route, without headers. `now`: when it arrived. */
export function messageEvent(facts: ConnectionFacts, routeKey: string, body: string, now: number) {
  const context = { routeKey, eventType: 'MESSAGE', messageId: gatewayId() } as const;
  return newEvent(facts, now, context, { body });
}

/** Which part of a message that is too large for one event. */
export interface PartPosition {
  /** SHA-256 of the whole message, in hexadecimal digits. */
  readonly digest: string;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** Of the whole message. */
  readonly bytes: number;
}

/** A part of a message as an event: its bytes are the body, in base64, and `requestContext.part` says which they are. */
export function responsePartEvent(
  facts: ConnectionFacts,
  routeKey: string,
  bytes: Buffer,
  part: PartPosition,
  now: number,
) {
  const context = { routeKey, eventType: 'MESSAGE', messageId: gatewayId(), part } as const;
  return { ...newEvent(facts, now, context, { body: bytes.toString('base64') }), isBase64Encoded: true };
}

/** $disconnect, with the close code and reason. */
export function disconnectEvent(facts: ConnectionFacts, code: number, reason: string, now: number) {
  const ended = { disconnectStatusCode: code, disconnectReason: reason };
  const context = { routeKey: '$disconnect', eventType: 'DISCONNECT', ...ended } as const;
  const empty = ['x-api-key', 'X-Forwarded-For', 'x-restapi'].map((name) => [name, ''] as const);
  return newEvent(facts, now, context, { headers: [['Host', facts.domainName], ...empty] });
}

/** The gateway's own error frame, with the spaces that were captured on AWS. */
export function errorFrame(message: string, { requestContext }: GatewayEvent): string {
  const { connectionId, requestId } = requestContext;
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

function multiValues(pairs: Pairs): Record<string, string[]> {
  // The client chooses the names: in an ordinary object `__proto__` is special.
  const values: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) values[name] = [...(values[name] ?? []), value];
  return values;
}
