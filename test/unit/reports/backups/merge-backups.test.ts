import type { ClientBackup } from '../../../../lambdas/reports/backups/backup.ts';
import { latestSpelling, mergeBackups } from '../../../../lambdas/reports/backups/merge-backups.ts';
import { unpackHours } from '../../../../lambdas/reports/backups/past-hours.ts';
import { areOfOneTime, ofCurrentIds } from '../../../../lambdas/reports/backups/reused-ids.ts';
import { backup, DAY } from '../../../support/backups.ts';

const NO_PARENTS = new Set<number>();
const EMPTY = { backups: [], past: '' };
const hourOf = (jobId: number) => Math.floor(backup(jobId).startTime / 3_600);
/** Good runs, one a day; the first of them are dropped. */
const many = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => backup(from + index));

describe('runs that are dropped', () => {
  it('are remembered with the hour of their first stream and their status', () => {
    const start = backup(1).startTime;
    const streams = [
      backup(2, { parentJobId: 1, startTime: start }),
      backup(3, { parentJobId: 1, startTime: start + 3_600, status: 1 }),
    ];
    // Two of its class are kept.
    const others = [10, 11].map((jobId) => backup(jobId, { status: 1 }));
    const { past } = mergeBackups(EMPTY, [...streams, ...others, ...many(20, 25)], NO_PARENTS);
    expect(unpackHours(past)).toEqual([{ hour: hourOf(1), status: 1 }]);
  });

  it('are not remembered again when one stream of a run arrives again, but a single job is', () => {
    const failed = (root: number) => [
      backup(root + 1, { parentJobId: root }),
      backup(root + 2, { parentJobId: root, status: 58 }),
    ];
    const before = mergeBackups(
      EMPTY,
      [...failed(1), ...failed(10), ...failed(13), ...many(20, 27)],
      NO_PARENTS,
    );
    const remembered = { hour: hourOf(2), status: 58 };
    expect(unpackHours(before.past)).toEqual([remembered]);
    expect(mergeBackups(before, [backup(2, { parentJobId: 1 })], NO_PARENTS)).toEqual(before);
    // A day and more away from all that is remembered it is another run.
    const pastWith = (one: ClientBackup) => unpackHours(mergeBackups(before, [one], NO_PARENTS).past);
    const aDayLater = { hour: remembered.hour + 24, status: 0 };
    expect(pastWith(backup(3, { parentJobId: 2 }))).toEqual([aDayLater, remembered]);
    const single = { ...backup(2), startTime: backup(2).startTime + 3_600 };
    expect(pastWith(single)).toEqual([{ hour: remembered.hour + 1, status: 0 }, remembered]);
  });

  it('a job that is known to be a parent is marked as one', () => {
    const { backups } = mergeBackups(EMPTY, [backup(1), backup(2)], new Set([1]));
    expect(backups.filter(({ isParent }) => isParent).map(({ jobId }) => jobId)).toEqual([1]);
  });
});

it.each([
  [undefined, ['Web01', 'WEB01'], 'WEB01'],
  [undefined, ['WEB01', 'Web01'], 'Web01'],
  ['web01', ['Web01', 'WEB01'], 'WEB01'],
])(
  'the name of a client is spelled as by its latest backup: stored %s, received %j',
  (stored, names, expected) => {
    const received = names.map((clientName, index) => backup(5 + index, { clientName }));
    const known = stored === undefined ? undefined : { clientName: stored, backups: [backup(1), backup(4)] };
    expect(latestSpelling(known, received)).toBe(expected);
    expect(latestSpelling(known, [...received].reverse())).toBe(expected);
  },
);

it('the stored spelling stays when an older backup arrives', () => {
  const stored = { clientName: 'web01', backups: [backup(1), backup(9)] };
  expect(latestSpelling(stored, [backup(5, { clientName: 'WEB01' })])).toBe('web01');
});

describe('job ids that begin again', () => {
  it('what names a parent by an id that was used again since is left out', () => {
    const old = backup(100, { parentJobId: 99, startTime: 1_700_000_000 });
    const between = backup(101, { parentJobId: 3, startTime: 1_700_000_000 + 20 * DAY });
    const current = backup(5, { parentJobId: 4, startTime: 1_700_000_000 + 40 * DAY });
    const ids = (rows: readonly { readonly jobId: number }[]) =>
      rows.map(({ jobId }) => jobId).sort((a, b) => a - b);
    for (const rows of [
      [old, between, current],
      [current, old, between],
    ])
      expect(ids(ofCurrentIds(rows))).toEqual([5, 101]);
    // With higher ids since then, they were not used again.
    expect(ids(ofCurrentIds([old, backup(200, { startTime: 1_700_000_000 + 40 * DAY })]))).toEqual([
      100, 200,
    ]);
  });

  it.each([
    [30 * DAY, true],
    [30 * DAY + 1, false],
  ])('two jobs %i s apart can be of one tree: %s', (apart, isOne) => {
    const [left, right] = [
      backup(1, { startTime: 1_700_000_000 }),
      backup(2, { startTime: 1_700_000_000 + apart }),
    ];
    expect([areOfOneTime(left, right), areOfOneTime(right, left)]).toEqual([isOne, isOne]);
  });
});
