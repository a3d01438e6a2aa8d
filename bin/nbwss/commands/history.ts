/** `nbwss history`: whether each client had a good backup on each day. */
import type { Command } from 'commander';
import { printSpans } from '../../../netbackup/terminal.ts';
import { apiClient } from '../api-client.ts';
import { type ListOptions, listPath, printList, withList } from '../lists.ts';
import type { Column } from '../table.ts';

interface HistoryRow {
  readonly clientName: string;
  readonly policyName: string;
  readonly to: string;
  readonly days: readonly { readonly day: string; readonly verdict: string }[];
  readonly successRate?: number;
  readonly longestGapDays: number;
  readonly consecutiveFailures: number;
}

const DAY_MS = 86_400_000;
/** The last of the days are drawn. */
const DRAWN_DAYS = 14;
const MARKS: Readonly<Record<string, string>> = {
  ok: '+',
  warning: '~',
  failed: 'x',
  cancelled: 'c',
  ignored: 'i',
};
const LEGEND =
  'The last days, the latest on the right: + ok, ~ warning, x failed, c cancelled, i ignored, . no run';

/** One mark for each of the last days. */
export const marksOf = ({ to, days }: Pick<HistoryRow, 'to' | 'days'>): string => {
  const verdicts = new Map(days.map(({ day, verdict }) => [day, verdict]));
  return Array.from({ length: DRAWN_DAYS }, (_, index) => {
    const day = new Date(Date.parse(to) - (DRAWN_DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    const verdict = verdicts.get(day);
    return verdict === undefined ? '.' : (MARKS[verdict] ?? '?');
  }).join('');
};

const COLUMNS: readonly Column<HistoryRow>[] = [
  { title: 'CLIENT', value: ({ clientName }) => clientName, min: 10 },
  { title: 'POLICY', value: ({ policyName }) => policyName, min: 8 },
  { title: 'LAST DAYS', value: marksOf },
  {
    title: 'GOOD',
    value: ({ successRate }) =>
      successRate === undefined ? undefined : `${Math.round(successRate * 100)} %`,
  },
  { title: 'GAP', value: ({ longestGapDays }) => `${longestGapDays} d` },
  {
    title: 'FAILED',
    value: ({ consecutiveFailures: count }) => ({
      text: count === 0 ? '' : `${count} in a row`,
      style: 'red',
    }),
  },
];

interface HistoryOptions extends ListOptions {
  readonly days?: string;
  readonly client?: string;
  readonly policy?: string;
}

const history = async (groupId: string, options: HistoryOptions): Promise<void> => {
  const { days, client, policy, json } = options;
  const query = { days, clientName: client, policyName: policy };
  const path = listPath(groupId, 'history');
  const empty = 'The group has no backups yet.';
  await printList(await apiClient(options), { path, query, columns: COLUMNS, empty }, options);
  if (!json) printSpans([{ text: LEGEND, style: 'gray' }]);
};

/** Adds `nbwss history`. */
export const registerHistory = (program: Command): void => {
  withList(
    program.command('history <group>').description('whether each client had a good backup on each day'),
  )
    .option('--days <n>', 'how many days the numbers cover, 1 to 400; default: 90')
    .option('--client <name>', 'this client')
    .option('--policy <name>', 'exactly this policy')
    .action(history);
};
