import { AnswerSizesStore } from '../../../../lambdas/commands/sizes/answer-sizes-store.ts';
import { expectAnswer } from '../../../../lambdas/commands/sizes/expectation.ts';
import { DAY_MS, MINUTE_MS } from '../../../../lambdas/platform/clock.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

const JOBS = '/netbackup/admin/jobs';
const POLICY = '/netbackup/config/policies/Daily';

const world = () => {
  const dynamodb = new MemoryDynamodb({ sizes: { key: ['groupId', 'shape'] } });
  const clock = fakeClock();
  return { dynamodb, clock, store: new AnswerSizesStore(dynamodb.client, 'sizes', clock) };
};

it('adds up what was measured, for a group and a path, for a week', async () => {
  const { store, clock } = world();
  expect((await store.of('g', JOBS)).own.statistics.count).toBe(0);
  await store.add('g', JOBS, { sizes: [10, 20], list: { style: 'cursor', limit: 10 } });
  await store.add('g', `${JOBS}?page[limit]=5`, { sizes: [30], list: { style: 'cursor' } });
  const { own } = await store.of('g', `${JOBS}?sort=x`);
  expect(own).toEqual({
    statistics: { count: 3, total: 60, squares: 1400, largest: 30 },
    style: 'cursor',
    defaultLimit: 10,
    isDoubted: false,
  });
  expect((await store.of('h', JOBS)).own.statistics.count).toBe(0);
  clock.advance(7 * DAY_MS);
  expect((await store.of('g', JOBS)).own.statistics.count).toBe(0);
  await store.add('g', JOBS, { sizes: [5], list: { style: 'offset' } });
  expect((await store.of('g', JOBS)).own).toMatchObject({
    statistics: { count: 1, total: 5 },
    style: 'offset',
  });
});

it('leaves room for the largest one for a day', async () => {
  const { store, clock } = world();
  const largest = async () => (await store.of('g', JOBS)).own.statistics.largest;
  for (const size of [50, 90, 20]) await store.add('g', JOBS, { sizes: [size], list: { style: 'cursor' } });
  expect(await largest()).toBe(90);
  clock.advance(DAY_MS);
  expect(await largest()).toBeUndefined();
  await store.add('g', JOBS, { sizes: [20], list: { style: 'cursor' } });
  expect(await largest()).toBe(20);
});

it('single answers say what those beside them will have; a large one is remembered by itself', async () => {
  const { store } = world();
  for (const name of ['a', 'b', 'c'])
    await store.add('g', `/netbackup/config/policies/${name}`, { sizes: [1_000] });
  const expected = async (uri: string) => expectAnswer(await store.of('g', uri), uri);
  expect(await expected(POLICY)).toEqual({ bytes: 1_000, learn: true });
  await store.add('g', POLICY, { sizes: [90_000] });
  expect((await expected(POLICY)).bytes).toBe(90_000);
  expect(await expected('/netbackup/storage/x')).toEqual({ learn: true });
});

it('an answer that was too large is refused for half an hour, and its list is doubted as long', async () => {
  const { store, clock } = world();
  const uri = `${JOBS}?page[limit]=1&page[offset]=7`;
  await store.refuse('g', uri);
  expect(await store.of('g', uri)).toMatchObject({ isRefused: true, own: { isDoubted: true } });
  expect(await store.of('g', JOBS)).toMatchObject({ isRefused: false, own: { isDoubted: true } });
  await store.trust('g', JOBS);
  expect((await store.of('g', JOBS)).own.isDoubted).toBe(true);
  clock.advance(30 * MINUTE_MS);
  expect(await store.of('g', uri)).toMatchObject({ isRefused: false, own: { isDoubted: false } });
});

it('a doubt ends by itself, or when somebody has read the list through', async () => {
  const { store, clock } = world();
  await store.doubt('g', JOBS);
  expect((await store.of('g', JOBS)).own.isDoubted).toBe(true);
  await store.trust('g', JOBS);
  expect((await store.of('g', JOBS)).own.isDoubted).toBe(false);
  await store.doubt('g', JOBS);
  clock.advance(10 * MINUTE_MS);
  expect((await store.of('g', JOBS)).own.isDoubted).toBe(false);
});

it('with a doubt measuring begins anew', async () => {
  const { store } = world();
  await store.add('g', JOBS, { sizes: [10], list: { style: 'cursor' } });
  await store.doubt('g', JOBS);
  await store.add('g', JOBS, { sizes: [20], list: { style: 'cursor' } });
  expect((await store.of('g', JOBS)).own).toMatchObject({
    statistics: { count: 1, total: 20 },
    style: 'cursor',
    isDoubted: true,
  });
});

it('who was blamed is asked again once it was somebody else', async () => {
  const { store } = world();
  await store.refuse('g', POLICY);
  await store.refuse('other', POLICY);
  await store.acquit('g');
  expect((await store.of('g', POLICY)).isRefused).toBe(false);
  expect((await store.of('other', POLICY)).isRefused).toBe(true);
});
