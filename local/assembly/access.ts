import { StartError } from '../errors.ts';
import type { Resolver } from './intrinsics.ts';

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

interface Document {
  readonly Statement: PolicyStatement | PolicyStatement[];
}

const sourced = (source: string, { Statement }: Document): SourcedStatement[] =>
  [Statement].flat().map((statement) => ({ source, statement }));

/**
 * AWS's own policies that templates attach to functions. They grant only logs and traces, which do not come
 * through the front door; any other one is refused, since its text is not in the assembly.
 */
const harmless =
  /:iam::aws:policy\/(service-role\/(AWSLambdaBasicExecutionRole|AmazonAPIGatewayPushToCloudWatchLogs)|AWSX[Rr]ay\w+Access)$/;

/** Roles with their identity policies, and all resource policies. */
export function accessModel(resolver: Resolver): Pick<AccessModel, 'roles' | 'resourcePolicies'> {
  const attached = resolver.all<{ PolicyDocument: Document; Roles?: string[] }>(
    'AWS::IAM::Policy',
    'AWS::IAM::ManagedPolicy',
  );
  const roles = resolver.all<{
    AssumeRolePolicyDocument: Document;
    Policies?: { PolicyDocument: Document }[];
    ManagedPolicyArns?: string[];
  }>('AWS::IAM::Role');
  return {
    roles: roles.map(({ logicalId, name, arn, properties }) => {
      const { AssumeRolePolicyDocument, Policies = [], ManagedPolicyArns: managed = [] } = properties;
      const foreign = managed.find(
        (used) => !harmless.test(used) && !attached.some(({ ref }) => ref === used),
      );
      if (foreign)
        throw new StartError(`${logicalId} uses the policy ${foreign}, whose text is not in the assembly.`);
      const others = attached.filter(
        ({ properties: { Roles }, ref }) => Roles?.includes(name) || managed.includes(ref),
      );
      return {
        logicalId,
        name,
        arn,
        trust: sourced(logicalId, AssumeRolePolicyDocument),
        statements: [
          ...Policies.flatMap(({ PolicyDocument }) => sourced(logicalId, PolicyDocument)),
          ...others.flatMap((policy) => sourced(policy.logicalId, policy.properties.PolicyDocument)),
        ],
      };
    }),
    resourcePolicies: [...permissions(resolver), ...documents(resolver)],
  };
}

/** AWS::Lambda::Permission as the statement that Lambda adds to the function's policy for it. */
function permissions(resolver: Resolver): SourcedStatement[] {
  const functions = resolver.all('AWS::Lambda::Function');
  return resolver
    .all<Record<'Action' | 'FunctionName' | 'Principal' | 'SourceArn' | 'SourceAccount', string>>(
      'AWS::Lambda::Permission',
    )
    .map(({ logicalId, properties: { Action, FunctionName, Principal, SourceArn, SourceAccount } }) => ({
      source: logicalId,
      statement: {
        Effect: 'Allow',
        Action,
        Resource: functions.find(({ name }) => name === FunctionName)?.arn ?? FunctionName,
        Principal: { Service: Principal },
        Condition: {
          ...(SourceArn ? { ArnLike: { 'aws:SourceArn': SourceArn } } : {}),
          ...(SourceAccount ? { StringEquals: { 'aws:SourceAccount': SourceAccount } } : {}),
        },
      },
    }));
}

function documents(resolver: Resolver): SourcedStatement[] {
  const keys = resolver
    .all<{ KeyPolicy: Document }>('AWS::KMS::Key')
    // In a key policy, "*" means this key.
    .flatMap(({ logicalId, arn, properties }) =>
      sourced(logicalId, properties.KeyPolicy).map(({ source, statement }) => ({
        source,
        statement: { ...statement, Resource: arn },
      })),
    );
  const queues = resolver
    .all<{ PolicyDocument: Document }>('AWS::SQS::QueuePolicy')
    .flatMap(({ logicalId, properties }) => sourced(logicalId, properties.PolicyDocument));
  return [...keys, ...queues];
}
