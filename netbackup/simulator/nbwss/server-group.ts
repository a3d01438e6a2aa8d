import type { Message } from '../../wire/codec.ts';
import { Connection, type ConnectionOwner, type Violation } from './connection.ts';
import type { ConnectionContext } from './context.ts';
import { Delivery, type DeliveryListener } from './delivery.ts';
import type { EndpointStore, StoredEndpoint } from './endpoint-store.ts';
import type { Executor } from './executor.ts';

/** What a server group tells. */
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
  /** Endpoints that this connection run has yet to try. */
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

  /** The live connection or the one that is being made. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** One connection run (PRP-7, GRP-4): drops what is gone or deactivated [assumed], connects if nothing is. */
  run(): void {
    const current = this.#connection;
    if (current) {
      if (!this.#store.has(current.endpoint)) current.close(1000, 'the endpoint was deleted (GRP-4)');
      else if (current.endpoint.state === 'DEACTIVATED') current.close(1000, 'the endpoint was deactivated');
      return;
    }
    this.#untried = this.#store.inOrder(this.groupId).filter((endpoint) => this.#mayTry(endpoint));
    this.#tryNext();
  }

  /** Closes the connection and forgets what is in flight; the notifications stay (NOT-5). */
  shutDown(code: number, reason: string): void {
    this.#untried = [];
    this.delivery.forget();
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

  #mayTry(endpoint: StoredEndpoint): boolean {
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
