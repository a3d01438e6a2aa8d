/** Finds the end of a JSON value in bytes, and checks it on the way, because 60 MB must not be parsed into objects. */
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  INVALID,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  SPACE,
  skipCharacters,
  skipScalar,
  skipSpace,
} from './json-bytes.ts';

/** The value continues beyond the position up to which it was to be read. */
export const PAUSED = -1;

/** The kind of token that is expected next within a value. */
const VALUE = 0;
const VALUE_OR_END = 1;
const NAME = 2;
const NAME_OR_END = 3;
const COLON_NEXT = 4;
const COMMA_OR_END = 5;
/** Within a string. */
const IN_VALUE = 6;
const IN_NAME = 7;

/** Nested containers, one bit for each: 1 is an object. Otherwise 60 MB of brackets would need as many objects. */
class Nesting {
  depth = 0;
  #bits = new Uint8Array(64);

  push(isObject: boolean): void {
    const at = this.depth >> 3;
    if (at === this.#bits.length) {
      const larger = new Uint8Array(at * 2);
      larger.set(this.#bits);
      this.#bits = larger;
    }
    const bit = 1 << (this.depth & 7);
    const old = this.#bits[at] as number;
    this.#bits[at] = isObject ? old | bit : old & ~bit;
    this.depth += 1;
  }

  /** Whether the innermost container is an object. */
  isObject(): boolean {
    const index = this.depth - 1;
    return (((this.#bits[index >> 3] as number) >> (index & 7)) & 1) === 1;
  }
}

/** Reads one value after another. A long one is read in pieces. */
export class ValueReader {
  readonly #text: Uint8Array;
  readonly #nesting = new Nesting();
  #at = 0;
  #next = VALUE;

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  /** Begins with the value at `at`, without white space before it. @returns like {@link continue} */
  begin(at: number, stop: number): number {
    this.#nesting.depth = 0;
    this.#at = at;
    this.#next = VALUE;
    return this.continue(stop);
  }

  /** Continues up to `stop`. @returns the end of the value, PAUSED or INVALID */
  continue(stop: number): number {
    const text = this.#text;
    const nesting = this.#nesting;
    const until = Math.min(stop, text.length);
    let next = this.#next;
    let at = this.#at;
    for (;;) {
      if (next >= IN_VALUE) {
        at = skipCharacters(text, at, until);
        if (at === INVALID) return INVALID;
        if (at < until) {
          at += 1;
          next = next === IN_NAME ? COLON_NEXT : COMMA_OR_END;
        }
      }
      if (next === COMMA_OR_END && nesting.depth === 0) return at;
      // Most tokens follow without white space.
      if (next < IN_VALUE && at < until && (text[at] as number) <= SPACE) at = skipSpace(text, at);
      if (at >= until) {
        if (at >= text.length) return INVALID;
        this.#at = at;
        this.#next = next;
        return PAUSED;
      }
      const code = text[at] as number;
      if (next === COMMA_OR_END) {
        const isObject = nesting.isObject();
        if (code === COMMA) next = isObject ? NAME : VALUE;
        else if (code === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) nesting.depth -= 1;
        else return INVALID;
        at += 1;
      } else if (next === COLON_NEXT) {
        if (code !== COLON) return INVALID;
        next = VALUE;
        at += 1;
      } else if (next === NAME || next === NAME_OR_END) {
        if (code === QUOTE) next = IN_NAME;
        else if (next === NAME_OR_END && code === CLOSE_OBJECT) {
          nesting.depth -= 1;
          next = COMMA_OR_END;
        } else return INVALID;
        at += 1;
      } else if (code === QUOTE) {
        next = IN_VALUE;
        at += 1;
      } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
        nesting.push(code === OPEN_OBJECT);
        next = code === OPEN_OBJECT ? NAME_OR_END : VALUE_OR_END;
        at += 1;
      } else if (next === VALUE_OR_END && code === CLOSE_ARRAY) {
        nesting.depth -= 1;
        next = COMMA_OR_END;
        at += 1;
      } else {
        at = skipScalar(text, at);
        if (at === INVALID) return INVALID;
        next = COMMA_OR_END;
      }
    }
  }
}
