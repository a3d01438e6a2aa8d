import { StartError } from '../errors.ts';
import type { FunctionSpec, HttpApiSpec, WebSocketApiSpec } from '../types.ts';
import { type AccessModel, accessModel } from './access.ts';
import { apis } from './apis.ts';
import { STREAM_LABEL } from './catalogue.ts';
import type { Resolved, Resolver } from './intrinsics.ts';
import type { Stack } from './read.ts';

export interface IndexSpec {
  readonly IndexName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly Projection: {
    readonly ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
    readonly NonKeyAttributes?: readonly string[];
  };
}

interface TableProperties {
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: 'S' | 'N' | 'B';
  }[];
  readonly KeySchema: IndexSpec['KeySchema'];
  readonly GlobalSecondaryIndexes?: readonly IndexSpec[];
  readonly LocalSecondaryIndexes?: readonly IndexSpec[];
  readonly StreamSpecification?: { readonly StreamViewType: string };
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled: boolean };
  readonly Replicas?: readonly { readonly Region: string }[];
}

export interface TableSpec {
  readonly logicalId: string;
  readonly tableName: string;
  readonly arn: string;
  readonly streamArn: string;
  /** Absent when the table has no stream. */
  readonly streamViewType?: string;
  readonly attributes: TableProperties['AttributeDefinitions'];
  readonly keySchema: IndexSpec['KeySchema'];
  readonly indexes: readonly (IndexSpec & { readonly kind: 'Global' | 'Local' })[];
  readonly ttlAttribute?: string;
}

/** One resource of the assembly as it exists here. */
export interface LocalResource {
  readonly stack: string;
  readonly type: string;
  /** What `Ref` yields: a table's name, a function's name, a queue's URL. */
  readonly physicalId: string;
}

/** What an assembly asks for; what is not here, the services read from the resolver. */
export interface CloudModel extends AccessModel {
  readonly functions: readonly FunctionSpec[];
  readonly webSocketApis: readonly WebSocketApiSpec[];
  readonly httpApis: readonly HttpApiSpec[];
  readonly tables: readonly TableSpec[];
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly resources: Readonly<Record<string, LocalResource>>;
}

interface FunctionProperties {
  readonly Code: { readonly S3Key?: string };
  readonly Handler: string;
  readonly Runtime: string;
  readonly Role: string;
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
  readonly ReservedConcurrentExecutions?: number;
}

/**
 * Turns the resources of an assembly into what the services of the local cloud run. `localize` puts local addresses
 * into a text in place of the host names that APIs have on AWS (CDK's `stage.url` and `callbackUrl` spell them out).
 */
export function buildModel(
  stacks: readonly Stack[],
  resolver: Resolver,
  localize: (text: string) => string,
): CloudModel {
  const outputs = stacks.map((stack) => {
    const values = resolver.outputs(stack).map(([key, value]) => [key, localize(value)] as const);
    return [stack.name, Object.fromEntries(values)] as const;
  });
  const resources = resolver.resources.map((resource) => {
    const { stack, type, logicalId } = resource;
    return [logicalId, { stack: stack.name, type, physicalId: resolver.ref(resource) }] as const;
  });
  return {
    region: stacks[0]?.region ?? '',
    account: stacks[0]?.account ?? '',
    functions: resolver
      .all<FunctionProperties>('AWS::Lambda::Function')
      .map((resource) => functionSpec(resource, localize)),
    tables: resolver
      .all<TableProperties>('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')
      .map(tableSpec),
    ...apis(resolver),
    ...accessModel(resolver),
    outputs: Object.fromEntries(outputs),
    resources: Object.fromEntries(resources),
  };
}

function functionSpec(
  { logicalId, name, arn, stack, properties }: Resolved<FunctionProperties>,
  localize: (text: string) => string,
): FunctionSpec {
  const codeDir = stack.assets.get(properties.Code.S3Key ?? '');
  if (!codeDir) throw new StartError(`The code of ${logicalId} is not an asset of the assembly.`);
  const variables = Object.entries(properties.Environment?.Variables ?? {});
  const reserved = properties.ReservedConcurrentExecutions;
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
    environment: Object.fromEntries(variables.map(([key, value]) => [key, localize(String(value))])),
    ...(reserved === undefined ? {} : { reservedConcurrency: Number(reserved) }),
  };
}

function tableSpec({ logicalId, name, arn, stack, properties }: Resolved<TableProperties>): TableSpec {
  const abroad = properties.Replicas?.find(({ Region }) => Region !== stack.region);
  if (abroad) throw new StartError(`${logicalId} has a replica in ${abroad.Region}; one Region runs here.`);
  const { StreamSpecification: stream, TimeToLiveSpecification: ttl } = properties;
  return {
    logicalId,
    tableName: name,
    arn,
    streamArn: arn + STREAM_LABEL,
    ...(stream ? { streamViewType: stream.StreamViewType } : {}),
    attributes: properties.AttributeDefinitions,
    keySchema: properties.KeySchema,
    indexes: [
      ...(properties.GlobalSecondaryIndexes ?? []).map((index) => ({ ...index, kind: 'Global' as const })),
      ...(properties.LocalSecondaryIndexes ?? []).map((index) => ({ ...index, kind: 'Local' as const })),
    ],
    ...(ttl?.Enabled && ttl.AttributeName ? { ttlAttribute: ttl.AttributeName } : {}),
  };
}
