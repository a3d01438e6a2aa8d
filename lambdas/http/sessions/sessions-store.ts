/** Sessions of the console: items of the Keys table beside the API keys. */
import { type Clock, HOUR_MS, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { type Page, Table } from '../../platform/dynamodb/table.ts';
import { publicId, sameDigest, secret, sha256 } from '../../platform/ids.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { KeysStore } from '../keys-store.ts';
import type { Principal } from '../rights.ts';
import { sessionIdIn } from './session-cookie.ts';

export interface Session {
  /** The session's id: longer than that of an API key, so that the two cannot be confused. */
  readonly keyId: string;
  /** The partition of the index. */
  readonly kind: 'session';
  /** SHA-256 of the cookie's value (I-6). */
  readonly hash: string;
  /** The `keyId` of the principal: that of an API key, or `oidc:` and the name of a person. */
  readonly owner: string;
  /** The name that the person sees. */
  readonly name: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** For an API key: its hash. Its rights are read at each request. */
  readonly keyHash?: string;
  /** For a person: the provider, and the rights at sign-in. */
  readonly person?: { readonly issuer: string; readonly principal: Principal };
  readonly sourceIp?: string;
  readonly userAgent?: string;
}

/** Who signs in. */
export type NewSession = Pick<Session, 'name' | 'keyHash' | 'person' | 'sourceIp' | 'userAgent'> & {
  readonly principal: Principal;
};

const LIFETIME_MS = 8 * HOUR_MS;
const MAX_USER_AGENT = 200;

/** The prefix of an owner's sessions in the index. */
const placeOf = (owner: string): string => sha256(owner).slice(0, 16);

export interface SessionsContext {
  readonly keys: Pick<KeysStore, 'stillValid'>;
  /** The issuer of the setting `oidc`. Sessions of people of another provider have ended. */
  readonly issuer: string | undefined;
}

/** The part of the store that a request uses. */
export type Sessions = Pick<SessionsStore, 'principalOf'>;

export class SessionsStore {
  readonly #table: Table<Session>;
  readonly #context: SessionsContext;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, context: SessionsContext, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#context = context;
    this.#clock = clock;
  }

  /** @returns the value of the cookie, which is not stored, and the session */
  async create({ principal, ...fields }: NewSession): Promise<{ value: string; session: Session }> {
    const now = this.#clock();
    const keyId = `${placeOf(principal.keyId)}${publicId()}`;
    const value = `${keyId}.${secret()}`;
    const session: Session = {
      ...omitUndefined({ ...fields, userAgent: fields.userAgent?.slice(0, MAX_USER_AGENT) }),
      keyId,
      kind: 'session',
      hash: sha256(value),
      owner: principal.keyId,
      createdAt: now,
      expiresAt: Math.min(seconds(now + LIFETIME_MS), principal.expiresAt ?? Number.POSITIVE_INFINITY),
    };
    await this.#table.put(session);
    return { value, session };
  }

  /** The principal of a cookie. Read for every request, with the key that signed in: revoking the key ends its sessions. */
  async principalOf(value: string): Promise<Principal | undefined> {
    const keyId = sessionIdIn(value);
    const stored = keyId === undefined ? undefined : await this.get(keyId);
    if (!stored || !sameDigest(stored.hash, sha256(value))) return undefined;
    const { owner, keyHash, person } = stored;
    if (keyHash !== undefined) return this.#context.keys.stillValid(owner, keyHash);
    return person?.issuer === this.#context.issuer ? person?.principal : undefined;
  }

  /** The session; undefined if it has expired. */
  async get(sessionId: string): Promise<Session | undefined> {
    const stored = await this.#table.get({ keyId: sessionId }, { consistent: true });
    return stored && this.#isCurrent(stored) ? stored : undefined;
  }

  async end(sessionId: string): Promise<void> {
    await this.#table.delete({ keyId: sessionId });
  }

  /** Sessions in the order of their ids. @param owner only the sessions of one principal */
  async list(limit: number, startAfter?: Key, owner?: string): Promise<Page<Session>> {
    const kind = when`${path('kind')} = ${'session'}`;
    const place = placeOf(owner ?? '');
    const own = when`${path('kind')} = ${'session'} AND ${path('keyId')} BETWEEN ${place} AND ${`${place}~`}`;
    // DynamoDB refuses a start outside of the range.
    if (owner !== undefined && startAfter && !String(startAfter['keyId']).startsWith(place))
      return { items: [] };
    const page = await this.#table.query({
      index: 'all',
      key: owner === undefined ? kind : own,
      limit,
      startAfter,
    });
    const keys = page.items.map(({ keyId }) => ({ keyId }));
    const items = (await this.#table.getMany(keys, { consistent: true }))
      .filter((session) => this.#isCurrent(session))
      .sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
    return { ...page, items };
  }

  #isCurrent({ kind, expiresAt }: Session): boolean {
    return kind === 'session' && expiresAt > seconds(this.#clock());
  }
}
