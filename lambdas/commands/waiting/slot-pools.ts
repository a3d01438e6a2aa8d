/** How the waiting slots are divided into items of the table. Pure. */

/**
 * A pool is one item, for which DynamoDB takes 1 000 write units a second. With a hundred slots it stays at a few KB, and
 * each write at a few units. The slots of a young account are one pool.
 */
const MAX_IN_POOL = 100;

export interface SlotPool {
  readonly index: number;
  /** How many requests may wait in a pool, and how many of them for the same group. */
  readonly slots: number;
  readonly share: number;
}

/** Divided evenly: the parts differ by one at most, and add up to the whole. */
const part = (whole: number, parts: number, index: number): number =>
  Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);

/** A hash that depends only on the id. */
const hashOf = (groupId: string): number =>
  [...groupId].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 65_521, 7);

/**
 * The pools that a group may use. Their slots add up to `slots`, the group's shares to `share`: where each pool keeps its two
 * limits, the deployment keeps both.
 * @param slots at least 1
 * @param share from 1 to `slots`
 */
export const poolsFor = (groupId: string, slots: number, share: number): SlotPool[] => {
  const pools = Math.ceil(slots / MAX_IN_POOL);
  // Small shares start in different pools, so that groups do not all use the first ones. A share that is nearly everything
  // must not need more slots of a pool than the pool has.
  const shift = Math.ceil(share / pools) > Math.floor(slots / pools) ? 0 : hashOf(groupId);
  return Array.from({ length: pools }, (_, index) => ({
    index,
    slots: part(slots, pools, index),
    share: part(share, pools, (index + shift) % pools),
  })).filter((pool) => pool.share > 0);
};
