import { StartError } from '../errors.ts';
import type { Resolver, Resource } from './intrinsics.ts';
import type { OfType } from './model.ts';
import { unqualified } from './names.ts';
import type { CloudModel, MappingSpec, RetrySpec, RuleSpec, TargetSpec } from './specs.ts';

interface RetryPolicy {
  MaximumRetryAttempts?: number;
  MaximumEventAgeInSeconds?: number;
}

interface Target {
  Arn: string;
  Input?: string;
  InputPath?: string;
  RoleArn?: string;
  RetryPolicy?: RetryPolicy;
  DeadLetterConfig?: { Arn?: string };
}

/** EventBridge's and the Scheduler's defaults are 185 attempts within a day. */
export const retryOf = (policy: RetryPolicy | undefined, deadLetter: string | undefined): RetrySpec => ({
  maximumRetryAttempts: policy?.MaximumRetryAttempts ?? 185,
  maximumAgeSeconds: policy?.MaximumEventAgeInSeconds ?? 86_400,
  ...(deadLetter ? { deadLetter } : {}),
});

const targetOf = (resource: Resource, target: Target): TargetSpec => {
  if (!/:lambda:|:sqs:/.test(target.Arn)) {
    throw new StartError(
      `${resource.logicalId} has the target ${target.Arn}; only functions and queues are known.`,
    );
  }
  return {
    arn: target.Arn,
    ...(target.Input === undefined ? {} : { input: target.Input }),
    ...(target.InputPath === undefined ? {} : { inputPath: target.InputPath }),
    ...(target.RoleArn === undefined ? {} : { roleArn: target.RoleArn }),
    retry: retryOf(target.RetryPolicy, target.DeadLetterConfig?.Arn),
  };
};

/** Streams, buses, rules, schedules, queues and keys. */
export function eventModel(
  resolver: Resolver,
  ofType: OfType,
): Pick<CloudModel, 'mappings' | 'buses' | 'rules' | 'queues' | 'keys' | 'keyAliases'> {
  const buses = ofType('AWS::Events::EventBus').map(
    (resource) => [resolver.ref(resource), resolver.attribute(resource, 'Arn')] as const,
  );
  const keys = ofType('AWS::KMS::Key').map((resource) => ({
    logicalId: resource.logicalId,
    keyId: resolver.ref(resource),
    arn: resolver.attribute(resource, 'Arn'),
  }));
  const aliases = ofType('AWS::KMS::Alias').map((resource) => {
    const { AliasName, TargetKeyId } = resolver.properties<{ AliasName: string; TargetKeyId: string }>(
      resource,
    );
    return [AliasName, TargetKeyId.replace(/^.*:key\//, '')] as const;
  });
  return {
    mappings: ofType('AWS::Lambda::EventSourceMapping').flatMap((resource) =>
      mapping(resolver, ofType, resource),
    ),
    buses: new Map(buses),
    rules: [
      ...ofType('AWS::Events::Rule').flatMap((resource) => rule(resolver, resource)),
      ...ofType('AWS::Scheduler::Schedule').flatMap((resource) => schedule(resolver, resource)),
    ],
    queues: ofType('AWS::SQS::Queue').map((resource) => ({
      logicalId: resource.logicalId,
      name: resolver.physical(resource).name,
      arn: resolver.attribute(resource, 'Arn'),
      url: resolver.ref(resource),
      visibilitySeconds:
        resolver.properties<{ VisibilityTimeout?: number }>(resource).VisibilityTimeout ?? 30,
    })),
    keys,
    keyAliases: new Map(aliases),
  };
}

function mapping(resolver: Resolver, ofType: OfType, resource: Resource): MappingSpec[] {
  const properties = resolver.properties<{
    EventSourceArn: string;
    FunctionName: string;
    BatchSize?: number;
    MaximumBatchingWindowInSeconds?: number;
    BisectBatchOnFunctionError?: boolean;
    FunctionResponseTypes?: string[];
    MaximumRetryAttempts?: number;
    MaximumRecordAgeInSeconds?: number;
    ParallelizationFactor?: number;
    FilterCriteria?: { Filters: { Pattern: string }[] };
    DestinationConfig?: { OnFailure?: { Destination: string } };
    Enabled?: boolean;
  }>(resource);
  if (properties.Enabled === false) return [];
  const { logicalId } = resource;
  if (!/:dynamodb:.*\/stream\//.test(properties.EventSourceArn)) {
    throw new StartError(
      `${logicalId} reads from ${properties.EventSourceArn}; only DynamoDB streams are known.`,
    );
  }
  const fn = ofType('AWS::Lambda::Function').find((candidate) =>
    [resolver.ref(candidate), resolver.attribute(candidate, 'Arn')].includes(
      unqualified(properties.FunctionName),
    ),
  );
  if (!fn) throw new StartError(`${logicalId} feeds ${properties.FunctionName}, which is no function here.`);
  const onFailure = properties.DestinationConfig?.OnFailure?.Destination;
  return [
    {
      logicalId,
      id: resolver.ref(resource),
      streamArn: properties.EventSourceArn,
      functionArn: resolver.attribute(fn, 'Arn'),
      batchSize: properties.BatchSize ?? 100,
      batchingWindowSeconds: properties.MaximumBatchingWindowInSeconds ?? 0,
      bisect: properties.BisectBatchOnFunctionError ?? false,
      reportFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      maximumRetryAttempts: properties.MaximumRetryAttempts ?? -1,
      maximumRecordAgeSeconds: properties.MaximumRecordAgeInSeconds ?? -1,
      parallelization: properties.ParallelizationFactor ?? 1,
      filters: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern),
      ...(onFailure ? { onFailure } : {}),
    },
  ];
}

function rule(resolver: Resolver, resource: Resource): RuleSpec[] {
  const properties = resolver.properties<{
    EventBusName?: string;
    EventPattern?: unknown;
    ScheduleExpression?: string;
    State?: string;
    Targets?: Target[];
  }>(resource);
  if (properties.State === 'DISABLED') return [];
  return [
    {
      kind: 'rule',
      logicalId: resource.logicalId,
      arn: resolver.attribute(resource, 'Arn'),
      busName: (properties.EventBusName ?? 'default').replace(/^.*event-bus\//, ''),
      ...(properties.EventPattern === undefined ? {} : { pattern: properties.EventPattern }),
      ...(properties.ScheduleExpression ? { schedule: properties.ScheduleExpression } : {}),
      targets: (properties.Targets ?? []).map((target) => targetOf(resource, target)),
    },
  ];
}

function schedule(resolver: Resolver, resource: Resource): RuleSpec[] {
  const properties = resolver.properties<{
    ScheduleExpression: string;
    ScheduleExpressionTimezone?: string;
    State?: string;
    Target: Target;
  }>(resource);
  if (!/^(Etc\/)?UTC$/.test(properties.ScheduleExpressionTimezone ?? 'UTC')) {
    throw new StartError(
      `${resource.logicalId} runs in a time zone other than UTC, which is not known here.`,
    );
  }
  if (properties.State === 'DISABLED') return [];
  return [
    {
      kind: 'scheduler',
      logicalId: resource.logicalId,
      arn: resolver.attribute(resource, 'Arn'),
      busName: 'default',
      schedule: properties.ScheduleExpression,
      targets: [targetOf(resource, properties.Target)],
    },
  ];
}
