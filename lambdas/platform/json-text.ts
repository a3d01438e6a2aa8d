/**
 * JSON whose numbers must not change. JSON.parse rounds numbers beyond 2^53, and NetBackup may send such ids: what is passed on is
 * cut from the text ({@link readJsonText}), and what is stored parsed is checked first ({@link hasInexactNumber}). Pure.
 */

const isInexact = (number: number): boolean =>
  Number.isInteger(number) ? !Number.isSafeInteger(number) : !Number.isFinite(number);

/**
 * Whether JSON.parse has rounded a number in it, or may have. Such content is stored as text only. Without recursion, since deep nesting
 * would exhaust the stack.
 */
export const hasInexactNumber = (value: unknown): boolean => {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'number' && isInexact(next)) return true;
    if (typeof next === 'object' && next !== null)
      for (const member of Object.values(next)) pending.push(member);
  }
  return false;
};

export interface Span {
  readonly start: number;
  readonly end: number;
}
export type JsonNode = Span &
  (
    | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: JsonNode])[] }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'string' }
    | { readonly kind: 'other' }
  );

/** A container that has not been read to its end. `name`: the name of the member whose value is next. */
type Open = { readonly start: number; readonly parent?: Open | undefined } & (
  | { readonly kind: 'object'; readonly members: [string, JsonNode][]; name?: string | undefined }
  | { readonly kind: 'array'; readonly items: JsonNode[] }
);

/** Between two values of valid JSON. */
const BETWEEN = /[ \t\n\r,:]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const OTHER = /[-+.0-9A-Za-z]+/y;

const endOf = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
};

const closed = (open: Open, end: number): JsonNode =>
  open.kind === 'object'
    ? { start: open.start, end, kind: 'object', members: open.members }
    : { start: open.start, end, kind: 'array', items: open.items };

/** The positions of the values in valid JSON. Without recursion, since deep nesting would exhaust the stack. */
export const readValidJson = (text: string): JsonNode => {
  let open: Open | undefined;
  for (let at = 0; ; ) {
    at = endOf(BETWEEN, text, at);
    const start = at;
    const first = text[start];
    let node: JsonNode;
    if (first === '{' || first === '[') {
      at++;
      open =
        first === '{'
          ? { start, parent: open, kind: 'object', members: [] }
          : { start, parent: open, kind: 'array', items: [] };
      continue;
    }
    if (open && (first === '}' || first === ']')) {
      node = closed(open, ++at);
      open = open.parent;
    } else if (first === '"') {
      at = endOf(STRING, text, start);
      if (open?.kind === 'object' && open.name === undefined) {
        const name = text.slice(start, at);
        open.name = name.includes('\\') ? (JSON.parse(name) as string) : name.slice(1, -1);
        continue;
      }
      node = { start, end: at, kind: 'string' };
    } else {
      at = endOf(OTHER, text, start);
      if (at === start) throw new SyntaxError('not JSON');
      node = { start, end: at, kind: 'other' };
    }
    if (!open) return node;
    if (open.kind === 'array') open.items.push(node);
    else {
      open.members.push([open.name ?? '', node]);
      open.name = undefined;
    }
  }
};

/** The same of any text; undefined when it is not JSON. */
export const readJsonText = (text: string): JsonNode | undefined => {
  try {
    // The reader relies on valid JSON.
    JSON.parse(text);
    return readValidJson(text);
  } catch {
    return undefined;
  }
};

export const textOf = (text: string, { start, end }: Span): string => text.slice(start, end);

/** A member of an object. If several members have the name, the last one, as in JSON.parse. */
export const memberOf = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
  node?.kind === 'object' ? node.members.findLast(([own]) => own === name)?.[1] : undefined;

/** The text with some spans replaced, in any order. They must not overlap. */
export const replaceSpans = (text: string, replacements: readonly (readonly [Span, string])[]): string => {
  let result = '';
  let at = 0;
  for (const [{ start, end }, replacement] of [...replacements].sort(([a], [b]) => a.start - b.start)) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
};

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[-+.0-9A-Za-z]+|[{}[\],:]/g;
/** Deeper JSON would be mostly spaces. */
const MAX_DEPTH = 100;
const isBegin = (token: string): boolean => token === '{' || token === '[';

/** @throws RangeError for JSON that is too deep */
const indented = (text: string): string => {
  let depth = 0;
  let before = '';
  const parts: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const isEnd = token === '}' || token === ']';
    if (isEnd) depth -= 1;
    if (isEnd ? !isBegin(before) : isBegin(before) || before === ',') parts.push(`\n${'  '.repeat(depth)}`);
    parts.push(token === ':' ? ': ' : token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : token);
    if (isBegin(token)) depth += 1;
    if (depth > MAX_DEPTH) throw new RangeError('too deep');
    before = token;
  }
  return parts.join('');
};

/**
 * JSON for people, indented like JSON.stringify. Numbers and members with the same name stay as they are in the text.
 * @returns undefined when it is not JSON, or too deep
 */
export const indentedJson = (text: string): string | undefined => {
  try {
    // The tokens are those of valid JSON.
    JSON.parse(text);
    return indented(text);
  } catch {
    return undefined;
  }
};
