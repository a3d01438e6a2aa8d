/** Digests for tests of what mails contain. */
import type { Digest, OpenProblem } from '../../lambdas/digest/digest.ts';
import type { DocumentOptions } from '../../lambdas/digest/render/document.ts';

export const NOW = Date.parse('2026-11-28T06:30:00Z');
export const HOUR = 3_600_000;

export const problem = (more: Partial<OpenProblem> = {}): OpenProblem => ({
  kind: 'no-good-backup',
  severity: 'critical',
  groupId: 'berlin',
  subject: { clientName: 'sql01', policyName: 'nightly' },
  text: 'sql01 has no good backup under nightly that is young enough.',
  since: NOW - 26 * HOUR,
  measures: [{ name: 'ageHours', value: 52.3, threshold: 26, from: 'policy' }],
  ...more,
});

export const quietDay = (more: Partial<Digest> = {}): Digest => ({
  now: NOW,
  problems: { rows: [], total: 0 },
  critical: 0,
  hasMoreProblems: false,
  totals: { succeeded: 40, warning: 2, failed: 0, recovered: 0 },
  failing: { rows: [], total: 0 },
  oldest: [],
  withoutGoodBackup: 0,
  disconnected: { rows: [], total: 0 },
  domains: 2,
  leftOut: 0,
  incomplete: 0,
  ...more,
});

export const badDay = (): Digest =>
  quietDay({
    problems: {
      rows: [
        problem(),
        problem({
          kind: 'key-expiring',
          severity: 'warning',
          groupId: undefined as never,
          subject: { keyId: 'hfwdksnpfdqxnacm' },
          text: 'The API key hfwdksnpfdqxnacm expires soon.',
          measures: [],
        }),
      ],
      total: 2,
    },
    critical: 1,
    totals: { succeeded: 1180, warning: 12, failed: 12, recovered: 4 },
    failing: {
      rows: [
        {
          groupId: 'berlin',
          failed: 12,
          recovered: 4,
          clients: [
            { clientName: 'sql01', failed: 8, recovered: 0 },
            { clientName: 'fs02', failed: 4, recovered: 4 },
          ],
        },
      ],
      total: 1,
    },
    oldest: [
      { groupId: 'munich', clientName: 'new01', policyName: 'nightly', isNever: true },
      {
        groupId: 'berlin',
        clientName: 'sql01',
        policyName: 'nightly',
        isNever: false,
        ageHours: 52.3,
        targetHours: 26,
      },
      { groupId: 'berlin', clientName: 'archive', policyName: 'monthly', isNever: false, ageHours: 400 },
    ],
    withoutGoodBackup: 1,
    disconnected: { rows: [{ groupId: 'munich', since: NOW - 10 * HOUR }], total: 1 },
    usual: { days: 7, jobs: 1150.4, failed: 7.4, successRate: 0.9912 },
    leftOut: 1,
    incomplete: 1,
    domains: 5000,
  });

export const OPTIONS: DocumentOptions = {
  name: 'acme',
  labels: ['customer=acme'],
  timeZone: 'Europe/Berlin',
  language: 'en',
};
