import type { AccessModel, PolicyStatement, SourcedStatement } from '../assembly/access.ts';
import { StartError } from '../errors.ts';
import { type Context, checkStatement, conditionsHold, wildcard } from './conditions.ts';

/** A permission that a request needs: `service:Action` on an ARN. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

/** One action of an Allow statement of a role; role and policy by their logical ids. */
export interface Grant {
  readonly role: string;
  readonly source: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly statement: PolicyStatement;
}

const list = (value: string | readonly string[] = []): readonly string[] => [value].flat();
/** Actions are compared without case. */
const covers = (pattern: string, action: string): boolean => wildcard(pattern, 'i').test(action);
const isFor =
  (kind: 'AWS' | 'Service', name: string) =>
  ({ statement: { Principal } }: SourcedStatement): boolean =>
    (Principal === '*' ? ['*'] : list(Principal?.[kind])).some((one) => one === '*' || one === name);
/** Services that are not called through the front door, so the use of their grants is unknown. */
const notObserved = /^(logs|xray|cloudwatch):/i;

/**
 * Evaluates the synthesized policies as IAM does within one account: an explicit deny wins; else an identity policy
 * or a resource policy must allow; a KMS key's policy must allow too, or leave it to the account
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html).
 */
export class Iam {
  readonly #model: AccessModel;
  readonly #grants: Grant[] = [];
  readonly #unused = new Set<Grant>();

  constructor(model: AccessModel) {
    this.#model = model;
    for (const policy of model.resourcePolicies) checkStatement(policy);
    for (const { logicalId: role, statements, trust } of model.roles) {
      for (const policy of [...statements, ...trust]) checkStatement(policy);
      for (const { source, statement } of statements.filter((one) => one.statement.Effect === 'Allow')) {
        const resources = list(statement.Resource);
        for (const action of list(statement.Action)) {
          if (!notObserved.test(action)) this.#grants.push({ role, source, action, resources, statement });
        }
      }
    }
    for (const grant of this.#grants) this.#unused.add(grant);
  }

  /** @throws StartError when `service` may not assume the role. */
  checkTrust(roleArn: string, service: string, user: string): void {
    const { roles, account } = this.#model;
    const role = roles.find(({ arn }) => arn === roleArn);
    if (!role) throw new StartError(`${user} has the role ${roleArn}, which is not in the assembly.`);
    const trust = role.trust.filter(isFor('Service', service));
    const access = { action: 'sts:AssumeRole', resource: roleArn };
    if (this.#verdict(trust, access, { 'aws:SourceAccount': [account] }) !== 'allow') {
      throw new StartError(`${user} cannot assume ${role.logicalId}: it does not trust ${service}.`);
    }
  }

  /** @returns undefined when allowed, else AWS's message, with caller, action and resource. */
  denial(roleArn: string, session: string, access: Access): string | undefined {
    const { account, roles, resourcePolicies } = this.#model;
    const { action, resource } = access;
    const role = roles.find(({ arn }) => arn === roleArn);
    const [identity, direct, delegated] = [
      role?.statements ?? [],
      resourcePolicies.filter(isFor('AWS', roleArn)),
      resourcePolicies.filter(isFor('AWS', `arn:aws:iam::${account}:root`)),
    ].map((statements) =>
      this.#verdict(statements, access, {
        'aws:PrincipalArn': [roleArn],
        'aws:PrincipalAccount': [account],
        'kms:CallerAccount': [account],
      }),
    );
    const denied = [identity, direct, delegated].includes('deny');
    const byIdentity = identity === 'allow' && (delegated === 'allow' || !action.startsWith('kms:'));
    if (!denied && (direct === 'allow' || byIdentity)) return undefined;
    const kind = identity === 'allow' ? 'resource' : 'identity';
    const why = denied
      ? 'with an explicit deny'
      : `because no ${kind}-based policy allows the ${action} action`;
    const user = `arn:aws:sts::${account}:assumed-role/${role?.name ?? roleArn}/${session}`;
    return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  }

  /** Whether the resource's policy allows a service (`events.amazonaws.com`) to do this; `source` is the caller's ARN. */
  serviceMay(service: string, source: string, access: Access): boolean {
    const { account, resourcePolicies } = this.#model;
    const context = { 'aws:SourceArn': [source], 'aws:SourceAccount': [account] };
    return this.#verdict(resourcePolicies.filter(isFor('Service', service)), access, context) === 'allow';
  }

  /** All grants of identity policies whose use can be observed. */
  grants(): readonly Grant[] {
    return this.#grants;
  }

  /** Grants of identity policies that no call has needed so far. */
  unusedGrants(): readonly Grant[] {
    return [...this.#unused];
  }

  #verdict(policies: readonly SourcedStatement[], access: Access, more: Context): 'deny' | 'allow' | 'none' {
    const { region, account } = this.#model;
    const context = {
      'aws:SecureTransport': ['true'],
      'aws:RequestedRegion': [region],
      'aws:ResourceAccount': [account],
      ...more,
      ...access.context,
    };
    let verdict: 'allow' | 'none' = 'none';
    for (const { statement } of policies) {
      if (!list(statement.Action).some((pattern) => covers(pattern, access.action))) continue;
      // A trust policy has no resource: it applies to its role.
      const resources = list(statement.Resource ?? '*');
      if (!resources.some((pattern) => wildcard(pattern).test(access.resource))) continue;
      if (!conditionsHold(statement.Condition, context)) continue;
      if (statement.Effect === 'Deny') return 'deny';
      verdict = 'allow';
      for (const grant of this.#unused) {
        if (grant.statement === statement && covers(grant.action, access.action)) this.#unused.delete(grant);
      }
    }
    return verdict;
  }
}
