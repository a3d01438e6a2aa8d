/** What a detector finds about one subject. Pure. */
import type { ProblemKind } from './kinds.ts';

/** The subject of a problem; each kind uses the members that identify it. Never a time, or the id of a single job. */
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
  /** The value is an age in hours, counted from this time (epoch ms), and is computed again whenever it is shown. */
  readonly ageOf?: number;
  readonly value: number;
  readonly threshold: number;
  /** The source of the threshold: `learned`, `default`, `deployment`, `group`, `label`, `policy`, `client`. */
  readonly from: string;
}

export interface Finding {
  readonly kind: ProblemKind;
  /** Distinguishes problems of one kind and subject, such as the status class of `backup-failed`. */
  readonly variant?: string;
  /** Epoch ms of the evidence, not of its arrival: when it began, and when it was last seen. */
  readonly since: number;
  readonly last: number;
  /** How often it has happened since it began. */
  readonly count: number;
  /** The latest jobs that show it, latest first, at most twenty. */
  readonly jobIds?: readonly number[];
  /** NetBackup's exit status of the latest job that shows it. */
  readonly status?: number;
  readonly measures: readonly Measure[];
  /** One sentence for people that stays true as long as the problem lasts: it names no age. */
  readonly text: string;
  /** Epoch ms before which the problem is held back: it may recover by itself. */
  readonly holdUntil?: number;
}

/** The scope of a detector's search. */
export interface About {
  /** Absent for the whole deployment. */
  readonly groupId?: string;
  readonly subject: Subject;
  /** The kinds that the detector looks for: problems that it does not find have recovered. */
  readonly kinds: readonly ProblemKind[];
}
