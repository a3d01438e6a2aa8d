/** An action names its targets, and is not offered for those that NetBackup would refuse. */
import {
  domainsOf,
  isConfirmed,
  type JobTarget,
  MANY,
  planBackup,
  planJobs,
  planPing,
} from '../../../console/src/views/act/plan.ts';

const job = (jobId: number, outcome: string, groupId = 'berlin'): JobTarget => ({
  groupId,
  jobId,
  outcome,
  clientName: 'db1',
  policyName: 'daily',
});

const JOBS = [job(1, 'failed'), job(2, 'running'), job(3, 'succeeded'), job(1, 'failed', 'paris')];

it('only jobs that have ended are run again', () => {
  const { targets, leftOut } = planJobs('restart', JOBS);
  expect(targets.map(({ key }) => key)).toEqual(['berlin/1', 'berlin/3', 'paris/1']);
  expect(leftOut.map(({ key }) => key)).toEqual(['berlin/2']);
  expect(domainsOf(targets)).toBe(2);
});

it.each(['cancel', 'suspend', 'resume'] as const)('%s is for jobs that have not ended', (action) => {
  const { targets, leftOut } = planJobs(action, JOBS);
  expect(targets.map(({ call }) => call)).toEqual([
    { method: 'POST', uri: `/netbackup/admin/jobs/2/${action}` },
  ]);
  expect(leftOut).toHaveLength(3);
});

it('a job that was selected twice is one target', () => {
  expect(planJobs('restart', [job(1, 'failed'), job(1, 'failed')]).targets).toHaveLength(1);
});

it('a target is named by its client and policy, if NetBackup has reported them as text', () => {
  const [named] = planJobs('restart', [job(1, 'failed')]).targets;
  expect(named).toMatchObject({ subject: '1', client: 'db1', policy: 'daily' });
  const [bare] = planJobs('restart', [{ ...job(2, 'failed'), clientName: 7, policyName: '' }]).targets;
  expect(bare).not.toHaveProperty('client');
  expect(bare).not.toHaveProperty('policy');
});

it('a manual backup names its policy, and client and schedule only if they are given', () => {
  const form = { policy: ' daily ', client: '', schedule: '' };
  expect(planBackup(['berlin'], form).targets[0]?.call).toEqual({
    method: 'POST',
    uri: '/netbackup/admin/manual-backup',
    body: { data: { type: 'backupRequest', attributes: { policyName: 'daily' } } },
  });
  expect(planBackup(['berlin'], { ...form, client: 'db1', schedule: 'full' }).targets[0]?.call.body).toEqual({
    data: {
      type: 'backupRequest',
      attributes: { policyName: 'daily', clientName: 'db1', scheduleName: 'full' },
    },
  });
  expect(planBackup(['berlin'], { ...form, policy: ' ' }).targets).toEqual([]);
});

it('each domain is pinged once', () => {
  expect(planPing(['berlin', 'paris']).targets.map(({ call }) => call.uri)).toEqual([
    '/netbackup/ping',
    '/netbackup/ping',
  ]);
});

it('more than twenty targets are confirmed by their number', () => {
  expect(isConfirmed(0, '')).toBe(false);
  expect(isConfirmed(MANY, '')).toBe(true);
  expect(isConfirmed(MANY + 1, '')).toBe(false);
  expect(isConfirmed(MANY + 1, '20')).toBe(false);
  expect(isConfirmed(MANY + 1, ' 21 ')).toBe(true);
});
