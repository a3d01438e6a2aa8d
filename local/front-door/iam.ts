import type { CloudModel, PolicyStatement, RoleSpec, SourcedStatement } from '../assembly/specs.ts';
import { StartError } from '../errors.ts';
import { type Context, checkConditions, conditionsHold } from './conditions.ts';
import { wildcard } from './wildcard.ts';

/** One thing that a request needs to be allowed: `service:Action` on an ARN. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

/** An action of an Allow statement, for the report of grants that nothing used. */
export interface Grant {
  readonly role: string;
  /** Logical id of the policy. */
  readonly source: string;
  readonly action: string;
  readonly resources: readonly string[];
}

/** `account` is the delegation of a resource policy to the account's own (identity) policies. */
type Verdict = 'deny' | 'allow' | 'account' | 'none';

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? []);

/** Services whose calls do not come through the front door, so that use of their grants cannot be seen. */
const unseen = /^(logs|xray|cloudwatch):/i;

/**
 * Evaluates the synthesized policies as IAM does within one account: an explicit deny wins; else an identity policy
 * or a resource policy must allow; a KMS key's policy must allow too, or leave it to the account
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html).
 */
export class Iam {
  readonly #roles: ReadonlyMap<string, RoleSpec>;
  readonly #resourcePolicies: readonly SourcedStatement[];
  readonly #account: string;
  readonly #common: Context;
  readonly #used = new Map<PolicyStatement, Set<string>>();

  constructor(model: Pick<CloudModel, 'roles' | 'resourcePolicies' | 'account' | 'region'>) {
    this.#roles = new Map(model.roles.map((role) => [role.arn, role]));
    this.#resourcePolicies = model.resourcePolicies;
    this.#account = model.account;
    this.#common = {
      'aws:SecureTransport': ['true'],
      'aws:RequestedRegion': [model.region],
      'aws:ResourceAccount': [model.account],
    };
    for (const role of model.roles) {
      const trust = role.trust.map((statement) => ({ source: role.logicalId, statement }));
      for (const sourced of [...role.statements, ...trust]) this.#check(sourced);
    }
    for (const sourced of model.resourcePolicies) this.#check(sourced);
  }

  /** Refuses to start when `service` may not assume the role. */
  checkTrust(roleArn: string, service: string, user: string): void {
    const role = this.#roles.get(roleArn);
    if (!role) throw new StartError(`${user} has the role ${roleArn}, which is not in the assembly.`);
    const trusted = role.trust.some(
      ({ Effect, Principal }) => Effect === 'Allow' && principalIs(Principal, 'Service', service),
    );
    if (!trusted)
      throw new StartError(`${user} cannot assume ${role.logicalId}: it does not trust ${service}.`);
  }

  /** @returns undefined when allowed, else AWS's sentence that names caller, action and resource. */
  denial(roleArn: string, session: string, access: Access): string | undefined {
    const role = this.#roles.get(roleArn);
    const context = {
      ...this.#common,
      'aws:PrincipalArn': [roleArn],
      'aws:PrincipalAccount': [this.#account],
      'kms:CallerAccount': [this.#account],
      ...access.context,
    };
    const identity = this.#verdict(role?.statements ?? [], access, context);
    const resource = this.#resourceVerdict(access, context, 'AWS', [roleArn, role?.name ?? '']);
    const keyAllows = !access.action.startsWith('kms:') || resource === 'account' || resource === 'allow';
    const allowed = resource === 'allow' || (identity === 'allow' && keyAllows);
    if (allowed && identity !== 'deny' && resource !== 'deny') return undefined;
    const user = `arn:aws:sts::${this.#account}:assumed-role/${role?.name ?? roleArn}/${session}`;
    const why =
      identity === 'deny' || resource === 'deny'
        ? 'with an explicit deny'
        : identity === 'allow'
          ? `because no resource-based policy allows the ${access.action} action`
          : `because no identity-based policy allows the ${access.action} action`;
    return `User: ${user} is not authorized to perform: ${access.action} on resource: ${access.resource} ${why}`;
  }

  /** Whether a service (`events.amazonaws.com`) may do this by the resource's own policy; `source` is the caller's ARN. */
  serviceMay(service: string, source: string, access: Access): boolean {
    const context = {
      ...this.#common,
      'aws:SourceArn': [source],
      'aws:SourceAccount': [this.#account],
      ...access.context,
    };
    return this.#resourceVerdict(access, context, 'Service', [service]) === 'allow';
  }

  /** Grants of identity policies that no request has needed so far. */
  unusedGrants(): readonly Grant[] {
    return [...this.#roles.values()].flatMap((role) =>
      role.statements
        .filter(({ statement }) => statement.Effect === 'Allow')
        .flatMap(({ source, statement }) =>
          list(statement.Action)
            .filter((action) => !unseen.test(action) && !this.#used.get(statement)?.has(action))
            .map((action) => ({ role: role.logicalId, source, action, resources: list(statement.Resource) })),
        ),
    );
  }

  #check(sourced: SourcedStatement): void {
    checkConditions(sourced);
    const { statement, source } = sourced;
    const variable = [...list(statement.Resource), ...list(statement.NotResource)].find((arn) =>
      arn.includes('${'),
    );
    if (variable)
      throw new StartError(`${source} has the policy variable ${variable}, which is not known here.`);
  }

  #resourceVerdict(
    access: Access,
    context: Context,
    kind: 'AWS' | 'Service',
    names: readonly string[],
  ): Verdict {
    const applies = this.#resourcePolicies.filter(({ statement: { Principal } }) =>
      names.some((name) => principalIs(Principal, kind, name)),
    );
    const direct = this.#verdict(applies, access, context);
    if (direct !== 'none' || kind === 'Service') return direct;
    const root = `arn:aws:iam::${this.#account}:root`;
    const delegating = this.#resourcePolicies.filter(({ statement: { Principal } }) =>
      [root, this.#account].some((name) => principalIs(Principal, 'AWS', name)),
    );
    const verdict = this.#verdict(delegating, access, context);
    return verdict === 'allow' ? 'account' : verdict;
  }

  #verdict(statements: readonly SourcedStatement[], access: Access, context: Context): Verdict {
    let verdict: Verdict = 'none';
    for (const { statement } of statements) {
      const matched = matchedAction(statement, access.action);
      if (matched === undefined || !covers(statement, access.resource)) continue;
      if (!conditionsHold(statement.Condition, context)) continue;
      if (statement.Effect === 'Deny') return 'deny';
      verdict = 'allow';
      const used = this.#used.get(statement) ?? new Set();
      this.#used.set(statement, used.add(matched));
    }
    return verdict;
  }
}

function principalIs(
  principal: PolicyStatement['Principal'],
  kind: 'AWS' | 'Service',
  name: string,
): boolean {
  if (principal === '*') return true;
  const names = list(principal?.[kind]);
  return names.includes(name) || names.includes('*');
}

/** The action pattern of the statement that matches; actions are compared without case. */
function matchedAction(statement: PolicyStatement, action: string): string | undefined {
  if (statement.NotAction) {
    return list(statement.NotAction).some((pattern) => wildcard(pattern, 'i').test(action)) ? undefined : '*';
  }
  return list(statement.Action).find((pattern) => wildcard(pattern, 'i').test(action));
}

function covers(statement: PolicyStatement, resource: string): boolean {
  if (statement.NotResource) {
    return !list(statement.NotResource).some((pattern) => wildcard(pattern).test(resource));
  }
  return list(statement.Resource).some((pattern) => wildcard(pattern).test(resource));
}
