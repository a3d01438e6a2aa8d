/** What is found, over time: when a problem opens, who is informed, and when it has recovered. */
import type { About, Finding } from '../../../lambdas/problems/finding.ts';
import type { MuteRule } from '../../../lambdas/problems/mute-rule.ts';
import { createSettle } from '../../../lambdas/problems/settle.ts';
import { noAnswer } from '../../support/fakes.ts';
import type { MemoryDynamodb } from '../../support/memory-dynamodb.ts';
import { problemsWorld } from '../../support/problems.ts';

const HOUR = 3_600_000;
const ABOUT: About = {
  groupId: 'berlin',
  subject: { clientName: 'DB01', policyName: 'daily' },
  kinds: ['backup-failed', 'no-good-backup'],
};
const finding = (more: Partial<Finding> = {}): Finding => ({
  kind: 'backup-failed',
  variant: 'media',
  since: 1_000,
  last: 2_000,
  count: 1,
  jobIds: [7],
  measures: [],
  text: 'The backup of DB01 under daily failed.',
  ...more,
});

const setUp = (...args: Parameters<typeof problemsWorld>) => {
  const world = problemsWorld(...args);
  const only = async () => (await world.problems.ofSubject('berlin', ABOUT.subject))[0];
  const published = () => world.bus.published.map(({ detailType }) => detailType.replace('Problem ', ''));
  return { ...world, only, published };
};

test('a problem opens once, however often it is found, and is published with the labels of the group', async () => {
  const { settle, only, bus, published } = setUp();
  await settle(ABOUT, [finding()]);
  await settle(ABOUT, [finding()]);
  expect(published()).toEqual(['Opened']);
  expect(bus.published[0]?.detail).toMatchObject({
    problemId: expect.stringMatching(/^berlin~[A-Za-z0-9_-]{22}~backup-failed~media$/),
    labels: { customer: 'acme' },
    severity: 'critical',
    jobIds: [7],
  });
  expect(await only()).toMatchObject({ state: 'open', episode: 1, revision: 2 });
});

test('new evidence changes it without another event', async () => {
  const { settle, only, published } = setUp();
  await settle(ABOUT, [finding()]);
  await settle(ABOUT, [finding({ last: 3_000, count: 2, jobIds: [8, 7] })]);
  expect(published()).toEqual(['Opened']);
  expect(await only()).toMatchObject({ since: 1_000, last: 3_000, count: 2, jobIds: [8, 7] });
});

test('names of clients differ in the case of letters only: it is one problem', async () => {
  const { settle, published } = setUp();
  await settle(ABOUT, [finding()]);
  await settle({ ...ABOUT, subject: { policyName: 'daily', clientName: 'db01' } }, [finding()]);
  expect(published()).toEqual(['Opened']);
});

test('it recovers, and opens again as another episode with another eventId', async () => {
  const { settle, only, bus, published } = setUp();
  await settle(ABOUT, [finding()]);
  await settle(ABOUT, []);
  expect(await only()).toMatchObject({ state: 'recovered', episode: 1 });
  await settle(ABOUT, [finding()]);
  expect(published()).toEqual(['Opened', 'Recovered', 'Opened']);
  expect(new Set(bus.published.map(({ detail }) => detail['eventId'])).size).toBe(3);
});

test('it has another eventId also when it opens again after the recovered one has expired', async () => {
  const { settle, clock, bus, published } = setUp();
  await settle(ABOUT, [finding()]);
  await settle(ABOUT, []);
  clock.advance(31 * 24 * HOUR);
  await settle(ABOUT, [finding()]);
  await settle(ABOUT, []);
  expect(published()).toEqual(['Opened', 'Recovered', 'Opened', 'Recovered']);
  expect(new Set(bus.published.map(({ detail }) => detail['eventId'])).size).toBe(4);
});

test('problems of other kinds of the subject are left alone', async () => {
  const { settle, published } = setUp();
  await settle(ABOUT, [finding()]);
  await settle({ ...ABOUT, kinds: ['no-good-backup'] }, []);
  expect(published()).toEqual(['Opened']);
});

test('one that is held back and mends itself is never shown or published', async () => {
  const { settle, only, dynamodb, clock, published } = setUp();
  const held = finding({ holdUntil: clock() + HOUR });
  await settle(ABOUT, [held]);
  await settle(ABOUT, [held]);
  expect(await only()).toMatchObject({ state: 'held', revision: 1 });
  await settle(ABOUT, []);
  expect([published(), dynamodb.items('problems')]).toEqual([[], []]);
});

test('the sweep asks the detector again when the hold has ended', async () => {
  const asked: unknown[] = [];
  const { settle, sweep, clock } = setUp({
    evaluateSubject: async (groupId, subject) => void asked.push([groupId, subject]),
  });
  await settle(ABOUT, [finding({ holdUntil: clock() + HOUR })]);
  await sweep();
  expect(asked).toEqual([]);
  clock.advance(HOUR);
  await sweep();
  expect(asked).toEqual([['berlin', ABOUT.subject]]);
  // A detector that says nothing is not asked each minute.
  await sweep();
  expect(asked).toHaveLength(1);
});

test('a recovered problem that fails again stays recovered while it is held back', async () => {
  const { settle, only, clock, published } = setUp();
  await settle(ABOUT, [finding()]);
  await settle(ABOUT, []);
  await settle(ABOUT, [finding({ since: 5_000, holdUntil: clock() + HOUR })]);
  expect(await only()).toMatchObject({ state: 'recovered', since: 1_000 });
  clock.advance(HOUR);
  await settle(ABOUT, [finding({ since: 5_000, holdUntil: clock() })]);
  expect(await only()).toMatchObject({ state: 'open', since: 5_000, episode: 2 });
  expect(published()).toEqual(['Opened', 'Recovered', 'Opened']);
});

test('reminders come every repeatAfterHours, each with its own eventId', async () => {
  const { settle, sweep, clock, bus, published } = setUp();
  await settle(ABOUT, [finding()]);
  for (let hours = 0; hours < 50; hours += 1) {
    await sweep();
    clock.advance(HOUR);
  }
  expect(published()).toEqual(['Opened', 'Reminded', 'Reminded']);
  expect(new Set(bus.published.map(({ detail }) => detail['eventId'])).size).toBe(3);
});

describe('while the bus refuses events', () => {
  test('the problem is stored, nothing else happens to it, and the sweep publishes', async () => {
    const { settle, sweep, only, bus, context, published } = setUp();
    const { publish } = bus;
    bus.publish = () => Promise.reject(noAnswer());
    await settle(ABOUT, [finding()]);
    await settle(ABOUT, []);
    expect(await only()).toMatchObject({ state: 'open', pendingEvent: 'opened' });
    bus.publish = publish;
    await sweep();
    await settle(ABOUT, []);
    expect(published()).toEqual(['Opened', 'Recovered']);
    expect(context.log).toBeDefined();
  });

  test('an event whose acceptance was not stored is published again with the same eventId', async () => {
    const { settle, sweep, dynamodb, bus } = setUp();
    let writes = 0;
    dynamodb.before = (call) => {
      if (call === 'PutItem' && ++writes === 2) throw noAnswer();
    };
    await expect(settle(ABOUT, [finding()])).rejects.toThrow('away');
    dynamodb.before = () => {};
    await sweep();
    const [first, second, ...others] = bus.published.map(({ detail }) => detail['eventId']);
    expect([first === second, others]).toEqual([true, []]);
  });
});

test('two detectors at once open it once', async () => {
  const { settle, published, only } = setUp();
  await Promise.all([settle(ABOUT, [finding()]), settle(ABOUT, [finding()]), settle(ABOUT, [finding()])]);
  expect(new Set(published())).toEqual(new Set(['Opened']));
  expect(await only()).toMatchObject({ state: 'open', episode: 1 });
});

test('a mute rule keeps it quiet until the rule ends; then it is published as opened', async () => {
  const { settle, sweep, rules, clock, published, only } = setUp();
  const now = clock();
  await rules.add({
    muteId: 'm1',
    by: 'k',
    reason: 'move',
    createdAt: now,
    from: now,
    until: now + HOUR,
    clientName: 'db*',
  });
  await settle(ABOUT, [finding()]);
  await sweep();
  expect([published(), (await only())?.state]).toEqual([[], 'open']);
  clock.advance(HOUR);
  await sweep();
  expect(published()).toEqual(['Opened']);
});

describe('when a mute rule is deleted', () => {
  const ruled = async (more: Partial<MuteRule> = {}) => {
    const world = setUp();
    const { rules, problems, clock, settle } = world;
    const rule = { muteId: 'm1', by: 'k', reason: 'move', createdAt: clock(), from: clock(), groupId: '*' };
    await rules.add({ ...rule, until: clock() + 100 * 24 * HOUR });
    if (more.muteId) await rules.add({ ...rule, until: clock() + 50 * 24 * HOUR, ...more });
    await settle(ABOUT, [finding()]);
    const remove = async () => {
      await problems.planMuted(clock());
      await rules.remove('m1');
    };
    return { ...world, remove };
  };
  const agendas = ({ dynamodb }: { dynamodb: MemoryDynamodb }) =>
    dynamodb.items<{ problem: string }>('problems').filter(({ problem }) => problem === 'agenda');

  test('what it alone has muted is published by the next sweep, once', async () => {
    const world = await ruled();
    await world.sweep();
    await world.remove();
    await world.sweep();
    expect(world.published()).toEqual(['Opened']);
    world.clock.advance(60_000);
    await world.sweep();
    expect([world.published(), agendas(world)]).toEqual([['Opened'], []]);
  });

  test('what a function still muted by it is published after a minute', async () => {
    const world = await ruled();
    await world.remove();
    await world.sweep();
    const { clock, context } = world;
    const late = createSettle({ ...context, silencedUntil: async () => clock() + 100 * 24 * HOUR });
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
  const { settle, sweep, rules, problems, clock, published, only } = setUp();
  const [now, by, reason] = [clock(), 'k', 'move'];
  await rules.add({ muteId: 'm1', by, reason, createdAt: now, from: now, until: now + HOUR, groupId: '*' });
  await settle(ABOUT, [finding()]);
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
  const { settle, rules, clock, published } = setUp();
  const now = clock();
  await rules.add({
    muteId: 'm1',
    by: 'k',
    reason: 'move',
    createdAt: now,
    from: now,
    until: now + HOUR,
    groupId: '*',
  });
  await settle(ABOUT, [finding()]);
  await settle(ABOUT, []);
  expect(published()).toEqual([]);
});

test('a mute outlasts a recovery, an acknowledgement does not', async () => {
  const { settle, problems, clock, only, published } = setUp();
  await settle(ABOUT, [finding()]);
  const now = clock();
  const why = { by: 'k', at: now, reason: 'known', until: now + HOUR };
  const open = await only();
  if (open) await problems.write(open, { ...open, muted: why, acknowledged: why }, now);
  await settle(ABOUT, []);
  await settle(ABOUT, [finding()]);
  expect(await only()).toMatchObject({ state: 'open', muted: why });
  expect((await only())?.acknowledged).toBeUndefined();
  expect(published()).toEqual(['Opened', 'Recovered']);
});

describe('the agenda of a group', () => {
  test('is evaluated when it is due, and planned anew', async () => {
    const asked: string[] = [];
    const { problems, sweep, clock } = setUp({
      evaluateGroup: async (groupId) => {
        asked.push(groupId);
        return clock() + 2 * HOUR;
      },
    });
    await problems.plan('berlin', clock() + 2 * HOUR);
    await problems.plan('berlin', clock() + HOUR);
    await problems.plan('berlin', clock() + 3 * HOUR).catch(() => {});
    await sweep();
    expect(asked).toEqual([]);
    clock.advance(HOUR);
    await sweep();
    await sweep();
    expect(asked).toEqual(['berlin']);
  });

  test('of a group that is gone is removed', async () => {
    const { problems, sweep, clock, dynamodb } = setUp();
    await problems.plan('berlin', clock());
    await sweep();
    expect(dynamodb.items('problems')).toEqual([]);
  });

  test('that cannot be evaluated does not keep back the others', async () => {
    const asked: string[] = [];
    const { problems, sweep, clock, log } = setUp({
      evaluateGroup: async (groupId) => {
        asked.push(groupId);
        if (groupId === 'berlin') throw new Error('broken');
        return clock() + HOUR;
      },
    });
    for (const groupId of ['berlin', 'oslo']) await problems.plan(groupId, clock());
    await sweep();
    expect([asked.sort(), log.codes()]).toEqual([['berlin', 'oslo'], ['problem-not-evaluated']]);
  });
});
