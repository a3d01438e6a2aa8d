/** Examples of problems and mute rules in the OpenAPI document. */
import type { ProblemView } from './problem-view.ts';

export const PROBLEM: ProblemView = {
  problemId: 'berlin~1vJ0mZkO9Jq0VhVxQ6Yk4w~no-good-backup',
  kind: 'no-good-backup',
  severity: 'critical',
  groupId: 'berlin',
  labels: { customer: 'acme' },
  subject: { clientName: 'files01.acme.example', policyName: 'daily' },
  state: 'open',
  since: '2026-11-24T21:00:00.000Z',
  last: '2026-11-25T21:04:11.000Z',
  count: 1,
  jobIds: [4711],
  measures: [{ name: 'ageHours', value: 50.2, threshold: 36, from: 'learned' }],
  text: 'files01.acme.example has had no good backup under daily for longer than its target.',
  openedAt: '2026-11-26T09:00:12.000Z',
  informedAt: '2026-11-26T09:00:12.000Z',
};

export const UNTIL_AND_REASON = { until: '2026-12-01T08:00:00Z', reason: 'Ticket 4711' };

const WHY = {
  by: 'hfwdksnpfdqxnacm',
  at: '2026-11-26T09:10:00.000Z',
  until: '2026-12-01T08:00:00.000Z',
  reason: 'Ticket 4711',
};
export const ACKNOWLEDGED: ProblemView = { ...PROBLEM, state: 'acknowledged', acknowledged: WHY };
export const MUTED: ProblemView = { ...PROBLEM, state: 'muted', muted: WHY };

const RULE = {
  reason: 'Weekly maintenance',
  window: { days: ['sat' as const], from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
  groupId: 'berlin',
  kinds: ['domain-disconnected' as const],
};
export const MUTE_RULE_REQUEST = { ...RULE, until: '2027-06-30T00:00:00Z' };
export const MUTE_RULE = {
  ...RULE,
  muteId: '4hmqx8p2c7t9bz8k',
  by: 'hfwdksnpfdqxnacm',
  createdAt: '2026-11-26T09:10:00.000Z',
  from: '2026-11-26T09:10:00.000Z',
  until: '2027-06-30T00:00:00.000Z',
};
