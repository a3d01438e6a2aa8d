import { boundedSummary } from '../../../../lambdas/reports/summary/bounded-summary.ts';

const rows = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, jobId) => ({ jobId, clientName: 'x'.repeat(bytes) }));
const summary = (change: object = {}) => ({
  complete: true,
  outcomes: { succeeded: 1, failed: 0 },
  jobTypes: { BACKUP: { succeeded: 1, failed: 0 } } as Record<string, object>,
  failures: { byClient: rows(2, 10), byStatus: [] as object[] },
  lastGoodBackups: rows(3, 10),
  runningLong: [] as object[],
  ...change,
});
const sizeOf = (value: object) => Buffer.byteLength(JSON.stringify(value));

it('a summary that is small enough stays as it is', () => {
  expect(boundedSummary(summary(), 1_000)).toEqual(summary());
});

it('of a long list the first entries stay, and the rest is counted', () => {
  const long = boundedSummary(summary({ lastGoodBackups: rows(100, 100) }), 5_000);
  expect(long).toMatchObject({ complete: false, failures: summary().failures, jobTypes: summary().jobTypes });
  expect(long.lastGoodBackups).toEqual(rows(100, 100).slice(0, long.lastGoodBackups.length));
  expect(long.lastGoodBackups.length).toBeGreaterThan(25);
  expect(long.omitted).toEqual({ lastGoodBackups: 100 - long.lastGoodBackups.length });
  expect(sizeOf(long)).toBeLessThan(5_300);
});

it('several long lists share the bytes, nested ones and the members of a record too', () => {
  const jobTypes = Object.fromEntries(
    rows(100, 100).map(({ clientName }, index) => [clientName + index, {}]),
  );
  const failures = { byClient: rows(100, 100), byStatus: [{ status: 6, failed: 9 }] };
  const bounded = boundedSummary(summary({ jobTypes, failures, lastGoodBackups: rows(100, 100) }), 6_000);
  const kept = [
    Object.keys(bounded.jobTypes).length,
    bounded.failures.byClient.length,
    bounded.lastGoodBackups.length,
  ];
  expect(Math.min(...kept)).toBeGreaterThan(10);
  expect(bounded.omitted).toEqual({
    jobTypes: 100 - (kept[0] ?? 0),
    'failures.byClient': 100 - (kept[1] ?? 0),
    lastGoodBackups: 100 - (kept[2] ?? 0),
  });
  expect(bounded.failures.byStatus).toEqual(failures.byStatus);
  expect(sizeOf(bounded)).toBeLessThan(6_500);
});

it('an entry that does not fit at all is left out', () => {
  const bounded = boundedSummary(summary({ lastGoodBackups: rows(1, 10_000) }), 1_000);
  expect(bounded).toMatchObject({ lastGoodBackups: [], omitted: { lastGoodBackups: 1 } });
});

it('names that JSON makes longer count as long as they become', () => {
  const names = Array.from({ length: 100 }, () => ({ clientName: '\u0000'.repeat(10_000) }));
  expect(
    JSON.stringify(JSON.stringify(boundedSummary(summary({ lastGoodBackups: names })))).length,
  ).toBeLessThan(6_000_000);
});
