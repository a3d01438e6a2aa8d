import { GroupsStore } from '../../../../lambdas/groups/groups-store.ts';
import type { Check, Depth } from '../../../../lambdas/groups/review/check.ts';
import { REVIEW_PERIOD, sweepReviews } from '../../../../lambdas/groups/review/sweep-reviews.ts';
import { MINUTE_MS } from '../../../../lambdas/platform/clock.ts';
import { fakeProblems } from '../../../support/fake-problems.ts';
import { fakeClock, fakeLog } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

const world = (ids: readonly string[]) => {
  const dynamodb = new MemoryDynamodb({
    groups: { key: ['groupId'], indexes: { all: ['kind', 'groupId'], marked: ['markShard', 'groupId'] } },
  });
  for (const groupId of ids) dynamodb.set('groups', { groupId, kind: 'group' });
  const [clock, log] = [fakeClock(), fakeLog()];
  const looks: { readonly groupId: string; readonly depth: Depth }[] = [];
  const check = (quick: Check['quick'], depth: Depth): Check => ({
    kind: 'quarantined',
    quick,
    find: async ({ groupId }) => {
      looks.push({ groupId, depth });
      return [];
    },
  });
  const checks = [check('always', 'quick'), check('never', 'all')];
  const groups = new GroupsStore(dynamodb.client, 'groups');
  const context = { checks, ...fakeProblems(), groups, clock, log };
  const minute = async (down: readonly string[] = []) => {
    looks.length = 0;
    await sweepReviews(context, down, Number.MAX_SAFE_INTEGER);
    clock.advance(MINUTE_MS);
    return [...looks];
  };
  return { context, clock, log, groups, minute, looks };
};

test('each group is reviewed once in 15 minutes, and in every minute about as many', async () => {
  const ids = Array.from({ length: 300 }, (_, index) => `group-${index}`);
  const { minute } = world(ids);
  const perMinute: string[][] = [];
  for (let index = 0; index < REVIEW_PERIOD; index++) {
    perMinute.push((await minute()).filter(({ depth }) => depth === 'all').map(({ groupId }) => groupId));
  }
  expect(perMinute.flat().sort()).toEqual([...ids].sort());
  expect(Math.max(...perMinute.map(({ length }) => length))).toBeLessThan(60);
});

test('a marked group and one that is disconnected for long are reviewed every minute, quickly', async () => {
  const { minute, groups } = world(['marked', 'down', 'other']);
  await groups.recordReview('marked', ['quarantined'], true);
  await groups.recordTooLarge('marked', { since: 1, last: 1, count: 1 });
  let quick = 0;
  for (let index = 0; index < REVIEW_PERIOD; index++) {
    const looks = await minute(['down']);
    for (const groupId of ['marked', 'down']) {
      expect(looks.filter((one) => one.groupId === groupId && one.depth === 'quick')).toHaveLength(1);
    }
    quick += looks.filter(({ groupId }) => groupId === 'other').length;
  }
  expect(quick).toBe(2);
});

test('a group that is being deleted is not reviewed', async () => {
  const { minute, groups } = world(['gone']);
  await groups.recordTooLarge('gone', { since: 1, last: 1, count: 1 });
  await groups.markDeleting('gone', 5);
  expect(await minute(['gone'])).toEqual([]);
});

test('a sweep that is out of time stops, and says so', async () => {
  const { context, clock, log, looks } = world(['a', 'b']);
  await sweepReviews(context, ['a', 'b'], clock() - 1);
  expect([looks, log.lines]).toMatchObject([
    [],
    [{ code: 'sweep-out-of-time', detail: { part: 'reviews' } }],
  ]);
});
