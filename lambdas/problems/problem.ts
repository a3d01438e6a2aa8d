/** A problem: one fault of one subject, however often it repeats. Pure. */
import { contentId } from '../platform/canonical-json.ts';
import { hoursOf } from '../platform/clock.ts';
import type { About, Finding, Measure, Subject } from './finding.ts';
import type { ProblemKind, ProblemState } from './kinds.ts';

/** In place of the group, for a problem of the whole deployment. No group can have this id. */
export const DEPLOYMENT = '*';

/** An acknowledgement: no reminders until then (epoch ms), or until the problem recovers. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
  readonly until: number;
}

/** A mute: no events and reminders until then (epoch ms). */
export interface Mute {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
  readonly until: number;
}

/** Which event has not been accepted by the bus yet. The next change is made after that. */
export type PendingEvent = 'opened' | 'reminded' | 'recovered';

export interface Problem extends Omit<Finding, 'holdUntil'> {
  readonly groupId: string;
  /** Sort key: {@link problemKey}. */
  readonly problem: string;
  readonly subject: Subject;
  /** `held`: it may still recover by itself, and is not shown. */
  readonly state: 'held' | 'open' | 'recovered';
  /** When it opens, epoch ms; for a held problem, and for a recovered one that fails again. */
  readonly holdUntil?: number;
  /** How often it was opened. */
  readonly episode: number;
  /** Epoch ms, by this side's clock. */
  readonly openedAt?: number;
  readonly recoveredAt?: number;
  /** When the bus accepted the opening or the latest reminder; absent while no event was published. */
  readonly informedAt?: number;
  /** The number of reminders in this episode. */
  readonly reminders: number;
  readonly acknowledged?: Acknowledgement;
  readonly muted?: Mute;
  readonly pendingEvent?: PendingEvent;
  /** Incremented by each write. */
  readonly revision: number;
}

/** The same for all spellings of a client: jobs of one client differ in letter case. */
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

/** Undefined for what is not the id of a problem. */
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

/** The measures with their present ages. */
export const measuresAt = (measures: readonly Measure[], now: number): Omit<Measure, 'ageOf'>[] =>
  measures.map(({ ageOf, ...measure }) =>
    ageOf === undefined ? measure : { ...measure, value: Math.max(0, hoursOf(now - ageOf)) },
  );

export const keyOfFinding = ({ subject }: About, { kind, variant }: Finding): string =>
  problemKey(subject, kind, variant);
