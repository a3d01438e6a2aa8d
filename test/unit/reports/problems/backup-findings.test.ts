import type { Attempt } from '../../../../lambdas/reports/problems/attempts.ts';
import {
  backupFindings,
  type ClientPolicyState,
  overdueAt,
} from '../../../../lambdas/reports/problems/backup-findings.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Runs begin each day, the last one on day 9; each takes an hour. */
const startOf = (day: number) => Date.UTC(2026, 0, 1 + day, 20);
const endOf = (day: number) => startOf(day) + HOUR;
const attempt = (day: number, status: number, more: Partial<Attempt> = {}): Attempt => ({
  startedAt: startOf(day) / 1000,
  localHour: startOf(day) / HOUR,
  isGood: status <= 1,
  status,
  endedAt: endOf(day) / 1000,
  jobIds: [100 + day],
  ...more,
});
/** The last of the statuses is that of day 9. */
const state = (statuses: readonly number[], more: Partial<ClientPolicyState> = {}): ClientPolicyState => ({
  clientName: 'web01',
  policyName: 'daily',
  attempts: statuses.map((status, index) => attempt(10 - statuses.length + index, status)).reverse(),
  target: { hours: 30, from: 'learned' },
  consecutiveFailures: undefined,
  isRetried: false,
  ...more,
});
const NOW = endOf(9) + 31 * MINUTE;
const found = (given: ClientPolicyState, now = NOW) => backupFindings(given, now);
const kinds = (given: ClientPolicyState, now = NOW) => found(given, now).map(({ kind }) => kind);

it('nothing is wrong while the latest run is good', () => {
  expect(found(state([58, 58, 0]))).toEqual([]);
  expect(found(state([]))).toEqual([]);
});

it('a failure is held back until 30 min after the job ended by its own report', () => {
  const failed = state([0, 58]);
  expect(found(failed, endOf(9) + 29 * MINUTE)).toMatchObject([
    { kind: 'backup-failed', variant: 'connection', holdUntil: endOf(9) + 30 * MINUTE },
  ]);
  expect(found(failed, endOf(9) + 30 * MINUTE)[0]).not.toHaveProperty('holdUntil');
  expect(found(failed)).toMatchObject([
    {
      since: endOf(9),
      last: endOf(9),
      count: 1,
      jobIds: [109],
      status: 58,
      text: expect.stringContaining('status 58'),
    },
  ]);
});

it('a sentence is as short as Slack needs it, however long names are', () => {
  const long = state([58, 58, 58], { clientName: '😀'.repeat(50_000), policyName: 'p'.repeat(100_000) });
  for (const { text } of found(long, NOW + 100 * HOUR)) {
    expect(text.length).toBeLessThan(1_000);
    expect(text.isWellFormed()).toBe(true);
  }
});

it('a retry that runs holds it back further', () => {
  const [failed] = found(state([0, 58], { isRetried: true }));
  expect(failed?.holdUntil).toBe(NOW + 30 * MINUTE);
});

it('each class of failures since the last good run is one problem, with its own extent', () => {
  const [storage, connection, ...rest] = found(state([0, 58, 84, 57, 84], { consecutiveFailures: 9 }));
  expect(storage).toMatchObject({
    variant: 'storage',
    since: endOf(7),
    last: endOf(9),
    count: 2,
    jobIds: [109, 107],
  });
  expect(connection).toMatchObject({ variant: 'connection', since: endOf(6), last: endOf(8), count: 2 });
  expect(rest.map(({ kind }) => kind)).toEqual(['no-good-backup']);
});

it('a class that failed again is not held back again', () => {
  expect(found(state([0, 58, 58]), endOf(9))[0]).not.toHaveProperty('holdUntil');
});

it.each<[number, number | undefined, boolean]>([
  [2, undefined, false],
  [3, undefined, true],
  [1, 2, false],
  [2, 2, true],
])('%s failures in a row with a threshold of %s: a problem is %s', (failures, threshold, isProblem) => {
  const given = state([0, ...Array.from({ length: failures }, () => 6)], { consecutiveFailures: threshold });
  expect(kinds(given).includes('consecutive-failures')).toBe(isProblem);
});

it('failures in a row of any class count together, with the latest twenty jobs', () => {
  const streams = Array.from({ length: 15 }, (_, index) => 1_000 - index);
  const attempts = [
    attempt(9, 58, { jobIds: streams }),
    attempt(8, 6, { jobIds: streams }),
    attempt(7, 1_234),
  ];
  const series = found(state([], { attempts })).find(({ kind }) => kind === 'consecutive-failures');
  expect(series).toMatchObject({
    count: 3,
    since: endOf(7),
    measures: [{ value: 3, threshold: 3, from: 'default' }],
  });
  expect(series?.jobIds).toHaveLength(20);
});

it('no good backup: from the target on, counted from the start of the last good one', () => {
  const given = state([0, 58], { target: { hours: 26, from: 'client' } });
  const due = startOf(8) + 26 * HOUR;
  expect(overdueAt(given)).toBe(due);
  expect(kinds(given, due - 1)).not.toContain('no-good-backup');
  expect(found(given, due).at(-1)).toMatchObject({
    kind: 'no-good-backup',
    since: due,
    jobIds: [108],
    measures: [{ name: 'ageHours', ageOf: startOf(8), threshold: 26, from: 'client' }],
  });
});

it('a client that has never had a good backup counts from its first failure', () => {
  const given = state([58, 58]);
  const due = startOf(8) + 30 * HOUR;
  expect(overdueAt(given)).toBe(due);
  expect(found(given, due).at(-1)).toMatchObject({
    text: 'web01 under the policy daily has never had a good backup.',
  });
});

it('where no backups are expected nothing is wrong', () => {
  expect(found(state([0, 58, 58, 58, 58], { target: undefined }))).toEqual([]);
});

it('what is found does not depend on the time, except whether it is there and held back', () => {
  const given = state([0, 58, 6, 58]);
  expect(found(given, NOW + 100 * HOUR)).toEqual(found(given, NOW));
});
