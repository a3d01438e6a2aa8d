/** `nbwss commands`: calls to NetBackup, and what became of them. */
import type { Command } from 'commander';
import { printLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { apiClient, segment } from '../api-client.ts';
import { type ListOptions, listPath, printJson, printList, withList } from '../lists.ts';
import type { Column } from '../table.ts';
import { pastTime, shortTime } from '../times.ts';

interface CommandRow {
  readonly commandId: string;
  readonly state: string;
  readonly request: { readonly method: string; readonly uri: string };
  readonly requestedBy: string;
  readonly createdAt: string;
  readonly response?: { readonly status?: number };
}

const BAD = ['failed', 'lost', 'timed_out', 'expired'];
const COLUMNS: readonly Column<CommandRow>[] = [
  { title: 'COMMAND', value: ({ commandId }) => commandId },
  {
    title: 'STATE',
    value: ({ state }) => ({ text: state, style: BAD.includes(state) ? 'red' : undefined }),
  },
  { title: 'CREATED', value: ({ createdAt }) => shortTime(createdAt) },
  { title: 'STATUS', value: ({ response }) => response?.status },
  { title: 'REQUEST', value: ({ request: { method, uri } }) => `${method} ${uri}`, min: 10 },
  { title: 'BY', value: ({ requestedBy }) => requestedBy },
];

interface CommandsOptions extends ListOptions {
  readonly state?: string;
  readonly from?: string;
  readonly to?: string;
}

const list = async (groupId: string, options: CommandsOptions): Promise<void> => {
  const { state, from, to } = options;
  const query = { state, since: from, until: to };
  const path = listPath(groupId, 'commands');
  const empty = 'There are no such commands.';
  await printList(await apiClient(options), { path, query, columns: COLUMNS, empty }, options);
};

const pathOf = (groupId: string, commandId: string): string =>
  `${listPath(groupId, 'commands')}/${segment(commandId)}`;

const get = async (groupId: string, commandId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  printJson(await api.call('GET', pathOf(groupId, commandId)));
};

const cancel = async (groupId: string, commandId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await api.call('DELETE', pathOf(groupId, commandId));
  printLine('Cancelled: it was not sent to NetBackup.');
};

/** Adds `nbwss commands`. */
export const registerCommands = (program: Command): void => {
  const commands = program.command('commands').description('calls to NetBackup, and what became of them');
  withList(commands.command('list <group>').description('list commands, the latest first'))
    .option('--state <state>', 'queued, sent, completed, failed, expired, cancelled, timed_out, lost')
    .option('--from <time>', 'created at this time or later; 24h: in the last 24 hours', pastTime)
    .option('--to <time>', 'created before this time', pastTime)
    .action(list);
  withAccount(
    commands.command('get <group> <command>').description('show a command with its response as JSON'),
  ).action(get);
  withAccount(commands.command('cancel <group> <command>').description('cancel a queued command')).action(
    cancel,
  );
};
