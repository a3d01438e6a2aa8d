/** Sizes of items in bytes, decided by a seed and the item's place alone: whoever asks again sees the same list. */

/** @param key names the list and the seed; @param index the item's place in the list, from 0 */
export type Size = (key: string, index: number) => number;

export const KB = 1024;

/** 0 up to 2^32, as good as random, the same for the same text. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};
const shareOf = (text: string): number => hashOf(text) / 2 ** 32;

export const all =
  (bytes: number): Size =>
  () =>
    bytes;

export const between =
  (low: number, high: number): Size =>
  (key, index) =>
    Math.round(low + shareOf(`${key}/${index}`) * (high - low));

/** Most items have one size, the given share (0 to 1) of them another: the mean says little about the next page. */
export const mixed =
  (usual: Size, share: number, rare: Size): Size =>
  (key, index) =>
    (shareOf(`${key}?${index}`) < share ? rare : usual)(key, index);

/** From `low` to `high` over `over` items: what the first pages say is wrong for the next. */
export const growing =
  (low: number, high: number, over: number): Size =>
  (_, index) =>
    Math.round(low + (Math.min(index, over) / over) * (high - low));

/** One item has a size of its own, for instance more than the channel carries. */
export const withOne =
  (usual: Size, place: number, bytes: number): Size =>
  (key, index) =>
    index === place ? bytes : usual(key, index);
