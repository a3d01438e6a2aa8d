import { StartError } from '../errors.ts';
import type { Resolver } from './intrinsics.ts';
import type { OfType } from './model.ts';
import { unqualified } from './names.ts';
import type { CloudModel, PolicyStatement, RoleSpec, SourcedStatement } from './specs.ts';

interface Document {
  Statement: PolicyStatement | PolicyStatement[];
}
const statementsOf = (document: Document): PolicyStatement[] => [document.Statement].flat();

/**
 * AWS's own policies that templates attach to functions. They grant only logs and traces, which do not come
 * through the front door; any other one is refused, since its text is not in the assembly.
 */
const harmless =
  /:iam::aws:policy\/(service-role\/(AWSLambdaBasicExecutionRole|AmazonAPIGatewayPushToCloudWatchLogs)|AWSXray?DaemonWriteAccess|AWSX[Rr]ayWriteOnlyAccess)$/;

/** Roles with their identity policies, and all resource policies. */
export function accessModel(
  resolver: Resolver,
  ofType: OfType,
): Pick<CloudModel, 'roles' | 'resourcePolicies'> {
  const attached = ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').map((resource) => ({
    source: resource.logicalId,
    ref: resolver.ref(resource),
    ...resolver.properties<{ PolicyDocument: Document; Roles?: string[] }>(resource),
  }));
  const roles = ofType('AWS::IAM::Role').map((resource): RoleSpec => {
    const properties = resolver.properties<{
      AssumeRolePolicyDocument: Document;
      Policies?: { PolicyDocument: Document }[];
      ManagedPolicyArns?: string[];
    }>(resource);
    const name = resolver.ref(resource);
    const managed = properties.ManagedPolicyArns ?? [];
    const foreign = managed.find((arn) => !harmless.test(arn) && !attached.some(({ ref }) => ref === arn));
    if (foreign) {
      throw new StartError(
        `${resource.logicalId} uses the policy ${foreign}, whose text is not in the assembly.`,
      );
    }
    const own = (properties.Policies ?? []).map((policy) => ({ source: resource.logicalId, ...policy }));
    const others = attached.filter(({ Roles, ref }) => Roles?.includes(name) || managed.includes(ref));
    return {
      logicalId: resource.logicalId,
      name,
      arn: resolver.attribute(resource, 'Arn'),
      trust: statementsOf(properties.AssumeRolePolicyDocument),
      statements: [...own, ...others].flatMap(({ source, PolicyDocument }) =>
        statementsOf(PolicyDocument).map((statement) => ({ source, statement })),
      ),
    };
  });
  return { roles, resourcePolicies: [...permissions(resolver, ofType), ...documents(resolver, ofType)] };
}

/** AWS::Lambda::Permission as the statement that Lambda adds to the function's policy for it. */
function permissions(resolver: Resolver, ofType: OfType): SourcedStatement[] {
  const arns = new Map<string, string>();
  for (const resource of ofType('AWS::Lambda::Function')) {
    arns.set(resolver.ref(resource), resolver.attribute(resource, 'Arn'));
  }
  return ofType('AWS::Lambda::Permission').map((resource) => {
    const properties = resolver.properties<{
      Action: string;
      FunctionName: string;
      Principal: string;
      SourceArn?: string;
      SourceAccount?: string;
    }>(resource);
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = properties;
    return {
      source: resource.logicalId,
      statement: {
        Effect: 'Allow',
        Action,
        Resource: arns.get(FunctionName) ?? unqualified(FunctionName),
        Principal: { Service: Principal },
        Condition: {
          ...(SourceArn ? { ArnLike: { 'aws:SourceArn': SourceArn } } : {}),
          ...(SourceAccount ? { StringEquals: { 'aws:SourceAccount': SourceAccount } } : {}),
        },
      },
    };
  });
}

function documents(resolver: Resolver, ofType: OfType): SourcedStatement[] {
  const keys = ofType('AWS::KMS::Key').flatMap((resource) => {
    const { KeyPolicy } = resolver.properties<{ KeyPolicy: Document }>(resource);
    const Resource = resolver.attribute(resource, 'Arn');
    // In a key policy, "*" means this key.
    return statementsOf(KeyPolicy).map((statement) => ({
      source: resource.logicalId,
      statement: { ...statement, Resource },
    }));
  });
  const queues = ofType('AWS::SQS::QueuePolicy').flatMap((resource) => {
    const { PolicyDocument } = resolver.properties<{ PolicyDocument: Document }>(resource);
    return statementsOf(PolicyDocument).map((statement) => ({ source: resource.logicalId, statement }));
  });
  return [...keys, ...queues];
}
