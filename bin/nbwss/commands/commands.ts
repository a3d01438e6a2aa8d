/** `nbwss commands`: calls to NetBackup, and their results. */
import { type Command, Option } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { STATES } from '../../../lambdas/commands/states.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { printLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { fetchLocation } from '../answer-location.ts';
import { answerOf, apiClient } from '../api-client.ts';
import { type ListOptions, printJson, printList, withList } from '../lists.ts';
import type { PageQuery } from '../paging.ts';
import type { Column } from '../table.ts';
import { pastTime, shortTime } from '../times.ts';

type CommandRow = Schemas['Command'];
type State = CommandRow['state'];

const BAD: readonly State[] = ['failed', 'lost', 'timed_out', 'expired'];
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
  readonly state?: State;
  readonly from?: string;
  readonly to?: string;
}

const list = async (groupId: string, options: CommandsOptions): Promise<void> => {
  const { state, from, to } = options;
  const query = omitUndefined({ state, since: from, until: to });
  const api = await apiClient(options);
  const read = (page: PageQuery) =>
    api.GET('/v1/groups/{groupId}/commands', { params: { path: { groupId }, query: { ...query, ...page } } });
  await printList(api, { read, columns: COLUMNS, empty: 'There are no such commands.' }, options);
};

const PATH = '/v1/groups/{groupId}/commands/{commandId}';

const get = async (groupId: string, commandId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  const command = await answerOf(api.GET(PATH, { params: { path: { groupId, commandId } } }));
  if (!command.response?.location) return printJson(command);
  const { location, ...response } = command.response;
  const body = await (await fetchLocation(location.url)).text();
  printJson({ ...command, response: { ...response, body } });
};

const cancel = async (groupId: string, commandId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await answerOf(api.DELETE(PATH, { params: { path: { groupId, commandId } } }));
  printLine('Cancelled: it was not sent to NetBackup.');
};

/** Adds `nbwss commands`. */
export const registerCommands = (program: Command): void => {
  const commands = program.command('commands').description('calls to NetBackup, and their results');
  withList(commands.command('list <group>').description('list commands, the latest first'))
    .addOption(new Option('--state <state>', 'only in this state').choices(STATES))
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
