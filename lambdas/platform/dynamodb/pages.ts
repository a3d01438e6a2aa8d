import type { Key } from './requests.ts';
import type { Page } from './table.ts';

/** The items of all pages. A page is read when the one before is done with. */
export async function* allPages<T>(
  read: (startAfter: Key | undefined) => Promise<Page<T>>,
): AsyncGenerator<readonly T[], void> {
  let startAfter: Key | undefined;
  do {
    const { items, lastKey } = await read(startAfter);
    yield items;
    startAfter = lastKey;
  } while (startAfter);
}
