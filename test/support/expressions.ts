/** Evaluates the DynamoDB expressions that our code renders; throws on everything else. */
import { isDeepStrictEqual, types } from 'node:util';

export type Item = Record<string, unknown>;
export interface Names {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

const TOKEN =
  /\s*(attribute_exists|attribute_not_exists|size|BETWEEN|IN|AND|OR|<>|<=|>=|=|<|>|\(|\)|,|:v\d+|#n\d+(?:\.#n\d+)*)/y;

const known = new Map<string, readonly string[]>();
const tokensOf = (text: string): readonly string[] => {
  const before = known.get(text);
  if (before) return before;
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found?.[1]) throw new Error(`Unexpected token at ${at}: ${text}`);
    tokens.push(found[1]);
  }
  known.set(text, tokens);
  return tokens;
};

const namesOf = (token: string, { names }: Names): string[] =>
  token.split('.').map((part) => {
    const name = names[part];
    if (name === undefined) throw new Error(`Unknown name ${part}.`);
    return name;
  });

const lookUp = (item: Item, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Item | undefined)?.[name], item);

const COMPARE: Readonly<Record<string, (left: never, right: never) => boolean>> = {
  '=': (left, right) => isDeepStrictEqual(left, right),
  '<>': (left, right) => !isDeepStrictEqual(left, right),
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** Whether a condition holds for an item. AND binds stronger than OR. */
export const holds = (expression: string, item: Item, context: Names): boolean => {
  const tokens = tokensOf(expression);
  let at = 0;
  const next = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected && token !== expected))
      throw new Error(`Expected ${expected}: ${expression}`);
    return token;
  };
  const operand = (): unknown => {
    const token = next();
    if (token === 'size') {
      next('(');
      const measured = operand() as string | ReadonlySet<string> | undefined;
      next(')');
      return types.isSet(measured) ? measured.size : (measured as string | undefined)?.length;
    }
    if (!token.startsWith(':')) return lookUp(item, namesOf(token, context));
    if (!(token in context.values)) throw new Error(`Unknown value ${token}.`);
    return context.values[token];
  };
  const term = (): boolean => {
    if (tokens[at] === '(') {
      next();
      const value = any();
      next(')');
      return value;
    }
    if (tokens[at]?.startsWith('attribute_')) {
      const wanted = next() === 'attribute_exists';
      next('(');
      const there = lookUp(item, namesOf(next(), context)) !== undefined;
      next(')');
      return there === wanted;
    }
    const left = operand();
    if (tokens[at] === 'BETWEEN') {
      next();
      const low = operand();
      next('AND');
      const high = operand();
      if ((low as never) > (high as never))
        throw new Error('ValidationException: BETWEEN bounds out of order');
      return left !== undefined && (low as never) <= (left as never) && (left as never) <= (high as never);
    }
    if (tokens[at] === 'IN') {
      next();
      next('(');
      const listed = [operand()];
      while (tokens[at] === ',') {
        next();
        listed.push(operand());
      }
      next(')');
      return left !== undefined && listed.some((one) => isDeepStrictEqual(left, one));
    }
    const compare = COMPARE[next()];
    const right = operand();
    if (!compare) throw new Error(`No comparison: ${expression}`);
    // As in DynamoDB, a missing attribute is only ever unequal.
    if (left === undefined || right === undefined) return compare === COMPARE['<>'];
    return compare(left as never, right as never);
  };
  const all = (): boolean => {
    let value = term();
    while (tokens[at] === 'AND') {
      next();
      value = term() && value;
    }
    return value;
  };
  const any = (): boolean => {
    let value = all();
    while (tokens[at] === 'OR') {
      next();
      value = all() || value;
    }
    return value;
  };
  const value = any();
  if (at !== tokens.length) throw new Error(`Trailing text: ${expression}`);
  return value;
};

/** The new value of an attribute; undefined when it is removed, like a set that becomes empty. */
const resultOf = (verb: string, old: unknown, given: unknown): unknown => {
  if (verb === 'SET') return structuredClone(given);
  if (verb === 'REMOVE') return undefined;
  if (!types.isSet(given)) return Number(old ?? 0) + Number(given);
  const before = (old as Set<unknown> | undefined) ?? new Set();
  if (verb === 'ADD') return new Set([...before, ...given]);
  const left = [...before].filter((element) => !given.has(element));
  return left.length > 0 ? new Set(left) : undefined;
};

/** Applies `SET … REMOVE … ADD … DELETE …` to an item, and returns it. */
export const applyUpdate = (expression: string, item: Item, context: Names): Item => {
  const parent = (path: readonly string[]): Item => {
    const found = lookUp(item, path.slice(0, -1));
    if (typeof found !== 'object' || found === null)
      throw new Error('ValidationException: invalid document path');
    return found as Item;
  };
  for (const clause of expression.split(/\s*(?=SET |REMOVE |ADD |DELETE )/)) {
    const [verb = '', ...rest] = clause.split(' ');
    for (const action of rest.join(' ').split(', ')) {
      const [name = '', value = ''] = action.split(/ = | /);
      const path = namesOf(name, context);
      const last = path.at(-1) ?? '';
      const result = resultOf(verb, parent(path)[last], context.values[value]);
      if (result === undefined) delete parent(path)[last];
      else parent(path)[last] = result;
    }
  }
  return item;
};
