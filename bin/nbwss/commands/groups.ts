/** `nbwss groups …`: manages groups and shows whether they are connected. */
import type { Command } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { printable, printLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withApi } from '../account.ts';
import { answerOf, apiClient } from '../api-client.ts';
import { checkLabels, printJson } from '../lists.ts';
import { itemsOf, type PageQuery } from '../paging.ts';

interface LabelOptions extends ApiOptions {
  readonly label?: string[];
}

/** A group in one line. */
export const groupLine = (group: Schemas['Group']): string => {
  const { groupId, session, lastRejection, tokenShared, timeZone, utcOffset, labels = {} } = group;
  const facts = [
    session.connected && session.gateway === 'relay' ? 'at the relay' : undefined,
    session.since === undefined ? undefined : `since ${session.since}`,
    session.lastSeen === undefined ? undefined : `last seen ${session.lastSeen}`,
    session.connected ? undefined : session.closeReason,
    session.connected || !lastRejection
      ? undefined
      : `refused ${lastRejection.at} from ${lastRejection.sourceIp}: ${lastRejection.explanation}`,
    tokenShared && `TOKEN SHARED ${tokenShared.at} by ${tokenShared.addresses.join(', ')}`,
    timeZone && `time zone ${timeZone}`,
    utcOffset?.warning && `WARNING ${utcOffset.warning}`,
    ...Object.entries(labels).map((label) => label.join('=')),
  ].filter((fact) => fact !== undefined);
  return printable([groupId, session.state, ...facts].join('  '));
};

/** `key=value` texts as the API takes them. @throws Error for a text without `=`, and for a key that is there twice */
const labelsOf = (texts: readonly string[]): Record<string, string> => {
  const labels = texts.map((text): [string, string] => {
    const end = text.indexOf('=');
    if (end < 1) throw new Error(`${JSON.stringify(text)} is not a label: write it as key=value.`);
    return [text.slice(0, end), text.slice(end + 1)];
  });
  const names = labels.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`The label ${JSON.stringify(twice)} is given twice.`);
  return Object.fromEntries(labels);
};

const list = async ({ label = [], ...options }: LabelOptions): Promise<void> => {
  const api = await apiClient(options);
  const read = (page: PageQuery) => api.GET('/v1/groups', { params: { query: { label, ...page } } });
  let found = false;
  for await (const group of itemsOf(read)) {
    printLine(groupLine(group));
    found = true;
  }
  if (!found) await checkLabels(api, label);
};

interface CreateOptions extends LabelOptions {
  readonly description?: string;
  readonly allow?: string[];
  readonly timeZone?: string;
}

const create = async (groupId: string, given: CreateOptions): Promise<void> => {
  const { description, allow, timeZone, label, ...options } = given;
  const labels = label && labelsOf(label);
  const api = await apiClient(options);
  const body = omitUndefined({ groupId, description, allowedCidrs: allow, timeZone, labels });
  await answerOf(api.POST('/v1/groups', { body }));
  printLine(`Created. Next: nbwss endpoints create ${groupId}`);
};

const show = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  printJson(await answerOf(api.GET('/v1/groups/{groupId}', { params: { path: { groupId } } })));
};

interface SetLabelsOptions extends ApiOptions {
  readonly none?: boolean;
}

const setLabels = async (groupId: string, texts: string[], given: SetLabelsOptions): Promise<void> => {
  const { none, ...options } = given;
  if ((texts.length === 0) !== (none === true))
    throw new Error('Give the labels as key=value, or --none to remove all of them.');
  const labels = none ? null : labelsOf(texts);
  const api = await apiClient(options);
  const params = { path: { groupId } };
  await answerOf(api.PATCH('/v1/groups/{groupId}', { params, body: { labels } }));
  printLine(none ? 'The group has no labels now.' : 'These are the labels of the group now.');
};

const remove = async (groupId: string, options: ApiOptions & { readonly force?: boolean }): Promise<void> => {
  const api = await apiClient(options);
  const params = { path: { groupId }, query: options.force ? ({ force: 'true' } as const) : {} };
  const { removes } = await answerOf(api.DELETE('/v1/groups/{groupId}', { params }));
  printLine(
    removes.length === 0 ? 'Deleted.' : `Deleted. Being removed in the background: ${removes.join(', ')}.`,
  );
};

const disconnect = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await answerOf(api.DELETE('/v1/groups/{groupId}/connection', { params: { path: { groupId } } }));
  printLine(
    'Closed. NetBackup reconnects within a minute, to the reachable endpoint with the highest priority.',
  );
};

/** Adds `nbwss groups`. */
export const registerGroups = (program: Command): void => {
  const groups = program.command('groups').description('NetBackup domains, and whether they are connected');
  withApi(groups.command('list').description('list groups, one per line'))
    .option('--label <key=value...>', 'only groups with all of these labels')
    .action(list);
  withApi(groups.command('create <group>').description('create a group'))
    .option('--description <text>', 'free text')
    .option('--allow <cidr...>', 'addresses from which it may connect, IPv4 or IPv6; default: all')
    .option('--time-zone <name>', "the primary's, such as Europe/Berlin; default: learned from its reports")
    .option('--label <key=value...>', 'labels, to filter groups')
    .action(create);
  withApi(groups.command('show <group>').description('show a group as JSON')).action(show);
  withApi(groups.command('label <group> [labels...]').description('replace its labels: key=value …'))
    .option('--none', 'remove all of them')
    .action(setLabels);
  withApi(groups.command('delete <group>').description('delete a group'))
    .option('--force', 'even if it has an endpoint or data')
    .action(remove);
  withApi(
    groups.command('disconnect <group>').description('close its connection; NetBackup reconnects'),
  ).action(disconnect);
};
