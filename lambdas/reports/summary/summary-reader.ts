/**
 * Reads the data of a summary. No counters are stored: each would be a write for every job, and would need protection against
 * counting twice. The index `by-outcome` holds a day of ten thousand jobs in some 2 MB, 250 read units.
 */

import type { JournalStore } from '../../notifications/journal-store.ts';
import { OUTCOMES } from '../../platform/bus/enumerations.ts';
import type { Clock } from '../../platform/clock.ts';
import { merged, type Range } from '../../platform/dynamodb/listing.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { type JobFacts, jobView } from '../jobs/job.ts';
import { startOfPosition } from '../jobs/start.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { listedAtOfPosition, partition, positionsBetween } from '../views/index-keys.ts';
import type { ViewStore } from '../views/views-store.ts';
import type { BackupsStore, Protection } from './backups-store.ts';
import { type RunningJob, type Summary, summarize } from './summary.ts';

export interface SummaryContext {
  readonly jobs: ViewStore;
  readonly backups: BackupsStore;
  readonly journal: Pick<JournalStore, 'lastArrival'>;
  readonly clock: Clock;
}

/** Bounds on what one summary reads: jobs of each outcome, running jobs, pages of 1 MB of clients' backups. */
const MAX_JOBS = 10_000;
const PAGE_SIZE = 2_500;
const MAX_RUNNING = 500;
const MAX_PAGES = 5;

interface Read<T> {
  readonly items: readonly T[];
  readonly complete: boolean;
}

/** The latest jobs of one outcome. */
const readFacts = async (
  store: ViewStore,
  key: string,
  range: Range,
  max: number,
): Promise<Read<JobFacts>> => {
  const page = (rest: Range, limit: number) => store.page<JobFacts>('by-outcome', key, rest, limit);
  const items: JobFacts[] = [];
  for await (const job of merged([page], range, undefined, Math.min(PAGE_SIZE, max))) {
    if (items.length === max) return { items, complete: false };
    items.push(job);
  }
  return { items, complete: true };
};

const readProtections = async (
  { backups, clock }: SummaryContext,
  groupId: string,
): Promise<Read<Protection>> => {
  const items: Protection[] = [];
  let after: Key | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await backups.page(groupId, clock, after);
    items.push(...page.items);
    after = page.lastKey;
    if (!after) return { items, complete: true };
  }
  return { items, complete: false };
};

const readRunning = async (
  { jobs, clock }: SummaryContext,
  groupId: string,
  time: PrimaryTime,
): Promise<Read<RunningJob>> => {
  const key = partition(groupId, 'running') ?? '';
  const facts = await readFacts(jobs, key, { ...positionsBetween(), order: 'desc' }, MAX_RUNNING);
  const ids = facts.items.map(({ jobId }) => jobId);
  const items = await jobs.getMany(groupId, ids, clock);
  return {
    items: items.map(({ jobId = 0, events }) => ({
      job: jobView(groupId, jobId, events, time),
      arrivedAt: Math.max(...events.map(({ receivedAt }) => receivedAt)),
    })),
    complete: facts.complete,
  };
};

/** The summary of one group over the last `hours`. */
export const readSummary = async (
  context: SummaryContext,
  groupId: string,
  hours: number,
  time: PrimaryTime,
): Promise<Summary> => {
  const { jobs, journal, clock } = context;
  const now = clock();
  const period = { from: now / 1000 - hours * 3600, to: now / 1000 };
  const local = time.localRange(period);
  const range: Range = { ...positionsBetween(local.from, local.to), order: 'desc' };
  const [facts, running, protections, lastNotificationAt] = await Promise.all([
    Promise.all(
      OUTCOMES.map((outcome) => readFacts(jobs, partition(groupId, outcome) ?? '', range, MAX_JOBS)),
    ),
    readRunning(context, groupId, time),
    readProtections(context, groupId),
    journal.lastArrival(groupId),
  ]);
  const startedWithin = ({ at, doneAt }: JobFacts): boolean => {
    // Without a start it is listed by its report, and while the offset is unknown by the start as sent.
    const started = startOfPosition(at, time, { notAfter: doneAt }) ?? listedAtOfPosition(at).seconds;
    return started >= period.from && started < period.to;
  };
  return summarize({
    groupId,
    hours,
    now,
    time,
    jobs: facts.flatMap(({ items }) => items).filter(startedWithin),
    running: running.items,
    protections: protections.items,
    lastNotificationAt,
    complete: running.complete && protections.complete && facts.every(({ complete }) => complete),
  });
};
