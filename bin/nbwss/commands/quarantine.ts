/** `nbwss quarantine`: notifications that could not be interpreted. */
import type { Command } from 'commander';
import { printLine, warnLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { apiClient, segment } from '../api-client.ts';
import { type ListOptions, listPath, printList, withList } from '../lists.ts';
import { collected, itemsOf } from '../paging.ts';
import type { Column } from '../table.ts';
import { shortTime } from '../times.ts';

interface QuarantineRow {
  readonly eventId: string;
  readonly receivedAt: string;
  readonly reason: string;
  readonly object?: string;
  readonly text: string;
}

const COLUMNS: readonly Column<QuarantineRow>[] = [
  { title: 'EVENT', value: ({ eventId }) => eventId },
  { title: 'REASON', value: ({ reason }) => ({ text: reason, style: 'yellow' }), min: 10 },
  { title: 'RECEIVED', value: ({ receivedAt }) => shortTime(receivedAt) },
  { title: 'OBJECT', value: ({ object }) => object },
  { title: 'TEXT', value: ({ text }) => text.slice(0, 200), min: 10 },
];

const list = async (groupId: string, options: ListOptions): Promise<void> => {
  const path = listPath(groupId, 'quarantine');
  const empty = 'Nothing is quarantined.';
  await printList(await apiClient(options), { path, columns: COLUMNS, empty }, options);
};

type ReplayOptions = ApiOptions & { readonly all?: boolean };

const replay = async (groupId: string, eventIds: string[], options: ReplayOptions): Promise<void> => {
  if ((eventIds.length === 0) !== (options.all === true))
    throw new Error('Give the ids of quarantined notifications, or --all.');
  const api = await apiClient(options);
  const path = listPath(groupId, 'quarantine');
  const chosen = options.all
    ? (await collected(itemsOf<QuarantineRow>(api, path))).map(({ eventId }) => eventId)
    : eventIds;
  for (const eventId of chosen) {
    try {
      const done = await api.call<{ eventIds: string[] }>('POST', `${path}/${segment(eventId)}/replay`);
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
    .description('notifications that could not be interpreted: list them, and try again after an update');
  withList(quarantine.command('list <group>').description('list them')).action(list);
  withAccount(quarantine.command('replay <group> [events...]').description('interpret them again'))
    .option('--all', 'all of the group')
    .action(replay);
};
