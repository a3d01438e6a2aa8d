import { backupProblems } from '../../../support/backup-problems.ts';
import { noAnswer } from '../../../support/fakes.ts';
import { jobs, notificationText } from '../../../support/notifications.ts';

const MINUTE = 60_000;
const DAY = 86_400;
const BEGUN = 1_700_000_000;

const done = (jobId: number, status: number, at: number, more: object = {}) => ({
  text: notificationText(
    [
      jobs({
        jobId,
        parentJobId: jobId,
        jobType: 'BACKUP',
        clientName: 'web01',
        policyName: 'daily',
        startTime: at - 600,
        state: 'DONE',
        status,
        ...more,
      }),
    ],
    at,
  ),
});
const running = (jobId: number, at: number, more: object = {}) =>
  done(jobId, 0, at, { state: 'ACTIVE', startTime: at, ...more });

const world = () => backupProblems(BEGUN * 1000, { timeZone: 'Etc/UTC' });
const kinds = (one: ReturnType<typeof world>) =>
  one
    .found()
    .map(({ kind, state }) => `${kind} ${state}`)
    .sort();

it('a failed backup: nothing for 30 min, then a problem, until a good one', async () => {
  const one = world();
  await one.apply(done(1, 58, BEGUN).text);
  expect(kinds(one)).toEqual(['backup-failed held']);
  one.clock.advance(29 * MINUTE);
  await one.sweep();
  expect(one.shown()).toEqual([]);
  one.clock.advance(MINUTE);
  await one.sweep();
  expect(one.shown()).toEqual(['backup-failed open']);
  await one.apply(done(2, 0, BEGUN + 3_600).text);
  expect(one.shown()).toEqual(['backup-failed recovered']);
  expect(
    one.bus.published.map(({ detailType }) => detailType).filter((type) => type.startsWith('P')),
  ).toEqual(['Problem Opened', 'Problem Recovered']);
});

it('a retry that succeeds within 30 min, or runs then, leaves no trace', async () => {
  const one = world();
  await one.apply(done(1, 58, BEGUN).text);
  one.clock.advance(20 * MINUTE);
  await one.apply(running(2, BEGUN + 1_200).text);
  one.clock.advance(15 * MINUTE);
  await one.sweep();
  expect(kinds(one)).toEqual(['backup-failed held']);
  await one.apply(done(2, 0, BEGUN + 2_400, { startTime: BEGUN + 1_200 }).text);
  expect(kinds(one)).toEqual([]);
  expect(one.shown()).toEqual([]);
});

it('a queued job without a start is a retry only if it was reported after the failed run had begun', async () => {
  for (const [queuedAt, shown] of [
    [BEGUN - 2 * DAY, ['backup-failed open']],
    [BEGUN - 300, []],
    [BEGUN + 300, []],
  ] as const) {
    const one = world();
    await one.apply(running(1, queuedAt, { state: 'QUEUED', startTime: 0 }).text);
    await one.apply(done(2, 58, BEGUN).text);
    await one.pass();
    expect([queuedAt, one.shown()]).toEqual([queuedAt, shown]);
  }
});

it('a failure that arrives late opens at once', async () => {
  const one = world();
  one.clock.advance(31 * MINUTE);
  await one.apply(done(1, 58, BEGUN).text);
  expect(one.shown()).toEqual(['backup-failed open']);
});

it('an unfinished tree is not judged: neither its failed stream nor its good one', async () => {
  const one = world();
  one.clock.advance(DAY * 1000);
  await one.apply(running(10, BEGUN, { startTime: BEGUN }).text);
  await one.apply(done(11, 58, BEGUN + 60, { parentJobId: 10 }).text);
  expect(kinds(one)).toEqual([]);
  await one.apply(done(12, 0, BEGUN + 70, { parentJobId: 10 }).text);
  await one.apply(done(10, 1, BEGUN + 80, { startTime: BEGUN }).text);
  expect(kinds(one)).toEqual([]);
});

it('a parent under another client that says "partially successful" forgives, also when it arrives last', async () => {
  const one = world();
  one.clock.advance(DAY * 1000);
  await one.apply(done(11, 58, BEGUN + 60, { parentJobId: 10 }).text);
  await one.apply(done(12, 0, BEGUN + 70, { parentJobId: 10 }).text);
  expect(one.shown()).toEqual(['backup-failed open']);
  await one.apply(done(10, 1, BEGUN + 80, { clientName: 'primary' }).text);
  await one.pass();
  expect(one.shown()).toContain('backup-failed recovered');
});

it('a parent that failed is no problem of the primary once a child of it is known', async () => {
  const one = world();
  one.clock.advance(DAY * 1000);
  await one.apply(done(10, 58, BEGUN, { clientName: 'primary' }).text);
  expect(one.shown()).toEqual(['backup-failed open']);
  await one.apply(done(11, 0, BEGUN, { parentJobId: 10 }).text);
  await one.pass();
  expect(one.shown()).toEqual(['backup-failed recovered']);
});

it('no good backup: at its target, by the planned evaluation, without any message', async () => {
  const one = backupProblems(BEGUN * 1000, { timeZone: 'Etc/UTC', targetHours: 30 });
  await one.apply(done(1, 0, BEGUN).text);
  one.clock.advance(24 * 60 * MINUTE);
  await one.sweep();
  expect(kinds(one)).toEqual([]);
  await one.pass();
  expect(one.shown()).toEqual(['no-good-backup open']);
  await one.apply(done(2, 0, BEGUN + 2 * DAY).text);
  expect(one.shown()).toEqual(['no-good-backup recovered']);
});

it('no good backup: also of a client whose first message failed once after it was stored', async () => {
  const one = backupProblems(BEGUN * 1000, { timeZone: 'Etc/UTC', targetHours: 30 });
  const { publish } = one.bus;
  one.bus.publish = () => Promise.reject(noAnswer());
  await expect(one.apply(done(1, 0, BEGUN).text)).rejects.toThrow('away');
  one.bus.publish = publish;
  await one.apply(done(1, 0, BEGUN).text);
  one.clock.advance(31 * 60 * MINUTE);
  await one.sweep();
  expect(one.shown()).toEqual(['no-good-backup open']);
});

it('no good backup: however many other clients the domain has, as far as there is time to read them', async () => {
  const one = backupProblems(BEGUN * 1000, { timeZone: 'Etc/UTC', targetHours: 30 });
  await one.apply(done(1, 0, BEGUN).text);
  one.clock.advance(31 * 60 * MINUTE);
  await one.apply(done(2, 0, BEGUN + DAY, { clientName: 'fresh' }).text);
  const fresh = one.dynamodb
    .items<{ clientName?: string }>('backups')
    .find((item) => item.clientName === 'fresh');
  // Before the others in the order of the keys.
  for (let index = 0; index < 10_000; index++)
    one.dynamodb.set('backups', { ...fresh, clientPolicy: `!${index}`, clientName: `fresh${index}` });
  one.dynamodb.before = (call) => {
    if (call === 'Query') one.clock.advance(5_000);
  };
  await one.sweep();
  expect([one.shown(), one.log.codes()]).toEqual([[], ['group-not-evaluated-completely']]);
  one.dynamodb.before = () => {};
  one.clock.advance(15 * MINUTE);
  await one.pass();
  expect(one.shown()).toEqual(['no-good-backup open']);
});

it('a dismissed client and policy have no problems, and a deleted group is evaluated no more', async () => {
  const one = backupProblems(BEGUN * 1000, { timeZone: 'Etc/UTC', targetHours: 1 });
  one.clock.advance(DAY * 1000);
  await one.apply(done(1, 58, BEGUN).text);
  expect(one.shown().sort()).toEqual(['backup-failed open', 'no-good-backup open']);
  await one.context.backups.dismiss('demo', 'web01', 'daily', true);
  await one.context.problems.plan('demo', one.clock());
  await one.sweep();
  expect(one.shown().sort()).toEqual(['backup-failed recovered', 'no-good-backup recovered']);
  one.dynamodb.set('groups', { groupId: 'demo', kind: 'deleting', createdAt: 0, epoch: 0 });
  await one.pass();
  expect(
    one.dynamodb.items<{ problem: string }>('problems').some(({ problem }) => problem === 'agenda'),
  ).toBe(false);
});

it('problems end when nothing is kept of the backups any more', async () => {
  const one = world();
  one.clock.advance(DAY * 1000);
  await one.apply(done(1, 58, BEGUN).text);
  one.clock.advance(401 * DAY * 1000);
  await one.pass();
  expect(kinds(one)).toEqual([]);
});

it('good backups cost neither a read nor a write more, once the client and policy are known', async () => {
  const one = world();
  await one.apply(done(1, 0, BEGUN).text);
  const before = one.dynamodb.calls.length;
  await one.apply(done(2, 0, BEGUN + DAY).text);
  // Jobs: one read, one write. Backups: the same.
  expect(one.dynamodb.calls.slice(before)).toEqual(['BatchGetItem', 'PutItem', 'BatchGetItem', 'PutItem']);
});

it.each([
  ['failed', 58],
  ['failed by a rule', 1],
])(
  'a failure between recording and evaluating what %s is made good when the message is applied again',
  async (_, status) => {
    const one = backupProblems(BEGUN * 1000, {
      timeZone: 'Etc/UTC',
      verdicts: [{ status: 1, verdict: 'failed' }],
    });
    one.clock.advance(DAY * 1000);
    one.dynamodb.before = (call, { TableName }) => {
      if ((call === 'Query' && TableName === 'problems') || (call === 'GetItem' && TableName === 'groups'))
        throw Object.assign(new Error('away'), { $metadata: {} });
    };
    await expect(one.apply(done(1, status, BEGUN).text)).rejects.toThrow('away');
    one.dynamodb.before = () => {};
    await one.apply(done(1, status, BEGUN).text);
    expect(one.shown()).toEqual(['backup-failed open']);
  },
);
