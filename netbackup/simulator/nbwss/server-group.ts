import type { Message } from '../../wire/codec.ts';
import { Connection, type ConnectionOwner, type Violation } from './connection.ts';
import type { ConnectionContext } from './context.ts';
import { Delivery, type DeliveryListener } from './delivery.ts';
import type { EndpointStore, StoredEndpoint } from './endpoint-store.ts';
import type { Executor } from './executor.ts';

/** The events of a server group. */
export interface ServerGroupListener extends DeliveryListener {
  connecting(endpoint: StoredEndpoint): void;
  established(connection: Connection): void;
  received(connection: Connection, message: Message): void;
  violated(connection: Connection, violation: Violation): void;
  ended(connection: Connection, code: number, reason: string): void;
}

/** One server group: at most one connection (CON-4), its endpoints tried by priority (GRP-1), no fail-back (GRP-2). */
export class ServerGroup implements ConnectionOwner {
  readonly groupId: string;
  readonly delivery: Delivery;
  readonly #context: ConnectionContext;
  readonly #store: EndpointStore;
  readonly #listener: ServerGroupListener;
  #connection: Connection | undefined;
  /** The remaining endpoints of this connection run. */
  #untried: StoredEndpoint[] = [];

  constructor(
    groupId: string,
    context: ConnectionContext,
    store: EndpointStore,
    executor: Executor,
    listener: ServerGroupListener,
  ) {
    this.groupId = groupId;
    this.#context = context;
    this.#store = store;
    this.#listener = listener;
    this.delivery = new Delivery(context, executor, listener);
  }

  /** The open connection, or the one that is being opened. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** One connection run (PRP-7, GRP-4): closes a deleted or deactivated endpoint's connection [assumed], or connects. */
  run(): void {
    const current = this.#connection;
    if (current) {
      if (!this.#store.has(current.endpoint)) current.close(1000, 'the endpoint was deleted (GRP-4)');
      else if (current.endpoint.state === 'DEACTIVATED') current.close(1000, 'the endpoint was deactivated');
      return;
    }
    this.#untried = this.#store.inOrder(this.groupId).filter((endpoint) => this.#isEligible(endpoint));
    this.#tryNext();
  }

  /** Closes the connection; unacknowledged notifications are kept (NOT-5). */
  shutDown(code: number, reason: string): void {
    this.#untried = [];
    this.delivery.reset();
    this.#connection?.close(code, reason);
  }

  established(connection: Connection): void {
    this.#untried = [];
    connection.endpoint.connectionState = 'CONNECTED';
    this.delivery.attach(connection);
    this.#listener.established(connection);
  }

  received(connection: Connection, message: Message): void {
    this.#listener.received(connection, message);
  }

  violated(connection: Connection, violation: Violation): void {
    this.#listener.violated(connection, violation);
  }

  ended(connection: Connection, code: number, reason: string): void {
    this.#connection = undefined;
    connection.endpoint.connectionState = 'DISCONNECTED';
    this.delivery.detach();
    this.#listener.ended(connection, code, reason);
    this.#tryNext();
  }

  #isEligible(endpoint: StoredEndpoint): boolean {
    if (endpoint.state !== 'ACTIVATED') return false;
    return !(endpoint.refused && this.#context.assumptions.afterInvalid === 'give-up');
  }

  #tryNext(): void {
    const endpoint = this.#untried.shift();
    if (!endpoint) return;
    this.#listener.connecting(endpoint);
    this.#connection = new Connection(endpoint, this.#context, this);
  }
}
