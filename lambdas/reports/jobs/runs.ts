/**
 * The runs of a job. NetBackup may take up a finished job again, and may use a job id again for another job (NOT-6). Pure.
 */
import { isMoment } from '../../protocol/time-stamp.ts';
import type { ReportedState } from '../views/timeline.ts';
import { isDone } from './job-state.ts';

export interface Run {
  /** Counted from 1. */
  readonly number: number;
  /** The same number for the runs of one job; another one where the id was used again for another job. */
  readonly job: number;
  /** In order, not empty. */
  readonly states: readonly ReportedState[];
  /** The state that counts: the last one, except that a late report of an earlier state does not undo DONE. */
  readonly latest: ReportedState;
}

/** Seconds. A state that is reported so much later than DONE is no late report of what was before DONE. */
const MAX_LATE = 600;
/** Seconds between the starts of two runs from which on they are of different jobs. */
export const MAX_SAME_JOB = 30 * 86_400;

const starts = (left: ReportedState, right: ReportedState): [number, number] | undefined => {
  const [from, to] = [left.content['startTime'], right.content['startTime']];
  return isMoment(from) && isMoment(to) ? [from, to] : undefined;
};

const areDifferentNames = (left: unknown, right: unknown): boolean =>
  typeof left === 'string' &&
  typeof right === 'string' &&
  left !== '' &&
  right !== '' &&
  left.toLowerCase() !== right.toLowerCase();

const isOtherStart = (latest: ReportedState, next: ReportedState): boolean => {
  const started = starts(latest, next);
  return started !== undefined && started[0] !== started[1];
};

/** Names alone do not tell: NetBackup can report one job, with one start, under two names of a client. */
const isOtherJob = (latest: ReportedState, next: ReportedState): boolean => {
  const started = starts(latest, next);
  if (started !== undefined && started[1] - started[0] > MAX_SAME_JOB) return true;
  const hasOtherName = ['policyName', 'clientName'].some((name) =>
    areDifferentNames(latest.content[name], next.content[name]),
  );
  return hasOtherName && (started === undefined ? isDone(latest.content) : started[0] !== started[1]);
};

/** Whether a state begins a new run of a job whose latest state is `latest`. */
const beginsRun = (latest: ReportedState, next: ReportedState): boolean =>
  isOtherJob(latest, next) ||
  (isDone(latest.content) &&
    (isOtherStart(latest, next) ||
      (!isDone(next.content) && next.timeStamp > latest.lastTimeStamp + MAX_LATE)));

/** @param states in order, not empty; @returns not empty, the latest last */
export const runsOf = (states: readonly ReportedState[]): readonly [Run, ...Run[]] => {
  const [first, ...others] = states;
  if (!first) throw new RangeError('A job has at least one state.');
  const runs: [Run, ...Run[]] = [{ number: 1, job: 1, states: [first], latest: first }];
  for (const next of others) {
    const run = latestRun(runs);
    if (beginsRun(run.latest, next)) {
      const job = isOtherJob(run.latest, next) ? run.job + 1 : run.job;
      runs.push({ number: run.number + 1, job, states: [next], latest: next });
    } else {
      const isLate = isDone(run.latest.content) && !isDone(next.content);
      runs[runs.length - 1] = {
        ...run,
        states: [...run.states, next],
        latest: isLate ? run.latest : next,
      };
    }
  }
  return runs;
};

export const latestRun = (runs: readonly [Run, ...Run[]]): Run => runs.at(-1) ?? runs[0];

/** The states of the job that a run belongs to: all its runs. */
export const statesOfJob = (runs: readonly Run[], { job }: Run): readonly ReportedState[] =>
  runs.flatMap((run) => (run.job === job ? run.states : []));
