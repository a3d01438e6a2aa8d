import type { Clock } from '../platform/clock.ts';
import type { ConnectionsStore } from './connections-store.ts';

/** The group and endpoint of an authenticated connection. */
export interface ConnectionIdentity {
  readonly groupId: string;
  readonly endpointId: string;
}

/** Revoking a token closes its connection, so that no message arrives on it while it is cached. */
const CACHED_MS = 30_000;
const MAX_ENTRIES = 5_000;

/**
 * A cache in each execution environment, so that a NOTIFICATION needs only one AWS call. Other connections are not cached,
 * since they may become authenticated at any time.
 */
export class AuthenticatedConnections {
  readonly #connections: Pick<ConnectionsStore, 'get'>;
  readonly #clock: Clock;
  readonly #cache = new Map<string, { identity: ConnectionIdentity; until: number }>();

  constructor(connections: Pick<ConnectionsStore, 'get'>, clock: Clock) {
    this.#connections = connections;
    this.#clock = clock;
  }

  /** Undefined when the connection is not authenticated. */
  async identityOf(connectionId: string, abortSignal?: AbortSignal): Promise<ConnectionIdentity | undefined> {
    const cached = this.#cache.get(connectionId);
    if (cached && cached.until > this.#clock()) return cached.identity;
    this.#cache.delete(connectionId);
    const connection = await this.#connections.get(connectionId, abortSignal);
    if (connection?.state !== 'AUTHENTICATED' || !connection.groupId || !connection.endpointId)
      return undefined;
    const identity = { groupId: connection.groupId, endpointId: connection.endpointId };
    const oldest = this.#cache.keys().next();
    if (this.#cache.size >= MAX_ENTRIES && !oldest.done) this.#cache.delete(oldest.value);
    this.#cache.set(connectionId, { identity, until: this.#clock() + CACHED_MS });
    return identity;
  }
}
