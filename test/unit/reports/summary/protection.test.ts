import * as fc from 'fast-check';
import {
  type Backup,
  backupOf,
  lastGood,
  latestBackups,
  parentsAmong,
} from '../../../../lambdas/reports/summary/protection.ts';

const backup = (jobId: number, status: number, parentJobId = jobId): Backup => ({
  jobId,
  parentJobId,
  startTime: 1_700_000_000 + jobId,
  status,
});
const event = (content: object) => ({
  eventId: '',
  timeStamp: 1,
  receivedAt: 1,
  content: JSON.stringify({
    jobId: 1,
    state: 'DONE',
    status: 0,
    jobType: 'BACKUP',
    clientName: 'a',
    policyName: 'p',
    startTime: 5,
    ...content,
  }),
});

it('the same set, whatever the order in which it is told', () => {
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

it('ten failures do not make the last good one forgotten', () => {
  const failures = Array.from({ length: 10 }, (_, index) => backup(100 + index, 58));
  const kept = latestBackups([backup(1, 0)], failures);
  expect(kept).toHaveLength(5);
  expect(lastGood(kept, new Set())).toEqual(backup(1, 0));
});

it('TRAP-7 a snapshot that went well is no backup while its child failed', () => {
  const kept = latestBackups([], [backup(1, 1), backup(2, 0), backup(3, 156, 2)]);
  expect(lastGood(kept, new Set(parentsAmong(kept)))).toEqual(backup(1, 1));
});

it.each([
  [{ state: 'ACTIVE' }],
  [{ jobType: 'RESTORE' }],
  [{ clientName: '' }],
  [{ policyName: 7 }],
  [{ startTime: 'x' }],
  [{ startTime: 1e20 }],
  [{ status: null }],
])('is none: %j', (content) => {
  expect(backupOf(1, [event(content)])).toBeUndefined();
});

it('is one: DONE, with whatever status', () => {
  expect(backupOf(1, [event({ status: '58', parentJobId: '9' })])).toMatchObject({
    status: 58,
    parentJobId: 9,
  });
});
