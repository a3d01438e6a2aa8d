/** The kinds of problems. Pure. */
import type { SEVERITIES } from '../platform/bus/enumerations.ts';

export type Severity = (typeof SEVERITIES)[number];

/** What is wrong; part of the API. `critical`: data may be unprotected, or soon will be. */
export const PROBLEM_KINDS = {
  /** The latest run of a client under a policy failed, and no retry succeeded. */
  'backup-failed': 'critical',
  /** The last good backup of a client under a policy is older than its target. */
  'no-good-backup': 'critical',
  /** Several runs in a row failed. */
  'consecutive-failures': 'critical',
  /** A job is queued or running for too long. */
  'job-stuck': 'warning',
  /** A domain should be connected, and is not. */
  'domain-disconnected': 'critical',
  /** A domain is connected, and has reported nothing for longer than is usual for it. */
  'domain-silent': 'warning',
  /** A message of a domain is larger than the gateway accepts: NetBackup sends it again and again (NOT-4, NOT-8). */
  'message-too-large': 'critical',
  'token-expiring': 'warning',
  /** An API key of this deployment expires soon. */
  'key-expiring': 'warning',
  /** NetBackup gets another certificate, which may have to be approved (EPT-5). */
  'certificate-changed': 'warning',
  /** Notifications could not be interpreted. */
  quarantined: 'warning',
  /** NetBackup refuses the stored API key of a domain. */
  'credential-refused': 'warning',
} as const satisfies Readonly<Record<string, Severity>>;
export type ProblemKind = keyof typeof PROBLEM_KINDS;
export const KINDS = Object.keys(PROBLEM_KINDS) as readonly ProblemKind[];

/** Problems that are held back are not shown. `muted` and `acknowledged` end; recovered problems are kept for a while. */
export const PROBLEM_STATES = ['open', 'acknowledged', 'muted', 'recovered'] as const;
export type ProblemState = (typeof PROBLEM_STATES)[number];
