import { omitUndefined } from '../../gateway/omit-undefined.ts';
import { StartError } from '../errors.ts';
import type { FunctionSpec } from '../types.ts';
import { type AccessModel, accessModel } from './access.ts';
import { type Apis, apis } from './apis.ts';
import { type BalancerSpec, balancers } from './balancers.ts';
import { STREAM_LABEL } from './catalogue.ts';
import { type ContainerServiceSpec, containerServices } from './containers.ts';
import { mapValues, type Resolved, type Resolver } from './intrinsics.ts';
import type { Stack } from './read.ts';

export interface IndexSpec {
  readonly IndexName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly Projection: {
    readonly ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
    readonly NonKeyAttributes?: readonly string[];
  };
}

export interface TableSpec {
  readonly logicalId: string;
  readonly tableName: string;
  readonly arn: string;
  readonly streamArn: string;
  /** Absent when the table has no stream. */
  readonly streamViewType?: string;
  readonly attributes: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[];
  readonly keySchema: IndexSpec['KeySchema'];
  readonly indexes: readonly IndexSpec[];
  readonly ttlAttribute?: string;
  readonly pointInTimeRecovery: boolean;
  /** The ARN of a customer managed key. */
  readonly keyArn?: string;
}

/** The resources of an assembly. The services read all others from the resolver. */
export interface CloudModel extends AccessModel, Apis {
  readonly functions: readonly FunctionSpec[];
  readonly containerServices: readonly ContainerServiceSpec[];
  readonly balancers: readonly BalancerSpec[];
  readonly tables: readonly TableSpec[];
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By logical id; `physicalId` is the value of `Ref`: a table's or function's name, a queue's URL. */
  readonly resources: Readonly<Record<string, Readonly<Record<'stack' | 'type' | 'physicalId', string>>>>;
}

/**
 * Reads the resources of an assembly. `localize` replaces the host names that APIs have on AWS by local addresses (CDK's
 * `stage.url` and `callbackUrl` contain them).
 */
export function buildModel(
  stacks: readonly Stack[],
  resolver: Resolver,
  localize: (text: string) => string,
): CloudModel {
  const functions = resolver.all<FunctionProperties>('AWS::Lambda::Function');
  const outputs = (stack: Stack) =>
    mapValues(stack.template.Outputs ?? {}, ({ Value }) => localize(String(resolver.resolve(stack, Value))));
  const resources = resolver.resources.map((resource) => {
    const { stack, type, logicalId } = resource;
    return [logicalId, { stack: stack.name, type, physicalId: resolver.ref(resource) }] as const;
  });
  return {
    region: stacks[0]?.region ?? '',
    account: stacks[0]?.account ?? '',
    functions: functions.map((resource) => {
      const aliases = resolver
        .all<{ FunctionName: string }>('AWS::Lambda::Alias')
        .filter(({ properties }) => properties.FunctionName === resource.name);
      return { ...functionSpec(resource, localize), aliases: aliases.map(({ ref }) => ref) };
    }),
    tables: resolver.all<TableProperties>('AWS::DynamoDB::Table').map(tableSpec),
    containerServices: containerServices(resolver, localize),
    balancers: balancers(resolver),
    ...apis(resolver),
    ...accessModel(resolver),
    outputs: Object.fromEntries(stacks.map((stack) => [stack.name, outputs(stack)])),
    resources: Object.fromEntries(resources),
  };
}

interface FunctionProperties extends Readonly<Record<'Handler' | 'Runtime' | 'Role', string>> {
  readonly Code: { readonly S3Key: string };
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
  readonly ReservedConcurrentExecutions?: number;
}

function functionSpec(
  { logicalId, name, arn, stack, properties }: Resolved<FunctionProperties>,
  localize: (text: string) => string,
): FunctionSpec {
  const { Code, Environment, ReservedConcurrentExecutions: reserved } = properties;
  const codeDir = stack.assets.get(Code.S3Key);
  if (!codeDir) throw new StartError(`The code of ${logicalId} is not an asset of the assembly.`);
  return {
    logicalId,
    functionName: name,
    arn,
    roleArn: properties.Role,
    codeDir,
    handler: properties.Handler,
    runtime: properties.Runtime,
    // Lambda's defaults: 3 s and 128 MB.
    timeoutSeconds: properties.Timeout ?? 3,
    memoryMb: properties.MemorySize ?? 128,
    environment: mapValues(Environment?.Variables ?? {}, (value) => localize(String(value))),
    ...omitUndefined({ reservedConcurrency: reserved }),
  };
}

interface TableProperties {
  readonly AttributeDefinitions: TableSpec['attributes'];
  readonly KeySchema: TableSpec['keySchema'];
  readonly GlobalSecondaryIndexes?: readonly IndexSpec[];
  readonly StreamSpecification?: { readonly StreamViewType: string };
  readonly TimeToLiveSpecification?: { readonly AttributeName: string; readonly Enabled: boolean };
  readonly SSESpecification?: { readonly KMSMasterKeyId?: string };
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: boolean };
}

function tableSpec({ logicalId, name, arn, properties }: Resolved<TableProperties>): TableSpec {
  const {
    GlobalSecondaryIndexes = [],
    StreamSpecification: stream,
    TimeToLiveSpecification: ttl,
    SSESpecification: { KMSMasterKeyId: keyArn } = {},
  } = properties;
  return {
    logicalId,
    tableName: name,
    arn,
    streamArn: arn + STREAM_LABEL,
    ...(stream && { streamViewType: stream.StreamViewType }),
    attributes: properties.AttributeDefinitions,
    keySchema: properties.KeySchema,
    indexes: GlobalSecondaryIndexes,
    ...omitUndefined({ keyArn }),
    ...(ttl?.Enabled && { ttlAttribute: ttl.AttributeName }),
    pointInTimeRecovery: properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true,
  };
}
