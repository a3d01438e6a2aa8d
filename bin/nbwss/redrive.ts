/** `nbwss redrive`: applies what the journal's stream could not deliver during an outage. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { forEachInParallel } from '../../lambdas/platform/collections.ts';
import { printLine, warnLine } from '../../netbackup/terminal.ts';
import { applyEvent } from './redrive/apply.ts';
import { deleteBatch, listBatches, readBatch } from './redrive/failed-batches.ts';

interface RedriveOptions {
  readonly bucket: string;
  readonly function: string;
  readonly dryRun?: boolean;
}

/** A young account runs ten functions at once, and NetBackup needs most of them. */
const PARALLEL = 2;
/** After so many failures in succession the cause is probably still there. */
const MAX_FAILURES = 5;

const redrive = async (options: RedriveOptions, s3: S3Client, lambda: LambdaClient): Promise<void> => {
  const { bucket, function: functionName, dryRun = false } = options;
  const keys = await listBatches(s3, bucket);
  let batches = 0;
  let records = 0;
  let failures = 0;
  await forEachInParallel(
    keys,
    async (key) => {
      if (failures >= MAX_FAILURES) return;
      try {
        const event = await readBatch(s3, bucket, key);
        if (!dryRun) {
          await applyEvent(lambda, functionName, event);
          await deleteBatch(s3, bucket, key);
        }
        printLine(`${key}: ${event.Records.length} messages${dryRun ? '' : ' applied'}`);
        batches += 1;
        records += event.Records.length;
        failures = 0;
      } catch (error) {
        failures += 1;
        process.exitCode = 1;
        warnLine(`${key}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    PARALLEL,
  );
  if (dryRun) return printLine(`${batches} of ${keys.length} batches can be applied: ${records} messages.`);
  const left = keys.length - batches;
  printLine(`${batches} batches with ${records} messages applied, ${left} left.`);
  if (failures >= MAX_FAILURES) warnLine(`Stopped after ${MAX_FAILURES} failures in succession.`);
  if (left > 0) warnLine('What is left stays in the bucket; repeat the command when the cause is gone.');
};

/** Adds `nbwss redrive`, which uses the caller's AWS credentials. */
export const registerRedrive = (program: Command): void => {
  program
    .command('redrive')
    .description('apply what could not be applied during an outage: jobs, images and events')
    .requiredOption('--bucket <name>', 'the bucket of the failed batches (output Redrive)')
    .requiredOption('--function <arn>', 'the function that applies them, or its alias')
    .option('--dry-run', 'only list the batches')
    .action(async (options: RedriveOptions) => {
      const clients = [new S3Client({}), new LambdaClient({})] as const;
      try {
        await redrive(options, ...clients);
      } finally {
        for (const client of clients) client.destroy();
      }
    });
};
