/** Reads what a digest contains, from the tables that the HTTP API shows too. */
import type { Group } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import { hasLabels, type Label } from '../groups/labels.ts';
import { type Clock, HOUR_MS, MINUTE_MS } from '../platform/clock.ts';
import { forEachInParallel } from '../platform/collections.ts';
import { allPages } from '../platform/dynamodb/pages.ts';
import type { Log } from '../platform/logger.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Summary } from '../reports/summary/summary.ts';
import {
  DIGEST_HOURS,
  type Digest,
  type DisconnectedDomain,
  type OldBackup,
  type OpenProblem,
  sumOf,
  type Totals,
  usualOf,
} from './digest.ts';
import { type DomainDay, dayOfDomain, oldestFirst } from './domain-day.ts';
import { type ProblemsContext, readOpenProblems } from './read-problems.ts';

export interface CollectContext extends ProblemsContext {
  readonly groups: Pick<GroupsStore, 'list' | 'getMany'>;
  readonly readSummary: (group: Group) => Promise<Summary>;
  /** A shorter disconnection is usual. */
  readonly disconnectedMinutes: number;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** Groups that are read at a time, and summaries that are computed at the same time. */
const PAGE = 100;
const PARALLEL = 4;
/** No further summary is started after this time; the function's own limit is longer. */
const BUDGET_MS = 8 * MINUTE_MS;
/** How many of the oldest good backups are listed. */
const OLDEST = 10;

/** All groups with the labels, page by page. */
async function* pagesOf(
  groups: CollectContext['groups'],
  labels: readonly Label[],
): AsyncGenerator<readonly Group[]> {
  for await (const page of allPages((startAfter) => groups.list(PAGE, startAfter))) {
    const found = await groups.getMany(page.map(({ groupId }) => groupId));
    yield found.filter((group) => hasLabels(group, labels));
  }
}

/** The domains that should be connected and have not been since `before` (epoch ms). */
const disconnectedDomains = (page: readonly Group[], before: number): DisconnectedDomain[] =>
  page.flatMap(({ groupId, session, downSince }) =>
    !session && downSince !== undefined && downSince <= before ? [{ groupId, since: downSince }] : [],
  );

/** Adds the target that a problem names for a backup. */
const withTarget = (backup: OldBackup, problems: readonly OpenProblem[]): OldBackup => {
  const measure = problems
    .find(
      ({ kind, groupId, subject }) =>
        kind === 'no-good-backup' &&
        groupId === backup.groupId &&
        // NetBackup spells one client in several ways.
        subject.clientName?.toLowerCase() === backup.clientName.toLowerCase() &&
        subject.policyName === backup.policyName,
    )
    ?.measures.find(({ name }) => name === 'ageHours');
  return measure ? { ...backup, targetHours: measure.threshold } : backup;
};

/** Undefined if it fails: one domain must not keep the others out of the digest. */
const tryToRead = async (context: CollectContext, group: Group): Promise<DomainDay | undefined> => {
  try {
    return dayOfDomain(await context.readSummary(group));
  } catch (error) {
    context.log.warn('digest-domain-not-read', {
      groupId: group.groupId,
      reason: error instanceof Error ? error.message : String(error),
    });
    return undefined;
  }
};

/** @param before the totals of earlier days */
export const collect = async (
  context: CollectContext,
  labels: readonly Label[],
  before: readonly Totals[],
): Promise<Digest> => {
  const { groups, clock, disconnectedMinutes } = context;
  const now = clock();
  const domains = new Map<string, NonNullable<Group['labels']>>();
  const disconnected: DisconnectedDomain[] = [];
  const days: Omit<DomainDay, 'oldest'>[] = [];
  let oldest: readonly OldBackup[] = [];
  for await (const page of pagesOf(groups, labels)) {
    for (const { groupId, labels = {} } of page) domains.set(groupId, labels);
    disconnected.push(...disconnectedDomains(page, now - disconnectedMinutes * MINUTE_MS));
    await forEachInParallel(
      page,
      async (group) => {
        if (clock() > now + BUDGET_MS) return;
        const read = await tryToRead(context, group);
        if (!read) return;
        const { oldest: ofDomain, ...day } = read;
        days.push(day);
        oldest = [...oldest, ...ofDomain].sort(oldestFirst).slice(0, OLDEST);
      },
      PARALLEL,
    );
  }
  const problems = await readOpenProblems(context, domains, labels.length === 0, now);
  const failing = days
    .flatMap(({ failing }) => failing ?? [])
    .sort((a, b) => b.failed - a.failed || (a.groupId < b.groupId ? -1 : 1));
  const usual = usualOf(before);
  return {
    now,
    problems: { rows: problems.items, total: problems.items.length },
    critical: problems.items.filter(({ severity }) => severity === 'critical').length,
    hasMoreProblems: !problems.isComplete,
    totals: sumOf(days.map(({ totals }) => totals)),
    failing: { rows: failing, total: failing.length },
    oldest: oldest.map((backup) => withTarget(backup, problems.items)),
    withoutGoodBackup: days.reduce((sum, { withoutGoodBackup }) => sum + withoutGoodBackup, 0),
    disconnected: { rows: disconnected.sort((a, b) => a.since - b.since), total: disconnected.length },
    domains: domains.size,
    leftOut: domains.size - days.length,
    incomplete: days.filter(({ isComplete }) => !isComplete).length,
    ...omitUndefined({ usual }),
  };
};

export const periodStart = ({ now }: Digest): number => now - DIGEST_HOURS * HOUR_MS;
