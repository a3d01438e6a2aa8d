/**
 * What API Gateway hands to a function on a WebSocket route. Our own schema: `@types/aws-lambda` lacks some of the members
 * that real events have. Unknown members are ignored.
 */
import * as z from 'zod/mini';

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
});

const eventSchema = z.object({ requestContext: contextSchema, body: z.nullish(z.string()) });

/** One event of a connection; `text` is the message's text, empty when there is none. */
export interface GatewayEvent {
  readonly kind: 'connect' | 'message' | 'disconnect';
  readonly routeKey: string;
  readonly connectionId: string;
  /** Epoch ms. */
  readonly connectedAt: number;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  readonly text: string;
  /** Of a disconnect; 1005 when the client gave none. */
  readonly closeCode?: number;
  readonly closeReason?: string;
}

const KINDS = { CONNECT: 'connect', MESSAGE: 'message', DISCONNECT: 'disconnect' } as const;

/** @throws ZodError when the event is not one of API Gateway's WebSocket events. */
export const readGatewayEvent = (event: unknown): GatewayEvent => {
  const { requestContext: context, body } = eventSchema.parse(event);
  return {
    kind: KINDS[context.eventType],
    routeKey: context.routeKey,
    connectionId: context.connectionId,
    connectedAt: context.connectedAt,
    requestId: context.requestId,
    sourceIp: context.identity.sourceIp,
    text: body ?? '',
    ...(context.identity.userAgent ? { userAgent: context.identity.userAgent } : {}),
    ...(typeof context.disconnectStatusCode === 'number' ? { closeCode: context.disconnectStatusCode } : {}),
    ...(context.disconnectReason ? { closeReason: context.disconnectReason } : {}),
  };
};

/** What a function answers the gateway. On a two-way route `body` goes out on the socket. */
export interface GatewayAnswer {
  readonly statusCode: number;
  readonly body?: string;
}
