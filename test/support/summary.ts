/** Data of a summary, at a fixed time in a domain whose clock is ahead. */
import type { VerdictRule } from '../../lambdas/groups/backup-rules.ts';
import type { Outcome } from '../../lambdas/platform/bus/enumerations.ts';
import type { Backup } from '../../lambdas/reports/backups/backup.ts';
import { judge } from '../../lambdas/reports/backups/judge.ts';
import type { JobFacts, JobView } from '../../lambdas/reports/jobs/job.ts';
import { parentsAmong } from '../../lambdas/reports/jobs/leaves.ts';
import { PrimaryTime } from '../../lambdas/reports/primary-time/primary-time.ts';
import { type SummaryData, summarize as summarizeJobs } from '../../lambdas/reports/summary/summary.ts';
import { jobOfFacts } from '../../lambdas/reports/summary/summary-job.ts';

const MINUTE = 60_000;
export const HOUR = 3_600;
export const NOW = 1_700_000_000;
export const AHEAD = 5 * HOUR;
export const raw = (minutesAgo: number): number => NOW - minutesAgo * 60 + AHEAD;

export interface Data extends Omit<SummaryData, 'jobs' | 'clientPolicies'> {
  readonly jobs: readonly JobFacts[];
  readonly clientPolicies: readonly { clientName: string; policyName: string; backups: readonly Backup[] }[];
  readonly rules: readonly VerdictRule[];
}
export const data = (more: Partial<Data>): Data => ({
  groupId: 'demo',
  jobs: [],
  parents: new Set(),
  running: [],
  clientPolicies: [],
  rules: [],
  time: new PrimaryTime([{ from: 0, seconds: AHEAD }]),
  lastNotificationAt: undefined,
  complete: true,
  hours: 24,
  now: NOW * 1000,
  ...more,
});
export const summarize = ({ jobs, clientPolicies, rules, ...source }: Data) =>
  summarizeJobs({
    ...source,
    jobs: jobs.map((one) => jobOfFacts('demo', one, source.time, rules)),
    clientPolicies: judge({
      clientPolicies: clientPolicies.map((one) => ({
        ...one,
        past: '',
        isDismissed: one.policyName === 'retired',
      })),
      parents: parentsAmong(clientPolicies.flatMap(({ backups }) => backups)),
      running: source.running.map(({ job }) => job),
      rules,
    }),
  });
export const backup = (
  jobId: number,
  status: number,
  minutesAgo: number,
  more: Partial<Backup> = {},
): Backup => ({
  jobId,
  parentJobId: jobId,
  jobType: 'BACKUP',
  startTime: raw(minutesAgo),
  endedAt: NOW,
  status,
  isFull: false,
  isParent: false,
  ...more,
});
export const clientPolicy = (clientName: string, ...backups: Backup[]) => ({
  clientName,
  policyName: 'p',
  backups,
});
export const fact = (jobId: number, outcome: Outcome, more: Partial<JobFacts> = {}): JobFacts => ({
  at: `00${raw(60)}#${jobId}`,
  jobId,
  outcome: `demo#${outcome}`,
  parent: `demo#${jobId}`,
  jobType: 'BACKUP',
  ...(outcome === 'succeeded' ? { status: 0 } : outcome === 'warning' ? { status: 1 } : {}),
  ...more,
});
export const view = (jobId: number, state: string, minutesAgo: number, more: object = {}): JobView => ({
  groupId: 'demo',
  jobId,
  notificationType: 'INFO',
  outcome: 'running',
  state,
  firstReportedAt: new Date((NOW - minutesAgo * 60) * 1000).toISOString(),
  lastReportedAt: new Date((NOW - minutesAgo * 60) * 1000).toISOString(),
  ...more,
});
export const running = (job: JobView, minutesAgo = 0) => ({
  job,
  arrivedAt: NOW * 1000 - minutesAgo * MINUTE,
});
export const ids = (rows: readonly { jobId: number }[]) => rows.map(({ jobId }) => jobId);
