/**
 * Reads the data of a summary. No counters are stored: each would be a write for every job, and would need protection against
 * counting twice. The index `by-outcome` holds a day of ten thousand jobs in some 2 MB, 250 read units.
 */

import type { Group } from '../../groups/group.ts';
import type { JournalStore } from '../../notifications/journal-store.ts';
import { OUTCOMES } from '../../platform/bus/enumerations.ts';
import type { Clock } from '../../platform/clock.ts';
import { merged, type Range } from '../../platform/dynamodb/listing.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { ClientBackup } from '../backups/backup.ts';
import { allParents, type BackupsStore, type ClientPolicyPage } from '../backups/backups-store.ts';
import { judge } from '../backups/judge.ts';
import { type JobFacts, jobView } from '../jobs/job.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { type PrimaryTime, primaryTime } from '../primary-time/primary-time.ts';
import { type RulesContext, rulesOf } from '../verdicts/rules.ts';
import { partition, positionsBetween } from '../views/index-keys.ts';
import type { ViewStore } from '../views/views-store.ts';
import type { RunningJob } from './long-jobs.ts';
import { type Summary, summarize } from './summary.ts';
import { isWithin, jobOfBackup, jobOfFacts } from './summary-job.ts';

export interface SummaryContext extends RulesContext {
  readonly jobs: ViewStore;
  readonly backups: BackupsStore;
  readonly journal: Pick<JournalStore, 'lastArrival'>;
  readonly clock: Clock;
}

/** Bounds on what one summary reads: jobs of each outcome, running jobs, pages of 1 MB of clients' backups. */
const MAX_JOBS = 20_000;
const PAGE_SIZE = 2_500;
const MAX_RUNNING = 500;
const MAX_PAGES = 5;

interface Period {
  readonly from: number;
  readonly to: number;
}

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

/** All that is kept of a group's backups, as far as one request reads. @returns `lastKey`: after which the rest begins */
export const readClientPolicies = async (
  { backups, clock }: Pick<SummaryContext, 'backups' | 'clock'>,
  groupId: string,
  startAfter?: Key,
): Promise<Read<ClientPolicyPage> & { readonly lastKey?: Key }> => {
  const items: ClientPolicyPage[] = [];
  let lastKey = startAfter;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await backups.page(groupId, clock, lastKey);
    items.push(page);
    lastKey = page.lastKey;
    if (!lastKey) return { items, complete: true };
  }
  return omitUndefined({ items, complete: false, lastKey });
};

/** The unfinished jobs, as far as one request reads. @param order by their starts: `desc` reads the latest */
export const readRunning = async (
  { jobs, clock }: Pick<SummaryContext, 'jobs' | 'clock'>,
  groupId: string,
  time: PrimaryTime,
  order: Range['order'] = 'desc',
): Promise<Read<RunningJob>> => {
  const key = partition(groupId, 'running') ?? '';
  const facts = await readFacts(jobs, key, { ...positionsBetween(), order }, MAX_RUNNING);
  const ids = facts.items.map(({ jobId }) => jobId);
  const items = await jobs.getMany(groupId, ids, clock);
  const found = items.map(({ jobId = 0, events }) => ({
    job: jobView(groupId, jobId, events, time),
    arrivedAt: Math.max(...events.map(({ receivedAt }) => receivedAt)),
  }));
  // The index shows later than the job itself that it has ended.
  return { items: found.filter(({ job }) => job.outcome === 'running'), complete: facts.complete };
};

/** The finished backups that the Backups table keeps and that ended within a period, however long ago they started. */
const backupsEndedIn = (pages: readonly ClientPolicyPage[], period: Period): ClientBackup[] =>
  pages
    .flatMap(({ clientPolicies }) => clientPolicies)
    .flatMap(({ clientName, policyName, backups }) =>
      backups
        .filter(({ endedAt }) => endedAt >= period.from && endedAt < period.to)
        .map((backup) => ({ ...backup, clientName, policyName })),
    );

/** What started before the period and ended in it: jobs of a day before it, and backups however long they took. */
const LOOKBACK_HOURS = 24;

/** The summary of one group over the last `hours`. */
export const readSummary = async (context: SummaryContext, group: Group, hours: number): Promise<Summary> => {
  const { jobs, journal, clock } = context;
  const { groupId } = group;
  const time = primaryTime(group);
  const rules = rulesOf(context, group);
  const now = clock();
  const period: Period = { from: now / 1000 - hours * 3600, to: now / 1000 };
  const local = time.localRange({ ...period, from: period.from - LOOKBACK_HOURS * 3600 });
  const range: Range = { ...positionsBetween(local.from, local.to), order: 'desc' };
  const [facts, running, clientPolicies, lastNotificationAt] = await Promise.all([
    Promise.all(
      OUTCOMES.map((outcome) => readFacts(jobs, partition(groupId, outcome) ?? '', range, MAX_JOBS)),
    ),
    readRunning(context, groupId, time),
    readClientPolicies(context, groupId),
    journal.lastArrival(groupId),
  ]);
  const parents = allParents(clientPolicies.items);
  // A job that ends meanwhile may be found in two partitions: it counts once, as ended, which is behind `running`.
  const known = new Map(facts.flatMap(({ items }) => items).map((one) => [one.jobId, one]));
  const listed = [...known.values()].map((one) => jobOfFacts(groupId, one, time, rules));
  const others = backupsEndedIn(clientPolicies.items, period)
    .filter(({ jobId }) => !known.has(jobId))
    .map((one) => jobOfBackup(one, time, rules));
  return summarize({
    groupId,
    hours,
    now,
    time,
    jobs: [...listed, ...others].filter((job) => isWithin(job, period)),
    // Also those of jobs that are outside of the period.
    parents: new Set([...parents, ...parentsAmong(listed)]),
    running: running.items,
    clientPolicies: judge({
      clientPolicies: clientPolicies.items.flatMap((page) => page.clientPolicies),
      parents,
      running: running.items.map(({ job }) => job),
      rules,
    }),
    lastNotificationAt,
    complete: running.complete && clientPolicies.complete && facts.every(({ complete }) => complete),
  });
};
