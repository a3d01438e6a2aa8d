/** `nbwss quarantine`: notifications that could not be interpreted. */
import type { Command } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { printLine, warnLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { type ApiClient, answerOf, apiClient } from '../api-client.ts';
import { type ListOptions, printList, withList } from '../lists.ts';
import { allOf, type PageQuery } from '../paging.ts';
import type { Column } from '../table.ts';
import { shortTime } from '../times.ts';

const COLUMNS: readonly Column<Schemas['QuarantinedNotification']>[] = [
  { title: 'EVENT', value: ({ eventId }) => eventId },
  { title: 'REASON', value: ({ reason }) => ({ text: reason, style: 'yellow' }), min: 10 },
  { title: 'RECEIVED', value: ({ receivedAt }) => shortTime(receivedAt) },
  { title: 'OBJECT', value: ({ object }) => object },
  { title: 'TEXT', value: ({ text }) => text.slice(0, 200), min: 10 },
];

const PATH = '/v1/groups/{groupId}/quarantine';

const reader = (api: ApiClient, groupId: string) => (query: PageQuery) =>
  api.GET(PATH, { params: { path: { groupId }, query } });

const list = async (groupId: string, options: ListOptions): Promise<void> => {
  const api = await apiClient(options);
  const read = reader(api, groupId);
  await printList(api, { read, columns: COLUMNS, empty: 'Nothing is quarantined.' }, options);
};

type ReplayOptions = ApiOptions & { readonly all?: boolean };

const replay = async (groupId: string, eventIds: string[], options: ReplayOptions): Promise<void> => {
  if ((eventIds.length === 0) !== (options.all === true))
    throw new Error('Give the ids of quarantined notifications, or --all.');
  const api = await apiClient(options);
  const chosen = options.all ? (await allOf(reader(api, groupId))).map(({ eventId }) => eventId) : eventIds;
  for (const eventId of chosen) {
    try {
      const params = { path: { groupId, eventId } };
      const done = await answerOf(api.POST(`${PATH}/{eventId}/replay`, { params }));
      printLine(`${eventId}: ${done.eventIds.length} applied`);
    } catch (error) {
      process.exitCode = 1;
      warnLine(`${eventId}: ${(error as Error).message}`);
    }
  }
};

/** Adds `nbwss quarantine`. */
export const registerQuarantine = (program: Command): void => {
  const quarantine = program
    .command('quarantine')
    .description(
      'notifications that could not be interpreted: list them, and interpret them again after an update',
    );
  withList(quarantine.command('list <group>').description('list quarantined notifications')).action(list);
  withAccount(quarantine.command('replay <group> [events...]').description('interpret notifications again'))
    .option('--all', 'all notifications of the group')
    .action(replay);
};
