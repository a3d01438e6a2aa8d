import type { Clock } from '../platform/clock.ts';
import type { ConnectionsStore } from './connections-store.ts';

/** Whose messages a connection carries. */
export interface Sender {
  readonly groupId: string;
  readonly endpointId: string;
}

/** How long an answer may be used again. A revoked token closes its connection, so a stale entry outlives nothing. */
const FRESH_MS = 30_000;
const MAX_ENTRIES = 5_000;

/**
 * Who speaks on a connection, remembered within one execution environment, so that a NOTIFICATION costs one AWS call when
 * warm. Only what is authenticated is remembered: a connection that is not may become so at any moment.
 */
export class AuthenticatedConnections {
  readonly #connections: Pick<ConnectionsStore, 'get'>;
  readonly #clock: Clock;
  readonly #known = new Map<string, { sender: Sender; until: number }>();

  constructor(connections: Pick<ConnectionsStore, 'get'>, clock: Clock) {
    this.#connections = connections;
    this.#clock = clock;
  }

  /** The sender, or undefined when the connection is not authenticated. */
  async senderOf(connectionId: string, abortSignal?: AbortSignal): Promise<Sender | undefined> {
    const known = this.#known.get(connectionId);
    if (known && known.until > this.#clock()) return known.sender;
    this.#known.delete(connectionId);
    const connection = await this.#connections.get(connectionId, abortSignal);
    if (connection?.state !== 'AUTHENTICATED' || !connection.groupId || !connection.endpointId)
      return undefined;
    const sender = { groupId: connection.groupId, endpointId: connection.endpointId };
    this.#remember(connectionId, sender);
    return sender;
  }

  #remember(connectionId: string, sender: Sender): void {
    const oldest = this.#known.keys().next();
    if (this.#known.size >= MAX_ENTRIES && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(connectionId, { sender, until: this.#clock() + FRESH_MS });
  }
}
