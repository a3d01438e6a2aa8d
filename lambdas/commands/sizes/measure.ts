/** What a response shows about the size of the next one. Pure. */
import { memberOf, textOf } from '../../platform/json-text.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { utf8Bytes } from '../../protocol/limits.ts';
import { isOffsetStyle, type ListPage, readPage } from './list-page.ts';

export interface Measured {
  /** Bytes on the socket: of each item of a list, or of the whole response if it is not a list. */
  readonly sizes: readonly number[];
  /** For a list: its style of paging, and how many items it returns in one page. */
  readonly list?: { readonly style: ListStyle; readonly limit?: number };
}
export type ListStyle = 'offset' | 'cursor';

/** The most bytes that `meta` and `links` of a page have. Anything above this is counted as part of the items. */
const PAGE_FRAME_BYTES = 2048;

/** The size of each item with its share of `included`, escaped as NetBackup does. */
const itemSizes = ({ text, root, items }: ListPage, messageBytes: number): number[] => {
  if (items.length === 0) return [];
  const escaped = messageBytes / Math.max(1, utf8Bytes(text));
  const own = items.map((item) => utf8Bytes(textOf(text, item)) * escaped);
  const itemBytes = own.reduce((sum, size) => sum + size, 0);
  const included = memberOf(root, 'included');
  const includedBytes = included ? utf8Bytes(textOf(text, included)) * escaped : 0;
  const rest = Math.max(0, messageBytes - itemBytes - includedBytes - PAGE_FRAME_BYTES);
  const share = (includedBytes + rest) / items.length;
  return own.map((size) => Math.ceil(size + share));
};

export const measurePage = (page: ListPage, messageBytes: number): Measured => {
  const { limit } = page.pagination;
  const style = isOffsetStyle(page) ? 'offset' : 'cursor';
  const isWhole = typeof limit === 'number' && Number.isInteger(limit) && limit > 0;
  return {
    sizes: itemSizes(page, messageBytes),
    list: { style, ...omitUndefined({ limit: isWhole ? limit : undefined }) },
  };
};

/** @param messageBytes of the COMMAND RESPONSE that carried the body */
export const measureResponse = (body: string, messageBytes: number): Measured => {
  const page = readPage(body);
  return page ? measurePage(page, messageBytes) : { sizes: [messageBytes] };
};
