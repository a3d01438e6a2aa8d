/** How the places for requests that wait are divided into items of the table. Pure. */

/**
 * A room is one item, for which DynamoDB takes 1 000 write units a second. With a hundred places it stays at a few KB, and
 * each write at a few units. The places of a young account are one room.
 */
const MAX_IN_ROOM = 100;

export interface Room {
  readonly index: number;
  /** How many may wait in it, and how many of them for the same group. */
  readonly places: number;
  readonly share: number;
}

/** Divided evenly: the parts differ by one at most, and are the whole together. */
const part = (whole: number, parts: number, index: number): number =>
  Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);

/** Any spread that depends on the id alone. */
const spreadOf = (groupId: string): number =>
  [...groupId].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 65_521, 7);

/**
 * The rooms that a group may use. Their places together are `places`, its shares together `share`: where every room keeps
 * its own two bounds, the deployment keeps both.
 * @param places at least 1
 * @param share from 1 to `places`
 */
export const roomsOf = (groupId: string, places: number, share: number): Room[] => {
  const rooms = Math.ceil(places / MAX_IN_ROOM);
  // Small shares begin in different rooms, or those that all groups share would be the first ones. A share that is nearly
  // everything must not ask a room for one more than it has.
  const shift = Math.ceil(share / rooms) > Math.floor(places / rooms) ? 0 : spreadOf(groupId);
  return Array.from({ length: rooms }, (_, index) => ({
    index,
    places: part(places, rooms, index),
    share: part(share, rooms, (index + shift) % rooms),
  })).filter((room) => room.share > 0);
};
