import fc from 'fast-check';
import {
  BACKUP_TYPES,
  backupOf,
  packBackups,
  unpackBackups,
} from '../../../../lambdas/reports/backups/backup.ts';

const BEGUN = 1_700_000_000;
const job = { jobId: 1, state: 'DONE', status: 0, jobType: 'BACKUP', clientName: 'a', policyName: 'p' };
const reported = (content: object) => ({
  content: { ...job, startTime: BEGUN, ...content },
  timeStamp: BEGUN + 4,
});

it.each([
  [{ state: 'ACTIVE' }],
  [{ jobType: 'RESTORE' }],
  [{ clientName: '' }],
  [{ policyName: 7 }],
  [{ status: null }],
])('is not a finished backup: %j', (content) => {
  expect(backupOf(1, reported(content))).toBeUndefined();
});

it.each<[object, object]>([
  [
    { status: '58', parentJobId: '9' },
    { status: 58, parentJobId: 9, startTime: BEGUN, endedAt: BEGUN + 4 },
  ],
  [{ state: 'done', jobType: 'snapshot' }, { jobType: 'SNAPSHOT' }],
  [{ startTime: 0 }, { startTime: 0 }],
  [{ startTime: 'x' }, { startTime: 0 }],
  [{ startTime: 1e20 }, { startTime: 0 }],
  [{ startTime: BEGUN + 37 * 3_600 }, { startTime: 0 }],
  [{ startTime: 900_000_000 }, { startTime: 0 }],
  [{ scheduleType: 'ST_FULL' }, { isFull: true }],
  [{ scheduleType: 'Full_Backup' }, { isFull: true }],
  [{ scheduleType: 'ST_INCR' }, { isFull: false }],
  [{ scheduleType: 'FULLY' }, { isFull: false }],
])('is a finished backup: %j', (content, expected) => {
  expect(backupOf(1, reported(content))).toMatchObject(expected);
});

it('packing and unpacking keeps everything', () => {
  const backup = fc.record({
    jobId: fc.nat(),
    parentJobId: fc.nat(),
    jobType: fc.constantFrom(...BACKUP_TYPES),
    startTime: fc.nat(2_000_000_000),
    endedAt: fc.nat(2_000_000_000),
    status: fc.integer({ min: -1, max: 999_999_999 }),
    isFull: fc.boolean(),
    isParent: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(backup), (all) => expect(unpackBackups(packBackups(all))).toEqual(all)),
    { numRuns: 100 },
  );
  expect(packBackups([])).toBe('');
});
