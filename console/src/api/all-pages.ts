/** A list that is read as a whole, up to a bound. */
import type { Page } from './pages.ts';

export interface WholeList<T> {
  readonly items: readonly T[];
  /** False if there is more than was read. */
  readonly isWhole: boolean;
}

const MAX_PAGES = 10;

export const allPages = async <T>(
  load: (cursor: string | undefined) => Promise<Page<T>>,
): Promise<WholeList<T>> => {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let read = 0; read < MAX_PAGES; read += 1) {
    const page = await load(cursor);
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) return { items, isWhole: true };
  }
  return { items, isWhole: false };
};
