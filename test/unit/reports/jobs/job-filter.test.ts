import { notificationOf } from '../../../../lambdas/notifications/notification.ts';
import { canonical } from '../../../../lambdas/platform/canonical-json.ts';
import { jobView } from '../../../../lambdas/reports/jobs/job.ts';
import { type JobFilter, jobSources, matchesJob } from '../../../../lambdas/reports/jobs/job-filter.ts';
import { PrimaryTime, UNKNOWN_TIME } from '../../../../lambdas/reports/primary-time/primary-time.ts';

const HOUR = 3_600;
const time = new PrimaryTime([{ from: 0, seconds: 5 * HOUR }]);
const BEGUN = 1_700_000_000;
const matches = (filter: JobFilter, content: object, known = time) => {
  const sent = canonical({ state: 'DONE', status: 0, startTime: BEGUN, ...content });
  const event = notificationOf('demo', 'JOB', sent, { timeStamp: BEGUN + 200, receivedAt: 0 });
  return matchesJob(filter, jobView('demo', 1, [event], known), known);
};

it.each<[JobFilter, object, object]>([
  [{ state: ['DONE', 'ACTIVE'] }, { state: 'ACTIVE' }, { state: 'QUEUED' }],
  [{ outcome: ['failed'] }, { status: 58 }, { status: 0 }],
  [{ status: [0, 58] }, { status: 58 }, { status: 1 }],
  [{ status: [58] }, { status: '58' }, { status: 58, state: 'ACTIVE' }],
  // Neither is 0.
  [{ status: [0, 58] }, { status: 0 }, { status: null }],
  [{ status: [0, 58] }, { status: '0' }, { status: '' }],
  [{ jobType: ['BACKUP'] }, { jobType: 'BACKUP' }, {}],
  [{ policyType: ['VMWARE'] }, { policyType: 'VMWARE' }, { policyType: 'STANDARD' }],
  [{ scheduleType: ['ST_FULL'] }, { scheduleType: 'ST_FULL' }, { scheduleType: 'ST_UBAK' }],
  [{ policyName: 'daily' }, { policyName: 'daily' }, { policyName: '' }],
  [{ clientName: 'a' }, { clientName: 'A' }, { clientName: 'a.example.com' }],
  [{ state: ['done'] }, { state: 'DONE' }, { state: 'QUEUED' }],
  [{ parentJobId: 7 }, { parentJobId: '7' }, { parentJobId: 8 }],
  [{ from: BEGUN, to: BEGUN + 1 }, { startTime: BEGUN + 5 * HOUR }, { startTime: BEGUN + 5 * HOUR + 1 }],
  [{ from: BEGUN }, { startTime: BEGUN + 5 * HOUR }, { startTime: BEGUN + 5 * HOUR - 1 }],
  // Without a usable start it is the first report.
  [{ from: BEGUN + 200, to: BEGUN + 201 }, { startTime: 0 }, {}],
  [{ from: BEGUN + 200, to: BEGUN + 201 }, { startTime: 4_000_000_000 }, { startTime: BEGUN + 36 * HOUR }],
])('%j: %j, not %j', (filter, yes, no) => {
  expect([matches(filter, yes), matches(filter, no)]).toEqual([true, false]);
});

it('I-12 compares the start as sent while the offset is unknown', () => {
  expect(matches({ from: BEGUN, to: BEGUN + 1 }, {}, UNKNOWN_TIME)).toBe(true);
  expect(matches({ to: BEGUN }, {}, UNKNOWN_TIME)).toBe(false);
});

it('filters by the time of the first report, `from` inclusive, `to` exclusive', () => {
  expect(matches({ reportedFrom: BEGUN + 200, reportedTo: BEGUN + 201 }, {})).toBe(true);
  expect(matches({ reportedFrom: BEGUN + 201 }, {})).toBe(false);
  expect(matches({ reportedTo: BEGUN + 200 }, {})).toBe(false);
});

describe('I-8 reads the narrowest index that contains every match', () => {
  it.each<[JobFilter, string, string[]]>([
    [{ parentJobId: 0, clientName: 'a' }, 'by-parent', ['0']],
    [{ clientName: 'a', policyName: 'p' }, 'by-client', ['a']],
    [{ policyName: 'p', outcome: ['failed'] }, 'by-policy', ['p']],
    [{}, 'by-outcome', ['running', 'succeeded', 'warning', 'failed']],
    [{ outcome: ['failed'], state: ['ACTIVE'] }, 'by-outcome', ['failed']],
    [{ status: [1, 58], state: ['ACTIVE'] }, 'by-outcome', ['warning', 'failed']],
    [{ status: [0] }, 'by-outcome', ['succeeded']],
    [{ state: ['ACTIVE'] }, 'by-outcome', ['running']],
    [{ state: ['DONE'] }, 'by-outcome', ['succeeded', 'warning', 'failed']],
    [{ state: ['DONE', 'QUEUED'] }, 'by-outcome', ['running', 'succeeded', 'warning', 'failed']],
  ])('%j: %s', (filter, index, values) => {
    expect(jobSources('demo', filter)).toEqual({ index, partitions: values.map((value) => `demo#${value}`) });
  });
});
