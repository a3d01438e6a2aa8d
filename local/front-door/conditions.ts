import type { PolicyStatement, SourcedStatement } from '../assembly/access.ts';
import { StartError } from '../errors.ts';

/** The values of a request's condition keys; an absent key is absent from the request. */
export type Context = Readonly<Record<string, readonly string[]>>;

const knownElements = /^(Sid|Effect|Action|Resource|Principal|Condition)$/;
const knownOperators =
  /^(?:(?<set>ForAllValues|ForAnyValue):)?(?<name>Null|Bool|(?:String|Arn)(?<not>Not)?(?:Equals|Like))(?<ifExists>IfExists)?$/;
/** Keys that always have a value on AWS where they apply. */
const knownKeys =
  /^(dynamodb:LeadingKeys|aws:(SourceArn|SourceAccount|PrincipalArn|PrincipalAccount|ResourceAccount|RequestedRegion|SecureTransport)|kms:(EncryptionContext:.+|EncryptionContextKeys|CallerAccount|ViaService)|events:(source|detail-type)|ses:(FromAddress|Recipients))$/;

/** @throws StartError that names the unsupported part of the statement */
export function checkStatement({ source, statement }: SourcedStatement): void {
  const refuse = (what: string) => {
    throw new StartError(`${source} has the ${what}, which the local cloud does not support.`);
  };
  for (const element of Object.keys(statement)) {
    if (!knownElements.test(element)) refuse(`element ${element}`);
  }
  for (const [variable] of JSON.stringify(statement).matchAll(/\$\{[^}]*\}/g)) {
    refuse(`policy variable ${variable}`);
  }
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    if (!knownOperators.test(operator)) refuse(`condition ${operator}`);
    for (const key of Object.keys(keys)) {
      if (!knownKeys.test(key)) refuse(`condition key ${key}`);
    }
  }
}

const compiled = new Map<string, RegExp>();

/** A pattern with IAM's wildcards: `*` for any characters, `?` for exactly one. Cached: every AWS call needs many of them. */
export function wildcard(pattern: string, flags = ''): RegExp {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, `s${flags}`);
  compiled.set(key, expression);
  return expression;
}

/**
 * Whether all conditions of a statement hold
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
 */
export const conditionsHold = (condition: PolicyStatement['Condition'], context: Context): boolean =>
  Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) =>
      conditionHolds(operator, [value].flat().map(String), context[key] ?? []),
    ),
  );

function conditionHolds(operator: string, expected: readonly string[], actual: readonly string[]): boolean {
  const { set, name = '', not, ifExists } = knownOperators.exec(operator)?.groups ?? {};
  if (name === 'Null') return expected.includes(String(actual.length === 0));
  const literally = /^(Bool|String(Not)?Equals)$/.test(name);
  const matches = (one: string) =>
    expected.some((each) => (literally ? each === one : wildcard(each).test(one))) !== Boolean(not);
  if (set === 'ForAllValues') return actual.every(matches);
  if (actual.length === 0) return Boolean(ifExists || (not && !set));
  return actual.some(matches);
}
