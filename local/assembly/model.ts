import { StartError } from '../errors.ts';
import type { FunctionSpec } from '../types.ts';
import { accessModel } from './access.ts';
import { httpApis, webSocketApis } from './apis.ts';
import { eventModel, retryOf } from './deliveries.ts';
import type { Resolver, Resource } from './intrinsics.ts';
import type { Stack } from './read.ts';
import type { CloudModel, LocalResource, RetrySpec, StreamViewType, TableSpec } from './specs.ts';

interface FunctionProperties {
  Code: { S3Key?: string };
  Handler: string;
  Runtime: string;
  Role: string;
  Timeout?: number;
  MemorySize?: number;
  Environment?: { Variables?: Record<string, unknown> };
  ReservedConcurrentExecutions?: number;
  DeadLetterConfig?: { TargetArn?: string };
}

interface TableProperties {
  AttributeDefinitions: TableSpec['attributes'];
  KeySchema: TableSpec['keySchema'];
  GlobalSecondaryIndexes?: TableSpec['globalIndexes'];
  LocalSecondaryIndexes?: TableSpec['localIndexes'];
  StreamSpecification?: { StreamViewType: StreamViewType };
  TimeToLiveSpecification?: { AttributeName?: string; Enabled: boolean };
  Replicas?: readonly { Region: string }[];
}

/** Reads resources of one type; the other readers of this folder share it. */
export type OfType = (...types: readonly string[]) => readonly Resource[];

/**
 * Turns the resources of an assembly into what the services of the local cloud run.
 * `hosts` maps the host name that an API would have on AWS to the URL and host it has here, for templates that
 * spell the URL out (CDK's `stage.url` and `callbackUrl` do).
 */
export function buildModel(
  stacks: readonly Stack[],
  resolver: Resolver,
  hosts: ReadonlyMap<string, { readonly secure: boolean; readonly host: string }>,
): CloudModel {
  const ofType: OfType = (...types) => resolver.resources.filter(({ type }) => types.includes(type));
  const localize = (text: string): string => {
    let local = text;
    for (const [name, { secure, host }] of hosts) {
      if (!secure) local = local.replaceAll(`https://${name}`, `http://${host}`);
      local = local.replaceAll(name, host);
    }
    return local;
  };
  const outputs = stacks.map((stack) => {
    const resolved = Object.entries(resolver.outputs(stack)).map(([key, value]) => [key, localize(value)]);
    return [stack.name, Object.fromEntries(resolved)] as const;
  });
  const resources = resolver.resources.map((resource): [string, LocalResource] => [
    resource.logicalId,
    { stack: resource.stack.name, type: resource.type, physicalId: resolver.ref(resource) },
  ]);
  const functions = ofType('AWS::Lambda::Function').map((resource) =>
    functionSpec(resolver, resource, localize),
  );
  return {
    region: stacks[0]?.region ?? 'us-east-1',
    account: stacks[0]?.account ?? '000000000000',
    functions,
    invokeConfigs: invokeConfigs(resolver, ofType),
    webSocketApis: webSocketApis(resolver, ofType),
    httpApis: httpApis(resolver, ofType),
    tables: ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((resource) =>
      tableSpec(resolver, resource),
    ),
    ...eventModel(resolver, ofType),
    ...accessModel(resolver, ofType),
    outputs: Object.fromEntries(outputs),
    resources: Object.fromEntries(resources),
  };
}

function functionSpec(
  resolver: Resolver,
  resource: Resource,
  localize: (text: string) => string,
): FunctionSpec {
  const properties = resolver.properties<FunctionProperties>(resource);
  const codeDir = resource.stack.assets.get(properties.Code.S3Key ?? '');
  if (!codeDir) throw new StartError(`The code of ${resource.logicalId} is not an asset of the assembly.`);
  const variables = Object.entries(properties.Environment?.Variables ?? {});
  const reserved = properties.ReservedConcurrentExecutions;
  return {
    logicalId: resource.logicalId,
    functionName: resolver.ref(resource),
    arn: resolver.attribute(resource, 'Arn'),
    roleArn: properties.Role,
    codeDir,
    handler: properties.Handler,
    runtime: properties.Runtime,
    // Lambda's defaults: 3 s and 128 MB.
    timeoutSeconds: properties.Timeout ?? 3,
    memoryMb: properties.MemorySize ?? 128,
    environment: Object.fromEntries(variables.map(([name, value]) => [name, localize(String(value))])),
    ...(reserved === undefined ? {} : { reservedConcurrency: Number(reserved) }),
  };
}

function tableSpec(resolver: Resolver, resource: Resource): TableSpec {
  const properties = resolver.properties<TableProperties>(resource);
  const abroad = properties.Replicas?.find(({ Region }) => Region !== resource.stack.region);
  if (abroad)
    throw new StartError(`${resource.logicalId} has a replica in ${abroad.Region}; one Region runs here.`);
  const { StreamSpecification: stream, TimeToLiveSpecification: ttl } = properties;
  return {
    logicalId: resource.logicalId,
    tableName: resolver.ref(resource),
    arn: resolver.attribute(resource, 'Arn'),
    streamArn: resolver.attribute(resource, 'StreamArn'),
    ...(stream ? { streamViewType: stream.StreamViewType } : {}),
    attributes: properties.AttributeDefinitions,
    keySchema: properties.KeySchema,
    globalIndexes: properties.GlobalSecondaryIndexes ?? [],
    localIndexes: properties.LocalSecondaryIndexes ?? [],
    ...(ttl?.Enabled && ttl.AttributeName ? { ttlAttribute: ttl.AttributeName } : {}),
  };
}

function invokeConfigs(resolver: Resolver, ofType: OfType): ReadonlyMap<string, RetrySpec> {
  const configs = new Map<string, RetrySpec>();
  const arns = new Map<string, string>();
  for (const resource of ofType('AWS::Lambda::Function')) {
    const { DeadLetterConfig: dead } = resolver.properties<FunctionProperties>(resource);
    const arn = resolver.attribute(resource, 'Arn');
    arns.set(resolver.ref(resource), arn);
    configs.set(arn, retryOf({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 }, dead?.TargetArn));
  }
  for (const resource of ofType('AWS::Lambda::EventInvokeConfig')) {
    const properties = resolver.properties<{
      FunctionName: string;
      MaximumRetryAttempts?: number;
      MaximumEventAgeInSeconds?: number;
      DestinationConfig?: { OnFailure?: { Destination: string } };
    }>(resource);
    const arn = arns.get(properties.FunctionName) ?? properties.FunctionName;
    const before = configs.get(arn);
    const settings = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600, ...properties };
    configs.set(
      arn,
      retryOf(settings, properties.DestinationConfig?.OnFailure?.Destination ?? before?.deadLetter),
    );
  }
  return configs;
}
