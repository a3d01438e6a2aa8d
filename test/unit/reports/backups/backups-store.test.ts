import fc from 'fast-check';
import { unpackHours } from '../../../../lambdas/reports/backups/past-hours.ts';
import { backup, clock, DAY, setUp } from '../../../support/backups.ts';
import { fakeClock } from '../../../support/fakes.ts';

const DAY_MS = 86_400_000;

it('stores the latest of each client under each policy, and I-13 nothing of another group', async () => {
  const { store, stored } = setUp();
  const several = [backup(1), backup(2, { policyName: 'q' }), backup(3, { clientName: 'b' }), backup(4)];
  await store.record('demo', several, 0, 1);
  await store.record('demo', [backup(5)], 0, 1);
  await store.record('other', [backup(9)], 0, 1);
  expect(await stored()).toEqual([
    ['a', 'p', 5, 4, 1],
    ['a', 'q', 2],
    ['b', 'p', 3],
  ]);
});

it('several spellings of one client are one, with the latest; a full name is another', async () => {
  const { store, stored } = setUp();
  await store.record('demo', [backup(2, { clientName: 'WEB01' })], 0, 1);
  await store.record('demo', [backup(1, { clientName: 'web01' })], 0, 1);
  await store.record('demo', [backup(3, { clientName: 'web01.example.com' })], 0, 1);
  expect(await stored()).toEqual([
    ['WEB01', 'p', 2, 1],
    ['web01.example.com', 'p', 3],
  ]);
});

it('I-3 loses nothing with concurrent writers', async () => {
  const { store, stored } = setUp();
  await Promise.all([1, 2, 3, 4].map((jobId) => store.record('demo', [backup(jobId)], 0, 1)));
  expect(await stored()).toEqual([['a', 'p', 4, 3, 2, 1]]);
});

it('a backup that is stored already costs no write', async () => {
  const { dynamodb, store } = setUp();
  const tree = [backup(1), backup(3, { parentJobId: 2 })];
  await store.record('demo', tree, 0, 1);
  dynamodb.calls.length = 0;
  await store.record('demo', tree, 0, 1);
  expect(dynamodb.calls).toEqual(['BatchGetItem']);
});

it('expires by its latest arrival, in any order, and is not returned after that', async () => {
  const { store, stored } = setUp();
  await store.record('demo', [backup(2)], DAY_MS, 1);
  await store.record('demo', [backup(1)], 0, 1);
  expect(await stored(fakeClock(2 * DAY_MS - 1_000))).toEqual([['a', 'p', 2, 1]]);
  expect(await stored(fakeClock(2 * DAY_MS))).toEqual([]);
});

it('fails after ten conflicting writes', async () => {
  const { dynamodb, store } = setUp();
  await store.record('demo', [backup(1)], 0, 1);
  const [item] = dynamodb.items<object>('backups');
  let round = 10;
  dynamodb.before = (call) => {
    if (call === 'PutItem') dynamodb.set('backups', { ...item, backups: `${round++},0,1,,0,0` });
  };
  await expect(store.record('demo', [backup(2)], 0, 1)).rejects.toThrow('after 10 conflicting');
});

describe('dropped runs', () => {
  const past = async ({ store }: ReturnType<typeof setUp>) =>
    unpackHours((await store.page('demo', clock)).clientPolicies[0]?.past ?? '').map(({ status }) => status);

  it('are remembered with their worst status, once, also when they arrive again', async () => {
    const world = setUp();
    const all = Array.from({ length: 12 }, (_, index) => [
      backup(index * 10 + 11, { parentJobId: index * 10 + 10 }),
      backup(index * 10 + 12, {
        parentJobId: index * 10 + 10,
        startTime: 1_700_003_600 + (index * 10 + 11) * DAY,
        status: index % 2 ? 13 : 0,
      }),
    ]);
    for (const run of all) await world.store.record('demo', run, 0, 1);
    const before = (await past(world)).sort();
    expect(before).toEqual([0, 13]);
    for (const one of all.flat()) await world.store.record('demo', [one], 0, 1);
    expect((await past(world)).sort()).toEqual(before);
  });

  it('I-3 leave the same in any order and batching, if each run is one job', async () => {
    const some = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, 1, 58)), {
      selector: ([id]) => id,
      minLength: 8,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(some, fc.array(fc.nat(), { minLength: 61, maxLength: 61 }), async (rows, keys) => {
        const all = rows.map(([jobId, status]) => backup(jobId, { status }));
        const shuffled = [...all].sort((a, b) => (keys[a.jobId] ?? 0) - (keys[b.jobId] ?? 0));
        const [once, again] = [setUp(), setUp()];
        await once.store.record('demo', all, 0, 1);
        for (const one of shuffled) await again.store.record('demo', [one], 0, 1);
        expect(await again.stored()).toEqual(await once.stored());
        expect((await past(again)).sort()).toEqual((await past(once)).sort());
      }),
      { numRuns: 60 },
    );
  });
});

it.each([
  ['after the clock was set back', { startTime: 1_700_000_600, endedAt: 1_700_003_600 }],
  ['without a start', { startTime: 0, endedAt: 1_700_003_600 }],
  ['that is reported in the same second', { startTime: 1_700_002_400, endedAt: 1_700_001_500 }],
])('a job that was taken up again counts by its latest run, also %s', async (_, again) => {
  const { store, judged } = setUp();
  const runs = [
    backup(1, { status: 58, startTime: 1_700_001_200, endedAt: 1_700_001_500 }),
    backup(1, again),
  ];
  for (const received of [runs, runs.slice(0, 1), runs]) await store.record('demo', received, 0, 1);
  expect((await judged())[0]?.runs.map(({ verdict }) => verdict)).toEqual(['ok']);
});

it('the parents of old backups are other jobs when ids have begun again', async () => {
  const { store, judged } = setUp();
  const begun = 1_700_000_000;
  const at = (day: number) => ({ startTime: begun + day * DAY, endedAt: begun + day * DAY + 60 });
  const ofRun = async () =>
    (await judged())
      .map(({ clientName, runs }) => [clientName, runs[0]?.leaf.jobId, runs[0]?.failedParent?.jobId])
      .sort();
  await store.record('demo', [backup(100, at(0)), backup(101, { parentJobId: 100, ...at(0) })], 0, 1);
  await store.record('demo', [backup(9_000, { clientName: 'b', ...at(90) })], 0, 1);
  expect(await ofRun()).toEqual([
    ['a', 101, undefined],
    ['b', 9_000, undefined],
  ]);
  await store.record('demo', [backup(8, { clientName: 'd', isParent: true, ...at(1) })], 0, 1);
  await store.record('demo', [backup(8, { clientName: 'd', ...at(98) })], 0, 1);
  await store.record('demo', [backup(100, { clientName: 'c', status: 58, ...at(100) })], 0, 1);
  expect(await ofRun()).toEqual([
    ['a', 101, undefined],
    ['b', 9_000, undefined],
    ['c', 100, undefined],
    ['d', 8, undefined],
  ]);
});

it('a dismissed client and policy is shown again after its next backup', async () => {
  const { store } = setUp();
  const isDismissed = async () =>
    (await store.page('demo', clock)).clientPolicies.map((one) => one.isDismissed);
  await store.record('demo', [backup(1)], 0, 1);
  expect(await store.dismiss('demo', 'A', 'p', true)).toBe(true);
  expect(await store.dismiss('demo', 'b', 'p', true)).toBe(false);
  expect(await isDismissed()).toEqual([true]);
  await store.record('demo', [backup(0)], 0, 1);
  expect(await isDismissed()).toEqual([true]);
  await store.record('demo', [backup(2)], 0, 1);
  expect(await isDismissed()).toEqual([false]);
  await store.dismiss('demo', 'a', 'p', true);
  await store.dismiss('demo', 'a', 'p', false);
  expect(await isDismissed()).toEqual([false]);
});
