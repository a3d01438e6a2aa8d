/** The parts that the commands with lists share: their options, and how a list is printed. */
import { type Command, Option } from 'commander';
import { toStdout, warnLine } from '../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from './account.ts';
import type { ApiClient } from './api-client.ts';
import { allOf, itemsOf, type ReadPage } from './paging.ts';
import { type Column, printTable } from './table.ts';
import { wholeNumber } from './whole-number.ts';

export interface ListOptions extends ApiOptions {
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

const DEFAULT_LIMIT = 50;

/** Adds `--json`. */
export const withJson = (command: Command, what = 'print JSON'): Command => command.option('--json', what);

/** Adds the options of a list. */
export const withList = (command: Command): Command =>
  withJson(
    withAccount(command)
      .addOption(
        new Option('--limit <n>', 'at most so many')
          .argParser(wholeNumber(1))
          .default(DEFAULT_LIMIT)
          .conflicts('all'),
      )
      .option('--all', 'without a limit'),
    'print JSON, one line for each',
  );

/** Adds `--label`, for lists over groups. */
export const withLabels = (command: Command): Command =>
  command.option('--label <key=value...>', 'only groups with all of these labels');

export const printJson = (value: unknown): void => toStdout(`${JSON.stringify(value, null, 2)}\n`);
export const printJsonLine = (value: unknown): void => toStdout(`${JSON.stringify(value)}\n`);

/** An empty list may be due to a label that was mistyped. @throws Error when no group has the labels */
export const checkLabels = async (api: ApiClient, label: string[] = []): Promise<void> => {
  if (label.length === 0) return;
  const groups = await allOf((page) => api.GET('/v1/groups', { params: { query: { label, ...page } } }), 1);
  if (groups.length === 0)
    throw new Error(`No group that this key may see has the label ${label.join(' and ')}.`);
};

interface Listed<T> {
  readonly read: ReadPage<T>;
  readonly columns: readonly Column<T>[];
  /** What is said when there is nothing. */
  readonly empty: string;
}

/** Prints a list: as a table, or with `--json` each item as soon as it is there. */
export const printList = async <T>(
  api: ApiClient,
  { read, columns, empty }: Listed<T>,
  { limit, all, json, label }: ListOptions & { readonly label?: string[] },
): Promise<void> => {
  const maxItems = all ? Number.POSITIVE_INFINITY : limit;
  const shown: T[] = [];
  let count = 0;
  // One more, to know whether there is more.
  for await (const item of itemsOf(read, maxItems + 1)) {
    count += 1;
    if (count > maxItems) break;
    if (json) printJsonLine(item);
    else shown.push(item);
  }
  if (count === 0) {
    await checkLabels(api, label);
    if (!json) warnLine(empty);
  }
  if (shown.length > 0) printTable(columns, shown);
  if (count > maxItems) warnLine(`There are more. Use --limit or --all.`);
};
