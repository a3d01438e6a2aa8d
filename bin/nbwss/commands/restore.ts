import {
  DescribeTableCommand,
  DynamoDBClient,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { type Command, InvalidArgumentError } from 'commander';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { TABLES, type TableKey } from '../../../lib/function-declaration.ts';
import { printLine, warnLine } from '../../../netbackup/terminal.ts';
import { explainAwsError } from '../aws-error.ts';
import { outputOf, readChosenStacks, type StackOptions, withStacks } from '../stacks.ts';
import { timeOrDate } from '../times.ts';

/** The copy of a large table takes hours. */
const MAX_WAIT_SECONDS = 86_400;
const POLL_SECONDS = { minDelay: 5, maxDelay: 60 };

type Names = Readonly<Partial<Record<TableKey, string>>>;

interface RestoreOptions extends StackOptions {
  /** The names of the tables to restore; '' stands for the name in the stacks. Without it, all of the stacks. */
  readonly table?: Names;
  readonly suffix: string;
  /** Without it, the latest time: about five minutes ago. */
  readonly at?: Date;
}

const isKey = (text: string): text is TableKey => (TABLES as readonly string[]).includes(text);

const tableOf = (text: string, sofar: Names = {}): Names => {
  const [, key = '', name = ''] = /^(\w+)(?:=([^=]+))?$/.exec(text) ?? [];
  if (!isKey(key)) throw new InvalidArgumentError(`Give KEY or KEY=NAME; the keys are ${TABLES.join(', ')}.`);
  return { ...sofar, [key]: name };
};
/** A date alone is not exact enough. */
const timeOf = (text: string): Date => {
  if (text.length === 10) throw new InvalidArgumentError('Give the time too, with Z or a UTC offset.');
  return timeOrDate(text);
};
const suffixOf = (text: string): string => {
  if (!/^[A-Za-z0-9_.-]{1,60}$/.test(text))
    throw new InvalidArgumentError('Use at most 60 letters, digits, "-", "_" and ".".');
  return text;
};

/** Runs a request that a repeated command may have made before. */
const ignoringErrors = async (done: RegExp, request: Promise<unknown>): Promise<void> => {
  try {
    await request;
  } catch (error) {
    const { name, message } = error as Error;
    if (!done.test(`${name}: ${message}`)) throw error;
  }
};

/**
 * Restores a table under another name, and gives it the settings that a restore does not copy: expiry, point-in-time recovery,
 * deletion protection, the stream of the journal. Every step can be repeated.
 * @returns the ARN of the table's stream, if it is the journal
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/pointintimerecovery_restores.html
 */
async function restoreTable(
  client: DynamoDBClient,
  key: TableKey,
  [source, TableName]: readonly [string, string],
  at: Date | undefined,
): Promise<string | undefined> {
  const active = () =>
    waitUntilTableExists({ client, maxWaitTime: MAX_WAIT_SECONDS, ...POLL_SECONDS }, { TableName });
  await ignoringErrors(
    /^(TableAlreadyExists|ResourceInUse)Exception/,
    client.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: source,
        TargetTableName: TableName,
        ...(at === undefined ? { UseLatestRestorableTime: true } : { RestoreDateTime: at }),
      }),
    ),
  );
  await active();
  await ignoringErrors(
    /TimeToLive is already enabled/,
    client.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      }),
    ),
  );
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  await active();
  if (key !== 'journal') return undefined;
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } as const;
  await ignoringErrors(
    /already has an enabled stream/,
    client.send(new UpdateTableCommand({ TableName, StreamSpecification })),
  );
  await active();
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  return Table?.LatestStreamArn;
}

interface Target {
  readonly tables: Names;
  readonly aws: { readonly region?: string };
}

/** Which tables: as the options say, and for what they do not say as the output of the stacks says. */
const targetOf = async ({ table: chosen, ...options }: RestoreOptions): Promise<Target> => {
  const { region } = options;
  if (chosen && !Object.values(chosen).includes(''))
    return { tables: chosen, aws: omitUndefined({ region }) };
  const stacks = await readChosenStacks(options);
  const sources = [...outputOf(stacks, 'RestoreTables').matchAll(/--table (\S+)=(\S+)/g)];
  const known: Names = Object.fromEntries(sources.map(([, key, name]) => [key, name]));
  const tables = Object.entries(chosen ?? known).map(([key, name]): [string, string] => {
    const source = name || known[key as TableKey];
    if (!source) throw new Error(`The table ${key} has no point-in-time recovery (output RestoreTables).`);
    return [key, source];
  });
  return { tables: Object.fromEntries(tables), aws: stacks.aws };
};

const run = async (options: RestoreOptions): Promise<void> => {
  const { suffix, at } = options;
  const { tables, aws } = await targetOf(options);
  const client = new DynamoDBClient(aws);
  const existingTables: Record<string, string> = {};
  let failed = 0;
  const one = async ([key, source]: [string, string]) => {
    const target = source + suffix;
    try {
      const stream = await restoreTable(client, key as TableKey, [source, target], at);
      existingTables[key] = target;
      if (stream !== undefined) existingTables['journalStream'] = stream;
      warnLine(`${key}: restored as ${target}`);
    } catch (error) {
      failed += 1;
      warnLine(`${key}: ${explainAwsError(error).message}`);
    }
  };
  try {
    await Promise.all(Object.entries(tables).map(one));
  } finally {
    client.destroy();
  }
  if (failed > 0)
    throw new Error(
      `${failed} of ${Object.keys(tables).length} tables are not restored; repeat the command.`,
    );
  const sorted = Object.entries(existingTables).sort(([a], [b]) => (a < b ? -1 : 1));
  printLine(JSON.stringify({ existingTables: Object.fromEntries(sorted) }));
};

/** Adds `nbwss restore`, which uses the caller's AWS credentials. */
export const registerRestore = (program: Command): void => {
  withStacks(
    program
      .command('restore')
      .description(
        'restore tables to a point in time under other names, and print the settings that use them',
      ),
  )
    .option(
      '--table <key[=name]>',
      'restore only this table; repeat it; default: all of the stacks (output RestoreTables)',
      tableOf,
    )
    .requiredOption('--suffix <text>', 'of the names of the restored tables', suffixOf)
    .option('--at <time>', 'ISO 8601; default: the latest possible, about five minutes ago', timeOf)
    .action(run);
};
