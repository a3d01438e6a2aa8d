/** The facts of a problem besides its text. Pure. */
import type { Schemas } from '../../../../client/paths.ts';
import { omitUndefined } from '../../omit-undefined.ts';

export type Problem = Schemas['Problem'];
export type ProblemMeasure = Problem['measures'][number];

/** The last part of a problem's id is the class of causes of a failed backup. */
export type Cause = 'connection' | 'storage' | 'snapshot' | 'window' | 'selection' | 'other';
const CAUSES: readonly string[] = ['connection', 'storage', 'snapshot', 'window', 'selection', 'other'];

export const causeOf = ({ problemId }: Pick<Problem, 'problemId'>): Cause => {
  const last = problemId.split('~').at(-1) ?? '';
  return CAUSES.includes(last) ? (last as Cause) : 'other';
};

/** The quantity of a measure; its name ends with the unit. */
export const unitOf = (name: string): 'hours' | 'days' | 'times' =>
  name.endsWith('Hours') ? 'hours' : name.startsWith('days') ? 'days' : 'times';

/** Such as "db1, daily". */
export const subjectText = ({ subject }: Pick<Problem, 'subject'>): string =>
  Object.values(subject).join(', ');

export interface CauseOfFailures {
  readonly cause: Cause;
  /** NetBackup's exit status; absent where the evidence has none. */
  readonly status?: number;
  readonly statusText?: string;
  readonly problems: readonly Problem[];
}

/** Failed backups without a later good one, by exit status; the most frequent first. */
export const failuresByCause = (problems: readonly Problem[]): readonly CauseOfFailures[] => {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = `${causeOf(problem)} ${problem.status}`;
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()]
    .flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      const { status, statusText } = first;
      return {
        cause: causeOf(first),
        ...omitUndefined({ status, statusText }),
        problems: same,
      };
    })
    .sort((one, other) => other.problems.length - one.problems.length);
};
