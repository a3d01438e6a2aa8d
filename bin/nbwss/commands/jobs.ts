/** `nbwss jobs`: the jobs that the domains have reported. */
import type { Command } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import type { Span } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { answerOf, apiClient } from '../api-client.ts';
import { type ListOptions, printJson, printList, withLabels, withList } from '../lists.ts';
import type { PageQuery } from '../paging.ts';
import { type Column, sent } from '../table.ts';
import { pastTime, shortTime } from '../times.ts';
import { wholeNumber } from '../whole-number.ts';

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

const COLUMNS: readonly Column<Schemas['Job']>[] = [
  { title: 'JOB', value: ({ jobId }) => jobId },
  { title: 'RESULT', value: ({ verdict, outcome }) => verdictSpan(verdict ?? outcome) },
  { title: 'CLIENT', value: ({ clientName }) => sent(clientName), min: 10 },
  { title: 'GROUP', value: ({ groupId }) => groupId, min: 8 },
  { title: 'STARTED', value: ({ startedAt, firstReportedAt }) => shortTime(startedAt ?? firstReportedAt) },
  { title: 'TYPE', value: ({ jobType }) => sent(jobType), min: 8 },
  { title: 'POLICY', value: ({ policyName }) => sent(policyName), min: 8 },
  {
    title: 'STATUS',
    value: ({ status, statusText }) => (statusText ? `${status} ${statusText}` : sent(status)),
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
  readonly parent?: number;
  readonly from?: string;
  readonly to?: string;
}

const list = async (groupId: string | undefined, options: JobsOptions): Promise<void> => {
  const { label, outcome, state, status, type, policy, client, parent, from, to } = options;
  const query = omitUndefined({
    ...{ label, outcome, state, status, from, to },
    ...{ jobType: type, policyName: policy, clientName: client, parentJobId: parent },
  });
  const api = await apiClient(options);
  const read = (page: PageQuery) => {
    const params = { query: { ...query, ...page } };
    return groupId === undefined
      ? api.GET('/v1/jobs', { params })
      : api.GET('/v1/groups/{groupId}/jobs', { params: { ...params, path: { groupId } } });
  };
  await printList(api, { read, columns: COLUMNS, empty: 'There are no such jobs.' }, options);
};

const show = async (groupId: string, jobId: number, options: ApiOptions & { readonly tree?: boolean }) => {
  const api = await apiClient(options);
  const path = '/v1/groups/{groupId}/jobs/{jobId}';
  const params = { path: { groupId, jobId } };
  printJson(await answerOf<unknown>(api.GET(options.tree ? `${path}/tree` : path, { params })));
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
    .option('--parent <job>', 'jobs with this parent', wholeNumber(0))
    .option('--from <time>', 'started at this time or later; 24h: in the last 24 hours', pastTime)
    .option('--to <time>', 'started before this time', pastTime)
    .action(list);
  withAccount(jobs.command('show').description('show a job with its history as JSON'))
    .argument('<group>')
    .argument('<job>', 'id of the job', wholeNumber(0))
    .option('--tree', 'show its parent and child jobs, and its images')
    .action(show);
};
