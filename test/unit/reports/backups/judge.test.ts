import type { VerdictRule } from '../../../../lambdas/groups/backup-rules.ts';
import type { Backup } from '../../../../lambdas/reports/backups/backup.ts';
import { judge } from '../../../../lambdas/reports/backups/judge.ts';
import type { ClientPolicyBackups } from '../../../../lambdas/reports/backups/stored-backups.ts';
import type { JobView } from '../../../../lambdas/reports/jobs/job.ts';
import { parentsAmong } from '../../../../lambdas/reports/jobs/leaves.ts';

const BEGUN = 1_700_000_000;
const backup = (jobId: number, status: number, parentJobId = jobId, more: Partial<Backup> = {}): Backup => ({
  jobId,
  parentJobId,
  jobType: 'BACKUP',
  startTime: BEGUN + jobId,
  endedAt: BEGUN + 1_000 + jobId,
  status,
  isFull: false,
  isParent: false,
  ...more,
});
const clientPolicy = (clientName: string, ...backups: Backup[]): ClientPolicyBackups => ({
  clientName,
  policyName: 'p',
  backups,
  past: '',
  isDismissed: false,
});
const running = (jobId: number, parentJobId: number, clientName = 'a') =>
  ({ jobId, parentJobId, clientName, policyName: 'p', state: 'ACTIVE' }) as unknown as JobView;

const judgeAll = (
  clientPolicies: readonly ClientPolicyBackups[],
  more: { running?: JobView[]; rules?: VerdictRule[] } = {},
) =>
  judge({
    clientPolicies,
    parents: parentsAmong(clientPolicies.flatMap(({ backups }) => backups)),
    running: more.running ?? [],
    rules: more.rules ?? [],
  });
const latest = (
  clientPolicies: readonly ClientPolicyBackups[],
  more: { running?: JobView[]; rules?: VerdictRule[] } = {},
) => judgeAll(clientPolicies, more)[0]?.runs[0];

it.each<[number[], number | undefined, string, boolean]>([
  [[0, 0], 0, 'ok', false],
  [[0, 13], 13, 'failed', false],
  [[0, 13], undefined, 'failed', false],
  [[0, 6], 1, 'warning', false],
  [[6, 6], 1, 'failed', false],
  [[0, 1], 0, 'warning', false],
  [[0, 150], 150, 'cancelled', false],
  [[150, 13], 13, 'failed', false],
  [[0, 0], 156, 'ok', true],
  [[6, 0], 156, 'failed', false],
])(
  'streams %j under a parent of the same client with %s: %s, parentFailed %s',
  (streams, parent, verdict, hasFailed) => {
    const children = streams.map((status, index) => backup(11 + index, status, 10));
    const all = parent === undefined ? children : [backup(10, parent), ...children];
    expect(latest([clientPolicy('a', ...all)])?.verdict).toBe(verdict);
    expect(latest([clientPolicy('a', ...all)])?.failedParent?.status).toBe(hasFailed ? parent : undefined);
    // The parent under the primary's name.
    if (parent !== undefined) {
      const [first] = judgeAll([clientPolicy('a', ...children), clientPolicy('primary', backup(10, parent))]);
      expect(first?.runs[0]?.verdict).toBe(verdict);
      expect(first?.runs[0]?.failedParent?.status).toBe(hasFailed ? parent : undefined);
    }
  },
);

it('TRAP-7 a client that only parents name has no backup', () => {
  const judged = judgeAll([clientPolicy('primary', backup(10, 0)), clientPolicy('a', backup(11, 0, 10))]);
  expect(judged.map(({ clientName }) => clientName)).toEqual(['a']);
  const marked = clientPolicy('primary', backup(10, 0, 10, { isParent: true }));
  expect(judgeAll([marked])).toEqual([]);
});

it('a snapshot that succeeded is not a good backup if its child failed', () => {
  const runs = judgeAll([clientPolicy('a', backup(1, 1), backup(2, 0), backup(3, 156, 2))])[0]?.runs;
  expect(runs?.map(({ verdict, leaf }) => [leaf.jobId, verdict])).toEqual([
    [3, 'failed'],
    [1, 'warning'],
  ]);
});

it.each([
  ['a stream that waits', [running(13, 10)]],
  ['a stream below another job that is running', [running(14, 12), running(12, 10, 'primary')]],
  ['the same job, taken up again', [running(11, 10)]],
])('%s makes the run running', (_, jobs) => {
  const all = [clientPolicy('a', backup(11, 0, 10), backup(5, 0))];
  expect(latest(all, { running: jobs })?.verdict).toBe('running');
  expect(judgeAll(all, { running: jobs })[0]?.runs[1]?.verdict).toBe('ok');
});

it('a run of which nothing has ended is begun; a parent or another client that runs is not', () => {
  const all = [clientPolicy('Web01', backup(1, 0))];
  expect(judgeAll(all, { running: [running(9, 9, 'web01')] })[0]).toMatchObject({
    begun: { jobId: 9 },
    runs: [{ verdict: 'ok' }],
  });
  expect(judgeAll(all, { running: [running(9, 9, 'web02')] })[0]).not.toHaveProperty('begun');
  const parentRuns = judgeAll([clientPolicy('a', backup(11, 0, 10))], { running: [running(10, 10)] });
  expect(parentRuns[0]?.runs[0]?.verdict).toBe('ok');
});

it('changed rules apply to earlier runs; what is ignored decides nothing', () => {
  const all = [clientPolicy('a', backup(11, 0, 10), backup(12, 191, 10))];
  const rule = (verdict: VerdictRule['verdict']): VerdictRule[] => [{ status: [191], verdict }];
  expect(latest(all)?.verdict).toBe('failed');
  expect(latest(all, { rules: rule('ok') })?.verdict).toBe('ok');
  expect(latest(all, { rules: rule('ignored') })?.verdict).toBe('ok');
  expect(latest([clientPolicy('a', backup(1, 191))], { rules: rule('ignored') })?.verdict).toBe('ignored');
});

it('knows full and snapshot-only runs', () => {
  const all = [
    clientPolicy(
      'a',
      backup(1, 0, 1, { isFull: true }),
      backup(2, 0, 2, { jobType: 'SNAPSHOT' }),
      backup(30, 0, 30, { jobType: 'SNAPSHOT' }),
      backup(31, 0, 30),
    ),
  ];
  expect(
    judgeAll(all)[0]?.runs.map(({ leaf, isFull, isSnapshotOnly }) => [leaf.jobId, isFull, isSnapshotOnly]),
  ).toEqual([
    [31, false, false],
    [2, false, true],
    [1, true, false],
  ]);
});
