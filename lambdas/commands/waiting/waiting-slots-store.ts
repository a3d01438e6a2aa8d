/**
 * A request that waits for a response holds one of the account's concurrent executions. So the deployment has a fixed number of
 * slots for them, and no group gets more than its share: slow calls of one group leave slots for others.
 *
 * A condition sees one item. For both limits to be exact, with one write to acquire and one to release, an item (a pool) holds
 * the names of all holders in a set, and those of each group in another. Sets also make each write safe to repeat. With an item
 * for each slot, a group either finds its own slots taken by others while different ones are free, or needs a transaction
 * over two items, at four times the price.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { allOf, path, when } from '../../platform/dynamodb/expression.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { poolsFor, type SlotPool } from './slot-pools.ts';

type GroupSet = `group/${string}`;

/** A pool as stored (`room` is its key): the holders of all its slots, and those of each group. */
interface StoredPool {
  readonly room: string;
  readonly everybody?: ReadonlySet<string>;
  readonly [group: GroupSet]: ReadonlySet<string> | undefined;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** An acquired slot; give it back with {@link WaitingSlots.release}. */
export interface WaitingSlot {
  readonly groupId: string;
  readonly pool: string;
  readonly holder: string;
}

/** The limit that is reached: the group's or the deployment's. */
export type WaitingLimit = 'group' | 'deployment';
export type AcquiredSlot =
  | { readonly ok: true; readonly slot: WaitingSlot }
  | { readonly ok: false; readonly limit: WaitingLimit; readonly max: number };

export interface SlotLimits {
  readonly slots: number;
  /** The most slots of one group. */
  readonly share: number;
}

const poolKey = (index: number): string => `room-${index}`;
/** The expressions take a dot as a separator of path segments; no group id holds a slash. */
const setOf = (groupId: string): GroupSet => `group/${groupId.replaceAll('.', '/')}`;
const groupSetsOf = (stored: StoredPool) =>
  (Object.keys(stored) as (keyof StoredPool)[]).filter((name): name is GroupSet => name.startsWith('group/'));

/** A holder's name begins with the time (epoch ms) at which its slot expires. */
const holderUntil = (until: number): string => `${until}-${randomBytes(6).toString('base64url')}`;
const isExpired = (holder: string, now: number): boolean => Number(holder.split('-', 1)[0]) <= now;

const sizeBelow = (set: string, max: number) =>
  when`attribute_not_exists(${path(set)}) OR size(${path(set)}) < ${max}`;
const hasFreeSlot = ({ slots, share }: SlotPool, groupId: string) =>
  allOf(sizeBelow('everybody', slots), sizeBelow(setOf(groupId), share));
const poolExists = () => when`attribute_exists(${path('room')})`;

const inBothSets = (groupId: string, holder: string) => {
  const holders = new Set([holder]);
  return { everybody: holders, [setOf(groupId)]: holders };
};

/** Where both limits of a pool are reached, the result is the group's: it would still hold after other groups release slots. */
const reachedLimit = (stored: StoredPool, { share }: SlotPool, groupId: string): WaitingLimit =>
  (stored[setOf(groupId)]?.size ?? 0) >= share ? 'group' : 'deployment';

/** The WaitingPlaces table. */
export class WaitingSlots {
  readonly #table: Table<StoredPool>;
  readonly #limits: SlotLimits;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, limits: SlotLimits, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#limits = limits;
    this.#clock = clock;
  }

  /** A slot until `until` (epoch ms), or which limit is reached. */
  async acquire(groupId: string, until: number): Promise<AcquiredSlot> {
    const { slots, share } = this.#limits;
    const pools = poolsFor(groupId, slots, share);
    const first = randomInt(pools.length);
    const reached: WaitingLimit[] = [];
    for (const pool of [...pools.slice(first), ...pools.slice(0, first)]) {
      const holder = holderUntil(until);
      const limit = await this.#acquireIn(pool, groupId, holder);
      if (!limit) return { ok: true, slot: { groupId, pool: poolKey(pool.index), holder } };
      reached.push(limit);
    }
    return reached.every((limit) => limit === 'group')
      ? { ok: false, limit: 'group', max: share }
      : { ok: false, limit: 'deployment', max: slots };
  }

  /** Safe to repeat, and harmless after the slot has expired. */
  async release({ groupId, pool, holder }: WaitingSlot): Promise<void> {
    await this.#table.update({ room: pool }, { take: inBothSets(groupId, holder) });
  }

  /** The limit that is reached, or undefined when the slot was acquired. Also frees the slots of killed functions. */
  async #acquireIn(pool: SlotPool, groupId: string, holder: string): Promise<WaitingLimit | undefined> {
    const full = await this.#add(pool, groupId, holder);
    if (!full) return undefined;
    if (!(await this.#removeExpired(full))) return reachedLimit(full, pool, groupId);
    const stillFull = await this.#add(pool, groupId, holder);
    return stillFull && reachedLimit(stillFull, pool, groupId);
  }

  /** Adds a holder if both limits allow it; otherwise returns the pool as it is stored. */
  async #add(pool: SlotPool, groupId: string, holder: string): Promise<StoredPool | undefined> {
    const expiresAt = seconds(this.#clock() + DAY_MS);
    const change = { set: { expiresAt }, add: inBothSets(groupId, holder) };
    const written = await this.#table.update(
      { room: poolKey(pool.index) },
      change,
      hasFreeSlot(pool, groupId),
    );
    if (written.ok) return undefined;
    const { existing } = written;
    if (!existing) throw new Error('DynamoDB refused a conditional write without returning the item.');
    // A retry of the SDK finds the write of the first try.
    return existing.everybody?.has(holder) ? undefined : existing;
  }

  /** Removes expired holders. `false` when there are none. */
  async #removeExpired(stored: StoredPool): Promise<boolean> {
    const now = this.#clock();
    const expired = new Set([...(stored.everybody ?? [])].filter((holder) => isExpired(holder, now)));
    if (expired.size === 0) return false;
    const sets = groupSetsOf(stored).filter((name) =>
      [...(stored[name] ?? [])].some((one) => expired.has(one)),
    );
    const take = { everybody: expired, ...Object.fromEntries(sets.map((name) => [name, expired])) };
    await this.#table.update({ room: stored.room }, { take }, poolExists());
    return true;
  }
}
