/**
 * Requests that wait for an answer hold one of the account's concurrent executions. So there is a fixed number of places
 * for them in the whole deployment, and no group gets more than its share of these: its slow calls leave room for others.
 *
 * A conditional write sees one item. For both bounds to be exact, with one write to enter and one to leave, everybody who
 * waits is noted in one item: in a set of all, and in a set of the group's. Sets also make each write safe to repeat. With
 * an item for each place, a group either finds its own places taken by others while different ones are free, or it takes
 * a transaction over two items, at four times the price.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { joined, path, when } from '../../platform/dynamodb/expression.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { type Room, roomsOf } from './rooms.ts';

type GroupSet = `group/${string}`;

/** A room as stored. A set holds the names of those who wait. */
interface StoredRoom {
  readonly room: string;
  readonly everybody?: ReadonlySet<string>;
  readonly [group: GroupSet]: ReadonlySet<string> | undefined;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** A place that was had; give it back with {@link WaitingPlaces.leave}. */
export interface Place {
  readonly groupId: string;
  readonly room: string;
  readonly holder: string;
}

/** Whose places are all taken: the group's, or the deployment's. */
export type Full = 'group' | 'deployment';
export type Entered =
  | { readonly ok: true; readonly place: Place }
  | { readonly ok: false; readonly full: Full; readonly limit: number };

export interface Limits {
  readonly places: number;
  /** Of these, for one group at a time. */
  readonly share: number;
}

const roomKey = (index: number): string => `room-${index}`;
/** Names of attributes are paths to us, with dots between the names; no group id holds a slash. */
const setOf = (groupId: string): GroupSet => `group/${groupId.replaceAll('.', '/')}`;
const groupSetsOf = (stored: StoredRoom) =>
  (Object.keys(stored) as (keyof StoredRoom)[]).filter((name): name is GroupSet => name.startsWith('group/'));

/** A holder's name says until when its place is held (epoch ms). */
const holderUntil = (until: number): string => `${until}-${randomBytes(6).toString('base64url')}`;
const isOver = (holder: string, now: number): boolean => Number(holder.split('-', 1)[0]) <= now;

const sizeBelow = (set: string, most: number) =>
  when`attribute_not_exists(${path(set)}) OR size(${path(set)}) < ${most}`;

const inBoth = (groupId: string, holder: string) => {
  const one = new Set([holder]);
  return { everybody: one, [setOf(groupId)]: one };
};

/** Of a room that refused: should both bounds be reached, the group's, which would still hold after others have left. */
const whoseFull = (stored: StoredRoom, { share }: Room, groupId: string): Full =>
  (stored[setOf(groupId)]?.size ?? 0) >= share ? 'group' : 'deployment';

/** The WaitingPlaces table. */
export class WaitingPlaces {
  readonly #table: Table<StoredRoom>;
  readonly #limits: Limits;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, limits: Limits, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#limits = limits;
    this.#clock = clock;
  }

  /** A place until `until` (epoch ms), or which limit is reached. */
  async enter(groupId: string, until: number): Promise<Entered> {
    const { places, share } = this.#limits;
    const rooms = roomsOf(groupId, places, share);
    const first = randomInt(rooms.length);
    const reasons: Full[] = [];
    for (const room of [...rooms.slice(first), ...rooms.slice(0, first)]) {
      const holder = holderUntil(until);
      const full = await this.#enterRoom(room, groupId, holder);
      if (!full) return { ok: true, place: { groupId, room: roomKey(room.index), holder } };
      reasons.push(full);
    }
    return reasons.every((reason) => reason === 'group')
      ? { ok: false, full: 'group', limit: share }
      : { ok: false, full: 'deployment', limit: places };
  }

  /** Safe to repeat, and harmless when its time was over. */
  async leave({ groupId, room, holder }: Place): Promise<void> {
    await this.#table.update({ room }, { take: inBoth(groupId, holder) });
  }

  /** Undefined when it entered. Who died in there without leaving is shown out when his time is over. */
  async #enterRoom(room: Room, groupId: string, holder: string): Promise<Full | undefined> {
    const refused = await this.#take(room, groupId, holder);
    if (!refused) return undefined;
    if (!(await this.#showOut(refused))) return whoseFull(refused, room, groupId);
    const again = await this.#take(room, groupId, holder);
    return again && whoseFull(again, room, groupId);
  }

  /** Enters if neither bound is reached; otherwise answers who is in there. */
  async #take({ index, places, share }: Room, groupId: string, holder: string) {
    const expiresAt = seconds(this.#clock() + DAY_MS);
    const change = { set: { expiresAt }, add: inBoth(groupId, holder) };
    const fits = joined('AND', [sizeBelow('everybody', places), sizeBelow(setOf(groupId), share)]);
    const written = await this.#table.update({ room: roomKey(index) }, change, fits);
    if (written.ok) return undefined;
    const { existing } = written;
    if (!existing) throw new Error('DynamoDB refused a write without saying what was there.');
    // The SDK's second try finds the first one's own write.
    return existing.everybody?.has(holder) ? undefined : existing;
  }

  /** Takes out those whose time is over. `false` when there is none. */
  async #showOut(stored: StoredRoom): Promise<boolean> {
    const now = this.#clock();
    const over = new Set([...(stored.everybody ?? [])].filter((holder) => isOver(holder, now)));
    if (over.size === 0) return false;
    const theirs = groupSetsOf(stored).filter((name) =>
      [...(stored[name] ?? [])].some((one) => over.has(one)),
    );
    const take = { everybody: over, ...Object.fromEntries(theirs.map((name) => [name, over])) };
    await this.#table.update({ room: stored.room }, { take }, when`attribute_exists(${path('room')})`);
    return true;
  }
}
