/**
 * The events of API Gateway's WebSocket routes. `@types/aws-lambda` lacks some members of real events. Unknown members are
 * ignored.
 */
import * as z from 'zod/mini';
import { RELAY_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { MAX_PARTS, type ResponsePart, readPart } from './response-parts.ts';

/** See {@link ResponsePart}. */
const partSchema = z
  .object({
    digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    index: z.int().check(z.nonnegative()),
    count: z.int().check(z.positive(), z.maximum(MAX_PARTS)),
    bytes: z.int().check(z.positive(), z.maximum(RELAY_MESSAGE_BYTES)),
  })
  .check(z.refine(({ index, count }) => index < count));

const contextSchema = z.object({
  routeKey: z.string(),
  eventType: z.enum(['CONNECT', 'MESSAGE', 'DISCONNECT']),
  connectionId: z.string(),
  requestId: z.string(),
  /** Epoch ms. */
  connectedAt: z.number(),
  /** Epoch ms. */
  requestTimeEpoch: z.number(),
  identity: z.object({ sourceIp: z.string(), userAgent: z.nullish(z.string()) }),
  disconnectStatusCode: z.nullish(z.number()),
  disconnectReason: z.nullish(z.string()),
  part: z.nullish(partSchema),
});

const eventSchema = z.object({ requestContext: contextSchema, body: z.nullish(z.string()) });

/** One event of a connection. `text`: the text of the message; empty if it has none, or if this is a part of a message. */
export interface GatewayEvent {
  readonly kind: 'connect' | 'message' | 'disconnect';
  readonly routeKey: string;
  readonly connectionId: string;
  /** Epoch ms. */
  readonly connectedAt: number;
  /** When the gateway received it, before a cold start of the function; epoch ms. */
  readonly requestedAt: number;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  readonly text: string;
  /** The code of a disconnect; 1005 when the client sent none. */
  readonly closeCode?: number;
  readonly closeReason?: string;
  readonly part?: ResponsePart;
}

const KINDS = { CONNECT: 'connect', MESSAGE: 'message', DISCONNECT: 'disconnect' } as const;

/** @throws ZodError when it is not an event of a WebSocket route; RangeError when a part is larger than it may be */
export const readGatewayEvent = (event: unknown): GatewayEvent => {
  const { requestContext: context, body } = eventSchema.parse(event);
  return omitUndefined({
    kind: KINDS[context.eventType],
    routeKey: context.routeKey,
    connectionId: context.connectionId,
    connectedAt: context.connectedAt,
    requestedAt: context.requestTimeEpoch,
    requestId: context.requestId,
    sourceIp: context.identity.sourceIp,
    text: context.part ? '' : (body ?? ''),
    part: context.part ? readPart(context.part, body ?? '') : undefined,
    userAgent: context.identity.userAgent || undefined,
    closeCode: context.disconnectStatusCode ?? undefined,
    closeReason: context.disconnectReason || undefined,
  });
};

/** A function's response to the gateway. On a two-way route `body` is sent on the connection. */
export interface GatewayAnswer {
  readonly statusCode: number;
  readonly body?: string;
}
