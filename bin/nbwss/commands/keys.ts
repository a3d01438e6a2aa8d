import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { parseLabel } from '../../../lambdas/groups/labels.ts';
import { SCOPES, type Scope } from '../../../lambdas/http/rights.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { printable, printLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withApi } from '../account.ts';
import { answerOf, apiClient } from '../api-client.ts';
import { createKeyInTable, DEFAULT_DAYS, daysOf } from '../key-in-table.ts';
import { itemsOf } from '../paging.ts';

const scopesOf = (text: string): Scope[] => {
  const scopes = text.split(',').filter(Boolean);
  const unknown = scopes.find((scope) => !(SCOPES as readonly string[]).includes(scope));
  if (unknown !== undefined || scopes.length === 0)
    throw new InvalidArgumentError(`Scopes are ${SCOPES.join(', ')}.`);
  return scopes as Scope[];
};

const groupsOf = (text: string): string[] => {
  const groups = text.split(',').filter(Boolean);
  if (groups.length === 0) throw new InvalidArgumentError('Give group ids, or * for all groups.');
  return groups;
};

const labelsOf = (text: string): Record<string, string> => {
  const labels = new Map<string, string>();
  for (const label of text.split(',').map(parseLabel)) {
    if (!label) throw new InvalidArgumentError('Give labels as key=value, with commas in between.');
    // The last one alone would be more than was asked for.
    if (labels.has(label[0])) throw new InvalidArgumentError(`The label ${label[0]} is given twice.`);
    labels.set(...label);
  }
  return Object.fromEntries(labels);
};

interface CreateOptions extends ApiOptions {
  readonly table?: string;
  readonly scopes: Scope[];
  readonly groups?: string[];
  readonly labels?: Record<string, string>;
  readonly addresses?: string[];
  readonly description?: string;
  readonly days: number;
}

/** Creates an API key with the rights of another one. */
const createByApi = async (wanted: CreateOptions) => {
  const { scopes, groups, labels, addresses, description, days, ...options } = wanted;
  const api = await apiClient(options);
  const body = omitUndefined({ scopes, groups, labels, addresses, description, validDays: days });
  return (await answerOf(api.POST('/v1/keys', { body }))).apiKey;
};

/** Prints the key alone, so that its output can be used as it is. */
const create = async (options: CreateOptions): Promise<void> => {
  const { table } = options;
  printLine(await (table === undefined ? createByApi(options) : createKeyInTable(table, options)));
};

const reachOf = ({ groups, labels }: Schemas['Key']): string => {
  if (groups.includes('*')) return 'all groups';
  if (labels === undefined) return `groups ${groups.join(',')}`;
  return `labels ${Object.entries(labels)
    .map((label) => label.join('='))
    .join(',')}`;
};

/** A key in one line. */
export const keyLine = (key: Schemas['Key']): string => {
  const { keyId, scopes, addresses, description, expiresAt, lastUsedAt } = key;
  const facts = [
    reachOf(key),
    addresses && `from ${addresses.join(',')}`,
    expiresAt === undefined ? 'does not expire' : `expires ${expiresAt}`,
    lastUsedAt === undefined ? 'not used yet' : `last used ${lastUsedAt}`,
    description,
  ].filter((fact) => fact !== undefined);
  return printable([keyId, scopes.join(','), ...facts].join('  '));
};

const list = async (options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  const keys = itemsOf((query) => api.GET('/v1/keys', { params: { query } }));
  for await (const key of keys) printLine(keyLine(key));
};

const revoke = async (keyId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await answerOf(api.DELETE('/v1/keys/{keyId}', { params: { path: { keyId } } }));
  printLine('Revoked. The next request with it is refused.');
};

/** Adds `nbwss keys`. Only AWS credentials that may write to the table can create the first key. */
export const registerKeys = (program: Command): void => {
  const keys = program.command('keys').description('API keys of a deployment');
  withApi(keys.command('create').description('create an API key and print it once'))
    .option(
      '--table <name>',
      "the deployment's keys table (output KeysTable): create the key with your AWS credentials, not with an API key",
    )
    .requiredOption('--scopes <list>', 'comma-separated: read, command, inject, admin', scopesOf)
    .addOption(
      new Option('--groups <list>', 'comma-separated group ids, * for all (default: all)').argParser(
        groupsOf,
      ),
    )
    .addOption(
      new Option('--labels <list>', 'key=value,…: the groups that have all of these labels, now or later')
        .argParser(labelsOf)
        .conflicts('groups'),
    )
    .option('--addresses <cidr...>', 'addresses from which it may be used, IPv4 or IPv6; default: all')
    .option('--description <text>', 'what it is for')
    .option('--days <n>', 'days until it expires', daysOf, DEFAULT_DAYS)
    .action(create);
  withApi(keys.command('list').description('list API keys, one per line')).action(list);
  withApi(keys.command('revoke <key-id>').description('revoke an API key')).action(revoke);
};
