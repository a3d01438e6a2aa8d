import type { VerdictRule } from '../../../../lambdas/groups/backup-rules.ts';
import { judged, verdictOf } from '../../../../lambdas/reports/verdicts/verdict.ts';

const job = (status: number | undefined, policyName = 'p', jobType = 'BACKUP') => ({
  status,
  policyName,
  jobType,
});

it.each([
  [0, 'ok'],
  [1, 'warning'],
  [150, 'cancelled'],
  [58, 'failed'],
  [-1, 'failed'],
  [undefined, 'failed'],
])('without a rule status %s is %s', (status, verdict) => {
  expect(verdictOf([], job(status))).toBe(verdict);
});

it.each<[VerdictRule, ReturnType<typeof job>, string]>([
  [{ status: [191, 196], verdict: 'ok' }, job(196), 'ok'],
  [{ status: [191], verdict: 'ok' }, job(196), 'failed'],
  [{ status: 196, jobType: 'Backup', verdict: 'ok' }, job(196), 'ok'],
  [{ status: [0], verdict: 'failed' }, job(undefined), 'failed'],
  [{ policy: 'test-*', verdict: 'ignored' }, job(58, 'TEST-1'), 'ignored'],
  [{ policy: 'test-*', verdict: 'ignored' }, job(58, 'my-test-1'), 'failed'],
  [{ policy: '*-dev-*', verdict: 'ignored' }, job(58, 'a-dev-b'), 'ignored'],
  [{ policy: 'a*a', verdict: 'ignored' }, job(58, 'a'), 'failed'],
  [{ policy: 'a.c', verdict: 'ignored' }, job(58, 'abc'), 'failed'],
  [{ policy: '*', verdict: 'ignored' }, job(58, ''), 'ignored'],
  [{ jobType: ['restore'], verdict: 'ignored' }, job(58, 'p', 'RESTORE'), 'ignored'],
  [{ jobType: ['RESTORE'], status: [58], verdict: 'ok' }, job(59, 'p', 'RESTORE'), 'failed'],
])('%j on %j: %s', (rule, of, verdict) => {
  expect(verdictOf([rule], of)).toBe(verdict);
});

it('the first rule that applies counts', () => {
  const rules: VerdictRule[] = [
    { status: [58], policy: 'a', verdict: 'ok' },
    { status: [58], verdict: 'warning' },
  ];
  expect([verdictOf(rules, job(58, 'a')), verdictOf(rules, job(58, 'b'))]).toEqual(['ok', 'warning']);
});

it('reads status and names from the fields of a job', () => {
  expect(judged({ status: '58', policyName: 7 })).toEqual({ status: 58, policyName: '', jobType: '' });
  expect(judged({ status: null })).toMatchObject({ status: undefined });
});
