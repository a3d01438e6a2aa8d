/** Connections that are not authenticated: the first message that is not a CONNECT closes them. */
import type { GatewayEvent } from '../platform/gateway/events.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import type { Detail, Log } from '../platform/logger.ts';
import type { AuthenticatedConnections } from './authenticated-connections.ts';
import type { ConnectionsStore } from './connections-store.ts';

export interface RejectContext {
  readonly connections: Pick<ConnectionsStore, 'rejectOnce'>;
  readonly gateway: Pick<Gateway, 'post' | 'close'>;
  readonly log: Log;
}

const MAX_ENTRIES = 5_000;

/**
 * Closes connections, and remembers them in each execution environment: messages that still arrive on them need no AWS call and
 * write no log line. A closed connection cannot become authenticated, so nothing has to be forgotten.
 */
export class UnauthenticatedConnections {
  readonly #context: RejectContext;
  readonly #closed = new Set<string>();

  constructor(context: RejectContext) {
    this.#context = context;
  }

  /** Whether a message on this connection needs no handling. */
  isClosed(connectionId: string): boolean {
    return this.#closed.has(connectionId);
  }

  /**
   * Closes a connection, unless it has become authenticated meanwhile.
   * @param beforeClose runs once for each connection, in the execution environment that was first
   */
  async close(connectionId: string, beforeClose: () => Promise<void> = async () => {}): Promise<void> {
    const { connections, gateway, log } = this.#context;
    const result = await connections.rejectOnce(connectionId);
    if (result === 'authenticated') return;
    const [oldest] = this.#closed;
    if (this.#closed.size >= MAX_ENTRIES && oldest !== undefined) this.#closed.delete(oldest);
    this.#closed.add(connectionId);
    if (result === 'repeated') return;
    await beforeClose();
    try {
      await gateway.close(connectionId, 'rejected');
    } catch (error) {
      // The sweep closes it within a minute.
      log.error('close-failed', error, { connectionId, reason: 'rejected' });
    }
  }

  /**
   * Handles a message that is not a CONNECT.
   * @param code of the log line
   * @param response is sent before the connection is closed
   */
  reject(event: GatewayEvent, code: string, detail: Detail = {}, response?: string): Promise<void> {
    const { gateway, log } = this.#context;
    const { connectionId, sourceIp } = event;
    return this.close(connectionId, async () => {
      log.warn(code, { ...detail, connectionId, sourceIp });
      if (response !== undefined) await gateway.post(connectionId, response);
    });
  }
}

export interface MalformedContext {
  readonly authenticated: Pick<AuthenticatedConnections, 'identityOf'>;
  readonly unauthenticated: Pick<UnauthenticatedConnections, 'reject'>;
  readonly log: Log;
}

/** Handles a message that gets no response (ENV-5): it is logged, and closes a connection that is not authenticated. */
export const rejectMalformed = async (
  { authenticated, unauthenticated, log }: MalformedContext,
  event: GatewayEvent,
  detail: { readonly reason: string; readonly route: string },
): Promise<void> => {
  const { connectionId, sourceIp } = event;
  const sender = await authenticated.identityOf(connectionId);
  if (!sender) return unauthenticated.reject(event, 'malformed-before-connect', detail);
  log.warn('message-malformed', { ...detail, connectionId, groupId: sender.groupId, sourceIp });
};
