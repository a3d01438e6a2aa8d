/** `nbwss credential …`: manages a group's NetBackup API key, which replaces our key in calls to NetBackup. */
import type { Command } from 'commander';
import { printLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withApi } from '../account.ts';
import { type ApiClient, answerOf, answerUnless, apiClient } from '../api-client.ts';
import { readSecret } from '../secret-input.ts';

const PATH = '/v1/groups/{groupId}/netbackup-credential';

const set = async (groupId: string, options: ApiOptions & { readonly fromFile?: string }): Promise<void> => {
  const { fromFile = '-', ...where } = options;
  if (fromFile === '-' && where.keyFile === '-')
    throw new Error('Standard input can hold one key only. Give a file to --from-file or --key-file.');
  const api = await apiClient(where);
  const apiKey = await readSecret(fromFile, `NetBackup API key of the group ${groupId}`);
  await answerOf(api.PUT(PATH, { params: { path: { groupId } }, body: { apiKey } }));
  printLine('Stored and encrypted. It cannot be shown again.');
};

/** Undefined when the group has none. */
const stored = (api: ApiClient, groupId: string) =>
  answerUnless('no-netbackup-credential', api.GET(PATH, { params: { path: { groupId } } }));

const show = async (groupId: string, options: ApiOptions): Promise<void> => {
  const credential = await stored(await apiClient(options), groupId);
  if (!credential) return printLine(`No key is stored. To store one: nbwss credential set ${groupId}`);
  const { storedAt, storedBy } = credential;
  const facts = [storedAt && `since ${storedAt}`, storedBy && `by the key ${storedBy}`].filter(Boolean);
  printLine(['A NetBackup API key is stored', ...facts].join(', '));
};

const remove = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  // DELETE answers the same with and without a stored key.
  if (!(await stored(api, groupId))) return printLine('No key was stored.');
  await answerOf(api.DELETE(PATH, { params: { path: { groupId } } }));
  printLine('Deleted. Calls that need it are refused from now on.');
};

/** Adds `nbwss credential`. */
export const registerCredential = (program: Command): void => {
  const credential = program
    .command('credential')
    .description("a group's NetBackup API key, for clients that send only a key of this endpoint");
  withApi(credential.command('set <group>').description('store it; reads it from a prompt, a pipe or a file'))
    .option('--from-file <file>', 'file with the key, - for standard input')
    .action(set);
  withApi(
    credential.command('show <group>').description('show whether a key is stored, since when and by whom'),
  ).action(show);
  withApi(credential.command('delete <group>').description('delete it')).action(remove);
};
