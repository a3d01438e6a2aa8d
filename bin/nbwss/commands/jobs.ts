/** `nbwss jobs`: what the domains have reported of their jobs. */
import type { Command } from 'commander';
import type { Span } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { apiClient, segment } from '../api-client.ts';
import { type ListOptions, listPath, printJson, printList, withLabels, withList } from '../lists.ts';
import type { Column } from '../table.ts';
import { pastTime, shortTime } from '../times.ts';

interface JobRow {
  readonly groupId: string;
  readonly jobId: number;
  readonly jobType?: string;
  readonly state?: string;
  readonly outcome: string;
  readonly verdict?: string;
  readonly status?: number;
  readonly statusText?: string;
  readonly clientName?: string;
  readonly policyName?: string;
  readonly startedAt?: string;
  readonly firstReportedAt: string;
}

const STYLES: Readonly<Record<string, Span['style']>> = {
  ok: 'green',
  succeeded: 'green',
  warning: 'yellow',
  failed: 'red',
  running: 'gray',
  cancelled: 'gray',
  ignored: 'gray',
};

/** A verdict or an outcome, in its colour. */
export const verdictSpan = (text: string): Span => ({ text, style: STYLES[text] });

const COLUMNS: readonly Column<JobRow>[] = [
  { title: 'JOB', value: ({ jobId }) => jobId },
  { title: 'RESULT', value: ({ verdict, outcome }) => verdictSpan(verdict ?? outcome) },
  { title: 'CLIENT', value: ({ clientName }) => clientName, min: 10 },
  { title: 'GROUP', value: ({ groupId }) => groupId, min: 8 },
  { title: 'STARTED', value: ({ startedAt, firstReportedAt }) => shortTime(startedAt ?? firstReportedAt) },
  { title: 'TYPE', value: ({ jobType }) => jobType, min: 8 },
  { title: 'POLICY', value: ({ policyName }) => policyName, min: 8 },
  {
    title: 'STATUS',
    value: ({ status, statusText }) => (statusText ? `${status} ${statusText}` : status),
    min: 8,
  },
];

interface JobsOptions extends ListOptions {
  readonly label?: string[];
  readonly outcome?: string;
  readonly state?: string;
  readonly status?: string;
  readonly type?: string;
  readonly policy?: string;
  readonly client?: string;
  readonly parent?: string;
  readonly from?: string;
  readonly to?: string;
}

const list = async (groupId: string | undefined, options: JobsOptions): Promise<void> => {
  const { label, outcome, state, status, type, policy, client, parent, from, to } = options;
  const query = {
    ...{ label, outcome, state, status, from, to },
    ...{ jobType: type, policyName: policy, clientName: client, parentJobId: parent },
  };
  const empty = 'There are no such jobs.';
  await printList(
    await apiClient(options),
    { path: listPath(groupId, 'jobs'), query, columns: COLUMNS, empty },
    options,
  );
};

const show = async (groupId: string, jobId: string, options: ApiOptions & { readonly tree?: boolean }) => {
  const api = await apiClient(options);
  const path = `/v1/groups/${segment(groupId)}/jobs/${segment(jobId)}${options.tree ? '/tree' : ''}`;
  printJson(await api.call('GET', path));
};

/** Adds `nbwss jobs`. */
export const registerJobs = (program: Command): void => {
  const jobs = program.command('jobs').description('jobs as the domains reported them');
  withLabels(
    withList(
      jobs
        .command('list [group]', { isDefault: true })
        .description('list jobs, the latest first; without a group those of all groups'),
    ),
  )
    .option('--outcome <list>', 'running, succeeded, warning, failed')
    .option('--state <list>', 'as NetBackup sends it: QUEUED, ACTIVE, DONE, …')
    .option('--status <list>', 'exit status of finished jobs')
    .option('--type <list>', 'BACKUP, RESTORE, …')
    .option('--policy <name>', 'exactly this policy')
    .option('--client <name>', 'exactly this client')
    .option('--parent <job>', 'jobs with this parent')
    .option('--from <time>', 'started at this time or later; 24h: in the last 24 hours', pastTime)
    .option('--to <time>', 'started before this time', pastTime)
    .action(list);
  withAccount(jobs.command('show <group> <job>').description('show a job with its history as JSON'))
    .option('--tree', 'with its parent and child jobs, and its images')
    .action(show);
};
