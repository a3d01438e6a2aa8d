/** What a detector finds wrong with one subject. Pure. */
import type { ProblemKind } from './kinds.ts';

/** What a problem is about; each kind uses the members that name it. It never has a time, and no id of a job that comes once. */
export interface Subject {
  readonly clientName?: string;
  readonly policyName?: string;
  readonly endpointId?: string;
  readonly keyId?: string;
  readonly host?: string;
}

/** What is measured, with its unit. Mails and the console have a text for each. */
export type MeasureName =
  | 'ageHours'
  | 'closes'
  | 'daysLeft'
  | 'downHours'
  | 'failures'
  | 'notifications'
  | 'queuedHours'
  | 'refusals'
  | 'runningHours'
  | 'silentHours';

/** A number of a problem with the threshold that it crossed. */
export interface Measure {
  readonly name: MeasureName;
  /** Epoch ms: the value is an age in hours, and is computed again whenever it is shown. */
  readonly ageOf?: number;
  readonly value: number;
  readonly threshold: number;
  /** Where the threshold comes from: `learned`, `default`, `deployment`, `group`, `label`, `policy`, `client`. */
  readonly from: string;
}

export interface Finding {
  readonly kind: ProblemKind;
  /** Distinguishes problems of one kind and subject: the status class of `backup-failed`. */
  readonly variant?: string;
  /** Epoch ms of the evidence, never of its arrival: when it began, and when it was last seen. */
  readonly since: number;
  readonly last: number;
  /** How often it happened since then. */
  readonly count: number;
  /** The latest jobs that show it, the latest first, twenty at most. */
  readonly jobIds?: readonly number[];
  /** NetBackup's exit status of the latest job that shows it. */
  readonly status?: number;
  readonly measures: readonly Measure[];
  /** One sentence for people, true as long as the problem lasts: without an age. */
  readonly text: string;
  /** Epoch ms before which the problem is held back: it may recover by itself. */
  readonly holdUntil?: number;
}

/** What a detector has looked at. */
export interface About {
  /** Absent: the whole deployment. */
  readonly groupId?: string;
  readonly subject: Subject;
  /** Those that the detector looks for: what it does not find has recovered. */
  readonly kinds: readonly ProblemKind[];
}
