import { expectResponse } from '../../../../lambdas/commands/sizes/expectation.ts';
import { ResponseSizesStore } from '../../../../lambdas/commands/sizes/response-sizes-store.ts';
import { DAY_MS, MINUTE_MS } from '../../../../lambdas/platform/clock.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

const JOBS = '/netbackup/admin/jobs';
const POLICY = '/netbackup/config/policies/Daily';

const world = () => {
  const dynamodb = new MemoryDynamodb({ sizes: { key: ['groupId', 'shape'] } });
  const clock = fakeClock();
  return { dynamodb, clock, store: new ResponseSizesStore(dynamodb.client, 'sizes', clock) };
};

it('sums measurements of a group and a path for a week', async () => {
  const { store, clock } = world();
  expect((await store.lookUp('g', JOBS)).own.statistics.count).toBe(0);
  await store.record('g', JOBS, { sizes: [10, 20], list: { style: 'cursor', limit: 10 } });
  await store.record('g', `${JOBS}?page[limit]=5`, { sizes: [30], list: { style: 'cursor' } });
  const { own } = await store.lookUp('g', `${JOBS}?sort=x`);
  expect(own).toEqual({
    statistics: { count: 3, total: 60, squares: 1400, largest: 30 },
    style: 'cursor',
    defaultLimit: 10,
    mayBeOversized: false,
  });
  expect((await store.lookUp('h', JOBS)).own.statistics.count).toBe(0);
  clock.advance(7 * DAY_MS);
  expect((await store.lookUp('g', JOBS)).own.statistics.count).toBe(0);
  await store.record('g', JOBS, { sizes: [5], list: { style: 'offset' } });
  expect((await store.lookUp('g', JOBS)).own).toMatchObject({
    statistics: { count: 1, total: 5 },
    style: 'offset',
  });
});

it('includes the largest one for a day', async () => {
  const { store, clock } = world();
  const largest = async () => (await store.lookUp('g', JOBS)).own.statistics.largest;
  for (const size of [50, 90, 20])
    await store.record('g', JOBS, { sizes: [size], list: { style: 'cursor' } });
  expect(await largest()).toBe(90);
  clock.advance(DAY_MS);
  expect(await largest()).toBeUndefined();
  await store.record('g', JOBS, { sizes: [20], list: { style: 'cursor' } });
  expect(await largest()).toBe(20);
});

it('single responses predict their siblings; a large one is recorded for its own shape too', async () => {
  const { store } = world();
  for (const name of ['a', 'b', 'c'])
    await store.record('g', `/netbackup/config/policies/${name}`, { sizes: [1_000] });
  const expected = async (uri: string) => expectResponse(await store.lookUp('g', uri), uri);
  expect(await expected(POLICY)).toEqual({ bytes: 1_000, learn: true });
  await store.record('g', POLICY, { sizes: [90_000] });
  expect((await expected(POLICY)).bytes).toBe(90_000);
  expect(await expected('/netbackup/storage/x')).toEqual({ learn: true });
});

it('a response that was too large is blocked for half an hour, and its list is marked for the same time', async () => {
  const { store, clock } = world();
  const uri = `${JOBS}?page[limit]=1&page[offset]=7`;
  await store.block('g', uri);
  expect(await store.lookUp('g', uri)).toMatchObject({ isBlocked: true, own: { mayBeOversized: true } });
  expect(await store.lookUp('g', JOBS)).toMatchObject({ isBlocked: false, own: { mayBeOversized: true } });
  await store.clearOversized('g', JOBS);
  expect((await store.lookUp('g', JOBS)).own.mayBeOversized).toBe(true);
  clock.advance(30 * MINUTE_MS);
  expect(await store.lookUp('g', uri)).toMatchObject({ isBlocked: false, own: { mayBeOversized: false } });
});

it('the mark of a list expires, and is removed when the list was read to its end', async () => {
  const { store, clock } = world();
  await store.markOversized('g', JOBS);
  expect((await store.lookUp('g', JOBS)).own.mayBeOversized).toBe(true);
  await store.clearOversized('g', JOBS);
  expect((await store.lookUp('g', JOBS)).own.mayBeOversized).toBe(false);
  await store.markOversized('g', JOBS);
  clock.advance(10 * MINUTE_MS);
  expect((await store.lookUp('g', JOBS)).own.mayBeOversized).toBe(false);
});

it('marking a list resets its measurements', async () => {
  const { store } = world();
  await store.record('g', JOBS, { sizes: [10], list: { style: 'cursor' } });
  await store.markOversized('g', JOBS);
  await store.record('g', JOBS, { sizes: [20], list: { style: 'cursor' } });
  expect((await store.lookUp('g', JOBS)).own).toMatchObject({
    statistics: { count: 1, total: 20 },
    style: 'cursor',
    mayBeOversized: true,
  });
});

it('unblocks the uris of one group', async () => {
  const { store } = world();
  await store.block('g', POLICY);
  await store.block('other', POLICY);
  await store.unblockAll('g');
  expect((await store.lookUp('g', POLICY)).isBlocked).toBe(false);
  expect((await store.lookUp('other', POLICY)).isBlocked).toBe(true);
});
