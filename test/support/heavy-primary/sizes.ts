/** Sizes of items in bytes. They depend on the seed and the item's index only, so a list is always the same. */

/** @param key names the list and the seed; @param index the item's index in the list */
export type Size = (key: string, index: number) => number;

export const KB = 1024;

/** A pseudo-random number from 0 to 2^32, the same for the same text. */
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

/** Most items have one size, a share (0 to 1) of them another, so the mean is a bad prediction. */
export const mixed =
  (usual: Size, share: number, rare: Size): Size =>
  (key, index) =>
    (shareOf(`${key}?${index}`) < share ? rare : usual)(key, index);

/** From `low` to `high` over `over` items, so the first pages are a bad prediction. */
export const growing =
  (low: number, high: number, over: number): Size =>
  (_, index) =>
    Math.round(low + (Math.min(index, over) / over) * (high - low));

/** One item has a different size, for instance larger than a message. */
export const withOne =
  (usual: Size, place: number, bytes: number): Size =>
  (key, index) =>
    index === place ? bytes : usual(key, index);
