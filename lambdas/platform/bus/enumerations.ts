/** The enumerated values of events, separate from the schemas, which not every function needs. */

/** The outcome of a job: `running` until it is DONE; then by the exit status: 0 succeeded, 1 warning, anything else failed. */
export const OUTCOMES = ['running', 'succeeded', 'warning', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const SEVERITIES = ['critical', 'warning'] as const;

/** How a command ends, unless it is `lost`: that is another event. */
export const ENDED_STATES = ['completed', 'failed', 'expired', 'cancelled', 'timed_out'] as const;

/** Why a notification could not be interpreted; part of the API. */
export const QUARANTINE_REASONS = [
  'not-a-notification',
  'no-time-stamp',
  'payload-no-array',
  'no-data-array',
  'unknown-object',
  'not-a-job',
  'not-an-image',
  'inexact-number',
  'cannot-be-read',
  'cannot-be-stored',
  'cannot-be-applied',
  'too-many-notifications',
  'too-many-not-interpretable',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** Why a CONNECT was refused. */
export const REJECTION_REASONS = [
  'no-token',
  'malformed-token',
  'unknown-endpoint',
  'endpoint-disabled',
  'wrong-token',
  'expired-token',
  'unknown-group',
  'address-not-allowed',
  'already-rejected',
  'other-endpoint',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];
