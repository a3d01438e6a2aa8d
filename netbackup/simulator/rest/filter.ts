import { badRequest } from './errors.ts';

type Item = Readonly<Record<string, unknown>>;
type Test = (item: Item) => boolean;

const TOKEN = /\s*(?:(\(|\)|,)|'((?:[^']|'')*)'|([^\s(),']+))/y;

interface Token {
  readonly kind: 'mark' | 'text' | 'word';
  readonly value: string;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (!match) throw badRequest('The filter criteria are not valid.');
    const [, mark, quoted, word] = match;
    if (mark !== undefined) tokens.push({ kind: 'mark', value: mark });
    else if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.replaceAll("''", "'") });
    else tokens.push({ kind: 'word', value: word ?? '' });
  }
  return tokens;
}

/**
 * Compiles NetBackup's OData-like filter: `eq ne lt le gt ge`, `contains startswith endswith`, `in`, `and or not`,
 * parentheses. Throws a 400 on anything else and on unknown fields, which `fields` lists.
 */
export function compileFilter(text: string, fields: ReadonlySet<string>): Test {
  const tokens = tokenize(text);
  let at = 0;
  const fail = (): never => {
    throw badRequest(`The filter criteria are not valid: ${text}`);
  };
  const peek = (value: string): boolean => tokens[at]?.kind !== 'text' && tokens[at]?.value === value;
  const take = (): Token => tokens[at++] ?? fail();
  const expect = (value: string): void => {
    if (!peek(value)) fail();
    at++;
  };
  const field = (): string => {
    const { kind, value } = take();
    return kind === 'word' && fields.has(value) ? value : fail();
  };
  const literal = (): string => {
    const { kind, value } = take();
    return kind === 'mark' ? fail() : value;
  };

  const either = (): Test => {
    let left = both();
    while (peek('or')) {
      at++;
      const [first, second] = [left, both()];
      left = (item) => first(item) || second(item);
    }
    return left;
  };
  const both = (): Test => {
    let left = single();
    while (peek('and')) {
      at++;
      const [first, second] = [left, single()];
      left = (item) => first(item) && second(item);
    }
    return left;
  };
  const single = (): Test => {
    if (peek('not')) {
      at++;
      const test = single();
      return (item) => !test(item);
    }
    if (peek('(')) {
      at++;
      const test = either();
      expect(')');
      return test;
    }
    const word = tokens[at]?.value ?? '';
    if (Object.hasOwn(FUNCTIONS, word) && tokens[at + 1]?.value === '(') {
      at++;
      expect('(');
      const name = field();
      expect(',');
      const value = literal();
      expect(')');
      const test = FUNCTIONS[word as keyof typeof FUNCTIONS];
      return (item) => test(String(item[name] ?? '').toLowerCase(), value.toLowerCase());
    }
    return comparison();
  };
  const comparison = (): Test => {
    const name = field();
    const operator = take().value;
    if (operator === 'in') {
      expect('(');
      const values = [literal()];
      while (peek(',')) {
        at++;
        values.push(literal());
      }
      expect(')');
      return (item) => values.some((value) => compare(item[name], value) === 0);
    }
    if (!Object.hasOwn(COMPARISONS, operator)) return fail();
    const value = literal();
    const test = COMPARISONS[operator as keyof typeof COMPARISONS];
    return (item) => item[name] !== undefined && test(compare(item[name], value));
  };

  const test = either();
  return at === tokens.length ? test : fail();
}

const FUNCTIONS = {
  contains: (text: string, part: string) => text.includes(part),
  startswith: (text: string, part: string) => text.startsWith(part),
  endswith: (text: string, part: string) => text.endsWith(part),
};

const COMPARISONS = {
  eq: (order: number) => order === 0,
  ne: (order: number) => order !== 0,
  lt: (order: number) => order < 0,
  le: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  ge: (order: number) => order >= 0,
};

/** Numbers as numbers, times as times, the rest as text. */
function compare(value: unknown, other: unknown): number {
  if (typeof value === 'number') return value - Number(other);
  const [left, right] = [String(value), String(other)];
  const [leftTime, rightTime] = [toTime(left), toTime(right)];
  if (leftTime !== undefined && rightTime !== undefined) return leftTime - rightTime;
  return left < right ? -1 : left > right ? 1 : 0;
}

function toTime(text: string): number | undefined {
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : undefined;
}

/** Sorts by `sort=-startTime,jobId`; a minus is descending. Throws a 400 on unknown fields. */
export function sortBy<T extends Item>(items: readonly T[], sort: string, fields: ReadonlySet<string>): T[] {
  const keys = sort.split(',').map((key) => key.trim());
  for (const key of keys) {
    if (!fields.has(key.replace(/^-/, ''))) throw badRequest(`The sort criteria are not valid: ${key}`);
  }
  return [...items].sort((a, b) => {
    for (const key of keys) {
      const name = key.replace(/^-/, '');
      const order = compare(a[name] ?? '', b[name] ?? '');
      if (order !== 0) return key.startsWith('-') ? -order : order;
    }
    return 0;
  });
}
