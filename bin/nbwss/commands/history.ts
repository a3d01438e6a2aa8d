/** `nbwss history`: whether each client had a good backup on each day. */
import type { Command } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { printSpans } from '../../../netbackup/terminal.ts';
import { apiClient } from '../api-client.ts';
import { type ListOptions, printList, withList } from '../lists.ts';
import type { PageQuery } from '../paging.ts';
import type { Column } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

type Verdict = Schemas['History']['days'][number]['verdict'];

/** How many of the latest days are drawn. */
const DRAWN_DAYS = 14;
const MARKS: Readonly<Record<Verdict, string>> = {
  ok: '+',
  warning: '~',
  failed: 'x',
  cancelled: 'c',
  ignored: 'i',
};
const LEGEND =
  'The last days, the latest on the right: + ok, ~ warning, x failed, c cancelled, i ignored, . no run';

/** One mark for each of the last days. */
export const marksOf = ({ to, days }: Pick<Schemas['History'], 'to' | 'days'>): string => {
  const verdicts = new Map(days.map(({ day, verdict }) => [day, verdict]));
  return Array.from({ length: DRAWN_DAYS }, (_, index) => {
    const day = new Date(Date.parse(to) - (DRAWN_DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    const verdict = verdicts.get(day);
    // A later version of the API may have more verdicts.
    return verdict === undefined ? '.' : (MARKS[verdict] ?? '?');
  }).join('');
};

const COLUMNS: readonly Column<Schemas['History']>[] = [
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
  readonly days?: number;
  readonly client?: string;
  readonly policy?: string;
}

const history = async (groupId: string, options: HistoryOptions): Promise<void> => {
  const { days, client, policy, json } = options;
  const query = omitUndefined({ days, clientName: client, policyName: policy });
  const api = await apiClient(options);
  const read = (page: PageQuery) =>
    api.GET('/v1/groups/{groupId}/history', { params: { path: { groupId }, query: { ...query, ...page } } });
  await printList(api, { read, columns: COLUMNS, empty: 'The group has no backups yet.' }, options);
  if (!json) printSpans([{ text: LEGEND, style: 'gray' }]);
};

/** Adds `nbwss history`. */
export const registerHistory = (program: Command): void => {
  withList(
    program.command('history <group>').description('whether each client had a good backup on each day'),
  )
    .option('--days <n>', 'how many days the numbers cover, 1 to 400; default: 90', wholeNumber(1, 400))
    .option('--client <name>', 'this client')
    .option('--policy <name>', 'exactly this policy')
    .action(history);
};
