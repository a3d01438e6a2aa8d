import { PLANNED_BYTES } from '../../commands/sizes/statistics.ts';

/**
 * After a page was too large, any of its items may be the large one: they are read one at a time, until one of them explains it or
 * all of them were read.
 */
export class SingleItemReads {
  #pageItems = 0;
  #remaining = 0;

  /** @param items how many items the too large page had */
  start(items: number): void {
    this.#pageItems = items;
    this.#remaining = items;
  }

  /** How many items are still to be read one at a time. */
  get remaining(): number {
    return this.#remaining;
  }

  /** @param usual the usual size of an item, 0 if unknown */
  record(sizes: readonly number[], usual: number): void {
    const largest = Math.max(0, ...sizes);
    const isExplained = largest > 3 * usual && largest * this.#pageItems > PLANNED_BYTES;
    this.#remaining = isExplained ? 0 : Math.max(0, this.#remaining - sizes.length);
  }
}
