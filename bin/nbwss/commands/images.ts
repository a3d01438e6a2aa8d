/** `nbwss images`: which backup images exist, and whether they can be restored. */
import { type Command, Option } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { answerOf, apiClient } from '../api-client.ts';
import { type ListOptions, printJson, printList, withLabels, withList } from '../lists.ts';
import type { PageQuery } from '../paging.ts';
import { type Column, sent } from '../table.ts';
import { pastTime, shortTime } from '../times.ts';

const COLUMNS: readonly Column<Schemas['Image']>[] = [
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
  { title: 'CLIENT', value: ({ clientName }) => sent(clientName), min: 10 },
  { title: 'POLICY', value: ({ policyName }) => sent(policyName), min: 8 },
];

interface ImagesOptions extends ListOptions {
  readonly label?: string[];
  readonly restorable?: 'true' | 'false' | 'unknown';
  readonly client?: string;
  readonly from?: string;
  readonly to?: string;
}

const list = async (groupId: string | undefined, options: ImagesOptions): Promise<void> => {
  const { label, restorable, client, from, to } = options;
  const query = omitUndefined({ label, restorable, clientName: client, from, to });
  const api = await apiClient(options);
  const read = (page: PageQuery) => {
    const params = { query: { ...query, ...page } };
    return groupId === undefined
      ? api.GET('/v1/images', { params })
      : api.GET('/v1/groups/{groupId}/images', { params: { ...params, path: { groupId } } });
  };
  await printList(api, { read, columns: COLUMNS, empty: 'There are no such images.' }, options);
};

const show = async (groupId: string, backupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  const params = { path: { groupId, backupId } };
  printJson(await answerOf(api.GET('/v1/groups/{groupId}/images/{backupId}', { params })));
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
    .addOption(
      new Option('--restorable <value>', 'whether a local copy can be restored from').choices([
        'true',
        'false',
        'unknown',
      ]),
    )
    .option('--client <name>', 'exactly this client')
    .option('--from <time>', 'backed up at this time or later; 24h: in the last 24 hours', pastTime)
    .option('--to <time>', 'backed up before this time', pastTime)
    .action(list);
  withAccount(
    images.command('show <group> <image>').description('show an image with its history as JSON'),
  ).action(show);
};
