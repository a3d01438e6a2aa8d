/** What a digest reads. */
import { collect, periodStart } from '../../../lambdas/digest/collect.ts';
import type { Problem } from '../../../lambdas/problems/problem.ts';
import { digestWorld } from '../../support/digest-world.ts';

const HOUR = 3_600_000;

test('of five thousand domains all are counted, if there is time', async () => {
  const domains = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`d${index}`, { failed: 1 }]),
  );
  const { context } = digestWorld({ domains });
  const digest = await collect(context, [], []);
  expect(digest).toMatchObject({
    domains: 5000,
    leftOut: 0,
    totals: { failed: 5000 },
    failing: { total: 5000 },
  });
});

test('after eight minutes no further domain is read, and the digest tells how many it left out', async () => {
  const domains = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`d${index}`, { failed: 1 }]),
  );
  const { context, clock } = digestWorld({ domains });
  const { readSummary } = context;
  // A second for each domain.
  const slow = {
    ...context,
    readSummary: async (group: Parameters<typeof readSummary>[0]) => {
      clock.advance(1_000);
      return readSummary(group);
    },
  };
  const digest = await collect(slow, [], []);
  expect(digest.domains).toBe(1000);
  expect(digest.totals.failed).toBeGreaterThanOrEqual(480);
  expect(digest.totals.failed).toBeLessThan(490);
  expect(digest.leftOut).toBe(1000 - digest.totals.failed);
});

test('a domain that cannot be read is left out, and the others are told', async () => {
  const { context, log } = digestWorld({ domains: { berlin: { failed: 1 }, munich: { failed: 2 } } });
  const { readSummary } = context;
  const broken = {
    ...context,
    readSummary: async (group: Parameters<typeof readSummary>[0]) => {
      if (group.groupId === 'berlin') throw new Error('too much');
      return readSummary(group);
    },
  };
  expect(await collect(broken, [], [])).toMatchObject({ domains: 2, leftOut: 1, totals: { failed: 2 } });
  expect(log.codes()).toEqual(['digest-domain-not-read']);
});

test('a domain is disconnected when it has been away for longer than is usual', async () => {
  const { context, clock } = digestWorld({ domains: {} });
  const now = clock();
  const { context: other } = digestWorld({
    domains: {
      brief: { downSince: now - 14 * 60_000 },
      longest: { downSince: now - 2 * HOUR },
      long: { downSince: now - HOUR },
    },
  });
  expect((await collect({ ...other, clock }, [], [])).disconnected).toEqual({
    rows: [
      { groupId: 'longest', since: now - 2 * HOUR },
      { groupId: 'long', since: now - HOUR },
    ],
    total: 2,
  });
  expect((await collect(context, [], [])).disconnected.total).toBe(0);
});

const open = (more: Partial<Problem>): Problem => ({
  groupId: 'berlin',
  problem: 'x~backup-failed',
  kind: 'backup-failed',
  subject: { clientName: 'sql01', policyName: 'daily' },
  state: 'open',
  episode: 1,
  reminders: 0,
  revision: 1,
  since: 1_000,
  last: 2_000,
  count: 1,
  measures: [],
  text: 'A backup failed.',
  ...more,
});

test('problems that are open are told, the critical and oldest ones first; what somebody knows or has muted is not', async () => {
  const later = { by: 'k', at: 0, reason: 'known', until: Number.MAX_SAFE_INTEGER };
  const problems = [
    open({ since: 3_000, text: 'third' }),
    open({ kind: 'job-stuck', since: 1_000, text: 'fourth' }),
    open({ since: 2_000, text: 'second' }),
    open({ groupId: '*', kind: 'key-expiring', text: 'fifth', since: 9_000 }),
    open({ kind: 'domain-disconnected', since: 500, text: 'first' }),
    open({ acknowledged: later }),
    open({ muted: later }),
    open({ groupId: 'of-another-digest' }),
  ];
  const { context } = digestWorld({ domains: { berlin: { labels: { customer: 'acme' } } }, problems });
  const told = async (labels: [string, string][]) =>
    (await collect(context, labels, [])).problems.rows.map(({ text }) => text);
  expect(await told([])).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
  // Those of the whole deployment belong to no customer.
  expect(await told([['customer', 'acme']])).toEqual(['first', 'second', 'third', 'fourth']);
});

test('an old backup is shown with the target that a problem names, however its client is spelled', async () => {
  const measure = { name: 'ageHours', value: 52, threshold: 26, from: 'policy' } as const;
  const problems = [
    open({
      kind: 'no-good-backup',
      subject: { clientName: 'SQL01', policyName: 'daily' },
      measures: [measure],
    }),
  ];
  const { context } = digestWorld({ domains: { berlin: {} }, problems });
  const withBackups = {
    ...context,
    readSummary: async (group: Parameters<typeof context.readSummary>[0]) => ({
      ...(await context.readSummary(group)),
      lastGoodBackups: ['sql01', 'fs02'].map((clientName, index) => ({
        clientName,
        policyName: 'daily',
        jobId: 1,
        ageHours: 52 - index,
      })),
    }),
  };
  const { oldest } = await collect(withBackups, [], []);
  expect(oldest.map(({ clientName, targetHours }) => [clientName, targetHours])).toEqual([
    ['sql01', 26],
    ['fs02', undefined],
  ]);
});

test('more problems than one digest reads are not read, and it says so', async () => {
  const { context } = digestWorld({ domains: { berlin: {} } });
  let pages = 0;
  const endless = {
    ...context,
    problems: {
      list: async () => {
        pages += 1;
        const items = Array.from({ length: 100 }, () => ({ problem: open({}), place: 'p' }));
        return { items, next: 'p' };
      },
    },
  };
  expect(await collect(endless, [], [])).toMatchObject({ problems: { total: 5000 }, hasMoreProblems: true });
  expect(pages).toBe(50);
});

test('the period is the day before', async () => {
  const { context, clock } = digestWorld({ domains: {} });
  expect(periodStart(await collect(context, [], []))).toBe(clock() - 24 * HOUR);
});
