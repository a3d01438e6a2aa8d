import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import { GroupsStore } from '../../../lambdas/groups/groups-store.ts';
import { JournalStore } from '../../../lambdas/notifications/journal-store.ts';
import { QuarantineStore } from '../../../lambdas/notifications/quarantine-store.ts';
import { eventBridge } from '../../../lambdas/platform/bus/bus.ts';
import { systemClock } from '../../../lambdas/platform/clock.ts';
import type { Log } from '../../../lambdas/platform/logger.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { ProblemsStore } from '../../../lambdas/problems/problems-store.ts';
import { BackupsStore } from '../../../lambdas/reports/backups/backups-store.ts';
import { IMAGES } from '../../../lambdas/reports/images/image.ts';
import { JOBS } from '../../../lambdas/reports/jobs/job.ts';
import { UtcOffsetLearner } from '../../../lambdas/reports/primary-time/utc-offset-learner.ts';
import { planRecorded } from '../../../lambdas/reports/problems/evaluate-recorded.ts';
import { rebuild } from '../../../lambdas/reports/rebuild.ts';
import { ViewStore } from '../../../lambdas/reports/views/views-store.ts';
import { REBUILD_TABLES } from '../../../lib/function-declaration.ts';
import { printLine, warnLine } from '../../../netbackup/terminal.ts';
import { explainAwsError } from '../aws-error.ts';
import { startProgress } from '../progress.ts';
import { optionsIn, outputOf, readChosenStacks, type StackOptions, withStacks } from '../stacks.ts';
import { timeOrDate } from '../times.ts';
import { wholeNumber } from '../whole-number.ts';

type Tables = Readonly<Record<(typeof REBUILD_TABLES)[number], string>>;

interface RebuildOptions extends Partial<Tables>, StackOptions {
  readonly group: readonly string[];
  /** Epoch ms. */
  readonly from: number;
  readonly days: number;
  /** The bus on which the events are published again; true means the bus of the stacks. */
  readonly publish?: string | true;
}

const timeOf = (text: string): number => timeOrDate(text).getTime();

const terminalLog: Log = {
  info: () => {},
  count: () => {},
  warn: (code, detail) => warnLine(`${code} ${JSON.stringify(detail ?? {})}`),
  error: (code, error) => warnLine(`${code} ${String(error)}`),
};

interface Target {
  readonly tables: Tables;
  readonly bus: string | undefined;
  readonly aws: { readonly region?: string };
}

const areAll = (names: Partial<Tables>): names is Tables =>
  REBUILD_TABLES.every((name) => names[name] !== undefined);

/** The tables and the bus: from the options, and what the options do not name from the stacks' outputs. */
const targetOf = async (options: RebuildOptions): Promise<Target> => {
  const { publish, region } = options;
  if (areAll(options) && publish !== true)
    return { tables: options, bus: publish, aws: omitUndefined({ region }) };
  const stacks = await readChosenStacks(options);
  const tables = { ...optionsIn(outputOf(stacks, 'RebuildViews')), ...omitUndefined({ ...options }) };
  if (!areAll(tables)) throw new Error('The output RebuildViews has no name for each of the tables.');
  return { tables, bus: publish === true ? outputOf(stacks, 'EventBusName') : publish, aws: stacks.aws };
};

const run = async (given: RebuildOptions): Promise<void> => {
  const { tables: options, bus, aws } = await targetOf(given);
  const client = new DynamoDBClient(aws);
  const context = {
    journal: new JournalStore(client, options.journal),
    projection: {
      jobs: new ViewStore(client, options.jobs, JOBS),
      images: new ViewStore(client, options.images, IMAGES),
      backups: new BackupsStore(client, options.backups),
      evaluate: planRecorded({
        problems: new ProblemsStore(client, options.problems, systemClock),
        clock: systemClock,
      }),
      quarantine: new QuarantineStore(client, options.quarantine),
      offsets: new UtcOffsetLearner(new GroupsStore(client, options.groups), systemClock),
      // Usually they were published already: the bus has an archive to replay.
      bus: bus === undefined ? { publish: async () => {} } : eventBridge(bus),
      retentionDays: given.days,
      log: terminalLog,
    },
    clock: systemClock,
  };
  const progress = startProgress();
  try {
    for (const groupId of given.group) {
      let total = 0;
      let first: number | undefined;
      for await (const { messages, arrivedAt } of rebuild(context, groupId, given.from)) {
        total = messages;
        const at = Date.parse(arrivedAt);
        first ??= at;
        const share = (at - first) / Math.max(1, systemClock() - first);
        progress.show(share, `${groupId}: ${messages} messages, arrived until ${arrivedAt}`);
      }
      progress.end();
      printLine(`${groupId}: done, ${total} messages.`);
    }
  } catch (error) {
    throw explainAwsError(error);
  } finally {
    progress.end();
    client.destroy();
  }
};

/** Adds `nbwss rebuild`, which uses the caller's AWS credentials. */
export const registerRebuild = (program: Command): void => {
  const command = withStacks(
    program
      .command('rebuild')
      .description(
        'build jobs and images again from the journal; older ones, which it no longer holds, stay',
      ),
  );
  for (const name of REBUILD_TABLES)
    command.option(
      `--${name} <name>`,
      'name of this table; default: that of the stacks (output RebuildViews)',
    );
  command
    .requiredOption('--group <groupIds...>', 'groups to rebuild')
    .option('--from <time>', 'only messages that arrived at or after this time; default: all', timeOf, 0)
    .option('--days <n>', 'days to keep jobs and images (nbwss.retention.viewDays)', wholeNumber(1), 400)
    .option('--publish [bus]', 'publish the events again, with the same ids; default: the bus of the stacks')
    .action(run);
};
