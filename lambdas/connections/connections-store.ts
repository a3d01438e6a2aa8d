import type { CloseReason } from '../groups/close-reasons.ts';
import { DAY_MS, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table, type Written } from '../platform/dynamodb/table.ts';
import { type Connection, openShardOf, REMEMBERED_DAYS } from './connection.ts';

const state = path('state');
const open = when`attribute_exists(${path('connectionId')}) AND ${state} <> ${'CLOSED'}`;

/** What the index of open connections knows of one. */
export type OpenConnection = Pick<
  Connection,
  'connectionId' | 'connectedAt' | 'state' | 'groupId' | 'endpointId' | 'untold'
>;

/** The Connections table. */
export class ConnectionsStore {
  readonly table: Table<Connection>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.table = new Table(client, tableName);
  }

  get(connectionId: string, abortSignal?: AbortSignal): Promise<Connection | undefined> {
    return this.table.get({ connectionId }, { consistent: true, ...(abortSignal ? { abortSignal } : {}) });
  }

  /** At `$connect`: nobody knows yet who this is. Written once, so that a repeated call cannot undo what followed. */
  async open(
    connection: Pick<Connection, 'connectionId' | 'connectedAt' | 'sourceIp' | 'userAgent'>,
  ): Promise<void> {
    await this.table.put(
      {
        ...connection,
        state: 'PENDING',
        openShard: openShardOf('pending', connection.connectionId),
        expiresAt: seconds(connection.connectedAt + REMEMBERED_DAYS * DAY_MS),
      },
      when`attribute_not_exists(${path('connectionId')})`,
    );
  }

  /** After a CONNECT that was refused. An authenticated connection stays what it is. */
  async reject(connectionId: string): Promise<void> {
    await this.table.update({ connectionId }, { set: { state: 'REJECTED' } }, when`${state} = ${'PENDING'}`);
  }

  /**
   * Notes why this side is about to close a connection: for its end's record, and so that no CONNECT admits it again. The
   * first reason stays. `false` when it must not be closed: with `unheard`, it has become a session meanwhile.
   */
  async closing(connectionId: string, reason: CloseReason, only?: 'unheard'): Promise<boolean> {
    const first = when`${open} AND attribute_not_exists(${path('closing')})`;
    const condition = only ? when`${first} AND ${state} <> ${'AUTHENTICATED'}` : first;
    const written = await this.table.update({ connectionId }, { set: { closing: reason } }, condition);
    return written.ok || only === undefined || written.existing?.state !== 'AUTHENTICATED';
  }

  /**
   * Its end; the first report counts. Answers the connection when this call was the first. It stays in the index of open
   * connections until {@link settled}: should what follows from its end be cut short, the sweep comes upon it.
   */
  close(
    connectionId: string,
    end: Pick<Connection, 'closedAt' | 'closeCode' | 'closeReason'>,
  ): Promise<Written<Connection>> {
    const change = { set: { state: 'CLOSED', ...end }, remove: ['heartbeat'] };
    return this.table.update({ connectionId }, change, open);
  }

  /** Everything that follows from its end has been done. */
  async settled(connectionId: string): Promise<void> {
    const closed = when`${state} = ${'CLOSED'}`;
    await this.table.update({ connectionId }, { remove: ['openShard', 'untold'] }, closed);
  }

  /** That it became a session has been told. */
  async told(connectionId: string): Promise<void> {
    await this.table.update(
      { connectionId },
      { remove: ['untold'] },
      when`attribute_exists(${path('untold')})`,
    );
  }

  /** One heartbeat at a time. `false` when one is waiting already, or the connection ended. */
  async startHeartbeat(
    connectionId: string,
    heartbeat: NonNullable<Connection['heartbeat']>,
  ): Promise<boolean> {
    const free = when`${state} = ${'AUTHENTICATED'} AND attribute_not_exists(${path('heartbeat')})`;
    const written = await this.table.update({ connectionId }, { set: { heartbeat } }, free);
    // The SDK repeats a write whose answer was lost, and then finds its own.
    return written.ok || written.existing?.heartbeat?.commandId === heartbeat.commandId;
  }

  /** `true` when this heartbeat was the one that waited. */
  async endHeartbeat(connectionId: string, commandId: string): Promise<boolean> {
    const mine = when`${path('heartbeat.commandId')} = ${commandId}`;
    return (await this.table.update({ connectionId }, { remove: ['heartbeat'] }, mine)).ok;
  }

  /** A page of a shard's connections that the gateway opened at `until` (epoch ms) or before, oldest first. */
  listOpen(openShard: string, until: number, limit: number, startAfter?: Key): Promise<Page<OpenConnection>> {
    return this.table.query({
      index: 'open',
      key: when`${path('openShard')} = ${openShard} AND ${path('connectedAt')} <= ${until}`,
      limit,
      startAfter,
    });
  }
}
