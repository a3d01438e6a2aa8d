import type { MeasureName } from '../../problems/finding.ts';
import type { Texts } from './texts.ts';

const counted = (one: string, many: string) => (count: number) => `${count} ${count === 1 ? one : many}`;

const MEASURES: Readonly<Record<MeasureName, readonly [name: string, unit: string]>> = {
  ageHours: ['Age', 'hours'],
  failures: ['Failures', ''],
  downHours: ['Disconnected for', 'hours'],
  silentHours: ['Silent for', 'hours'],
  queuedHours: ['Queued for', 'hours'],
  runningHours: ['Running for', 'hours'],
  daysLeft: ['Left', 'days'],
  closes: ['Closed connections', ''],
  notifications: ['Notifications', ''],
  refusals: ['Refusals', ''],
};

export const ENGLISH: Texts = {
  locale: 'en-GB',
  comma: ', ',
  allIsWell: 'all is well',
  notAllRead: 'not everything could be read',
  subject: (parts, digest) => `NetBackup: ${parts} (${digest})`,
  problems: counted('open problem', 'open problems'),
  critical: (count) => `${count} critical`,
  failedJobs: counted('failed job', 'failed jobs'),
  recovered: (count) => `${count} recovered`,
  disconnected: counted('disconnected domain', 'disconnected domains'),
  withoutGoodBackup: counted('client without a good backup', 'clients without a good backup'),
  sections: {
    problems: 'What is wrong now',
    failures: 'What failed in the last 24 hours',
    oldest: 'Oldest last good backups',
    disconnected: 'Disconnected domains',
    trend: 'Compared with the days before',
  },
  columns: {
    severity: 'Severity',
    domain: 'Domain',
    problem: 'Problem',
    since: 'Since',
    failures: 'Failed',
    clients: 'Clients',
    client: 'Client',
    policy: 'Policy',
    age: 'Age',
    target: 'Target',
    number: 'Number',
    lastDay: 'Last 24 hours',
    mean: (days) => (days === 1 ? 'The day before' : `Mean of ${days} days`),
  },
  severities: { critical: 'critical', warning: 'warning' },
  measure: (name, value, threshold) => {
    const [label, unit] = MEASURES[name as MeasureName] ?? [name, ''];
    const suffix = unit && ` ${unit}`;
    return `${label} ${value}${suffix}, threshold ${threshold}${suffix}.`;
  },
  deployment: 'all domains',
  never: 'none yet',
  unknown: 'unknown',
  hours: (count, formatted) => `${formatted} ${count === 1 ? 'hour' : 'hours'}`,
  days: (count, formatted) => `${formatted} ${count === 1 ? 'day' : 'days'}`,
  jobs: 'Finished jobs',
  failed: 'Failed jobs',
  successRate: 'Success rate',
  more: (count) => `and ${count} more`,
  moreProblems: 'There are more open problems than a digest reads. The oldest ones are missing here.',
  leftOut: (count, all) =>
    `The jobs of ${count} of ${all} domains could not be read in time. They are missing here.`,
  incomplete: (count, formatted) =>
    count === 1
      ? 'One domain has more jobs than a summary reads. Its numbers are too small.'
      : `${formatted} domains have more jobs than a summary reads. Their numbers are too small.`,
  period: (from, to, timeZone) => `From ${from} to ${to} (${timeZone})`,
  footer: (digest, domains, formatted, labels) =>
    `Digest "${digest}" of ${formatted} ${domains === 1 ? 'domain' : 'domains'}${labels && ` with ${labels}`}.`,
};
