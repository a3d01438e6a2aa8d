/** Operators' API keys: `x-api-key`. */

import { type Clock, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { Table } from '../platform/dynamodb/table.ts';
import { API_KEY_PREFIX, publicId, sameDigest, secret, sha256 } from '../platform/ids.ts';

/**
 * `admin` may do everything; `command` may also read; `inject` is `command` with the right to have the group's own NetBackup
 * API key put in place of ours.
 */
export type Scope = 'read' | 'command' | 'inject' | 'admin';
export const SCOPES: readonly Scope[] = ['read', 'command', 'inject', 'admin'];
/** What each scope brings along. */
const IMPLIES: Readonly<Record<Scope, readonly Scope[]>> = {
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
  /** The groups it may see; `*` stands for all. */
  readonly groups: readonly string[];
  readonly description?: string;
  readonly createdAt: number;
  /** Epoch seconds. */
  readonly expiresAt?: number;
}

const SHAPE = /^nbk_([0-9a-z]{16})\.[A-Za-z0-9_-]{43}$/;

/** A new key: the text that is shown once, and what to store. */
export const createKey = (
  fields: Pick<ApiKey, 'scopes' | 'groups'> & Partial<Pick<ApiKey, 'description' | 'expiresAt'>>,
  now: number,
): { key: string; stored: ApiKey } => {
  const keyId = publicId();
  const key = `${API_KEY_PREFIX}${keyId}.${secret()}`;
  return { key, stored: { ...fields, keyId, hash: sha256(key), createdAt: now } };
};

export const hasScope = (key: ApiKey, scope: Scope): boolean =>
  key.scopes.some((own) => own === scope || IMPLIES[own].includes(scope));

export const maySee = (key: ApiKey, groupId: string): boolean =>
  key.groups.includes('*') || key.groups.includes(groupId);

/** The Keys table. */
export class KeysStore {
  readonly #table: Table<ApiKey>;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  async create(key: ApiKey): Promise<void> {
    const written = await this.#table.put(key, when`attribute_not_exists(${path('keyId')})`);
    if (!written.ok) throw new Error('A key with this id exists.');
  }

  /** The stored key that a text is. Read anew for every request, so that revoking one works at once. */
  async verify(text: string): Promise<ApiKey | undefined> {
    const keyId = SHAPE.exec(text)?.[1];
    if (!keyId) return undefined;
    const stored = await this.#table.get({ keyId }, { consistent: true });
    if (!stored || !sameDigest(stored.hash, sha256(text))) return undefined;
    const expired = stored.expiresAt !== undefined && stored.expiresAt <= seconds(this.#clock());
    return expired ? undefined : stored;
  }
}
