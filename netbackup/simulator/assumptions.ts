/** What the guide does not say about NBWSS. Each is a switch; an endpoint must come out right under every setting. */
export interface Assumptions {
  /** Whether a resend keeps the message's id (NOT-4). */
  readonly resendId: 'same' | 'new';
  /** Whether a resend keeps the message's timeStamp, or is stamped when it is sent again (NOT-4). */
  readonly resendTimeStamp: 'same' | 'new';
  /** Whether a resend holds the same notifications, or also what has fallen due since (NOT-4). */
  readonly resendBatch: 'same' | 'merged';
  /** What an acknowledgement does that comes after PRP-2 and before the resend (NOT-4). */
  readonly lateAcknowledgement: 'ignored' | 'counts';
  /** The most notifications in one message; the guide names no limit (NOT-8). */
  readonly batchLimit: number;
  /** The largest WebSocket frame in bytes; a larger message travels in fragments. Infinity: always one frame. */
  readonly frameBytes: number;
  /** Whether NBWSS refuses, when it connects, another certificate than the one it stored (EPT-5). */
  readonly certificatePinned: boolean;
  /** Whether NetBackup tells QUEUED → ACTIVE, which the guide does not promise (NOT-6). */
  readonly tellsActive: boolean;
  /** How often NetBackup polls job states, in milliseconds (NOT-6). */
  readonly pollMs: number;
  /** What follows `valid: false` (CON-3): the next connection run tries again, or none does until the endpoint changes. */
  readonly afterInvalid: 'retry' | 'give-up';
  /** How long NBWSS waits for the socket and then for CONNECT RESPONSE, in milliseconds each. */
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

/** Oddities that the guide's own examples show. */
export interface Quirks {
  /** TRAP-1: different messages of one second share one id (and one run sends its kinds apart). */
  readonly repeatedIds: boolean;
  /** TRAP-2: the primary's time zone (IANA name). `startTime` and `createdTime` are UTC less its offset: + 5 h in New York. */
  readonly timeZone: string;
}

export const DEFAULT_QUIRKS: Quirks = { repeatedIds: true, timeZone: 'America/New_York' };

/** Both settings of each switch that changes what an endpoint sees; for suites that must hold under all of them. */
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
