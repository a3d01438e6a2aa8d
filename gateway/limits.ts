/** Limits and undocumented behaviour of API Gateway WebSocket APIs (developer guide, "Quotas"); bytes and milliseconds. */
export const AWS_LIMITS = {
  /** Payload of one frame; a larger one closes with 1009. */
  frameBytes: 32 * 1024,
  /** Payload of one message, in either direction: 1009 from the client, 413 from @connections. */
  messageBytes: 128 * 1024,
  idleMs: 10 * 60_000,
  lifeMs: 2 * 3_600_000,
  integrationTimeoutMs: 29_000,
  /** How much is buffered for a client that does not read, before a POST gets 429. AWS gives no number. */
  clientBufferBytes: 512 * 1024,
  /** Whether a client's ping resets the idle limit. Not documented: the default is the worse case. */
  pingCountsAsTraffic: false,
  /** Whether a two-way route without a body sends an empty message. The default is the worse case. */
  emptyTwoWayBodySent: true,
  /** The text of the error frame for a message that the stage throttles. Not documented: HTTP's is the guess. */
  throttledMessage: 'Too Many Requests',
  /** $disconnect is best effort on AWS; `false`: it is never sent. */
  disconnectEvents: true,
};

export type WebSocketLimits = Readonly<typeof AWS_LIMITS>;
