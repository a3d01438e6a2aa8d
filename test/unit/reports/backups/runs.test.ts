import type { Backup } from '../../../../lambdas/reports/backups/backup.ts';
import { statusOfRun } from '../../../../lambdas/reports/backups/runs.ts';

const backup = (jobId: number, status: number): Backup => ({
  jobId,
  parentJobId: 10,
  jobType: 'BACKUP',
  startTime: 1_700_000_000,
  endedAt: 1_700_000_100,
  status,
  isFull: false,
  isParent: false,
});

it.each<[number[], number | undefined, number]>([
  [[0], undefined, 0],
  [[0, 1], undefined, 1],
  [[0, 150], undefined, 150],
  [[6, 150], undefined, 6],
  [[6, 58, 0], undefined, 58],
  [[0, 6], 1, 1],
  [[6, 150], 1, 6],
  [[0, 150], 1, 150],
  [[0, 0], 156, 0],
])('streams %j under a parent with %s are remembered with status %i', (streams, parent, status) => {
  const backups = [
    ...(parent === undefined ? [] : [backup(10, parent)]),
    ...streams.map((one, index) => backup(11 + index, one)),
  ];
  expect(statusOfRun({ root: 10, backups })).toBe(status);
});
