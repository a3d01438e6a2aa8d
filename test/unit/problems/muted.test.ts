/** Problems that are muted or acknowledged, over time: when who is informed. */
import type { MuteRule } from '../../../lambdas/problems/mute-rule.ts';
import { createReconcile } from '../../../lambdas/problems/reconcile.ts';
import type { MemoryDynamodb } from '../../support/memory-dynamodb.ts';
import { ABOUT, finding, muteRule, oneProblemWorld as setUp } from '../../support/one-problem.ts';

const HOUR = 3_600_000;

test('a mute rule keeps it quiet until the rule ends; then it is published as opened', async () => {
  const { reconcile, sweep, rules, clock, published, only } = setUp();
  await rules.add(muteRule(clock(), { clientName: 'db*' }));
  await reconcile(ABOUT, [finding()]);
  await sweep();
  expect([published(), (await only())?.state]).toEqual([[], 'open']);
  clock.advance(HOUR);
  await sweep();
  expect(published()).toEqual(['Opened']);
});

describe('when a mute rule is deleted', () => {
  const ruled = async (more: Partial<MuteRule> = {}) => {
    const world = setUp();
    const { rules, problems, clock, reconcile } = world;
    const rule = { muteId: 'm1', by: 'k', reason: 'move', createdAt: clock(), from: clock(), groupId: '*' };
    await rules.add({ ...rule, until: clock() + 100 * 24 * HOUR });
    if (more.muteId) await rules.add({ ...rule, until: clock() + 50 * 24 * HOUR, ...more });
    await reconcile(ABOUT, [finding()]);
    const remove = async () => {
      await problems.planMuted(clock());
      await rules.remove('m1');
    };
    return { ...world, remove };
  };
  const plannedEvaluations = ({ dynamodb }: { dynamodb: MemoryDynamodb }) =>
    dynamodb.items<{ problem: string }>('problems').filter(({ problem }) => problem === 'agenda');

  test('what it alone has muted is published by the next sweep, once', async () => {
    const world = await ruled();
    await world.sweep();
    await world.remove();
    await world.sweep();
    expect(world.published()).toEqual(['Opened']);
    world.clock.advance(60_000);
    await world.sweep();
    expect([world.published(), plannedEvaluations(world)]).toEqual([['Opened'], []]);
  });

  test('what a function still muted by it is published after a minute', async () => {
    const world = await ruled();
    await world.remove();
    await world.sweep();
    const { clock, context } = world;
    const late = createReconcile({ ...context, silencedUntil: async () => clock() + 100 * 24 * HOUR });
    await late({ ...ABOUT, subject: { clientName: 'DB02', policyName: 'daily' } }, [finding()]);
    clock.advance(60_000);
    await world.sweep();
    expect(world.published()).toEqual(['Opened', 'Opened']);
  });

  test('what another rule mutes too stays muted until that one ends', async () => {
    const world = await ruled({ muteId: 'm2' });
    await world.remove();
    await world.sweep();
    expect(world.published()).toEqual([]);
    world.clock.advance(50 * 24 * HOUR);
    await world.sweep();
    expect(world.published()).toEqual(['Opened']);
  });

  test('a second rule that is deleted while the sweep looks is not missed', async () => {
    const world = await ruled({ muteId: 'm2' });
    const { clock, dynamodb, rules, problems, sweep } = world;
    await world.remove();
    clock.advance(60_000);
    dynamodb.before = async (call) => {
      if (call !== 'DeleteItem') return;
      dynamodb.before = () => {};
      clock.advance(1_000);
      await problems.planMuted(clock());
      await rules.remove('m2');
    };
    await sweep();
    clock.advance(60_000);
    await sweep();
    expect(world.published()).toEqual(['Opened']);
  });
});

test('a mute rule counts however many others have ended and are not deleted yet', async () => {
  const { rules, clock } = setUp();
  const rule = { by: 'k', reason: 'a job', createdAt: clock(), from: clock(), groupId: '*' };
  for (let index = 0; index < 1_000; index++)
    await rules.add({ ...rule, muteId: `ended${index}`, until: clock() + HOUR });
  clock.advance(HOUR);
  await rules.add({ ...rule, muteId: 'valid', until: clock() + HOUR });
  expect((await rules.list()).map(({ muteId }) => muteId)).toEqual(['valid']);
});

test('one that is acknowledged while a rule mutes it is published only when both have ended', async () => {
  const { reconcile, sweep, rules, problems, clock, published, only } = setUp();
  const [now, by, reason] = [clock(), 'k', 'move'];
  await rules.add({ muteId: 'm1', by, reason, createdAt: now, from: now, until: now + HOUR, groupId: '*' });
  await reconcile(ABOUT, [finding()]);
  const open = await only();
  const acknowledged = { by, at: now, reason, until: now + 3 * HOUR };
  if (open) await problems.write(open, { ...open, acknowledged }, now);
  for (let hours = 0; hours < 3; hours++) {
    await sweep();
    expect(published()).toEqual([]);
    clock.advance(HOUR);
  }
  await sweep();
  expect(published()).toEqual(['Opened']);
});

test('what recovers before anybody was informed recovers in silence', async () => {
  const { reconcile, rules, clock, published } = setUp();
  await rules.add(muteRule(clock(), { groupId: '*' }));
  await reconcile(ABOUT, [finding()]);
  await reconcile(ABOUT, []);
  expect(published()).toEqual([]);
});

test('a mute also outlasts the time for which a recovered problem is kept', async () => {
  const { reconcile, sweep, problems, clock, only, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  const now = clock();
  const muted = { by: 'k', at: now, reason: 'known', until: now + 100 * 24 * HOUR };
  const open = await only();
  if (open) await problems.write(open, { ...open, muted }, now);
  await reconcile(ABOUT, []);
  clock.advance(40 * 24 * HOUR);
  await reconcile(ABOUT, [finding()]);
  await sweep();
  expect(published()).toEqual(['Opened', 'Recovered']);
  clock.advance(60 * 24 * HOUR);
  await sweep();
  expect(published()).toEqual(['Opened', 'Recovered', 'Opened']);
});

test('a mute outlasts a recovery, an acknowledgement does not', async () => {
  const { reconcile, problems, clock, only, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  const now = clock();
  const why = { by: 'k', at: now, reason: 'known', until: now + HOUR };
  const open = await only();
  if (open) await problems.write(open, { ...open, muted: why, acknowledged: why }, now);
  await reconcile(ABOUT, []);
  await reconcile(ABOUT, [finding()]);
  expect(await only()).toMatchObject({ state: 'open', muted: why });
  expect((await only())?.acknowledged).toBeUndefined();
  expect(published()).toEqual(['Opened', 'Recovered']);
});
