/** A problem: one trouble of one subject, however often it repeats. Pure. */
import { contentId } from '../platform/canonical-json.ts';
import { HOUR_MS } from '../platform/clock.ts';
import type { About, Finding, Measure, Subject } from './finding.ts';
import type { ProblemKind, ProblemState } from './kinds.ts';

/** Stands for the group of a problem of the whole deployment. No group can have this id. */
export const DEPLOYMENT = '*';

/** Somebody knows it: no reminders until then (epoch ms), or until the problem recovers. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
  readonly until: number;
}

/** Nobody is informed until then (epoch ms). */
export interface Mute {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
  readonly until: number;
}

/** Which event waits to be accepted by the bus. The next change is made after that. */
export type PendingEvent = 'opened' | 'reminded' | 'recovered';

export interface Problem extends Omit<Finding, 'holdUntil'> {
  readonly groupId: string;
  /** Sort key: {@link problemKey}. */
  readonly problem: string;
  readonly subject: Subject;
  /** `held`: it may still mend itself, and is not shown. */
  readonly state: 'held' | 'open' | 'recovered';
  /** Epoch ms; of a held one, and of a recovered one that fails again. */
  readonly holdUntil?: number;
  /** How often it was opened. */
  readonly episode: number;
  /** Epoch ms, by this side's clock. */
  readonly openedAt?: number;
  readonly recoveredAt?: number;
  /** When the bus accepted that it is open, or the latest reminder; absent while nobody was informed. */
  readonly informedAt?: number;
  /** In this episode. */
  readonly reminders: number;
  readonly acknowledged?: Acknowledgement;
  readonly muted?: Mute;
  readonly pendingEvent?: PendingEvent;
  /** Incremented by each write. */
  readonly revision: number;
}

/** The same for one client however its name is spelled: jobs of one client differ in the case of letters. */
export const subjectId = ({ clientName, ...others }: Subject): string =>
  contentId(
    ...Object.entries({
      ...others,
      ...(clientName === undefined ? {} : { clientName: clientName.toLowerCase() }),
    })
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flat(),
  );

/** The subject first, so that one query reads all problems of a subject. */
const problemKey = (subject: Subject, kind: ProblemKind, variant?: string): string =>
  [subjectId(subject), kind, ...(variant === undefined ? [] : [variant])].join('~');

/** `berlin~yX3…~backup-failed~storage`. Stable, and safe in a URL. */
export const problemIdOf = ({ groupId, problem }: Pick<Problem, 'groupId' | 'problem'>): string =>
  `${groupId}~${problem}`;

/** Undefined for what is no problem's id. */
export const keyOfProblemId = (problemId: string): Pick<Problem, 'groupId' | 'problem'> | undefined => {
  const [, groupId, problem] =
    /^([A-Za-z0-9._-]{1,64}|\*)~([A-Za-z0-9_-]{22}~[a-z-]{1,40}(?:~[a-z0-9-]{1,40})?)$/.exec(problemId) ?? [];
  return groupId === undefined || problem === undefined ? undefined : { groupId, problem };
};

/** The state that people see. Mutes and acknowledgements end by themselves. `isSilenced`: a mute rule applies now. */
export const shownState = (
  { state, muted, acknowledged }: Problem,
  now: number,
  isSilenced: boolean,
): ProblemState => {
  if (state === 'recovered' || state === 'held') return 'recovered';
  if (isSilenced || (muted && muted.until > now)) return 'muted';
  if (acknowledged && acknowledged.until > now) return 'acknowledged';
  return 'open';
};

/** With ages as of now. */
export const measuresAt = (measures: readonly Measure[], now: number): Omit<Measure, 'ageOf'>[] =>
  measures.map(({ ageOf, ...measure }) =>
    ageOf === undefined
      ? measure
      : { ...measure, value: Math.max(0, Math.round(((now - ageOf) / HOUR_MS) * 10) / 10) },
  );

export const keyOfFinding = ({ subject }: About, { kind, variant }: Finding): string =>
  problemKey(subject, kind, variant);
