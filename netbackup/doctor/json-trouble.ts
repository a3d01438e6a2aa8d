/** Why a text is not JSON, in terms of what people do to it while they copy it (TRAP-4). Pure. */
export type JsonHint =
  | 'html'
  | 'trailing-comma'
  | 'missing-comma'
  | 'line-break-in-string'
  | 'control-character'
  | 'typographic-quotes'
  | 'single-quotes'
  | 'yen-sign'
  | 'bad-escape'
  | 'extra-text'
  | 'unfinished'
  | 'unexpected';

/** Where a text stops being JSON; `line` and `column` count from 1. */
export interface JsonTrouble {
  readonly line: number;
  readonly column: number;
  readonly hint: JsonHint;
}

class Trouble extends Error {
  readonly at: number;
  readonly hint: JsonHint;

  constructor(at: number, hint: JsonHint) {
    super(hint);
    this.at = at;
    this.hint = hint;
  }
}

/** Undefined when it is JSON after all. Nesting beyond reason counts as unexpected. */
export function findJsonTrouble(text: string): JsonTrouble | undefined {
  try {
    new Scanner(text).document();
    return undefined;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    const before = text.slice(0, error.at).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, hint: error.hint };
  }
}

const TYPOGRAPHIC = '“”„«»＂';
const SINGLE = "'‘’`";
const MAX_DEPTH = 100;

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#blanks();
    if (this.#next() === '<') this.#fail('html');
    this.#value(0);
    this.#blanks();
    if (this.#at < this.#text.length) this.#fail('extra-text');
  }

  #value(depth: number): void {
    if (depth > MAX_DEPTH) this.#fail('unexpected');
    this.#blanks();
    const next = this.#next();
    if (next === '{') this.#list('}', depth, () => this.#member(depth));
    else if (next === '[') this.#list(']', depth, () => this.#value(depth + 1));
    else if (next === '"') this.#string();
    else if (!this.#skip(/(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y)) {
      this.#failHere();
    }
  }

  #list(end: string, depth: number, item: () => void): void {
    this.#at++;
    this.#blanks();
    if (this.#next() === end) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      this.#blanks();
      const next = this.#next();
      if (next === end) {
        this.#at++;
        return;
      }
      if (next !== ',') this.#failHere(next === '"' || next === '{' ? 'missing-comma' : 'unexpected');
      const comma = this.#at++;
      this.#blanks();
      if (this.#next() === end) throw new Trouble(comma, 'trailing-comma');
      if (depth > MAX_DEPTH) this.#fail('unexpected');
    }
  }

  #member(depth: number): void {
    this.#blanks();
    if (this.#next() !== '"') this.#failHere();
    this.#string();
    this.#blanks();
    if (this.#next() !== ':') this.#failHere();
    this.#at++;
    this.#value(depth + 1);
  }

  #string(): void {
    const start = this.#at++;
    for (;;) {
      const next = this.#next();
      if (next === undefined) throw new Trouble(start, 'unfinished');
      if (next === '\n' || next === '\r') this.#fail('line-break-in-string');
      if (next < ' ') this.#fail('control-character');
      this.#at++;
      if (next === '"') return;
      if (next === '\\' && !this.#skip(/["\\/bfnrt]|u[0-9a-fA-F]{4}/y)) this.#fail('bad-escape');
      // A Japanese keyboard's backslash: `¥"` was meant to be an escape, and ends the string instead.
      if ((next === '¥' || next === '￥') && this.#next() === '"' && !this.#skipPeek(/"\s*[,}\]:]/y)) {
        throw new Trouble(this.#at - 1, 'yen-sign');
      }
    }
  }

  #blanks(): void {
    this.#skip(/[ \t\r\n]*/y);
  }

  #next(): string | undefined {
    return this.#text[this.#at];
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found !== undefined;
  }

  #skipPeek(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  #failHere(otherwise: JsonHint = 'unexpected'): never {
    const next = this.#next();
    if (next === undefined) this.#fail('unfinished');
    if (TYPOGRAPHIC.includes(next)) this.#fail('typographic-quotes');
    if (SINGLE.includes(next)) this.#fail('single-quotes');
    if (next === '¥' || next === '￥') this.#fail('yen-sign');
    return this.#fail(otherwise);
  }

  #fail(hint: JsonHint): never {
    throw new Trouble(this.#at, hint);
  }
}
