/** Operators' API keys: `x-api-key`. */

import { type Clock, HOUR_MS, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { type Expression, path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import { API_KEY_PREFIX, publicId, sameDigest, secret, sha256 } from '../platform/ids.ts';
import type { Principal } from './rights.ts';

export interface ApiKey extends Principal {
  /** SHA-256 of the whole key (I-6). */
  readonly hash: string;
  readonly description?: string;
  readonly createdAt: number;
  /** The `keyId` of the key or person that created it; missing for keys created with AWS credentials. */
  readonly createdBy?: string;
  /** Epoch ms, at most {@link USE_RECORD_INTERVAL_MS} old. */
  readonly lastUsedAt?: number;
  /** Of the index that lists keys. Keys of older versions get it at their next use. */
  readonly kind?: 'key' | undefined;
}

/** `lastUsedAt` is not written for each request. */
const USE_RECORD_INTERVAL_MS = HOUR_MS;

const SHAPE = /^nbk_([0-9a-z]{16})\.[A-Za-z0-9_-]{43}$/;

/** A new key: its text, which is shown once, and the item to store. */
export const createKey = (
  fields: Pick<ApiKey, 'scopes' | 'groups'> &
    Partial<Pick<ApiKey, 'labels' | 'addresses' | 'createdBy' | 'description' | 'expiresAt'>>,
  now: number,
  keyId = publicId(),
): { key: string; stored: ApiKey } => {
  const key = `${API_KEY_PREFIX}${keyId}.${secret()}`;
  return { key, stored: { ...fields, kind: 'key', keyId, hash: sha256(key), createdAt: now } };
};

const isNew = (): Expression => when`attribute_not_exists(${path('keyId')})`;
const exists = (): Expression => when`attribute_exists(${path('keyId')})`;

/** What a request needs of the keys. */
export type Keys = Pick<KeysStore, 'verify'>;

/** The Keys table. */
export class KeysStore {
  readonly #table: Table<ApiKey>;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  async create(key: ApiKey): Promise<void> {
    const written = await this.#table.put(key, isNew());
    // The SDK repeats a write whose response was lost, and then finds its own result.
    if (!written.ok && written.existing?.hash !== key.hash) throw new Error('A key with this id exists.');
  }

  /** Stores a key; an older one with its id becomes invalid. */
  async replace(key: ApiKey): Promise<void> {
    await this.#table.put(key);
  }

  /** The stored key for a text. Read for every request, so that a revoked key stops working at once. */
  async verify(text: string): Promise<ApiKey | undefined> {
    const keyId = SHAPE.exec(text)?.[1];
    if (!keyId) return undefined;
    const stored = await this.#table.get({ keyId }, { consistent: true });
    return this.#used(stored, sha256(text));
  }

  /** The key of a session. Undefined if it was revoked, has expired, or another one has its id. @param hash at sign-in */
  async stillValid(keyId: string, hash: string): Promise<ApiKey | undefined> {
    return this.#used(await this.get(keyId), hash);
  }

  /** The stored key with this id, valid or expired. */
  get(keyId: string): Promise<ApiKey | undefined> {
    return this.#table.get({ keyId }, { consistent: true });
  }

  /** In the order of their ids. */
  list(limit: number, startAfter?: Key): Promise<Page<Pick<ApiKey, 'keyId'>>> {
    return this.#table.query({ index: 'all', key: when`${path('kind')} = ${'key'}`, limit, startAfter });
  }

  /** In no order; those that are gone are left out. */
  getMany(keyIds: readonly string[]): Promise<ApiKey[]> {
    const keys = keyIds.map((keyId) => ({ keyId }));
    return this.#table.getMany(keys, { consistent: true });
  }

  /** From then on it is refused, since every request reads its key. */
  async revoke(keyId: string): Promise<void> {
    await this.#table.delete({ keyId });
  }

  async #used(stored: ApiKey | undefined, hash: string): Promise<ApiKey | undefined> {
    if (!stored || !sameDigest(stored.hash, hash)) return undefined;
    const now = this.#clock();
    if (stored.expiresAt !== undefined && stored.expiresAt <= seconds(now)) return undefined;
    await this.#markUsed(stored, now);
    return stored;
  }

  async #markUsed({ keyId, kind, lastUsedAt = 0 }: ApiKey, now: number): Promise<void> {
    if (kind === 'key' && lastUsedAt > now - USE_RECORD_INTERVAL_MS) return;
    // Only a hint for people: its failure must not refuse the request.
    await this.#table.update({ keyId }, { set: { kind: 'key', lastUsedAt: now } }, exists()).catch(() => {});
  }
}
