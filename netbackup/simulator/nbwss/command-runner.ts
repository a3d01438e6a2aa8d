import { omitUndefined } from '../../omit-undefined.ts';
import type { CommandRequest, CommandResponse, Message } from '../../wire/codec.ts';
import type { Clock } from '../clock.ts';
import type { LedgerEntry, RestAnswer, RestBackend } from '../rest/types.ts';
import type { Connection } from './connection.ts';

export interface CommandListener {
  command(connection: Connection, id: string, request: CommandRequest): void;
  answered(
    connection: Connection,
    id: string,
    request: CommandRequest,
    response: CommandResponse,
    ms: number,
  ): void;
}

/** Older entries are deleted, so that a simulator can run for weeks. */
const MAX_LEDGER = 10_000;

/** Runs COMMAND REQUESTs against a REST API and responds on the same connection (CMD-1 to CMD-4). */
export class CommandRunner {
  readonly ledger: LedgerEntry[] = [];
  readonly #clock: Clock;
  readonly #backend: RestBackend;
  readonly #listener: CommandListener;
  #running = 0;

  constructor(clock: Clock, backend: RestBackend, listener: CommandListener) {
    this.#clock = clock;
    this.#backend = backend;
    this.#listener = listener;
  }

  /** The number of commands without a response. */
  get running(): number {
    return this.#running;
  }

  async run(connection: Connection, message: Message): Promise<void> {
    const request = message.payload as CommandRequest;
    const startedAt = this.#clock.now();
    checkHeaders(connection, request);
    this.#running++;
    this.#listener.command(connection, message.id, request);
    const answer = await this.#call(request);
    this.ledger.push({
      at: this.#clock.now(),
      groupId: connection.endpoint.details.groupId,
      commandId: message.id,
      method: request.method,
      uri: request.uri,
      ...omitUndefined({ body: request.parameters }),
      responseCode: answer.status,
    });
    if (this.ledger.length > MAX_LEDGER) this.ledger.shift();
    const response: CommandResponse = {
      headers: answer.headers,
      responseCode: answer.status,
      body: answer.body,
    };
    connection.send(connection.createMessage('COMMAND', 'RESPONSE', message.id, response));
    this.#running--;
    this.#listener.answered(connection, message.id, request, response, this.#clock.now() - startedAt);
  }

  async #call({ method, uri, headers, parameters }: CommandRequest): Promise<RestAnswer> {
    try {
      return await this.#backend.call({
        method,
        uri,
        headers,
        ...omitUndefined({ body: parameters }),
      });
    } catch (error) {
      const errorMessage = `The web service did not answer: ${(error as Error).message}`;
      return {
        status: 503,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ errorCode: 8000, errorMessage, attributeErrors: {}, errorDetails: [] }),
      };
    }
  }
}

/** Without Content-Type the behaviour of NetBackup is unknown, so an endpoint must always send it (CMD-3). */
function checkHeaders(connection: Connection, request: CommandRequest): void {
  const names = Object.keys(request.headers).map((name) => name.toLowerCase());
  if (names.includes('content-type')) return;
  connection.violate('CMD-3', 'COMMAND REQUEST without Content-Type', `${request.method} ${request.uri}`);
}
