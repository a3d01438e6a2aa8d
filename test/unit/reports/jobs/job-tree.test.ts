import { readTree } from '../../../../lambdas/reports/jobs/job-tree.ts';
import { PrimaryTime } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { images, jobs, notificationText, projection } from '../../../support/notifications.ts';

const HOUR = 3_600;
const BEGUN = 1_700_000_000;
const time = new PrimaryTime([{ from: 0, seconds: 5 * HOUR }]);

interface Job {
  readonly jobId: number;
  readonly [field: string]: unknown;
}
/** A job that started so many seconds after the first, by a clock five hours ahead. */
const job = (jobId: number, more: object = {}, after = jobId): Job => ({
  jobId,
  parentJobId: jobId,
  jobType: 'BACKUP',
  state: 'DONE',
  status: 0,
  clientName: 'vm01',
  startTime: BEGUN + after + 5 * HOUR,
  ...more,
});
const image = (after: number, clientName = 'vm01') => ({
  backupId: `${clientName}_${BEGUN + after}`,
  operationId: 'CREATE',
  clientName,
  backupTime: BEGUN + after,
});

const treeOf = async (jobId: number, reported: readonly Job[], produced: readonly object[] = []) => {
  const { context, play } = projection();
  await play([notificationText([jobs(...reported), images(...produced)])]);
  const tree = await readTree({ ...context, clock: fakeClock() }, 'demo', jobId, time);
  const imagesBy: Record<number, string[]> = {};
  const shape = (node: NonNullable<typeof tree>['root']): unknown => {
    if (node.images.length > 0) imagesBy[node.jobId] = node.images.map(({ backupId }) => backupId);
    return node.leaf ? node.jobId : [node.jobId, ...node.children.map(shape)];
  };
  return tree && { ...tree, shape: shape(tree.root), imagesBy };
};

it('NOT-6 TRAP-7 is the whole tree from any of its jobs, with the outcome of its leaves', async () => {
  const reported = [
    job(1, { status: 156 }),
    job(2, { parentJobId: 1, status: 58 }),
    job(3, { parentJobId: 2, status: 1 }),
    job(4, { parentJobId: 1 }),
    job(9, { status: 58 }),
  ];
  for (const jobId of [1, 2, 3, 4]) {
    expect(await treeOf(jobId, reported)).toMatchObject({
      shape: [1, [2, 3], 4],
      outcome: 'warning',
      leaves: { running: 0, succeeded: 1, warning: 1, failed: 0 },
      complete: true,
    });
  }
  expect(await treeOf(5, reported)).toBeUndefined();
});

it.each([
  ['running', ['ACTIVE', 0], ['DONE', 58]],
  ['failed', ['DONE', 1], ['DONE', 58]],
  ['warning', ['DONE', 0], ['DONE', 1]],
  ['succeeded', ['DONE', 0], ['DONE', 0]],
] as const)('is %s when its leaves are %j and %j', async (outcome, ...leaves) => {
  const reported = leaves.map(([state, status], index) => job(2 + index, { parentJobId: 1, state, status }));
  expect(await treeOf(1, [job(1), ...reported])).toMatchObject({ outcome });
});

it.each<[number[], number | undefined, string, boolean]>([
  [[0, 0], 0, 'succeeded', false],
  [[0, 13], 13, 'failed', false],
  [[0, 13], undefined, 'failed', false],
  [[0, 6], 1, 'warning', false],
  [[6, 6], 1, 'failed', false],
  [[0, 1], 0, 'warning', false],
  [[0, 0], 156, 'succeeded', true],
  [[0, 1], 156, 'warning', true],
  [[6, 6], 156, 'failed', false],
])(
  'NOT-6 streams %j under a parent with %s: %s, parentFailed %s',
  async (streams, status, outcome, parentFailed) => {
    const parent = status === undefined ? job(1, { state: 'ACTIVE' }) : job(1, { status });
    const children = streams.map((one, index) => job(2 + index, { parentJobId: 1, status: one }));
    expect(await treeOf(1, [parent, ...children])).toMatchObject({ outcome, parentFailed });
  },
);

it('a stream that waits makes the tree running', async () => {
  const reported = [job(1), job(2, { parentJobId: 1 }), job(3, { parentJobId: 1, state: 'QUEUED' })];
  expect(await treeOf(1, reported)).toMatchObject({ outcome: 'running', parentFailed: false });
});

it('begins at the highest known job, and stops at a cycle', async () => {
  expect(await treeOf(3, [job(2, { parentJobId: 1 }), job(3, { parentJobId: 2 })])).toMatchObject({
    shape: [2, 3],
  });
  const cycle = [job(1, { parentJobId: 2 }), job(2, { parentJobId: 1 })];
  expect(await treeOf(1, cycle)).toMatchObject({ shape: [2, 1], complete: true });
});

it.each(['x', '', {}, [2], 1.5, true, null, undefined])(
  'TRAP-6 a job with an invalid parentJobId (%j) is a root',
  async (parentJobId) => {
    expect(await treeOf(1, [job(1, { parentJobId })])).toMatchObject({ shape: 1 });
  },
);

it('a parentJobId in quotes is the same id', async () => {
  expect(await treeOf(2, [job(1), job(2, { parentJobId: '1' })])).toMatchObject({ shape: [1, 2] });
});

it('TRAP-2 an image belongs to the job of its client that started nearest to it, of two to the later one', async () => {
  const reported = [
    job(1, { clientName: 'primary' }, 100),
    job(2, { parentJobId: 1 }, 100),
    job(3, { parentJobId: 1 }, 150),
    job(4, { parentJobId: 2 }, 100),
    job(5, { parentJobId: 1, jobType: 'RESTORE' }, 120),
  ];
  const produced = [image(100), image(126), image(210), image(211), image(39), image(120, 'primary')];
  expect((await treeOf(1, reported, produced))?.imagesBy).toEqual({
    1: [`primary_${BEGUN + 120}`],
    3: [126, 210].map((after) => `vm01_${BEGUN + after}`),
    4: [`vm01_${BEGUN + 100}`],
  });
});

it('an image of another tree of the client is not in this one, although both began at the same time', async () => {
  const reported = [job(1, { policyName: 'files' }), job(4, { policyName: 'db' })];
  const produced = [image(1), image(4)];
  const [first, second] = [`vm01_${BEGUN + 1}`, `vm01_${BEGUN + 4}`];
  expect(await treeOf(1, reported, produced)).toMatchObject({ imagesBy: { 1: [first] } });
  expect(await treeOf(4, reported, produced)).toMatchObject({ imagesBy: { 4: [second] } });
  const together = [job(1), job(4, {}, 1)];
  expect((await treeOf(1, together, [image(1)]))?.imagesBy).toEqual({});
  expect(await treeOf(4, together, [image(1)])).toMatchObject({ imagesBy: { 4: [first] } });
  // A job that produces no image takes none.
  expect(await treeOf(1, [job(1), job(4, { jobType: 'RESTORE' })], [image(3)])).toMatchObject({
    imagesBy: { 1: [`vm01_${BEGUN + 3}`] },
  });
});

it('I-8 is not complete when it has more jobs than one request may read', async () => {
  const many = Array.from({ length: 600 }, (_, index) => job(2 + index, { parentJobId: 1 }));
  const tree = await treeOf(1, [job(1), ...many]);
  expect(tree?.complete).toBe(false);
  expect(tree?.root.children.length).toBeLessThanOrEqual(501);
});

it('I-7 is not complete when it would be too large for an answer', async () => {
  const large = Array.from({ length: 60 }, (_, index) =>
    job(2 + index, { parentJobId: index < 30 ? 1 : 2, note: '"'.repeat(50_000) }),
  );
  const tree = await treeOf(1, [job(1), ...large]);
  expect(tree?.complete).toBe(false);
  expect(JSON.stringify(JSON.stringify(tree)).length).toBeLessThan(6_000_000);
});
