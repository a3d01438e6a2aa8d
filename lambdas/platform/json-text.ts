/**
 * JSON as text: where its values stand. What is only passed on keeps every byte, numbers beyond 2^53 included, which
 * parsing and writing again would change. Pure.
 */

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

/** A container that has begun and not ended. `name`: of the member whose value comes next. */
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

/** Reads valid JSON. Without recursion: a body may nest as deep as it likes, and the stack is kept. */
const readNode = (text: string): JsonNode => {
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
        open.name = JSON.parse(text.slice(start, at)) as string;
        continue;
      }
      node = { start, end: at, kind: 'string' };
    } else {
      at = endOf(OTHER, text, start);
      if (at === start) throw new SyntaxError('no JSON');
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

/** Where the values of a JSON text stand, or undefined when it is no JSON. */
export const readJsonText = (text: string): JsonNode | undefined => {
  try {
    // Decides whether it is JSON at all; the reader can rely on that.
    JSON.parse(text);
    return readNode(text);
  } catch {
    return undefined;
  }
};

export const textOf = (text: string, { start, end }: Span): string => text.slice(start, end);

/** A member of an object; of several with one name the last counts, as for every parser. */
export const memberOf = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
  node?.kind === 'object' ? node.members.findLast(([own]) => own === name)?.[1] : undefined;

/** The text with some pieces replaced. Pieces may come in any order, but not overlap. */
export const spliced = (text: string, pieces: readonly (readonly [Span, string])[]): string => {
  let result = '';
  let at = 0;
  for (const [{ start, end }, replacement] of [...pieces].sort(([a], [b]) => a.start - b.start)) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
};
