import * as fc from 'fast-check';
import { notificationOf } from '../../../../lambdas/notifications/notification.ts';
import { parentsAmong } from '../../../../lambdas/reports/jobs/leaves.ts';
import {
  type Backup,
  backupOf,
  lastGood,
  latestBackups,
} from '../../../../lambdas/reports/summary/protection.ts';

const backup = (jobId: number, status: number, parentJobId = jobId): Backup => ({
  jobId,
  parentJobId,
  startTime: 1_700_000_000 + jobId,
  status,
});
const job = { jobId: 1, state: 'DONE', status: 0, jobType: 'BACKUP', clientName: 'a', policyName: 'p' };
const event = (content: object) => {
  const text = JSON.stringify({ ...job, startTime: 5, ...content });
  return notificationOf('demo', 'JOB', text, { timeStamp: 1, receivedAt: 1 });
};

it('is the same set in any order of arrival', () => {
  const some = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 1, 58)), {
    selector: ([id]) => id,
    maxLength: 20,
  });
  fc.assert(
    fc.property(some, fc.array(fc.integer(), { minLength: 20, maxLength: 20 }), (rows, keys) => {
      const all = rows.map(([id, status]) => backup(id, status));
      const shuffled = [...all].sort((a, b) => (keys[a.jobId % 20] ?? 0) - (keys[b.jobId % 20] ?? 0));
      const oneByOne = shuffled.reduce<Backup[]>((known, one) => latestBackups(known, [one]), []);
      expect(oneByOne).toEqual(latestBackups([], all));
    }),
    { seed: 1 },
  );
});

it('ten failures do not remove the last good one', () => {
  const failures = Array.from({ length: 10 }, (_, index) => backup(100 + index, 58));
  const stored = latestBackups([backup(1, 0)], failures);
  expect(stored).toHaveLength(5);
  expect(lastGood(stored, new Set())).toEqual(backup(1, 0));
});

it('TRAP-7 a snapshot that succeeded is not a good backup if its child failed', () => {
  const stored = latestBackups([], [backup(1, 1), backup(2, 0), backup(3, 156, 2)]);
  expect(lastGood(stored, parentsAmong(stored))).toEqual(backup(1, 1));
});

it.each([
  [{ state: 'ACTIVE' }],
  [{ jobType: 'RESTORE' }],
  [{ clientName: '' }],
  [{ policyName: 7 }],
  [{ status: null }],
])('is not a finished backup: %j', (content) => {
  expect(backupOf(1, [event(content)])).toBeUndefined();
});

it.each(['x', 1e20, 0, 4_000_000_000, undefined])('an unusable start (%j) is 0', (startTime) => {
  expect(backupOf(1, [event({ startTime })])).toMatchObject({ jobId: 1, startTime: 0 });
});

it('is a finished backup: DONE, with any status', () => {
  expect(backupOf(1, [event({ status: '58', parentJobId: '9' })])).toMatchObject({
    status: 58,
    parentJobId: 9,
  });
});
