/** The metrics of AWS services that alarms watch. */

import type { Clock } from '../../gateway/clock.ts';
import type { GatewayCount, InvokeResult, LambdaService } from '../../gateway/types.ts';
import type { AwsCall } from '../front-door/record.ts';
import { type FunctionSpec, isFunction } from '../types.ts';
import type { Metric, MetricStore } from './store.ts';

/** Failures of a request before it is an invocation. */
const refused = (result: InvokeResult): boolean =>
  !result.ok && /^(TooManyRequests|ResourceNotFound|RequestTooLarge)Exception$/.test(result.errorType);

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html; the time is that of the invocation. */
export function withLambdaMetrics(
  lambda: LambdaService,
  functions: readonly FunctionSpec[],
  metrics: MetricStore,
  clock: Clock,
): LambdaService {
  return {
    invoke: async (name, payload) => {
      const at = clock.now();
      const FunctionName = functions.find(isFunction(name))?.functionName ?? name;
      const record = (metric: string, value: number) =>
        metrics.record({ namespace: 'AWS/Lambda', name: metric, dimensions: { FunctionName } }, value, at);
      const age = iteratorAge(payload, at);
      if (age !== undefined) record('IteratorAge', age);
      const result = await lambda.invoke(name, payload);
      record('Throttles', !result.ok && result.failure === 'throttled' ? 1 : 0);
      if (refused(result)) return result;
      record('Invocations', 1);
      record('Errors', result.ok ? 0 : 1);
      record('Duration', clock.now() - at);
      return result;
    },
  };
}

/** The age of the last record of a stream's batch, ms. */
function iteratorAge(payload: unknown, at: number): number | undefined {
  const records = (payload as { Records?: { dynamodb?: { ApproximateCreationDateTime?: number } }[] })
    ?.Records;
  const created = records?.at(-1)?.dynamodb?.ApproximateCreationDateTime;
  return created === undefined ? undefined : Math.max(0, at - created * 1000);
}

/**
 * ThrottledRequests: also counts requests where only an index was throttled
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html).
 */
export function recordThrottles({ service, action, resource, errorCode, at }: AwsCall, metrics: MetricStore) {
  const throttled = /^(Throttling|ProvisionedThroughputExceeded|RequestLimitExceeded)/.test(errorCode ?? '');
  const [, TableName] = /:table\/([^/]+)/.exec(resource) ?? [];
  if (service !== 'dynamodb' || !throttled || TableName === undefined) return;
  const dimensions = { TableName, Operation: action };
  metrics.record({ namespace: 'AWS/DynamoDB', name: 'ThrottledRequests', dimensions }, 1, at);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics */
export const mappingMetric = (
  name: 'OnFailureDestinationDeliveredEventCount' | 'DroppedEventCount',
  EventSourceMappingUUID: string,
): Metric => ({ namespace: 'AWS/Lambda', name, dimensions: { EventSourceMappingUUID } });

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html */
export const gatewayMetric = (
  name: GatewayCount,
  { apiId, stageName }: { readonly apiId: string; readonly stageName: string },
): Metric => ({ namespace: 'AWS/ApiGateway', name, dimensions: { ApiId: apiId, Stage: stageName } });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export const visibleMessages = (QueueName: string): Metric => ({
  namespace: 'AWS/SQS',
  name: 'ApproximateNumberOfMessagesVisible',
  dimensions: { QueueName },
});
