/** What the fields of one report of a job mean (contract NOT-2, NOT-6). */
import type { Notification } from '../../notifications/notification.ts';
import { OUTCOMES, type Outcome } from '../../platform/bus/enumerations.ts';
import { isMoment } from '../../protocol/time-stamp.ts';
import type { Order } from '../views/timeline.ts';

type Content = Notification['content'];

/** The state in capital letters, as NetBackup documents it; undefined if it is not a string. */
export const stateOf = ({ state }: Content): string | undefined =>
  typeof state === 'string' ? state.toUpperCase() : undefined;

export const isDone = (content: Content): boolean => stateOf(content) === 'DONE';

const RANKS: ReadonlyMap<unknown, number> = new Map([
  ['QUEUED', 0],
  ['DONE', 2],
]);

/**
 * Ordered by start, since one second may have two runs (TRAP-3); then QUEUED < other states < DONE (I-3). Without a start DONE is last,
 * and another state first.
 */
export const jobOrder: Order = (content) => {
  const { startTime } = content;
  const rank = RANKS.get(stateOf(content)) ?? 1;
  return [isMoment(startTime) ? startTime : rank === 2 ? Number.POSITIVE_INFINITY : 0, rank];
};

/** The exit status; a string of digits is read as a number. */
export const statusOf = ({ status }: Content): unknown =>
  typeof status === 'string' && /^\d{1,9}$/.test(status) ? Number(status) : status;

/** Its parent's id; its own at the root (NOT-2), and where `parentJobId` is not a valid id. */
export const parentOf = ({ parentJobId }: Content, jobId: number): number => {
  const parent =
    typeof parentJobId === 'string' && /^\d{1,15}$/.test(parentJobId) ? Number(parentJobId) : parentJobId;
  return typeof parent === 'number' && Number.isSafeInteger(parent) && parent >= 0 ? parent : jobId;
};

/** The outcome of a finished job. @param status from {@link statusOf} */
export const outcomeOfStatus = (status: unknown): Exclude<Outcome, 'running'> =>
  status === 0 ? 'succeeded' : status === 1 ? 'warning' : 'failed';

export const outcomeOf = (content: Content): Outcome =>
  isDone(content) ? outcomeOfStatus(statusOf(content)) : 'running';

export const countOutcomes = (outcomes: readonly Outcome[]): Readonly<Record<Outcome, number>> =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length]),
  ) as Record<Outcome, number>;
