import { StartError } from '../errors.ts';

/** Whether an event, or one of its values, matches a pattern. */
export type Matcher = (value: unknown) => boolean;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** A list of comparisons, all of which must match: `[">", 0, "<=", 5]`. */
function numeric([sign, bound, ...more]: readonly unknown[]): Matcher {
  const compare = comparisons[String(sign)];
  if (!compare || typeof bound !== 'number') throw new Error(`numeric ${JSON.stringify([sign, bound])}`);
  const others = more.length > 0 ? numeric(more) : () => true;
  return (value) => typeof value === 'number' && compare(value, bound) && others(value);
}

/** A value, or a content filter such as `{ "prefix": "a" }`. */
function alternative(expected: unknown): Matcher {
  if (!isObject(expected)) return (value) => value === expected;
  const [[filter, operand] = []] = Object.entries(expected);
  if ((filter === 'prefix' || filter === 'suffix') && typeof operand === 'string') {
    const test = filter === 'prefix' ? 'startsWith' : 'endsWith';
    return (value) => typeof value === 'string' && value[test](operand);
  }
  if (filter === 'numeric' && Array.isArray(operand)) return numeric(operand);
  if (filter === 'exists') return (value) => (value !== undefined && !isObject(value)) === operand;
  if (filter === 'anything-but') {
    const excluded = anyOf([operand].flat());
    return (value) => value !== undefined && !excluded(value);
  }
  throw new Error(`the filter ${isObject(operand) ? Object.keys(operand)[0] : filter}`);
}

/** A list in the event matches if one of its elements does. */
function anyOf(alternatives: readonly unknown[]): Matcher {
  const tests = alternatives.map(alternative);
  return (value) => [value].flat().some((element) => tests.some((test) => test(element)));
}

/**
 * Compiles an event pattern, of EventBridge or of an event source mapping's filter
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
 * @throws Error that names an operator that is not supported.
 */
export function compilePattern(pattern: unknown): Matcher {
  if (!isObject(pattern)) throw new Error('a pattern that is not an object');
  const fields = Object.entries(pattern).map(([name, part]): Matcher => {
    if (name.startsWith('$')) throw new Error(`the operator ${name}`);
    const matches = Array.isArray(part) ? anyOf(part) : compilePattern(part);
    return (event) => [event].flat().some((holder) => matches(isObject(holder) ? holder[name] : undefined));
  });
  return (event) => fields.every((matches) => matches(event));
}

/** The pattern of a resource. @throws StartError that also names the resource. */
export function patternOf(logicalId: string, pattern: unknown): Matcher {
  try {
    return compilePattern(pattern);
  } catch (error) {
    throw new StartError(
      `${logicalId} matches by ${(error as Error).message}, which the local cloud does not support.`,
    );
  }
}
