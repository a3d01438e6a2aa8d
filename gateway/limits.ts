const KB = 1024;
const MB = 1024 * KB;
const MINUTE = 60_000;

/** Limits and undocumented behaviour of API Gateway WebSocket APIs (developer guide, "Quotas"); bytes and milliseconds. */
export const AWS_LIMITS = {
  /** Payload of one frame; a larger one closes with 1009. */
  frameBytes: 32 * KB,
  /** Payload of one message, in either direction: 1009 from the client, 413 from @connections. */
  messageBytes: 128 * KB,
  /** The same from a client that has not been accepted yet (`authentication.ts`), if that is less. */
  unauthenticatedMessageBytes: Number.POSITIVE_INFINITY,
  /** The same to the client, if that is less. */
  postBytes: Number.POSITIVE_INFINITY,
  idleMs: 10 * MINUTE,
  /** How a connection without traffic is closed. */
  idleClose: { code: 1001, reason: 'Going away' },
  lifeMs: 2 * 3_600_000,
  /** The limits on time are applied at most this much late. */
  sweepMs: 0,
  integrationTimeoutMs: 29_000,
  /** How much is buffered for a client that does not read, before a POST gets 429. AWS gives no number. */
  clientBufferBytes: 512 * KB,
  /** Whether a client's ping resets the idle limit. Not documented: the default is the worse case. */
  pingCountsAsTraffic: false,
  /** Whether a two-way route without a body sends an empty message. The default is the worse case. */
  emptyTwoWayBodySent: true,
  /** The text of the error frame for a message that the stage throttles. Not documented: HTTP's is the guess. */
  throttledMessage: 'Too Many Requests',
  /** $disconnect is best effort on AWS; `false`: it is never sent. */
  disconnectEvents: true,
  /** Whether the close frames for faults of the client say why. */
  closeReasons: false,
  /** How long after its arrival a message is given to its function again; 0: once only. */
  retryMs: 0,
  /** The same for $disconnect, after the end of the connection. */
  disconnectRetryMs: 0,
  /** How much may wait behind the message that is being handled before the client's socket is no longer read. */
  waitingBytes: Number.POSITIVE_INFINITY,
  /** How much unhandled input of all clients that have not been accepted is kept; more closes with 1013. */
  unauthenticatedBytes: Number.POSITIVE_INFINITY,
  /** How many handshakes are under way at most; the next ones wait. */
  handshakes: Number.POSITIVE_INFINITY,
  /** How much may come with a handshake, and again behind it, before it is answered. RFC 6455 (4.1) allows nothing. */
  earlyBytes: Number.POSITIVE_INFINITY,
  /** How many connections and waiting handshakes there are at most; the next ones get 503. */
  connections: Number.POSITIVE_INFINITY,
  /** A larger message from a client needs one of the `slots`. Until one is free, its socket is not read. */
  slotBytes: Number.POSITIVE_INFINITY,
  slots: 0,
  /** A message in a slot of which fewer than `stallBytes` arrive in this time closes with 1008. */
  stallMs: MINUTE,
  stallBytes: 128 * KB,
  /** The largest message that is one event on every route. */
  eventBytes: Number.POSITIVE_INFINITY,
  /** The largest one on a one-way route; a larger one is sent in parts of `partBytes`, `partConcurrency` at once. */
  oneWayEventBytes: Number.POSITIVE_INFINITY,
  partBytes: 4 * MB,
  partConcurrency: 2,
};

export type WebSocketLimits = Readonly<typeof AWS_LIMITS>;

/** A message of 1 MB and its envelope, which doctors send before CONNECT, needs no slot. */
const SLOT_BYTES = MB + 64 * KB;

/**
 * Those of the relay, for a client that is NetBackup: up to 2 MB to it (CMD-5), batches and answers as large as they come from
 * it (NOT-8), 2 s for an acknowledgement (PRP-2), a ping every 30 s (PRP-5). `slots` and `connections` are for 512 MB of memory.
 */
export const RELAY_LIMITS: WebSocketLimits = {
  ...AWS_LIMITS,
  frameBytes: 64 * MB,
  messageBytes: 64 * MB,
  unauthenticatedMessageBytes: SLOT_BYTES,
  postBytes: 2 * MB,
  idleMs: 6 * MINUTE,
  idleClose: { code: 4005, reason: 'Idle' },
  lifeMs: Number.POSITIVE_INFINITY,
  sweepMs: 1_000,
  clientBufferBytes: 4 * MB,
  pingCountsAsTraffic: true,
  emptyTwoWayBodySent: false,
  closeReasons: true,
  retryMs: 2_000,
  disconnectRetryMs: 5_000,
  waitingBytes: 16 * KB,
  unauthenticatedBytes: 32 * MB,
  handshakes: 200,
  earlyBytes: 4 * KB,
  connections: 20_000,
  slotBytes: SLOT_BYTES,
  slots: 2,
  eventBytes: 128 * KB,
  oneWayEventBytes: SLOT_BYTES,
};
