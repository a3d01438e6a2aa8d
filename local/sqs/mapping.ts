import type { InvokeResult } from '../../gateway/types.ts';
import type { Resolved } from '../assembly/intrinsics.ts';
import { StartError } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import type { MappingProperties } from '../streams/target.ts';
import { isFunction } from '../types.ts';
import type { Message, Messages } from './messages.ts';
import { md5 } from './service.ts';

/** Properties in the catalogue that are for streams, or are not modelled for a queue. */
const UNSUPPORTED: readonly string[] = [
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'FilterCriteria',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
];
/** With this many concurrent batches Lambda begins (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html). */
const CONCURRENT = 5;
/** The permissions that Lambda needs to receive messages, besides deleting them. */
const RECEIVE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export const isQueue = ({ properties }: Resolved<MappingProperties>): boolean =>
  properties.EventSourceArn.includes(':sqs:');

/** @returns the ids of the messages that stay in the queue: all, if the function failed, or reports an unknown id */
function failedIds(batch: readonly Message[], result: InvokeResult, reports: boolean): string[] {
  const all = batch.map(({ id }) => id);
  if (!result.ok) return all;
  const answer = result.payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null | undefined;
  const failed = ((reports && answer?.batchItemFailures) || []).map(
    ({ itemIdentifier = '' }) => itemIdentifier,
  );
  return failed.every((id) => all.includes(id)) ? failed : all;
}

/**
 * An event source mapping of a queue (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html): invokes the function with visible messages, and
 * deletes those that it processed. The others are visible again after the queue's visibility timeout.
 * @throws StartError for what Lambda would refuse, and for properties that are not supported
 */
export function createQueueMapping(
  { logicalId, properties }: Resolved<MappingProperties>,
  { model, iam, lambda, activity, log }: ServiceContext,
  messages: Messages,
) {
  const { EventSourceArn: arn, FunctionName, BatchSize = 10, FunctionResponseTypes = [] } = properties;
  const other = Object.keys(properties).find((name) => UNSUPPORTED.includes(name));
  if (other !== undefined)
    throw new StartError(`${logicalId} has ${other} for a queue, which the local cloud does not support.`);
  const fn = model.functions.find(isFunction(FunctionName));
  const queue = messages.find(arn);
  if (!fn) throw new StartError(`${logicalId} does not connect a queue with a function of the assembly.`);
  const { VisibilityTimeout = 30 } = queue.properties;
  if (VisibilityTimeout < fn.timeoutSeconds)
    throw new StartError(
      `${logicalId}: the visibility timeout of ${queue.logicalId} is shorter than the timeout of ${fn.logicalId}.`,
    );
  for (const action of RECEIVE) {
    const denied = iam.denial(fn.roleArn, fn.functionName, { action, resource: arn });
    if (denied) throw new StartError(`${fn.logicalId} cannot read its queue. ${denied}.`);
  }
  const most = properties.ScalingConfig?.MaximumConcurrency ?? CONCURRENT;
  let running = 0;

  const recordOf = ({ id, handle, body, attributes = {}, receiveCount, sentAt }: Message) => ({
    messageId: id,
    receiptHandle: handle,
    body,
    attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(sentAt) },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
    ),
    md5OfBody: md5(body),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: model.region,
  });

  /** Processes batches until no message is visible. */
  async function poll(): Promise<void> {
    for (;;) {
      const batch = await messages.receive(arn, BatchSize);
      if (batch.length === 0) return;
      const handles = new Map(batch.map(({ id, handle }) => [id, handle]));
      const result = await lambda.invoke(fn?.arn ?? '', { Records: batch.map(recordOf) });
      const failed = failedIds(batch, result, FunctionResponseTypes.includes('ReportBatchItemFailures'));
      if (!result.ok) log({ source: 'sqs', message: `${logicalId}: ${result.errorMessage}` });
      for (const [id, handle] of handles) if (!failed.includes(id)) await messages.remove(arn, handle);
    }
  }

  /** Whether messages may have become visible while no more batches could begin. */
  let again = false;
  function start(): void {
    again = running >= most;
    if (again) return;
    running += 1;
    void activity.during(
      poll()
        .catch((error: Error) => log({ source: 'sqs', message: `${logicalId}: ${error.message}` }))
        .finally(() => {
          running -= 1;
          if (again) start();
        }),
    );
  }

  return {
    /** Starts with the messages of an earlier run. */
    resume: (): void => {
      messages.onVisible(arn, start);
      start();
    },
  };
}
