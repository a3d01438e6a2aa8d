type Json = Readonly<Record<string, unknown>>;
type Test = (value: unknown) => boolean;
/** Whether an event matches; the result of {@link compilePattern}. */
export type Matcher = (event: unknown) => boolean;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function numeric(terms: readonly unknown[]): Test {
  const tests: [(a: number, b: number) => boolean, number][] = [];
  for (let at = 0; at < terms.length; at += 2) {
    const compare = comparisons[String(terms[at])];
    if (!compare || typeof terms[at + 1] !== 'number') throw new Error(`numeric ${JSON.stringify(terms)}`);
    tests.push([compare, terms[at + 1] as number]);
  }
  return (value) => typeof value === 'number' && tests.every(([compare, bound]) => compare(value, bound));
}

const ignoringCase = (key: 'startsWith' | 'endsWith', wanted: unknown): Test => {
  if (isObject(wanted)) {
    const folded = String(wanted['equals-ignore-case']).toLowerCase();
    return text((value) => value.toLowerCase()[key](folded));
  }
  return text((value) => value[key](String(wanted)));
};

/** The test of one content filter such as `{ "prefix": "a" }`. */
function contentFilter(filter: Json): Test {
  const [operator = '', wanted] = Object.entries(filter)[0] ?? [];
  switch (operator) {
    case 'prefix':
      return ignoringCase('startsWith', wanted);
    case 'suffix':
      return ignoringCase('endsWith', wanted);
    case 'equals-ignore-case':
      return text((value) => value.toLowerCase() === String(wanted).toLowerCase());
    case 'wildcard': {
      // Unlike IAM, EventBridge knows only "*".
      const parts = String(wanted)
        .split('*')
        .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
      const expression = new RegExp(`^${parts.join('.*')}$`, 's');
      return text((value) => expression.test(value));
    }
    case 'numeric':
      return numeric(wanted as unknown[]);
    case 'anything-but': {
      const nots = [wanted].flat().map((one) => (isObject(one) ? contentFilter(one) : equal(one)));
      return (value) => value !== undefined && !nots.some((not) => not(value));
    }
    default:
      throw new Error(`the filter ${operator}`);
  }
}

const equal =
  (wanted: unknown): Test =>
  (value) =>
    value === wanted;

/** A list of alternatives at a leaf. An array in the event matches when one of its elements does. */
function leaf(alternatives: readonly unknown[]): Matcher {
  const tests = alternatives.map((alternative): Matcher => {
    if (isObject(alternative) && 'exists' in alternative) {
      return (value) => (value !== undefined && !isObject(value)) === alternative['exists'];
    }
    const test = isObject(alternative) ? contentFilter(alternative) : equal(alternative);
    return (value) => (Array.isArray(value) ? value : [value]).some(test);
  });
  return (value) => tests.some((test) => test(value));
}

/**
 * Compiles an event pattern, of EventBridge or of an event source mapping's filter
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
 * @throws Error that names an operator that is not known.
 */
export function compilePattern(pattern: unknown): Matcher {
  if (!isObject(pattern)) throw new Error('a pattern that is no object');
  const fields = Object.entries(pattern).map(([name, part]): Matcher => {
    if (name === '$or') {
      const choices = (part as unknown[]).map(compilePattern);
      return (event) => choices.some((choice) => choice(event));
    }
    const matches = Array.isArray(part) ? leaf(part) : compilePattern(part);
    return (event) => {
      const holders = Array.isArray(event) ? event : [event];
      return holders.some((holder) => matches(isObject(holder) ? holder[name] : undefined));
    };
  });
  return (event) => fields.every((field) => field(event));
}
