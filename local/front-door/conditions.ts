import type { SourcedStatement } from '../assembly/access.ts';
import { StartError } from '../errors.ts';
import { wildcard } from './wildcard.ts';

/** What is known of a request, by condition key; a key that is absent is absent from the request. */
export type Context = Readonly<Record<string, readonly string[]>>;

type Test = (actual: string, wanted: string) => boolean;
const like: Test = (a, b) => wildcard(b).test(a);

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (a, b) => a === b,
  StringEqualsIgnoreCase: (a, b) => a.toLowerCase() === b.toLowerCase(),
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (a, b) => a === b,
  NumericEquals: (a, b) => Number(a) === Number(b),
  NumericLessThan: (a, b) => Number(a) < Number(b),
  NumericLessThanEquals: (a, b) => Number(a) <= Number(b),
  NumericGreaterThan: (a, b) => Number(a) > Number(b),
  NumericGreaterThanEquals: (a, b) => Number(a) >= Number(b),
  Null: () => false, // Answered without its test.
};

/** Keys that the local cloud fills in whenever AWS would. */
const knownKeys =
  /^(dynamodb:(LeadingKeys|Attributes|Select|ReturnValues)|aws:(SourceArn|SourceAccount|PrincipalArn|PrincipalAccount|ResourceAccount|RequestedRegion|SecureTransport)|kms:(EncryptionContext:.+|EncryptionContextKeys|CallerAccount|ViaService)|events:(source|detail-type))$/;

const parse = (operator: string) => {
  const [, set, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = /^(String|Arn|Numeric)Not/.test(name);
  return { set, name, negated, ifExists, test: tests[negated ? name.replace('Not', '') : name] };
};
const valuesOf = (value: unknown): string[] => [value].flat().map(String);

/** Refuses, by name, a statement that could not be evaluated later. */
export function checkStatement({ source, statement }: SourcedStatement): void {
  const variable = /\$\{[^}]*\}/.exec(JSON.stringify(statement))?.[0];
  if (variable)
    throw new StartError(`${source} has the policy variable ${variable}, which is not known here.`);
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    if (!parse(operator).test) {
      throw new StartError(`${source} has the condition ${operator}, which the local cloud cannot evaluate.`);
    }
    const unknown = Object.keys(keys).find((key) => !knownKeys.test(key));
    if (unknown) {
      throw new StartError(
        `${source} has the condition key ${unknown}, which the local cloud does not know.`,
      );
    }
  }
}

/**
 * Whether all conditions of a statement hold
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
 */
export function conditionsHold(
  condition: SourcedStatement['statement']['Condition'],
  context: Context,
): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) => {
    const { set, name, negated, test, ifExists } = parse(operator);
    return Object.entries(keys).every(([key, value]) => {
      const wanted = valuesOf(value);
      const actual = context[key] ?? [];
      if (name === 'Null') return wanted.includes(String(actual.length === 0));
      if (actual.length === 0)
        return ifExists || set === 'ForAllValues' || (negated && set !== 'ForAnyValue');
      const matches = (one: string) => wanted.some((each) => test?.(one, each)) !== negated;
      return set === 'ForAllValues' ? actual.every(matches) : actual.some(matches);
    });
  });
}
