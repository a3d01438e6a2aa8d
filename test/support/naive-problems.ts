/**
 * What is wrong with random weeks of backups (`naive-backups.ts`), computed from the plan: it knows neither messages, nor their order,
 * nor how anything is stored.
 */
import type { Tree } from './naive-backups.ts';

const HOUR = 3_600;
/** Runs that are kept with their jobs; of older ones only the hours and exit statuses are known. */
const KEPT = 6;
const THRESHOLD = 3;

export interface NaiveProblem {
  /** `web01 daily backup-failed connection` */
  readonly name: string;
  readonly count: number;
  /** Epoch ms. */
  readonly since: number;
  readonly last: number;
  readonly jobIds: readonly number[];
  /** Whether it may be held back: a later run is not finished. */
  readonly mayBeHeld: boolean;
  /** Whether all of its runs are kept; otherwise `count` is an upper bound, and `since` is known to the hour. */
  readonly isExact: boolean;
}

interface Run {
  readonly tree: Tree;
  readonly verdict: 'good' | 'failed' | 'other';
}

const failedIn = ({ streams }: Tree) =>
  streams
    .map(({ status }, index) => ({ status, index }))
    .filter(({ status }) => ![0, 1, 150].includes(status));

const runOf = (tree: Tree): Run => {
  const { streams, parentStatus } = tree;
  if (tree.isOpen) return { tree, verdict: 'other' };
  const isSomeGood = streams.some(({ status }) => status <= 1);
  if (failedIn(tree).length > 0)
    return { tree, verdict: parentStatus === 1 && isSomeGood ? 'good' : 'failed' };
  return { tree, verdict: streams.some(({ status }) => status === 150) ? 'other' : 'good' };
};

const idOf = ({ rootId, parentStatus }: Tree, index: number) =>
  parentStatus === undefined ? rootId : rootId + 1 + index;
/** The streams begin a second after each other, and take two hours. */
const endOf = ({ start, streams }: Tree) => (start + streams.length + 2 * HOUR) * 1000;
const statusOf = (tree: Tree) => Math.max(...failedIn(tree).map(({ status }) => status));
const classOf = (tree: Tree) => (statusOf(tree) === 58 ? 'connection' : 'other');

const problem = (
  name: string,
  runs: readonly Tree[],
  mayBeHeld: boolean,
  isExact: boolean,
): NaiveProblem => ({
  name,
  count: runs.length,
  since: Math.min(...runs.map(endOf)),
  last: Math.max(...runs.map(endOf)),
  jobIds: runs.flatMap((tree) =>
    failedIn(tree)
      .map(({ index }) => idOf(tree, index))
      .reverse(),
  ),
  mayBeHeld,
  isExact,
});

/**
 * All problems of the pairs that are certain.
 * @param targetHours of all
 * @param now epoch seconds
 */
export const naiveProblems = (trees: readonly Tree[], targetHours: number, now: number) => {
  const pairs = new Map<string, Run[]>();
  for (const tree of [...trees].sort((a, b) => b.start - a.start)) {
    const pair = `${tree.client.toLowerCase()} ${tree.policy}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), runOf(tree)]);
  }
  const problems: NaiveProblem[] = [];
  const uncertain: string[] = [];
  for (const [pair, runs] of pairs) {
    const good = runs.findIndex(({ verdict }) => verdict === 'good');
    const lastGood = runs[good]?.tree;
    // Forgiven by a parent under another name, of which nothing is known once the run is no longer kept.
    if (good >= KEPT && lastGood && failedIn(lastGood).length > 0) {
      uncertain.push(pair);
      continue;
    }
    const streak = (good < 0 ? runs : runs.slice(0, good))
      .filter(({ verdict }) => verdict === 'failed')
      .map(({ tree }) => tree);
    const isExact = runs.slice(KEPT).every(({ tree }) => !streak.includes(tree));
    const isRetried = runs[0]?.tree.isOpen === true;
    for (const one of ['connection', 'other'] as const) {
      const failed = streak.filter((tree) => classOf(tree) === one);
      if (failed.length > 0)
        problems.push(problem(`${pair} backup-failed ${one}`, failed, isRetried, isExact));
    }
    if (streak.length >= THRESHOLD)
      problems.push(problem(`${pair} consecutive-failures`, streak, false, isExact));
    const first = lastGood ?? streak.at(-1);
    if (!first) continue;
    // A run begins with its last stream.
    const due = first.start + first.streams.length + targetHours * HOUR;
    if (due > now) continue;
    problems.push({
      ...problem(`${pair} no-good-backup`, [first], false, isExact),
      since: due * 1000,
      last: due * 1000,
      jobIds: lastGood
        ? [idOf(lastGood, lastGood.streams.length - 1)]
        : problem('', streak.slice(0, 1), false, true).jobIds,
    });
  }
  return { problems, uncertain };
};
