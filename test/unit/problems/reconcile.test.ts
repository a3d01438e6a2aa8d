/** What is found, over time: when a problem opens, who is informed, and when it has recovered. */
import { noAnswer } from '../../support/fakes.ts';
import { ABOUT, finding, oneProblemWorld as setUp } from '../../support/one-problem.ts';

const HOUR = 3_600_000;

test('a problem opens once, however often it is found, and is published with the labels of the group', async () => {
  const { reconcile, only, bus, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  await reconcile(ABOUT, [finding()]);
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
  const { reconcile, only, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  await reconcile(ABOUT, [finding({ last: 3_000, count: 2, jobIds: [8, 7] })]);
  expect(published()).toEqual(['Opened']);
  expect(await only()).toMatchObject({ since: 1_000, last: 3_000, count: 2, jobIds: [8, 7] });
});

test('names of clients differ in the case of letters only: it is one problem', async () => {
  const { reconcile, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  await reconcile({ ...ABOUT, subject: { policyName: 'daily', clientName: 'db01' } }, [finding()]);
  expect(published()).toEqual(['Opened']);
});

test('it recovers, and opens again as another episode with another eventId', async () => {
  const { reconcile, only, bus, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  await reconcile(ABOUT, []);
  expect(await only()).toMatchObject({ state: 'recovered', episode: 1 });
  await reconcile(ABOUT, [finding()]);
  expect(published()).toEqual(['Opened', 'Recovered', 'Opened']);
  expect(new Set(bus.published.map(({ detail }) => detail['eventId'])).size).toBe(3);
});

test('it has another eventId also when it opens again after the recovered one has expired', async () => {
  const { reconcile, clock, bus, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  await reconcile(ABOUT, []);
  clock.advance(31 * 24 * HOUR);
  await reconcile(ABOUT, [finding()]);
  await reconcile(ABOUT, []);
  expect(published()).toEqual(['Opened', 'Recovered', 'Opened', 'Recovered']);
  expect(new Set(bus.published.map(({ detail }) => detail['eventId'])).size).toBe(4);
});

test('problems of other kinds of the subject are left alone', async () => {
  const { reconcile, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  await reconcile({ ...ABOUT, kinds: ['no-good-backup'] }, []);
  expect(published()).toEqual(['Opened']);
});

test('one that is held back and mends itself is never shown or published', async () => {
  const { reconcile, only, dynamodb, clock, published } = setUp();
  const held = finding({ holdUntil: clock() + HOUR });
  await reconcile(ABOUT, [held]);
  await reconcile(ABOUT, [held]);
  expect(await only()).toMatchObject({ state: 'held', revision: 1 });
  await reconcile(ABOUT, []);
  expect([published(), dynamodb.items('problems')]).toEqual([[], []]);
});

test('the sweep asks the detector again when the hold has ended', async () => {
  const asked: unknown[] = [];
  const { reconcile, sweep, clock } = setUp({
    evaluateSubject: async (groupId, subject) => void asked.push([groupId, subject]),
  });
  await reconcile(ABOUT, [finding({ holdUntil: clock() + HOUR })]);
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
  const { reconcile, only, clock, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  await reconcile(ABOUT, []);
  await reconcile(ABOUT, [finding({ since: 5_000, holdUntil: clock() + HOUR })]);
  expect(await only()).toMatchObject({ state: 'recovered', since: 1_000 });
  clock.advance(HOUR);
  await reconcile(ABOUT, [finding({ since: 5_000, holdUntil: clock() })]);
  expect(await only()).toMatchObject({ state: 'open', since: 5_000, episode: 2 });
  expect(published()).toEqual(['Opened', 'Recovered', 'Opened']);
});

test('reminders come every repeatAfterHours, each with its own eventId', async () => {
  const { reconcile, sweep, clock, bus, published } = setUp();
  await reconcile(ABOUT, [finding()]);
  for (let hours = 0; hours < 50; hours += 1) {
    await sweep();
    clock.advance(HOUR);
  }
  expect(published()).toEqual(['Opened', 'Reminded', 'Reminded']);
  expect(new Set(bus.published.map(({ detail }) => detail['eventId'])).size).toBe(3);
});

describe('while the bus refuses events', () => {
  test('the problem is stored, nothing else happens to it, and the sweep publishes', async () => {
    const { reconcile, sweep, only, bus, context, published } = setUp();
    const { publish } = bus;
    bus.publish = () => Promise.reject(noAnswer());
    await reconcile(ABOUT, [finding()]);
    await reconcile(ABOUT, []);
    expect(await only()).toMatchObject({ state: 'open', pendingEvent: 'opened' });
    bus.publish = publish;
    await sweep();
    await reconcile(ABOUT, []);
    expect(published()).toEqual(['Opened', 'Recovered']);
    expect(context.log).toBeDefined();
  });

  test('an event whose acceptance was not stored is published again with the same eventId', async () => {
    const { reconcile, sweep, dynamodb, bus } = setUp();
    let writes = 0;
    dynamodb.before = (call) => {
      if (call === 'PutItem' && ++writes === 2) throw noAnswer();
    };
    await expect(reconcile(ABOUT, [finding()])).rejects.toThrow('away');
    dynamodb.before = () => {};
    await sweep();
    const [first, second, ...others] = bus.published.map(({ detail }) => detail['eventId']);
    expect([first === second, others]).toEqual([true, []]);
  });
});

test('two detectors at once open it once', async () => {
  const { reconcile, published, only } = setUp();
  await Promise.all([
    reconcile(ABOUT, [finding()]),
    reconcile(ABOUT, [finding()]),
    reconcile(ABOUT, [finding()]),
  ]);
  expect(new Set(published())).toEqual(new Set(['Opened']));
  expect(await only()).toMatchObject({ state: 'open', episode: 1 });
});

describe('the planned evaluation of a group', () => {
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
