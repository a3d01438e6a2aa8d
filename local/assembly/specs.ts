import type { FunctionSpec, HttpApiSpec, WebSocketApiSpec } from '../types.ts';

/** An IAM policy statement as templates write it, intrinsics resolved. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A statement and the logical id of the policy, role, permission or key that it stands in. */
export interface SourcedStatement {
  readonly source: string;
  readonly statement: PolicyStatement;
}

export interface RoleSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly trust: readonly PolicyStatement[];
  readonly statements: readonly SourcedStatement[];
}

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

export interface IndexSpec {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: {
    readonly ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
    readonly NonKeyAttributes?: readonly string[];
  };
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export interface TableSpec {
  readonly logicalId: string;
  readonly tableName: string;
  readonly arn: string;
  readonly streamArn: string;
  readonly streamViewType?: StreamViewType;
  readonly attributes: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[];
  readonly keySchema: readonly KeyElement[];
  readonly globalIndexes: readonly IndexSpec[];
  readonly localIndexes: readonly IndexSpec[];
  readonly ttlAttribute?: string;
}

/** AWS::Lambda::EventSourceMapping of a DynamoDB stream; times in seconds, -1 and absence mean no limit. */
export interface MappingSpec {
  readonly logicalId: string;
  readonly id: string;
  readonly streamArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly bisect: boolean;
  readonly reportFailures: boolean;
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeSeconds: number;
  readonly parallelization: number;
  readonly filters: readonly string[];
  readonly onFailure?: string;
}

export interface TargetSpec {
  readonly arn: string;
  readonly input?: string;
  readonly inputPath?: string;
  readonly roleArn?: string;
  readonly retry: RetrySpec;
}

/** How asynchronous deliveries are tried again. */
export interface RetrySpec {
  readonly maximumRetryAttempts: number;
  readonly maximumAgeSeconds: number;
  /** ARN of the queue for what could not be delivered. */
  readonly deadLetter?: string;
}

/** AWS::Events::Rule, or AWS::Scheduler::Schedule when `kind` is `scheduler`. */
export interface RuleSpec {
  readonly kind: 'rule' | 'scheduler';
  readonly logicalId: string;
  readonly arn: string;
  readonly busName: string;
  readonly pattern?: unknown;
  readonly schedule?: string;
  readonly targets: readonly TargetSpec[];
}

export interface QueueSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilitySeconds: number;
}

export interface KeySpec {
  readonly logicalId: string;
  readonly keyId: string;
  readonly arn: string;
}

/** One resource of the assembly as it exists here. */
export interface LocalResource {
  readonly stack: string;
  readonly type: string;
  /** What `Ref` yields: a table's name, a function's name, a queue's URL. */
  readonly physicalId: string;
}

/** Everything that an assembly asks for. */
export interface CloudModel {
  readonly region: string;
  readonly account: string;
  readonly functions: readonly FunctionSpec[];
  /** By function ARN: AWS::Lambda::EventInvokeConfig and dead-letter queue. */
  readonly invokeConfigs: ReadonlyMap<string, RetrySpec>;
  readonly webSocketApis: readonly WebSocketApiSpec[];
  readonly httpApis: readonly HttpApiSpec[];
  readonly tables: readonly TableSpec[];
  readonly mappings: readonly MappingSpec[];
  readonly buses: ReadonlyMap<string, string>;
  readonly rules: readonly RuleSpec[];
  readonly queues: readonly QueueSpec[];
  readonly keys: readonly KeySpec[];
  /** Alias name -> key id. */
  readonly keyAliases: ReadonlyMap<string, string>;
  readonly roles: readonly RoleSpec[];
  /** Policies on resources, and Lambda permissions in the same form. */
  readonly resourcePolicies: readonly SourcedStatement[];
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly resources: Readonly<Record<string, LocalResource>>;
}
