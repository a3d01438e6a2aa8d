import type { SourcedStatement } from '../assembly/specs.ts';
import { StartError } from '../errors.ts';
import { wildcard } from './wildcard.ts';

/** What is known of a request, by condition key; a key that is absent is absent from the request. */
export type Context = Readonly<Record<string, readonly string[]>>;

type Test = (actual: string, wanted: string) => boolean;

const numeric =
  (compare: (a: number, b: number) => boolean): Test =>
  (a, b) =>
    compare(Number(a), Number(b));

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (a, b) => a === b,
  StringEqualsIgnoreCase: (a, b) => a.toLowerCase() === b.toLowerCase(),
  StringLike: (a, b) => wildcard(b).test(a),
  ArnEquals: (a, b) => wildcard(b).test(a),
  ArnLike: (a, b) => wildcard(b).test(a),
  Bool: (a, b) => a === b,
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
};

/** Keys that the local cloud fills in whenever AWS would. */
const knownKeys =
  /^(dynamodb:(LeadingKeys|Attributes|Select|ReturnValues)|aws:(SourceArn|SourceAccount|PrincipalArn|PrincipalAccount|ResourceAccount|RequestedRegion|SecureTransport)|kms:(EncryptionContext:.+|EncryptionContextKeys|CallerAccount|ViaService)|events:(source|detail-type))$/;

const parse = (operator: string) => {
  const [, set = '', name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = /^(String|Arn)Not|^NumericNot/.test(name);
  const positive = negated ? name.replace('Not', '') : name;
  return { set, negated, test: tests[positive], isNull: name === 'Null', ifExists: Boolean(ifExists) };
};

const valuesOf = (value: unknown): string[] => [value].flat().map(String);

/** Refuses, by name, a condition that could not be evaluated later. */
export function checkConditions({ source, statement }: SourcedStatement): void {
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    const { test, isNull } = parse(operator);
    if (!test && !isNull) {
      throw new StartError(`${source} has the condition ${operator}, which the local cloud cannot evaluate.`);
    }
    for (const [key, values] of Object.entries(keys)) {
      const variable = valuesOf(values).find((value) => value.includes('${'));
      if (variable)
        throw new StartError(`${source} has the policy variable ${variable}, which is not known here.`);
      if (!knownKeys.test(key)) {
        throw new StartError(`${source} has the condition key ${key}, which the local cloud does not know.`);
      }
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
    const { set, negated, test, isNull, ifExists } = parse(operator);
    return Object.entries(keys).every(([key, value]) => {
      const wanted = valuesOf(value);
      const actual = context[key];
      if (isNull) return wanted.includes(String(actual === undefined));
      if (actual === undefined || actual.length === 0) {
        return ifExists || set === 'ForAllValues' || (negated && set !== 'ForAnyValue');
      }
      const matches = (one: string) => wanted.some((each) => test?.(one, each)) !== negated;
      return set === 'ForAllValues' ? actual.every(matches) : actual.some(matches);
    });
  });
}
