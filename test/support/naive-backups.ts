/**
 * Random weeks of backups, and what is true of them. The truth is computed from the plan, not from messages: it knows neither the
 * order of arrival nor how anything is stored.
 */
import * as fc from 'fast-check';
import { skew } from '../../netbackup/simulator/domain/time-zone.ts';

export const ZONE = 'America/New_York';
const HOUR = 3_600;
const DAY = 86_400;

type Item = Record<string, unknown>;
/** What NetBackup reports, and when (epoch seconds, UTC). */
export interface Report {
  readonly stamp: number;
  readonly object: 'JOB' | 'IMAGE';
  readonly item: Item;
}
interface Stream {
  readonly status: number;
  /** What is reported before DONE. */
  readonly states: readonly string[];
  /** Failed with this status before, and was taken up again. */
  readonly triedBefore: number | undefined;
}
export interface Tree {
  readonly rootId: number;
  readonly client: string;
  readonly policy: string;
  readonly scheduleType: string;
  /** Epoch seconds, UTC. */
  readonly start: number;
  /** Without one a single stream is its own root. */
  readonly parentStatus: number | undefined;
  readonly streams: readonly Stream[];
  /** Whether the last stream has not ended. */
  readonly isOpen: boolean;
}

const stream = fc.record({
  status: fc.constantFrom(0, 0, 0, 0, 1, 6, 58, 150),
  states: fc.constantFrom<(readonly string[])[]>(
    ['ACTIVE'],
    ['QUEUED', 'ACTIVE'],
    ['ACTIVE', 'QUEUED', 'ACTIVE'],
    [],
  ),
  triedBefore: fc.constantFrom(undefined, undefined, undefined, 58),
});
const night = fc.record({
  client: fc.constantFrom('web01', 'Web01', 'db01', 'db01.example.com'),
  policy: fc.constantFrom('daily', 'weekly'),
  scheduleType: fc.constantFrom('ST_FULL', 'ST_INCR', 'ST_INCR'),
  /** In the middle of a day of New York, where no hour is repeated. */
  hour: fc.integer({ min: 12, max: 20 }),
  parentStatus: fc.constantFrom(undefined, undefined, 0, 1, 156),
  streams: fc.array(stream, { minLength: 1, maxLength: 3 }),
});

const nights = fc.array(night, { maxLength: 2 });

/** Up to forty days, one or two trees a day, over both changes of daylight saving of a year. */
export const weeks: fc.Arbitrary<readonly Tree[]> = fc
  .tuple(
    fc.constantFrom('2026-02-20', '2026-10-15'),
    fc.oneof(
      fc.array(nights, { minLength: 1, maxLength: 8 }),
      fc.array(nights, { minLength: 25, maxLength: 40 }),
    ),
    fc.boolean(),
  )
  .map(([first, days, isOpen]) => {
    let nextId = 100;
    const trees = days.flatMap((nights, day) =>
      nights.map((one, index): Tree => {
        const rootId = nextId;
        nextId += 10;
        const start = Date.parse(first) / 1000 + day * DAY + one.hour * HOUR + index * 30;
        const isSingle = one.parentStatus === undefined;
        return {
          ...one,
          rootId,
          start,
          streams: isSingle ? one.streams.slice(0, 1) : one.streams,
          isOpen: false,
        };
      }),
    );
    return trees.map((tree, index) => ({ ...tree, isOpen: isOpen && index === trees.length - 1 }));
  });

const local = (utc: number): number => utc + skew(ZONE, utc);
const idOf = ({ rootId, parentStatus }: Tree, index: number): number =>
  parentStatus === undefined ? rootId : rootId + 1 + index;
/** The streams begin a second after each other, which orders them. */
const startOf = ({ start }: Tree, index: number): number => start + 1 + index;

/** Everything that is reported of a tree. */
export const reportsOf = (tree: Tree): Report[] => {
  const { rootId, client, policy, scheduleType, parentStatus, streams, start } = tree;
  const reports: Report[] = [];
  const common = { jobType: 'BACKUP', policyName: policy, scheduleType };
  if (parentStatus !== undefined) {
    const parent = {
      ...common,
      jobId: rootId,
      parentJobId: rootId,
      clientName: 'primary',
      startTime: local(start),
    };
    reports.push({ stamp: start + 60, object: 'JOB', item: { ...parent, state: 'ACTIVE' } });
    if (!tree.isOpen)
      reports.push({
        stamp: start + 3 * HOUR,
        object: 'JOB',
        item: { ...parent, state: 'DONE', status: parentStatus },
      });
  }
  for (const [index, { status, states, triedBefore }] of streams.entries()) {
    const jobId = idOf(tree, index);
    const parentJobId = parentStatus === undefined ? jobId : rootId;
    const begun = startOf(tree, index);
    const job = (startTime: number, state: string, more: Item = {}): Item => ({
      ...common,
      jobId,
      parentJobId,
      clientName: client,
      startTime: local(startTime),
      state,
      ...more,
    });
    if (triedBefore !== undefined) {
      const item = job(begun - 2 * HOUR, 'DONE', { status: triedBefore });
      reports.push({ stamp: begun - HOUR, object: 'JOB', item });
    }
    for (const [place, state] of states.entries())
      reports.push({ stamp: begun + 60 + place * 30, object: 'JOB', item: job(begun, state) });
    if (tree.isOpen && index === streams.length - 1) {
      if (states.length === 0) reports.push({ stamp: begun + 60, object: 'JOB', item: job(begun, 'ACTIVE') });
      continue;
    }
    reports.push({ stamp: begun + 2 * HOUR, object: 'JOB', item: job(begun, 'DONE', { status }) });
    if (status <= 1) {
      const item = {
        backupId: `${client}_${begun}`,
        clientName: client,
        backupTime: begun,
        createdTime: local(begun + HOUR),
      };
      reports.push({ stamp: begun + 2 * HOUR, object: 'IMAGE', item: { ...item, operationId: 'CREATE' } });
    }
  }
  return reports;
};

type Verdict = 'ok' | 'warning' | 'cancelled' | 'failed' | 'running';
const verdictOfStatus = (status: number): Verdict =>
  status === 0 ? 'ok' : status === 1 ? 'warning' : status === 150 ? 'cancelled' : 'failed';

const verdictOf = ({ streams, parentStatus, isOpen }: Tree): Verdict => {
  if (isOpen) return 'running';
  const verdicts = streams.map(({ status }) => verdictOfStatus(status));
  if (verdicts.includes('failed'))
    return parentStatus === 1 && verdicts.some((one) => one === 'ok' || one === 'warning')
      ? 'warning'
      : 'failed';
  return (['cancelled', 'warning'] as const).find((one) => verdicts.includes(one)) ?? 'ok';
};
const isGood = (tree: Tree): boolean => ['ok', 'warning'].includes(verdictOf(tree));

/** All jobs: id, state, outcome, start, number of runs. */
export const trueJobs = (trees: readonly Tree[]) =>
  trees.flatMap((tree) => {
    const { parentStatus, rootId, start, isOpen } = tree;
    const row = (jobId: number, begun: number, status: number | undefined, runs: number) => ({
      jobId,
      outcome:
        status === undefined ? 'running' : status === 0 ? 'succeeded' : status === 1 ? 'warning' : 'failed',
      verdict: status === undefined ? 'running' : verdictOfStatus(status),
      startedAt: new Date(begun * 1000).toISOString(),
      runs,
    });
    return [
      ...(parentStatus === undefined ? [] : [row(rootId, start, isOpen ? undefined : parentStatus, 1)]),
      ...tree.streams.map(({ status, triedBefore }, index) =>
        row(
          idOf(tree, index),
          startOf(tree, index),
          isOpen && index === tree.streams.length - 1 ? undefined : status,
          triedBefore === undefined ? 1 : 2,
        ),
      ),
    ];
  });

/** The trees of each client and policy, the earliest first. */
const pairs = (trees: readonly Tree[]): Map<string, Tree[]> => {
  const byPair = new Map<string, Tree[]>();
  for (const tree of [...trees].sort((a, b) => a.start - b.start)) {
    const pair = `${tree.client.toLowerCase()} ${tree.policy}`;
    byPair.set(pair, [...(byPair.get(pair) ?? []), tree]);
  }
  return byPair;
};
/** Of a tree that has not ended, only what has ended is known as backups: other streams, and a first try. */
const ended = (trees: readonly Tree[]) =>
  trees.filter(
    ({ isOpen, streams }) =>
      !isOpen || streams.length > 1 || streams.some(({ triedBefore }) => triedBefore !== undefined),
  );

const lastLeaf = (tree: Tree): number => idOf(tree, tree.streams.length - 1);

/** By client and policy: the last good backup and the last good full one, by the id of its latest stream. */
export const trueLastGood = (trees: readonly Tree[]) =>
  Object.fromEntries(
    [...pairs(trees)].flatMap(([pair, all]) => {
      if (ended(all).length === 0) return [];
      const good = all.findLast(isGood);
      const full = all.findLast((tree) => isGood(tree) && tree.scheduleType === 'ST_FULL');
      return [[pair, { good: good && lastLeaf(good), full: full && lastLeaf(full) }]];
    }),
  );

const dayIn = (utc: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(utc * 1000);
const ORDER: readonly Verdict[] = ['ok', 'warning', 'cancelled', 'failed'];

/**
 * By client and policy: the best verdict of each day. Undefined for a day with a run that is partially successful only by the word of a
 * parent under another name and no longer kept: that parent is not known then.
 */
export const trueHistory = (trees: readonly Tree[]) =>
  Object.fromEntries(
    [...pairs(trees)].flatMap(([pair, all]) => {
      if (ended(all).length === 0) return [];
      const byDay = new Map<string, Verdict | undefined>();
      for (const [index, tree] of all.entries()) {
        const verdict = verdictOf(tree);
        if (verdict === 'running') continue;
        const day = dayIn(startOf(tree, tree.streams.length - 1));
        const known = byDay.get(day);
        const later = trees.filter((one) => one.policy === tree.policy && one.start > tree.start);
        const isForgotten =
          (index < all.length - 6 || later.length > 25) &&
          tree.parentStatus === 1 &&
          tree.streams.some(({ status }) => verdictOfStatus(status) === 'failed');
        if (isForgotten || (byDay.has(day) && known === undefined)) byDay.set(day, undefined);
        else if (known === undefined || ORDER.indexOf(verdict) < ORDER.indexOf(known))
          byDay.set(day, verdict);
      }
      return [[pair, Object.fromEntries(byDay)]];
    }),
  );

/** The leaves that started or ended in the last hours before `now`, by verdict. */
export const trueCounts = (trees: readonly Tree[], now: number, hours: number) => {
  const counts = { running: 0, ok: 0, warning: 0, failed: 0, cancelled: 0 };
  const from = now - hours * HOUR;
  for (const tree of trees) {
    for (const [index, { status }] of tree.streams.entries()) {
      const isRunning = tree.isOpen && index === tree.streams.length - 1;
      const begun = startOf(tree, index);
      const times = isRunning ? [begun] : [begun, begun + 2 * HOUR];
      if (times.some((at) => at >= from && at < now))
        counts[isRunning ? 'running' : verdictOfStatus(status)] += 1;
    }
  }
  return counts;
};

/** By the id of its root: the outcome of each tree, and whether its parent failed over good leaves. A cancelled stream has failed. */
export const trueTrees = (trees: readonly Tree[]) =>
  trees.map((tree) => {
    const { rootId, streams, parentStatus, isOpen } = tree;
    const verdicts = streams.map(({ status }) => verdictOfStatus(status));
    const isGoodStream = (verdict: Verdict) => verdict === 'ok' || verdict === 'warning';
    const isPartial = parentStatus === 1 && verdicts.some(isGoodStream);
    const outcome = isOpen
      ? 'running'
      : verdicts.every(isGoodStream)
        ? verdicts.includes('warning')
          ? 'warning'
          : 'succeeded'
        : isPartial
          ? 'warning'
          : 'failed';
    const parentFailed = parentStatus === 156 && !isOpen && verdicts.every(isGoodStream);
    return { rootId, outcome, parentFailed };
  });

/** The ids of all images: each good stream that has ended has one. */
export const trueImages = (trees: readonly Tree[]): string[] =>
  trees
    .flatMap((tree) => reportsOf(tree).flatMap(({ object, item }) => (object === 'IMAGE' ? [item] : [])))
    .map(({ backupId }) => String(backupId))
    .sort();
