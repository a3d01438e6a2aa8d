/** Reads the containers of a JSON text in steps: between two steps the caller may do something else. */
import { COLON, COMMA, INVALID, QUOTE, skipSpace } from './json-bytes.ts';
import { PAUSED, ValueReader } from './json-value.ts';
import type { Span } from './types.ts';

/** Work in steps. `undefined`: already done. */
export type Steps<T> = Generator<undefined, T>;
export type Work = Steps<void> | undefined;

export class NotJson extends Error {}

/** Bytes of one step: some milliseconds of a quarter of a CPU. */
const STEP_BYTES = 512 * 1024;
/** Longer names are read as empty: no name that matters is longer. With escapes a character has up to 6 bytes. */
const NAME_BYTES = 6 * 64;

/** A text and the position in it. */
export class Source {
  readonly text: Buffer;
  at = 0;
  #stop = STEP_BYTES;
  readonly #values: ValueReader;

  constructor(text: Buffer) {
    this.text = text;
    this.#values = new ValueReader(text);
  }

  /** The character at the position, after white space. */
  peek(): number | undefined {
    this.at = skipSpace(this.text, this.at);
    return this.text[this.at];
  }

  /** Skips this character. @throws NotJson for another one */
  expect(code: number): void {
    if (this.peek() !== code) throw new NotJson();
    this.at += 1;
  }

  /** Whether a step ends here. The next one begins with this call. */
  isDue(): boolean {
    if (this.at < this.#stop) return false;
    this.#stop = this.at + STEP_BYTES;
    return true;
  }

  /** Reads the value at the position. @returns false when it continues in the next step, with {@link continueValue} */
  beginValue(): boolean {
    this.peek();
    return this.#arrive(this.#values.begin(this.at, this.#stop));
  }

  continueValue(): boolean {
    this.#stop += STEP_BYTES;
    return this.#arrive(this.#values.continue(this.#stop));
  }

  #arrive(end: number): boolean {
    if (end === INVALID) throw new NotJson();
    if (end === PAUSED) return false;
    this.at = end;
    return true;
  }
}

export function* readValue(source: Source): Steps<Span> {
  source.peek();
  const start = source.at;
  let done = source.beginValue();
  while (!done) {
    yield;
    done = source.continueValue();
  }
  return { start, end: source.at };
}

/** Reads an array or object from its first character to its last. @param item reads one element, or one member */
export function* readItems(
  source: Source,
  open: number,
  close: number,
  item: (source: Source) => Work,
): Steps<Span> {
  source.peek();
  const start = source.at;
  source.expect(open);
  if (source.peek() !== close) {
    for (;;) {
      const work = item(source);
      if (work) yield* work;
      if (source.isDue()) yield;
      if (source.peek() !== COMMA) break;
      source.at += 1;
    }
  }
  source.expect(close);
  return { start, end: source.at };
}

/** Reads the name of a member and its colon. @returns the name, empty for a very long one */
export function* readName(source: Source): Steps<string> {
  if (source.peek() !== QUOTE) throw new NotJson();
  const { start, end } = yield* readValue(source);
  source.expect(COLON);
  return end - start > NAME_BYTES ? '' : (JSON.parse(source.text.toString('utf8', start, end)) as string);
}
