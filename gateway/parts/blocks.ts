/** Cuts a payload into blocks that fit into one part each. */
import { AROUND_BYTES, CONTENT_BYTES, PART_NOTIFICATIONS } from './limits.ts';
import type { Block, Span } from './types.ts';

/** Neighbouring elements of one `data` array. */
interface Elements extends Span {
  readonly count: number;
}

/** One element of the payload. `data`: the elements of an object whose `data` is an array. */
export interface PayloadElement extends Span {
  readonly data?: DataArray | undefined;
}
export interface DataArray extends Span {
  readonly cuts: readonly Elements[];
}

const fits = (start: number, end: number, count: number): boolean =>
  end - start <= CONTENT_BYTES && count <= PART_NOTIFICATIONS;

/**
 * Collects neighbours as long as they fit into one part together. Each row starts with its own first element, so that new elements
 * at its end change only its last part.
 */
export class Row {
  readonly cuts: Elements[] = [];
  #start = 0;
  #end = 0;
  #count = 0;
  #isOpen = false;

  /** @param count how many notifications are in it */
  add(start: number, end: number, count: number): void {
    if (this.#isOpen && !fits(this.#start, end, this.#count + count)) this.close();
    if (!this.#isOpen) {
      this.#start = start;
      this.#count = 0;
      this.#isOpen = true;
    }
    this.#end = end;
    this.#count += count;
  }

  /** Ends the part: the next element begins another one. */
  close(): void {
    if (this.#isOpen) this.cuts.push({ start: this.#start, end: this.#end, count: this.#count });
    this.#isOpen = false;
  }
}

const blockOf = ({ start, end, count }: Elements): Block => {
  return { content: { start, end }, notifications: count, isLarge: end - start > CONTENT_BYTES };
};

/** The blocks of a payload, from its elements in their order. */
export class Blocks {
  readonly #blocks: Block[] = [];
  /** Elements that are small enough to share a part. */
  #small = new Row();

  add({ start, end, data }: PayloadElement): void {
    const count = data ? data.cuts.reduce((sum, cut) => sum + cut.count, 0) : 1;
    if (fits(start, end, count)) {
      this.#small.add(start, end, count);
      return;
    }
    this.#closeSmall();
    if (!data || end - start - (data.end - data.start) > AROUND_BYTES) {
      this.#blocks.push({ content: { start, end }, notifications: 1, isLarge: true });
      return;
    }
    const around = { head: { start, end: data.start + 1 }, tail: { start: data.end - 1, end } };
    for (const cut of data.cuts) this.#blocks.push({ ...blockOf(cut), around });
  }

  all(): readonly Block[] {
    this.#closeSmall();
    return this.#blocks;
  }

  #closeSmall(): void {
    this.#small.close();
    for (const cut of this.#small.cuts) this.#blocks.push(blockOf(cut));
    this.#small = new Row();
  }
}
