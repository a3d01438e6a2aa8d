import type { AccessModel, PolicyStatement, RoleSpec, SourcedStatement } from '../assembly/access.ts';
import { StartError } from '../errors.ts';
import { type Context, checkStatement, conditionsHold } from './conditions.ts';
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
  readonly #model: AccessModel;
  readonly #roles: ReadonlyMap<string, RoleSpec>;
  readonly #used = new Map<PolicyStatement, Set<string>>();

  constructor(model: AccessModel) {
    this.#model = model;
    this.#roles = new Map(model.roles.map((role) => [role.arn, role]));
    const all = model.roles.flatMap(({ statements, trust }) => [...statements, ...trust]);
    for (const sourced of [...all, ...model.resourcePolicies]) checkStatement(sourced);
  }

  /** Refuses to start when `service` may not assume the role. */
  checkTrust(roleArn: string, service: string, user: string): void {
    const role = this.#roles.get(roleArn);
    if (!role) throw new StartError(`${user} has the role ${roleArn}, which is not in the assembly.`);
    if (
      !role.trust.some(
        ({ statement }) => statement.Effect === 'Allow' && isFor(statement, 'Service', service),
      )
    ) {
      throw new StartError(`${user} cannot assume ${role.logicalId}: it does not trust ${service}.`);
    }
  }

  /** @returns undefined when allowed, else AWS's sentence that names caller, action and resource. */
  denial(roleArn: string, session: string, access: Access): string | undefined {
    const { account } = this.#model;
    const role = this.#roles.get(roleArn);
    const principal = {
      'aws:PrincipalArn': [roleArn],
      'aws:PrincipalAccount': [account],
      'kms:CallerAccount': [account],
    };
    const identity = this.#verdict(role?.statements ?? [], access, principal);
    const resource = this.#resourceVerdict(access, principal, 'AWS', roleArn);
    const denied = identity === 'deny' || resource === 'deny';
    const byAccount = identity === 'allow' && (resource === 'account' || !access.action.startsWith('kms:'));
    if (!denied && (resource === 'allow' || byAccount)) return undefined;
    const kind = identity === 'allow' ? 'resource' : 'identity';
    const why = denied
      ? 'with an explicit deny'
      : `because no ${kind}-based policy allows the ${access.action} action`;
    const user = `arn:aws:sts::${account}:assumed-role/${role?.name ?? roleArn}/${session}`;
    return `User: ${user} is not authorized to perform: ${access.action} on resource: ${access.resource} ${why}`;
  }

  /** Whether a service (`events.amazonaws.com`) may do this by the resource's own policy; `source` is the caller's ARN. */
  serviceMay(service: string, source: string, access: Access): boolean {
    const context = { 'aws:SourceArn': [source], 'aws:SourceAccount': [this.#model.account] };
    return this.#resourceVerdict(access, context, 'Service', service) === 'allow';
  }

  /** Grants of identity policies that no request has needed so far. */
  unusedGrants(): readonly Grant[] {
    return this.#model.roles.flatMap(({ logicalId: role, statements }) =>
      statements.flatMap(({ source, statement }) =>
        list(statement.Effect === 'Allow' ? statement.Action : [])
          .filter((action) => !unseen.test(action) && !this.#used.get(statement)?.has(action))
          .map((action) => ({ role, source, action, resources: list(statement.Resource) })),
      ),
    );
  }

  #resourceVerdict(access: Access, context: Context, kind: 'AWS' | 'Service', name: string): Verdict {
    const { account, resourcePolicies } = this.#model;
    const of = (principal: string) =>
      resourcePolicies.filter(({ statement }) => isFor(statement, kind, principal));
    const direct = this.#verdict(of(name), access, context);
    if (direct !== 'none' || kind === 'Service') return direct;
    const delegated = this.#verdict(of(`arn:aws:iam::${account}:root`), access, context);
    return delegated === 'allow' ? 'account' : delegated;
  }

  #verdict(statements: readonly SourcedStatement[], access: Access, more: Context): Verdict {
    const { region, account } = this.#model;
    const context = {
      'aws:SecureTransport': ['true'],
      'aws:RequestedRegion': [region],
      'aws:ResourceAccount': [account],
      ...more,
      ...access.context,
    };
    let verdict: Verdict = 'none';
    for (const { statement } of statements) {
      const matched = matchedAction(statement, access.action);
      if (matched === undefined || !covers(statement, access.resource)) continue;
      if (!conditionsHold(statement.Condition, context)) continue;
      if (statement.Effect === 'Deny') return 'deny';
      verdict = 'allow';
      this.#used.set(statement, (this.#used.get(statement) ?? new Set()).add(matched));
    }
    return verdict;
  }
}

function isFor({ Principal }: PolicyStatement, kind: 'AWS' | 'Service', name: string): boolean {
  const names = Principal === '*' ? ['*'] : list(Principal?.[kind]);
  return names.includes(name) || names.includes('*');
}

/** The action pattern of the statement that matches; actions are compared without case. */
function matchedAction({ Action, NotAction }: PolicyStatement, action: string): string | undefined {
  const match = list(NotAction ?? Action).find((pattern) => wildcard(pattern, 'i').test(action));
  if (!NotAction) return match;
  return match === undefined ? '*' : undefined;
}

function covers({ Resource, NotResource }: PolicyStatement, resource: string): boolean {
  const match = list(NotResource ?? Resource).some((pattern) => wildcard(pattern).test(resource));
  return match !== Boolean(NotResource);
}
