/** `nbwss images`: which backup images exist, and whether they can be restored. */
import type { Command } from 'commander';
import { type ApiOptions, withAccount } from '../account.ts';
import { apiClient, segment } from '../api-client.ts';
import { type ListOptions, listPath, printJson, printList, withLabels, withList } from '../lists.ts';
import type { Column } from '../table.ts';
import { pastTime, shortTime } from '../times.ts';

interface ImageRow {
  readonly groupId: string;
  readonly backupId: string;
  readonly clientName?: string;
  readonly policyName?: string;
  readonly imageState: string;
  readonly restorable: boolean | null;
  readonly backedUpAt?: string;
}

const COLUMNS: readonly Column<ImageRow>[] = [
  { title: 'IMAGE', value: ({ backupId }) => backupId, min: 16 },
  {
    title: 'STATE',
    value: ({ imageState, restorable }) => ({
      text: imageState,
      style: restorable ? 'green' : imageState === 'deleted' ? 'gray' : 'yellow',
    }),
  },
  { title: 'BACKED UP', value: ({ backedUpAt }) => shortTime(backedUpAt) },
  { title: 'GROUP', value: ({ groupId }) => groupId, min: 8 },
  { title: 'CLIENT', value: ({ clientName }) => clientName, min: 10 },
  { title: 'POLICY', value: ({ policyName }) => policyName, min: 8 },
];

interface ImagesOptions extends ListOptions {
  readonly label?: string[];
  readonly restorable?: string;
  readonly client?: string;
  readonly from?: string;
  readonly to?: string;
}

const list = async (groupId: string | undefined, options: ImagesOptions): Promise<void> => {
  const { label, restorable, client, from, to } = options;
  const query = { label, restorable, clientName: client, from, to };
  await printList(
    await apiClient(options),
    { path: listPath(groupId, 'images'), query, columns: COLUMNS, empty: 'There are no such images.' },
    options,
  );
};

const show = async (groupId: string, backupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  printJson(await api.call('GET', `/v1/groups/${segment(groupId)}/images/${segment(backupId)}`));
};

/** Adds `nbwss images`. */
export const registerImages = (program: Command): void => {
  const images = program.command('images').description('backup images, and whether they can be restored');
  withLabels(
    withList(
      images
        .command('list [group]', { isDefault: true })
        .description('list images, the latest first; without a group those of all groups'),
    ),
  )
    .option('--restorable <value>', 'true, false or unknown: whether a local copy can be restored from')
    .option('--client <name>', 'exactly this client')
    .option('--from <time>', 'backed up at this time or later; 24h: in the last 24 hours', pastTime)
    .option('--to <time>', 'backed up before this time', pastTime)
    .action(list);
  withAccount(
    images.command('show <group> <image>').description('show an image with its history as JSON'),
  ).action(show);
};
