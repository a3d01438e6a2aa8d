/** Operators' API keys: `x-api-key`. */

import { type Clock, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { type Expression, path, when } from '../platform/dynamodb/expression.ts';
import { Table } from '../platform/dynamodb/table.ts';
import { API_KEY_PREFIX, publicId, sameDigest, secret, sha256 } from '../platform/ids.ts';

/**
 * `admin` may do everything; `command` may also read; `inject` is `command`, and calls NetBackup with the group's own NetBackup
 * API key.
 */
export type Scope = 'read' | 'command' | 'inject' | 'admin';
export const SCOPES: readonly Scope[] = ['read', 'command', 'inject', 'admin'];
/** The scopes that each scope includes. */
const INCLUDED: Readonly<Record<Scope, readonly Scope[]>> = {
  read: [],
  command: ['read'],
  inject: ['command', 'read'],
  admin: SCOPES,
};

export interface ApiKey {
  readonly keyId: string;
  /** SHA-256 of the whole key (I-6). */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  /** The groups it may see; `*` means all. */
  readonly groups: readonly string[];
  readonly description?: string;
  readonly createdAt: number;
  /** Epoch seconds. */
  readonly expiresAt?: number;
}

const SHAPE = /^nbk_([0-9a-z]{16})\.[A-Za-z0-9_-]{43}$/;

/** A new key: its text, which is shown once, and the item to store. */
export const createKey = (
  fields: Pick<ApiKey, 'scopes' | 'groups'> & Partial<Pick<ApiKey, 'description' | 'expiresAt'>>,
  now: number,
): { key: string; stored: ApiKey } => {
  const keyId = publicId();
  const key = `${API_KEY_PREFIX}${keyId}.${secret()}`;
  return { key, stored: { ...fields, keyId, hash: sha256(key), createdAt: now } };
};

export const hasScope = (key: Pick<ApiKey, 'scopes'>, scope: Scope): boolean =>
  key.scopes.some((own) => own === scope || INCLUDED[own].includes(scope));

export const maySee = (key: ApiKey, groupId: string): boolean =>
  key.groups.includes('*') || key.groups.includes(groupId);

const isNew = (): Expression => when`attribute_not_exists(${path('keyId')})`;

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
    if (!written.ok) throw new Error('A key with this id exists.');
  }

  /** The stored key for a text. Read for every request, so that a revoked key stops working at once. */
  async verify(text: string): Promise<ApiKey | undefined> {
    const keyId = SHAPE.exec(text)?.[1];
    if (!keyId) return undefined;
    const stored = await this.#table.get({ keyId }, { consistent: true });
    if (!stored || !sameDigest(stored.hash, sha256(text))) return undefined;
    const expired = stored.expiresAt !== undefined && stored.expiresAt <= seconds(this.#clock());
    return expired ? undefined : stored;
  }
}
