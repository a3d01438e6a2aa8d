import { randomUUID } from 'node:crypto';
import type { Resolved } from '../assembly/intrinsics.ts';
import { StartError } from '../errors.ts';
import { mappingMetric } from '../metrics/aws.ts';
import type { createS3 } from '../s3.ts';
import type { ServiceContext } from '../service-context.ts';
import { type FunctionSpec, isFunction } from '../types.ts';
import type { StreamRecord } from './record.ts';

/** AWS::Lambda::EventSourceMapping by the CloudFormation reference. */
export interface MappingProperties {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly FunctionResponseTypes?: readonly string[];
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly ParallelizationFactor?: number;
  /** The configuration for a queue. */
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
  readonly FilterCriteria?: { readonly Filters: readonly { readonly Pattern: string }[] };
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

export interface MappingTarget {
  readonly fn: FunctionSpec;
  /** Sends what is given up to the failure destination, with the function's permissions. */
  discard?(metadata: object, shardId: string, records: readonly StreamRecord[]): Promise<void>;
}

/** `2026-11-29T07:10:00.000Z` -> `2026/11/29/2026-11-29T07.10.00`, a part of an object's key. */
const timeInKey = (ms: number): string => {
  const time = new Date(ms).toISOString();
  return `${time.slice(0, 10).replaceAll('-', '/')}/${time.slice(0, 19).replaceAll(':', '.')}`;
};

/**
 * The function of a mapping and its failure destination, checked as Lambda does when it creates the mapping.
 * @throws StartError for a stream or function that does not exist or may not be used, and for another destination
 */
export function mappingTarget(
  { model, iam, store, log, clock, resolver, metrics }: ServiceContext,
  s3: ReturnType<typeof createS3>,
  sendTo: (queueArn: string, body: string) => Promise<unknown>,
  { logicalId, ref, properties }: Resolved<MappingProperties>,
): MappingTarget {
  const { EventSourceArn, FunctionName } = properties;
  const fn = model.functions.find(isFunction(FunctionName));
  if (
    !fn ||
    ![...store.tables.values()].some((table) => table.streamViewType && table.streamArn === EventSourceArn)
  ) {
    throw new StartError(`${logicalId} does not connect a DynamoDB stream with a function of the assembly.`);
  }
  const denial = (action: string, resource: string) =>
    iam.denial(fn.roleArn, fn.functionName, { action, resource });
  for (const action of ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']) {
    const denied = denial(`dynamodb:${action}`, EventSourceArn);
    if (denied) throw new StartError(`${fn.logicalId} cannot read its stream. ${denied}.`);
  }
  /** Sends records, unless it is not allowed: then they are lost. Both are counted. */
  const deliver = async (
    action: string,
    resource: string,
    records: readonly StreamRecord[],
    send: () => Promise<unknown>,
  ): Promise<void> => {
    const denied = denial(action, resource);
    if (denied) log({ source: 'streams', message: denied });
    else await send();
    const name = denied ? 'DroppedEventCount' : 'OnFailureDestinationDeliveredEventCount';
    metrics.record(mappingMetric(name, ref), records.length, clock.now());
  };

  const destination = properties.DestinationConfig?.OnFailure?.Destination;
  if (destination === undefined) return { fn };
  if (resolver.all('AWS::SQS::Queue').some(({ arn }) => arn === destination)) {
    return {
      fn,
      // A queue gets no records.
      discard: (metadata, _, records) =>
        deliver('sqs:SendMessage', destination, records, () => sendTo(destination, JSON.stringify(metadata))),
    };
  }
  if (!s3.has(destination))
    throw new StartError(
      `${logicalId} has the failure destination ${destination}, which is not a queue or bucket here.`,
    );
  const unlisted = denial('s3:ListBucket', destination);
  if (unlisted) throw new StartError(`${fn.logicalId} cannot use its failure destination. ${unlisted}.`);
  return {
    fn,
    discard: async (metadata, shardId, records) => {
      const key = `aws/lambda/${ref}/${shardId}/${timeInKey(clock.now())}-${randomUUID()}`;
      const payload = JSON.stringify({ Records: records });
      await deliver('s3:PutObject', `${destination}/${key}`, records, () =>
        s3.put(destination, key, JSON.stringify({ ...metadata, payload })),
      );
    },
  };
}
