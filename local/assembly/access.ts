import type { Resolved, Resolver } from './intrinsics.ts';

/** An IAM policy statement as templates write it, intrinsics resolved. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A statement and the logical id of the policy, role, permission or key that contains it. */
export interface SourcedStatement {
  readonly source: string;
  readonly statement: PolicyStatement;
}

export interface RoleSpec extends Pick<Resolved<unknown>, 'logicalId' | 'name' | 'arn'> {
  readonly trust: readonly SourcedStatement[];
  readonly statements: readonly SourcedStatement[];
}

export interface AccessModel {
  readonly region: string;
  readonly account: string;
  readonly roles: readonly RoleSpec[];
  /** Policies of resources, and Lambda permissions in the same form. */
  readonly resourcePolicies: readonly SourcedStatement[];
}

type Document = Readonly<Record<'Statement', PolicyStatement | PolicyStatement[]>>;
type Policy = Readonly<Record<'PolicyDocument', Document>>;

/** Roles with their identity policies, and all resource policies. */
export function accessModel(resolver: Resolver): Pick<AccessModel, 'roles' | 'resourcePolicies'> {
  const roles = resolver.all<{ AssumeRolePolicyDocument: Document; Policies?: Policy[] }>('AWS::IAM::Role');
  const policies = resolver.all<Policy & { Roles: string[] }>('AWS::IAM::Policy');
  const ofResources = ['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy'];
  const keys = resolver.all<{ KeyPolicy: Document }>('AWS::KMS::Key');
  return {
    roles: roles.map(({ logicalId, name, arn, properties: { AssumeRolePolicyDocument, Policies = [] } }) => ({
      logicalId,
      name,
      arn,
      trust: sourced(logicalId, AssumeRolePolicyDocument),
      statements: [
        ...Policies.flatMap((inline) => sourced(logicalId, inline.PolicyDocument)),
        ...policies
          .filter(({ properties }) => properties.Roles.includes(name))
          .flatMap((policy) => sourced(policy.logicalId, policy.properties.PolicyDocument)),
      ],
    })),
    resourcePolicies: [
      ...ofResources
        .flatMap((type) => resolver.all<Policy>(type))
        .flatMap((policy) => sourced(policy.logicalId, policy.properties.PolicyDocument)),
      // In a key's policy, the resource "*" means this key.
      ...keys.flatMap((key) => sourced(key.logicalId, key.properties.KeyPolicy, { Resource: key.arn })),
      ...resolver.all<Permission>('AWS::Lambda::Permission').map(permissionStatement),
    ],
  };
}

const sourced = (source: string, { Statement }: Document, more = {}): SourcedStatement[] =>
  [Statement].flat().map((statement) => ({ source, statement: { ...statement, ...more } }));

type Permission = Readonly<Record<'Action' | 'FunctionName' | 'Principal' | 'SourceArn', string>>;

/** AWS::Lambda::Permission as the statement that Lambda adds to the function's policy for it. */
function permissionStatement({ logicalId, properties }: Resolved<Permission>): SourcedStatement {
  const { Action, FunctionName: name, Principal, SourceArn } = properties;
  const Resource = name.startsWith('arn:') ? name : `arn:aws:lambda:*:function:${name}`;
  const Condition = SourceArn ? { ArnLike: { 'aws:SourceArn': SourceArn } } : {};
  const statement = {
    Effect: 'Allow',
    Action,
    Resource,
    Principal: { Service: Principal },
    Condition,
  } as const;
  return { source: logicalId, statement };
}
