/** Limits and unknowns of API Gateway WebSocket APIs (developer guide, "Quotas"); bytes and milliseconds. */
export interface WebSocketLimits {
  /** Payload of one frame; a larger one closes with 1009. */
  readonly frameBytes: number;
  /** Payload of one message, in either direction: 1009 from the client, 413 from @connections. */
  readonly messageBytes: number;
  readonly idleMs: number;
  readonly lifeMs: number;
  readonly integrationTimeoutMs: number;
  /** What may wait for a client that does not read before a POST gets 429. AWS gives no number. */
  readonly clientBufferBytes: number;
  /** Whether a client's ping puts off the idle limit. Nobody could show it: the worse answer is the default. */
  readonly pingCountsAsTraffic: boolean;
  /** Whether a two-way route without a body still sends an empty message. Reported; the worse is the default. */
  readonly emptyTwoWayBodySent: boolean;
  /** $disconnect is best effort on AWS; `false` is the case that it never comes. */
  readonly disconnectEvents: boolean;
}

export const AWS_LIMITS: WebSocketLimits = {
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  idleMs: 10 * 60_000,
  lifeMs: 2 * 3_600_000,
  integrationTimeoutMs: 29_000,
  clientBufferBytes: 512 * 1024,
  pingCountsAsTraffic: false,
  emptyTwoWayBodySent: true,
  disconnectEvents: true,
};
