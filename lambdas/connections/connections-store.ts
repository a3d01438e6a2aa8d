import type { Session } from '../groups/group.ts';
import { DAY_MS, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { allOf, path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table, type Written } from '../platform/dynamodb/table.ts';
import type { CloseReason } from '../platform/gateway/close-codes.ts';
import { limitsOf } from '../platform/gateway/kinds.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { type Connection, openShardOf, RETENTION_DAYS } from './connection.ts';

/** Some stored names are older than the terms of the code; the index `open` projects `untold`. */
interface StoredConnection extends Omit<Connection, 'eventPending' | 'authenticatedAt'> {
  /** `eventPending` */
  readonly untold?: boolean;
  /** `authenticatedAt` */
  readonly admittedAt?: number;
  /** After a message that was too large: the commands under way are being moved, or were. */
  readonly causeClaimed?: boolean;
}

/** The attributes of a connection that the index `open` projects. */
export type OpenConnection = Pick<
  Connection,
  'connectionId' | 'connectedAt' | 'state' | 'groupId' | 'endpointId' | 'eventPending'
>;

const fromStored = ({
  untold,
  admittedAt,
  causeClaimed: _,
  ...connection
}: StoredConnection): Connection => ({
  ...connection,
  ...omitUndefined({ eventPending: untold || undefined, authenticatedAt: admittedAt }),
});

const state = path('state');
const doesNotExist = when`attribute_not_exists(${path('connectionId')})`;
const isPending = when`${state} = ${'PENDING'}`;
const isOpen = when`attribute_exists(${path('connectionId')}) AND ${state} <> ${'CLOSED'}`;
const isClosed = when`${state} = ${'CLOSED'}`;
const isNotClosing = when`attribute_not_exists(${path('closing')})`;
const isNotAuthenticated = when`${state} <> ${'AUTHENTICATED'}`;
const mayBecomeAuthenticated = (endpointId: string) =>
  when`(${state} = ${'PENDING'} OR (${state} = ${'AUTHENTICATED'} AND ${path('endpointId')} = ${endpointId})) AND ${isNotClosing}`;
const isEventPending = when`attribute_exists(${path('untold')})`;
const mayStartHeartbeat = when`${state} = ${'AUTHENTICATED'} AND attribute_not_exists(${path('heartbeat')})`;
const isOversizeHandlingUnclaimed = when`attribute_not_exists(${path('causeClaimed')})`;
const isHeartbeat = (commandId: string) => when`${path('heartbeat.commandId')} = ${commandId}`;

/** The removal of a connection after its close, by DynamoDB's TTL. */
const expiryAfter = (at: number) => ({ expiresAt: seconds(at + RETENTION_DAYS * DAY_MS) });

/** The Connections table. */
export class ConnectionsStore {
  readonly #table: Table<StoredConnection>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async get(connectionId: string, abortSignal?: AbortSignal): Promise<Connection | undefined> {
    const options = omitUndefined({ consistent: true, abortSignal });
    const stored = await this.#table.get({ connectionId }, options);
    return stored && fromStored(stored);
  }

  /** At `$connect`. Written once, so that a repeated call does not undo later changes. */
  async open(
    connection: Pick<Connection, 'connectionId' | 'connectedAt' | 'sourceIp' | 'userAgent'>,
  ): Promise<void> {
    const item: StoredConnection = {
      ...connection,
      state: 'PENDING',
      openShard: openShardOf('pending', connection.connectionId),
      ...expiryAfter(connection.connectedAt),
    };
    await this.#table.put(item, doesNotExist);
  }

  /** After a rejected CONNECT. An authenticated connection does not change. `true` if another CONNECT was rejected before. */
  async reject(connectionId: string): Promise<boolean> {
    const written = await this.#table.update({ connectionId }, { set: { state: 'REJECTED' } }, isPending);
    return !written.ok && written.existing?.state === 'REJECTED';
  }

  /**
   * Before this side closes a connection that is not authenticated; from then on no CONNECT authenticates it. `repeated` when it
   * is being closed, or closed.
   */
  async rejectOnce(connectionId: string): Promise<'rejected' | 'repeated' | 'authenticated'> {
    const set = { state: 'REJECTED', closing: 'rejected' } as const;
    const isFirst = allOf(isOpen, isNotClosing, isNotAuthenticated);
    const written = await this.#table.update({ connectionId }, { set }, isFirst);
    if (written.ok) return 'rejected';
    return written.existing?.state === 'AUTHENTICATED' ? 'authenticated' : 'repeated';
  }

  /** The step of a transaction in which a connection becomes the session of a group. */
  authenticateStep(groupId: string, { connectionId, endpointId, since }: Session) {
    const set: Partial<StoredConnection> = {
      state: 'AUTHENTICATED',
      groupId,
      endpointId,
      admittedAt: since,
      untold: true,
      openShard: openShardOf('session', connectionId),
    };
    // The sweep finds every open connection, so that the expiry of this one is set by its close.
    const change = limitsOf(connectionId).hasLifetime ? { set } : { set, remove: ['expiresAt'] };
    return this.#table.updateStep({ connectionId }, change, mayBecomeAuthenticated(endpointId));
  }

  /**
   * Records why this side is about to close a connection; from then on no CONNECT authenticates it. The first reason is kept.
   * `false` with `unless: 'authenticated'` when it has become a session: it must not be closed.
   */
  async markClosing(connectionId: string, reason: CloseReason, unless?: 'authenticated'): Promise<boolean> {
    const mayMark = allOf(isOpen, isNotClosing, ...(unless ? [isNotAuthenticated] : []));
    const written = await this.#table.update({ connectionId }, { set: { closing: reason } }, mayMark);
    return written.ok || unless === undefined || written.existing?.state !== 'AUTHENTICATED';
  }

  /**
   * Records the close; the first call counts, for which the result is `ok`. The connection stays in the index `open` until
   * {@link removeFromOpen}, so that the sweep completes a close that was interrupted.
   */
  async close(
    connectionId: string,
    end: Pick<Connection, 'closeCode' | 'closeReason'> & { readonly closedAt: number },
  ): Promise<Written<Connection>> {
    const expiry = limitsOf(connectionId).hasLifetime ? {} : expiryAfter(end.closedAt);
    const change = { set: { state: 'CLOSED', ...end, ...expiry }, remove: ['heartbeat'] };
    const written = await this.#table.update({ connectionId }, change, isOpen);
    if (written.ok) return { ok: true, item: fromStored(written.item) };
    return omitUndefined({ ok: false as const, existing: written.existing && fromStored(written.existing) });
  }

  /**
   * Before the first command of a connection is moved that a message which was too large has closed. `false` when another call has
   * begun with that, or this write was repeated.
   */
  async claimOversizeHandling(connectionId: string): Promise<boolean> {
    const change = { set: { causeClaimed: true } };
    return (await this.#table.update({ connectionId }, change, isOversizeHandlingUnclaimed)).ok;
  }

  /** After everything that follows from a close was done. */
  async removeFromOpen(connectionId: string): Promise<void> {
    await this.#table.update({ connectionId }, { remove: ['openShard', 'untold'] }, isClosed);
  }

  /** After Connection Opened was published. */
  async markPublished(connectionId: string): Promise<void> {
    await this.#table.update({ connectionId }, { remove: ['untold'] }, isEventPending);
  }

  /** `false` when another heartbeat has no response yet, or the connection is not authenticated. */
  async startHeartbeat(
    connectionId: string,
    heartbeat: NonNullable<Connection['heartbeat']>,
  ): Promise<boolean> {
    const written = await this.#table.update({ connectionId }, { set: { heartbeat } }, mayStartHeartbeat);
    // The SDK repeats a write whose response was lost, and then finds its own result.
    return written.ok || written.existing?.heartbeat?.commandId === heartbeat.commandId;
  }

  /** `true` when this heartbeat had no response yet. */
  async endHeartbeat(connectionId: string, commandId: string): Promise<boolean> {
    const change = { remove: ['heartbeat'] };
    return (await this.#table.update({ connectionId }, change, isHeartbeat(commandId))).ok;
  }

  /** A page of a shard's connections that were opened at `until` (epoch ms, by the gateway) or before, oldest first. */
  async listOpen(
    openShard: string,
    until: number,
    limit: number,
    startAfter?: Key,
  ): Promise<Page<OpenConnection>> {
    const key = when`${path('openShard')} = ${openShard} AND ${path('connectedAt')} <= ${until}`;
    const page = await this.#table.query({ index: 'open', key, limit, startAfter });
    return { ...page, items: page.items.map(fromStored) };
  }
}
