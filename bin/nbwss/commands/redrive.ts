/** `nbwss redrive`: applies what the journal's stream could not deliver during an outage. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { forEachInParallel } from '../../../lambdas/platform/collections.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { printLine, warnLine } from '../../../netbackup/terminal.ts';
import { explainAwsError } from '../aws-error.ts';
import { startProgress } from '../progress.ts';
import { applyEvent } from '../redrive/apply.ts';
import { deleteBatch, listBatches, readBatch } from '../redrive/failed-batches.ts';
import { optionsIn, outputOf, readChosenStacks, type StackOptions, withStacks } from '../stacks.ts';

interface RedriveOptions extends StackOptions {
  readonly bucket?: string;
  readonly function?: string;
  readonly dryRun?: boolean;
}

interface Target {
  readonly bucket: string;
  readonly functionName: string;
  readonly aws: { readonly region?: string };
}

/** Where the batches are: as the options say, or as the output of the stacks says. */
const targetOf = async (options: RedriveOptions): Promise<Target> => {
  const { bucket, function: functionName, region } = options;
  if (bucket !== undefined && functionName !== undefined)
    return { bucket, functionName, aws: omitUndefined({ region }) };
  const stacks = await readChosenStacks(options);
  const { bucket: found = '', function: foundName = '' } = optionsIn(outputOf(stacks, 'Redrive'));
  return { bucket: bucket ?? found, functionName: functionName ?? foundName, aws: stacks.aws };
};

/** A young account runs ten functions at once, and NetBackup needs most of them. */
const PARALLEL = 2;
/** After so many failures in succession the cause is probably still there. */
const MAX_FAILURES = 5;

const redrive = async (
  { bucket, functionName }: Target,
  dryRun: boolean,
  s3: S3Client,
  lambda: LambdaClient,
): Promise<void> => {
  const keys = await listBatches(s3, bucket);
  let batches = 0;
  let records = 0;
  let failures = 0;
  let tried = 0;
  const progress = startProgress();
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
        progress.line(`${key}: ${event.Records.length} messages${dryRun ? '' : ' applied'}`);
        batches += 1;
        records += event.Records.length;
        failures = 0;
      } catch (error) {
        failures += 1;
        process.exitCode = 1;
        progress.end();
        warnLine(`${key}: ${error instanceof Error ? error.message : String(error)}`);
      }
      tried += 1;
      progress.draw(tried / keys.length, `${tried} of ${keys.length} batches`);
    },
    PARALLEL,
  );
  progress.end();
  if (dryRun) return printLine(`${batches} of ${keys.length} batches can be applied: ${records} messages.`);
  const left = keys.length - batches;
  printLine(`${batches} batches with ${records} messages applied, ${left} left.`);
  if (failures >= MAX_FAILURES) warnLine(`Stopped after ${MAX_FAILURES} failures in succession.`);
  if (left > 0) warnLine('What is left stays in the bucket; repeat the command when the cause is gone.');
};

/** Adds `nbwss redrive`, which uses the caller's AWS credentials. */
export const registerRedrive = (program: Command): void => {
  withStacks(
    program
      .command('redrive')
      .description('apply what could not be applied during an outage: jobs, images and events'),
  )
    .option(
      '--bucket <name>',
      'the bucket of the failed batches; default: that of the stacks (output Redrive)',
    )
    .option('--function <arn>', 'the function that applies them, or its alias; default: that of the stacks')
    .option('--dry-run', 'only list the batches')
    .action(async (options: RedriveOptions) => {
      const place = await targetOf(options);
      const clients = [new S3Client(place.aws), new LambdaClient(place.aws)] as const;
      try {
        await redrive(place, options.dryRun === true, ...clients);
      } catch (error) {
        throw explainAwsError(error);
      } finally {
        for (const client of clients) client.destroy();
      }
    });
};
