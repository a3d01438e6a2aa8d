/** `nbwss summary`: what happened in the last hours. */
import type { Command } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { printLine, printSpans } from '../../../netbackup/terminal.ts';
import { answerOf, apiClient } from '../api-client.ts';
import { type ListOptions, printJson, printList, withLabels, withList } from '../lists.ts';
import type { PageQuery } from '../paging.ts';
import { type Column, printTable, sent } from '../table.ts';
import { age, shortTime } from '../times.ts';
import { wholeNumber } from '../whole-number.ts';

/** Zero is not printed, so that problems stand out. */
export const count = (value: number | undefined, style: 'red' | 'yellow' = 'red') => ({
  text: value ? String(value) : '',
  style,
});

const OVERVIEW: readonly Column<Schemas['SummaryOfGroup']>[] = [
  { title: 'GROUP', value: ({ groupId }) => groupId, min: 10 },
  { title: 'FAILED', value: ({ outcomes }) => count(outcomes['failed']) },
  { title: 'RECOVERED', value: ({ recovered }) => recovered || undefined },
  { title: 'WARNING', value: ({ outcomes }) => count(outcomes['warning'], 'yellow') },
  { title: 'GOOD', value: ({ outcomes }) => outcomes['succeeded'] || undefined },
  { title: 'RUNNING', value: ({ outcomes }) => outcomes['running'] || undefined },
  { title: 'NO GOOD BACKUP', value: ({ withoutGoodBackup }) => count(withoutGoodBackup) },
  { title: 'STUCK', value: ({ queuedLong, runningLong }) => count(queuedLong + runningLong, 'yellow') },
  { title: 'LAST REPORT', value: ({ lastNotificationAt }) => age(lastNotificationAt) },
];

type Summary = Schemas['Summary'];

const GOOD: readonly Column<Summary['lastGoodBackups'][number]>[] = [
  { title: 'CLIENT', value: ({ clientName }) => clientName, min: 10 },
  { title: 'POLICY', value: ({ policyName }) => policyName, min: 8 },
  {
    title: 'LAST GOOD BACKUP',
    value: ({ jobId, startedAt }) =>
      jobId === undefined ? { text: 'none', style: 'red' } : (shortTime(startedAt) ?? `job ${jobId}`),
  },
  {
    title: 'AGE',
    value: ({ ageHours }) => (ageHours === undefined ? undefined : `${Math.round(ageHours)} h`),
  },
  { title: 'LATEST RUN', value: ({ latest }) => latest?.verdict },
];
const FAILURES: readonly Column<Summary['failures']['byStatus'][number]>[] = [
  { title: 'STATUS', value: ({ status, statusText }) => `${status ?? '?'} ${statusText ?? ''}`, min: 10 },
  { title: 'FAILED', value: ({ failed }) => count(failed) },
  { title: 'RECOVERED', value: ({ recovered }) => recovered || undefined },
];
const STUCK: readonly Column<Summary['queuedLong'][number]>[] = [
  { title: 'JOB', value: ({ jobId }) => jobId },
  { title: 'MINUTES', value: ({ minutes }) => minutes },
  { title: 'CLIENT', value: ({ clientName }) => sent(clientName), min: 10 },
  { title: 'POLICY', value: ({ policyName }) => sent(policyName), min: 8 },
];

const section = <T>(title: string, columns: readonly Column<T>[], items: readonly T[]): void => {
  if (items.length === 0) return;
  printLine('');
  printSpans([{ text: title, style: 'bold' }]);
  printTable(columns, items);
};

/** The worst outcome comes first. */
export const OUTCOMES = ['failed', 'warning', 'succeeded', 'running'] as const;

/** `3 failed (1 recovered), 240 succeeded`. */
export const outcomesText = (outcomes: Readonly<Record<string, number>>, recovered = 0): string => {
  const parts = OUTCOMES.flatMap((name) => {
    const number = outcomes[name] ?? 0;
    if (number === 0) return [];
    return [`${number} ${name}${name === 'failed' && recovered > 0 ? ` (${recovered} recovered)` : ''}`];
  });
  return parts.length === 0 ? 'no jobs' : parts.join(', ');
};

interface SummaryOptions extends ListOptions {
  readonly hours?: number;
  readonly label?: string[];
}

const summary = async (groupId: string | undefined, options: SummaryOptions): Promise<void> => {
  const { hours, label, json } = options;
  const api = await apiClient(options);
  const query = omitUndefined({ hours, label });
  if (groupId === undefined) {
    const read = (page: PageQuery) => api.GET('/v1/summary', { params: { query: { ...query, ...page } } });
    return printList(api, { read, columns: OVERVIEW, empty: 'There are no groups.' }, options);
  }
  const params = { path: { groupId }, query };
  const found = await answerOf(api.GET('/v1/groups/{groupId}/summary', { params }));
  if (json) return printJson(found);
  const { from, to, outcomes, recovered, failures, lastGoodBackups, queuedLong, runningLong } = found;
  printLine(`${found.groupId}, ${shortTime(from)} to ${shortTime(to)}: ${outcomesText(outcomes, recovered)}`);
  if (!found.complete) printLine('There were more jobs than one answer can count.');
  section('Failures', FAILURES, failures.byStatus);
  section('Queued for long', STUCK, queuedLong);
  section('Running for long', STUCK, runningLong);
  section('Last good backups, the oldest first', GOOD, lastGoodBackups);
};

/** Adds `nbwss summary`. */
export const registerSummary = (program: Command): void => {
  withLabels(
    withList(
      program
        .command('summary [group]')
        .description('summary of the last hours; without a group one line for each group'),
    ),
  )
    .option('--hours <n>', 'hours to summarize, 1 to 168; default: 24', wholeNumber(1, 168))
    .action(summary);
};
