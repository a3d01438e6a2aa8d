import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { createKey, KeysStore, SCOPES, type Scope } from '../../lambdas/http/keys-store.ts';
import { seconds, systemClock } from '../../lambdas/platform/clock.ts';
import { omitUndefined } from '../../lambdas/platform/omit-undefined.ts';
import { printLine } from '../../netbackup/terminal.ts';

const scopesOf = (text: string): Scope[] => {
  const scopes = text.split(',').filter(Boolean);
  const unknown = scopes.find((scope) => !(SCOPES as readonly string[]).includes(scope));
  if (unknown !== undefined || scopes.length === 0)
    throw new InvalidArgumentError(`Scopes are ${SCOPES.join(', ')}.`);
  return scopes as Scope[];
};

/** A hundred years. */
const MAX_DAYS = 36_500;

const groupsOf = (text: string): string[] => {
  const groups = text.split(',').filter(Boolean);
  if (groups.length === 0) throw new InvalidArgumentError('Give group ids, or * for all groups.');
  return groups;
};

const daysOf = (text: string): number => {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS)
    throw new InvalidArgumentError(`Give a whole number of days, 1 to ${MAX_DAYS}.`);
  return days;
};

interface CreateOptions {
  readonly table: string;
  readonly scopes: Scope[];
  readonly groups: string[];
  readonly description?: string;
  readonly days?: number;
}

/** Writes a new API key to the Keys table with the caller's AWS credentials, and prints it once. */
const create = async ({ table, scopes, groups, description, days }: CreateOptions): Promise<void> => {
  const now = systemClock();
  const { key, stored } = createKey(
    {
      scopes,
      groups,
      ...omitUndefined({ description, expiresAt: days && seconds(now) + days * 86_400 }),
    },
    now,
  );
  const client = new DynamoDBClient({});
  try {
    await new KeysStore(client, table, systemClock).create(stored);
  } catch (error) {
    const how = 'This command uses your AWS credentials and Region (AWS_PROFILE, AWS_REGION).';
    throw new Error(`The key could not be stored: ${(error as Error).message}. ${how}`);
  } finally {
    client.destroy();
  }
  printLine(key);
};

/** Adds `nbwss keys create`. Only AWS credentials that may write to the table can create the first key. */
export const registerKeys = (program: Command): void => {
  const keys = program.command('keys').description('API keys of a deployment');
  keys
    .command('create')
    .description('create an API key and print it once; uses your AWS credentials')
    .requiredOption('--table <name>', "the deployment's keys table (output KeysTable)")
    .requiredOption('--scopes <list>', 'comma-separated: read, command, inject, admin', scopesOf)
    .addOption(
      new Option('--groups <list>', 'comma-separated group ids, * for all')
        .argParser(groupsOf)
        .default(['*'], '*'),
    )
    .option('--description <text>', 'what it is for')
    .option('--days <n>', 'days until it expires; default: never', daysOf)
    .action(create);
};
