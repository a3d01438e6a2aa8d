/** Behaviour of NBWSS that the guide does not specify. An endpoint must work with every setting. */
export interface Assumptions {
  /** Whether a resend keeps the message's id (NOT-4). */
  readonly resendId: 'same' | 'new';
  /** Whether a resend keeps the message's timeStamp, or gets the time of the resend (NOT-4). */
  readonly resendTimeStamp: 'same' | 'new';
  /** Whether a resend has the same notifications, or also those that became due since (NOT-4). */
  readonly resendBatch: 'same' | 'merged';
  /** The effect of an acknowledgement after PRP-2 and before the resend (NOT-4). */
  readonly lateAcknowledgement: 'ignored' | 'counts';
  /** The maximum of notifications in one message; the guide has no limit (NOT-8). */
  readonly batchLimit: number;
  /** The largest WebSocket frame in bytes; a larger message is sent in fragments. Infinity: always one frame. */
  readonly frameBytes: number;
  /** Whether NBWSS refuses a certificate that differs from the stored one (EPT-5). */
  readonly certificatePinned: boolean;
  /** Whether NetBackup publishes QUEUED → ACTIVE, which the guide does not specify (NOT-6). */
  readonly tellsActive: boolean;
  /** How often NetBackup polls job states, in milliseconds (NOT-6). */
  readonly pollMs: number;
  /** After `valid: false` (CON-3): retry at the next connection run, or give up until the endpoint changes. */
  readonly afterInvalid: 'retry' | 'give-up';
  /** Timeout of the socket, and then of CONNECT RESPONSE, in milliseconds each. */
  readonly connectTimeoutMs: number;
}

export const DEFAULT_ASSUMPTIONS: Assumptions = {
  resendId: 'same',
  resendTimeStamp: 'same',
  resendBatch: 'same',
  lateAcknowledgement: 'ignored',
  batchLimit: Number.POSITIVE_INFINITY,
  frameBytes: 32_000,
  certificatePinned: false,
  tellsActive: false,
  pollMs: 10_000,
  afterInvalid: 'retry',
  connectTimeoutMs: 30_000,
};

/** Unusual behaviour in the guide's examples. */
export interface Quirks {
  /** TRAP-1: different messages of one second share one id (and kinds are sent in separate messages). */
  readonly repeatedIds: boolean;
  /** TRAP-2: the primary's time zone (IANA name). `startTime` and `createdTime` are UTC less its offset: + 5 h in New York. */
  readonly timeZone: string;
}

export const DEFAULT_QUIRKS: Quirks = { repeatedIds: true, timeZone: 'America/New_York' };

/** The settings that change the behaviour towards an endpoint, for tests that must pass with all of them. */
export const ASSUMPTION_CHOICES: readonly Partial<Assumptions>[] = [
  {},
  { resendId: 'new' },
  { resendTimeStamp: 'new' },
  { resendId: 'new', resendTimeStamp: 'new' },
  { resendBatch: 'merged' },
  { resendBatch: 'merged', resendId: 'new', resendTimeStamp: 'new' },
  { lateAcknowledgement: 'counts' },
  { batchLimit: 3 },
  { frameBytes: Number.POSITIVE_INFINITY },
  { certificatePinned: true },
  { tellsActive: true },
  { afterInvalid: 'give-up' },
];
