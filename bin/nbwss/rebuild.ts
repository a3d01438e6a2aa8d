import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Command, InvalidArgumentError } from 'commander';
import { GroupsStore } from '../../lambdas/groups/groups-store.ts';
import { JournalStore } from '../../lambdas/notifications/journal-store.ts';
import { QuarantineStore } from '../../lambdas/notifications/quarantine-store.ts';
import { eventBridge } from '../../lambdas/platform/bus/bus.ts';
import { systemClock } from '../../lambdas/platform/clock.ts';
import type { Log } from '../../lambdas/platform/logger.ts';
import { ProblemsStore } from '../../lambdas/problems/problems-store.ts';
import { BackupsStore } from '../../lambdas/reports/backups/backups-store.ts';
import { IMAGES } from '../../lambdas/reports/images/image.ts';
import { JOBS } from '../../lambdas/reports/jobs/job.ts';
import { UtcOffsetLearner } from '../../lambdas/reports/primary-time/utc-offset-learner.ts';
import { planRecorded } from '../../lambdas/reports/problems/evaluate-recorded.ts';
import { rebuild } from '../../lambdas/reports/rebuild.ts';
import { ViewStore } from '../../lambdas/reports/views/views-store.ts';
import { printLine, warnLine } from '../../netbackup/terminal.ts';

interface RebuildOptions {
  readonly journal: string;
  readonly jobs: string;
  readonly images: string;
  readonly backups: string;
  readonly quarantine: string;
  readonly groups: string;
  readonly problems: string;
  readonly group: readonly string[];
  /** Epoch ms. */
  readonly from: number;
  readonly days: number;
  /** The bus on which the events are published again. */
  readonly publish?: string;
}

const timeOf = (text: string): number => {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Give an ISO 8601 time.');
  return ms;
};
const daysOf = (text: string): number => {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError('Give a whole number of days.');
  return days;
};

const terminalLog: Log = {
  info: () => {},
  count: () => {},
  warn: (code, detail) => warnLine(`${code} ${JSON.stringify(detail ?? {})}`),
  error: (code, error) => warnLine(`${code} ${String(error)}`),
};

const run = async (options: RebuildOptions): Promise<void> => {
  const client = new DynamoDBClient({});
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
      // Usually they were published before: the bus has an archive to replay.
      bus: options.publish === undefined ? { publish: async () => {} } : eventBridge(options.publish),
      retentionDays: options.days,
      log: terminalLog,
    },
    clock: systemClock,
  };
  try {
    for (const groupId of options.group) {
      let total = 0;
      for await (const { messages, arrivedAt } of rebuild(context, groupId, options.from)) {
        total = messages;
        printLine(`${groupId}: ${messages} messages, arrived until ${arrivedAt}`);
      }
      printLine(`${groupId}: done, ${total} messages.`);
    }
  } finally {
    client.destroy();
  }
};

/** Adds `nbwss rebuild`, which uses the caller's AWS credentials. */
export const registerRebuild = (program: Command): void => {
  program
    .command('rebuild')
    .description('build jobs and images again from the journal; those that it no longer holds stay')
    .requiredOption('--journal <name>', "the deployment's tables (output RebuildViews)")
    .requiredOption('--jobs <name>')
    .requiredOption('--images <name>')
    .requiredOption('--backups <name>')
    .requiredOption('--quarantine <name>')
    .requiredOption('--groups <name>')
    .requiredOption('--problems <name>')
    .requiredOption('--group <groupIds...>', 'groups to rebuild')
    .option('--from <time>', 'only messages that arrived at or after this time; default: all', timeOf, 0)
    .option('--days <n>', 'days to keep jobs and images (nbwss.retention.viewDays)', daysOf, 400)
    .option('--publish <bus>', 'publish the events again, with the same ids (output EventBusName)')
    .action(run);
};
