/** `nbwss summary`: what happened in the last hours. */
import type { Command } from 'commander';
import { printLine, printSpans } from '../../../netbackup/terminal.ts';
import { apiClient } from '../api-client.ts';
import { type ListOptions, listPath, printJson, printList, withLabels, withList } from '../lists.ts';
import { queryOf } from '../paging.ts';
import { type Column, printTable } from '../table.ts';
import { age, shortTime } from '../times.ts';

export interface Overview {
  readonly groupId: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly recovered: number;
  readonly withoutGoodBackup: number;
  readonly oldestGoodBackupHours?: number;
  readonly queuedLong: number;
  readonly runningLong: number;
  readonly lastNotificationAt?: string;
}

/** Nothing for zero: what is wrong stands out. */
export const count = (value: number | undefined, style: 'red' | 'yellow' = 'red') => ({
  text: value ? String(value) : '',
  style,
});

const OVERVIEW: readonly Column<Overview>[] = [
  { title: 'GROUP', value: ({ groupId }) => groupId, min: 10 },
  { title: 'FAILED', value: ({ outcomes }) => count(outcomes['failed']) },
  { title: 'MENDED', value: ({ recovered }) => recovered || undefined },
  { title: 'WARNING', value: ({ outcomes }) => count(outcomes['warning'], 'yellow') },
  { title: 'GOOD', value: ({ outcomes }) => outcomes['succeeded'] || undefined },
  { title: 'RUNNING', value: ({ outcomes }) => outcomes['running'] || undefined },
  { title: 'NO GOOD BACKUP', value: ({ withoutGoodBackup }) => count(withoutGoodBackup) },
  { title: 'STUCK', value: ({ queuedLong, runningLong }) => count(queuedLong + runningLong, 'yellow') },
  { title: 'LAST REPORT', value: ({ lastNotificationAt }) => age(lastNotificationAt) },
];

interface Good {
  readonly clientName: string;
  readonly policyName: string;
  readonly jobId?: number;
  readonly startedAt?: string;
  readonly ageHours?: number;
  readonly latest?: { readonly verdict: string };
}
interface Failed {
  readonly status?: number;
  readonly statusText?: string;
  readonly failed: number;
  readonly recovered?: number;
}
interface Stuck {
  readonly jobId: number;
  readonly clientName?: string;
  readonly policyName?: string;
  readonly minutes: number;
}
interface Summary {
  readonly groupId: string;
  readonly hours: number;
  readonly from: string;
  readonly to: string;
  readonly complete: boolean;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly recovered: number;
  readonly failures: { readonly byStatus: readonly Failed[] };
  readonly lastGoodBackups: readonly Good[];
  readonly queuedLong: readonly Stuck[];
  readonly runningLong: readonly Stuck[];
}

const GOOD: readonly Column<Good>[] = [
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
const FAILURES: readonly Column<Failed>[] = [
  { title: 'STATUS', value: ({ status, statusText }) => `${status ?? '?'} ${statusText ?? ''}`, min: 10 },
  { title: 'FAILED', value: ({ failed }) => count(failed) },
  { title: 'MENDED', value: ({ recovered }) => recovered || undefined },
];
const STUCK: readonly Column<Stuck>[] = [
  { title: 'JOB', value: ({ jobId }) => jobId },
  { title: 'MINUTES', value: ({ minutes }) => minutes },
  { title: 'CLIENT', value: ({ clientName }) => clientName, min: 10 },
  { title: 'POLICY', value: ({ policyName }) => policyName, min: 8 },
];

const section = <T>(title: string, columns: readonly Column<T>[], items: readonly T[]): void => {
  if (items.length === 0) return;
  printLine('');
  printSpans([{ text: title, style: 'bold' }]);
  printTable(columns, items);
};

/** `3 failed (1 mended later), 240 succeeded`. */
export const outcomesText = (outcomes: Readonly<Record<string, number>>, recovered = 0): string => {
  const parts = ['failed', 'warning', 'succeeded', 'running'].flatMap((name) => {
    const number = outcomes[name] ?? 0;
    if (number === 0) return [];
    return [`${number} ${name}${name === 'failed' && recovered > 0 ? ` (${recovered} mended later)` : ''}`];
  });
  return parts.length === 0 ? 'no jobs' : parts.join(', ');
};

interface SummaryOptions extends ListOptions {
  readonly hours?: string;
  readonly label?: string[];
}

const summary = async (groupId: string | undefined, options: SummaryOptions): Promise<void> => {
  const { hours, label, json } = options;
  const api = await apiClient(options);
  const path = listPath(groupId, 'summary');
  if (groupId === undefined) {
    const empty = 'There are no groups.';
    return printList(api, { path, query: { hours, label }, columns: OVERVIEW, empty }, options);
  }
  const found = await api.call<Summary>('GET', `${path}${queryOf({ hours })}`);
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
        .description('what happened in the last hours; without a group one line for each group'),
    ),
  )
    .option('--hours <n>', 'how many, 1 to 168; default: 24')
    .action(summary);
};
