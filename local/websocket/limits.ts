/** Limits and unknowns of API Gateway WebSocket APIs (developer guide, "Quotas"); bytes and milliseconds. */
export const AWS_LIMITS = {
  /** Payload of one frame; a larger one closes with 1009. */
  frameBytes: 32 * 1024,
  /** Payload of one message, in either direction: 1009 from the client, 413 from @connections. */
  messageBytes: 128 * 1024,
  idleMs: 10 * 60_000,
  lifeMs: 2 * 3_600_000,
  integrationTimeoutMs: 29_000,
  /** What may wait for a client that does not read before a POST gets 429. AWS gives no number. */
  clientBufferBytes: 512 * 1024,
  /** Whether a client's ping puts off the idle limit. Nobody could show it: the worse answer is the default. */
  pingCountsAsTraffic: false,
  /** Whether a two-way route without a body still sends an empty message. Reported; the worse is the default. */
  emptyTwoWayBodySent: true,
  /** $disconnect is best effort on AWS; `false` is the case that it never comes. */
  disconnectEvents: true,
};

export type WebSocketLimits = Readonly<typeof AWS_LIMITS>;
