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

/** Deeper than this nobody nests, and the stack is kept. */
const MOST_DEPTH = 100;
const BLANK = /[ \t\n\r]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const OTHER = /[-+.0-9A-Za-z]+/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonNode {
    const node = this.#value(0);
    this.#match(BLANK);
    return node;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** Takes the next character, if it is this one. */
  #take(character: string): boolean {
    this.#match(BLANK);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): JsonNode {
    if (depth > MOST_DEPTH) throw new RangeError('nested too deeply');
    this.#match(BLANK);
    const start = this.#at;
    if (this.#take('{')) return { start, kind: 'object', members: this.#members(depth), end: this.#at };
    if (this.#take('[')) return { start, kind: 'array', items: this.#items(depth), end: this.#at };
    const kind = this.#match(STRING) === '' ? 'other' : 'string';
    if (kind === 'other') this.#match(OTHER);
    return { start, kind, end: this.#at };
  }

  #members(depth: number): [string, JsonNode][] {
    const members: [string, JsonNode][] = [];
    while (!this.#take('}')) {
      this.#take(',');
      this.#match(BLANK);
      const name = JSON.parse(this.#match(STRING)) as string;
      this.#take(':');
      members.push([name, this.#value(depth + 1)]);
    }
    return members;
  }

  #items(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    while (!this.#take(']')) {
      this.#take(',');
      items.push(this.#value(depth + 1));
    }
    return items;
  }
}

/** Where the values of a JSON text stand, or undefined when it is no JSON. */
export const readJsonText = (text: string): JsonNode | undefined => {
  try {
    // Decides whether it is JSON at all; the reader can rely on that.
    JSON.parse(text);
    return new Reader(text).whole();
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
