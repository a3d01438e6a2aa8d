import type { Group } from '../../../../lambdas/groups/group.ts';
import { GroupsStore } from '../../../../lambdas/groups/groups-store.ts';
import type { Check, Depth, Found } from '../../../../lambdas/groups/review/check.ts';
import { reviewGroup } from '../../../../lambdas/groups/review/review-group.ts';
import { fakeProblems, findingOf } from '../../../support/fake-problems.ts';
import { fakeLog, noAnswer } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';
import { problemsWorld } from '../../../support/problems.ts';

const foundIn = (...endpointIds: string[]): Found[] =>
  endpointIds.map((endpointId) => ({ subject: { endpointId }, finding: findingOf('token-expiring') }));

const world = (quick: Check['quick'] = 'always') => {
  const dynamodb = new MemoryDynamodb({
    groups: { key: ['groupId'], indexes: { marked: ['markShard', 'groupId'] } },
  });
  dynamodb.set('groups', { groupId: 'berlin', kind: 'group' });
  const groups = new GroupsStore(dynamodb.client, 'groups');
  const problems = fakeProblems();
  const log = fakeLog();
  const state: { found: Found[] | undefined | Error; looks: number } = { found: [], looks: 0 };
  const check: Check = {
    kind: 'token-expiring',
    quick,
    async find() {
      state.looks++;
      if (state.found instanceof Error) throw state.found;
      return state.found;
    },
  };
  const context = { checks: [check], ...problems, groups, log };
  const stored = () => dynamodb.items<Group>('groups')[0] as Group;
  return {
    ...{ dynamodb, groups, problems, log, state, context, stored },
    review: (depth: Depth = 'quick') => reviewGroup(context, stored(), depth),
    marked: async () => (await groups.listMarked(10)).items.map(({ groupId }) => groupId),
  };
};

test('a group with nothing wrong costs no write', async () => {
  const { review, dynamodb, problems } = world();
  await review('all');
  expect([dynamodb.calls, problems.settled]).toEqual([[], []]);
});

test('a group with something wrong is marked, until two reviews have found nothing', async () => {
  const { review, state, marked, problems, stored } = world();
  state.found = foundIn('e1');
  await review();
  expect([problems.kinds(), await marked(), stored().wrong]).toEqual([
    ['token-expiring'],
    ['berlin'],
    ['token-expiring'],
  ]);
  state.found = [];
  await review();
  // The list of open problems is eventually consistent: the next review looks again.
  expect([problems.kinds(), await marked()]).toEqual([[], ['berlin']]);
  await review();
  expect([await marked(), stored().wrong]).toEqual([[], undefined]);
});

test('a quick review settles only what changed, a full one also the evidence', async () => {
  const { review, state, problems } = world();
  state.found = foundIn('e1');
  await review();
  await review();
  expect(problems.settled).toHaveLength(1);
  await review('all');
  expect(problems.settled).toHaveLength(2);
});

test('of several subjects each recovers by itself', async () => {
  const { review, state, problems } = world();
  state.found = foundIn('e1', 'e2');
  await review('all');
  state.found = foundIn('e2', 'e3');
  await review('all');
  expect(problems.open().map(({ subject }) => subject)).toEqual([{ endpointId: 'e2' }, { endpointId: 'e3' }]);
});

test('a client that another job spells differently is the same subject: its problem neither recovers nor opens again', async () => {
  const { state, stored, context } = world();
  const { reconcile, bus, problems } = problemsWorld();
  const openSubjects = async () =>
    (await problems.list('open', 'berlin', undefined, 10)).items.map(({ problem }) => problem.subject);
  const review = () => reviewGroup({ ...context, reconcile, openSubjects }, stored(), 'all');
  for (const clientName of ['db01', 'DB01', 'DB01']) {
    state.found = [{ subject: { clientName }, finding: findingOf('token-expiring') }];
    await review();
  }
  expect(bus.published.map(({ detailType }) => detailType)).toEqual(['Problem Opened']);
});

test.each(['after it has stored the problem', 'while it stores the problem'])(
  'a review that is cut off %s leaves a mark, so that the problem recovers',
  async (moment) => {
    const { state, problems, context, review, dynamodb } = world();
    state.found = foundIn('e1');
    const { reconcile } = context;
    context.reconcile = async (...args) => {
      await reconcile(...args);
      if (moment.startsWith('while')) throw noAnswer();
      dynamodb.before = () => {
        throw noAnswer();
      };
    };
    await review('all').catch(() => {});
    expect(problems.kinds()).toEqual(['token-expiring']);
    dynamodb.before = () => {};
    context.reconcile = reconcile;
    state.found = [];
    await review();
    expect(problems.kinds()).toEqual([]);
  },
);

test('what cannot be told remains', async () => {
  const { review, state, problems, stored } = world();
  state.found = foundIn('e1');
  await review();
  state.found = undefined;
  await review('all');
  expect([problems.kinds(), stored().wrong]).toEqual([['token-expiring'], ['token-expiring']]);
});

test('a check that fails is logged, keeps its mark, and does not stop the others', async () => {
  const { review, state, problems, log, stored, context } = world();
  state.found = foundIn('e1');
  await review();
  state.found = new Error('away');
  const other: Check = {
    kind: 'quarantined',
    quick: 'always',
    find: async () => [{ subject: {}, finding: findingOf('quarantined') }],
  };
  await reviewGroup({ ...context, checks: [...context.checks, other] }, stored(), 'all');
  expect(log.lines).toMatchObject([
    { code: 'sweep-failed', detail: { groupId: 'berlin', kind: 'token-expiring' } },
  ]);
  expect([problems.kinds(), stored().wrong]).toEqual([
    ['quarantined', 'token-expiring'],
    ['token-expiring', 'quarantined'],
  ]);
});

test.each([
  ['always', [1, 1, 1]],
  ['while-wrong', [0, 1, 1]],
  ['never', [0, 1, 0]],
] as const)('a check that is quick %s looks in quick, full and later quick reviews', async (quick, looks) => {
  const { review, state } = world(quick);
  state.found = foundIn('e1');
  for (const [index, depth] of (['quick', 'all', 'quick'] as const).entries()) {
    const before = state.looks;
    await review(depth);
    expect([depth, state.looks - before]).toEqual([depth, looks[index]]);
  }
});

test('evidence that is not wrong yet keeps its mark', async () => {
  const { review, groups, marked } = world();
  await groups.recordTooLarge('berlin', { since: 1, last: 1, count: 1 });
  await review();
  expect(await marked()).toEqual(['berlin']);
});

test('evidence that arrives during a review keeps the mark that the review would remove', async () => {
  const { review, groups, marked, context, state } = world();
  state.found = foundIn('e1');
  await review();
  state.found = [];
  await review();
  const { recordReview } = groups;
  context.groups.recordReview = async (...args) => {
    await groups.recordTooLarge('berlin', { since: 1, last: 1, count: 1 });
    await recordReview.apply(groups, args);
  };
  await review();
  expect(await marked()).toEqual(['berlin']);
});
