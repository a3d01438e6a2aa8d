import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isoTime, seconds } from '../platform/clock.ts';
import { joined, path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import type { Sealed } from '../platform/vault.ts';
import { type Command, type CommandAnswer, dueShardOf, GRACE_MS } from './command.ts';
import { type CommandState, isOpen, sourcesOf, TRANSITIONS } from './states.ts';

const state = path('state');
/** What an ended command no longer holds: index keys, and the encrypted request (I-6). */
const DROPPED_AT_END = ['openGroupId', 'dueShard', 'dueAt', 'sealedRequest', 'sender'];

export interface AnswerRecord {
  readonly groupId: string;
  readonly now: number;
  readonly outcome: 'completed' | 'failed';
  readonly answer?: CommandAnswer;
  readonly sealedBody?: Sealed;
  readonly reason?: string;
  /** The command had been given up by then. */
  readonly late?: boolean;
}

/** The Commands table: every change of state is a compare-and-set. */
export class CommandsStore {
  readonly #table: Table<Command>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  get(commandId: string): Promise<Command | undefined> {
    return this.#table.get({ commandId }, { consistent: true });
  }

  /** Stores a queued command, or answers the one that has this id already and has not expired. */
  async create(command: Command, now: number): Promise<{ created: boolean; command: Command }> {
    const free = when`attribute_not_exists(${path('commandId')}) OR ${path('expiresAt')} <= ${seconds(now)}`;
    const written = await this.#table.put(command, free);
    if (written.ok) return { created: true, command };
    const existing = written.existing ?? (await this.get(command.commandId));
    if (!existing) throw new Error('A command vanished while it was stored again.');
    return { created: false, command: existing };
  }

  /**
   * queued → sent, before posting (I-4): whoever gets it sends. The sender's name makes a repeated call of the SDK, whose
   * first try took effect unseen, recognisable as its own.
   */
  async claim(
    command: Command,
    sender: string,
    connectionId: string,
    now: number,
  ): Promise<Command | undefined> {
    const executeBy = now + command.executeWithin;
    const written = await this.#table.update(
      { commandId: command.commandId },
      {
        set: { state: 'sent', sender, connectionId, sentAt: now, executeBy, dueAt: executeBy },
        remove: ['connectionLostAt'],
        add: { revision: 1, attempts: 1 },
      },
      when`${state} = ${'queued'} AND ${path('revision')} = ${command.revision} AND ${path('deliverBy')} > ${now}`,
    );
    if (written.ok) return written.item;
    const { existing } = written;
    return existing?.state === 'sent' && existing.sender === sender ? existing : undefined;
  }

  /** Moves a command on from the revision it was read at. Undefined when somebody else moved it first. */
  async move(command: Command, to: CommandState, reason: string, now: number): Promise<Command | undefined> {
    if (!TRANSITIONS[command.state].includes(to)) {
      throw new Error(`A command cannot go from ${command.state} to ${to}.`);
    }
    const change = isOpen(to)
      ? {
          set: { state: to, reason, dueAt: command.deliverBy },
          remove: ['sender', 'connectionId', 'executeBy', 'connectionLostAt'],
        }
      : { set: { state: to, reason, endedAt: now }, remove: DROPPED_AT_END };
    const written = await this.#table.update(
      { commandId: command.commandId },
      { ...change, add: { revision: 1 } },
      when`${path('revision')} = ${command.revision} AND ${state} = ${command.state}`,
    );
    return written.ok ? written.item : undefined;
  }

  /** The connection that carried it has gone: after the grace it is due. */
  async connectionLost(command: Command, connectionId: string, now: number): Promise<void> {
    const dueAt = Math.min(command.executeBy ?? now, now + GRACE_MS);
    await this.#table.update(
      { commandId: command.commandId },
      { set: { connectionLostAt: now, dueAt } },
      when`${state} = ${'sent'} AND ${path('connectionId')} = ${connectionId} AND attribute_not_exists(${path('connectionLostAt')})`,
    );
  }

  /**
   * Records NetBackup's answer, once: from any state that has been sent, of the sender's own group (I-13). When that did
   * not happen, `existing` tells why: absent, another group's, answered already.
   */
  async answer(commandId: string, record: AnswerRecord): Promise<{ recorded: boolean; existing?: Command }> {
    const { groupId, now, outcome, answer, sealedBody, reason, late } = record;
    const states = sourcesOf(outcome).map((source) => when`${state} = ${source}`);
    const written = await this.#table.update(
      { commandId },
      {
        set: { state: outcome, endedAt: now, answer, sealedBody, reason, late },
        remove: [...DROPPED_AT_END, ...(reason ? [] : ['reason'])],
        add: { revision: 1 },
      },
      when`${path('groupId')} = ${groupId} AND ${path('attempts')} > ${0} AND ${joined('OR', states)}`,
    );
    if (written.ok) return { recorded: true, existing: written.item };
    return { recorded: false, ...(written.existing ? { existing: written.existing } : {}) };
  }

  /** Forgets an encrypted answer once it was handed over. `false`: somebody else got it first. */
  async delivered(commandId: string): Promise<boolean> {
    const there = when`attribute_exists(${path('sealedBody')})`;
    return (await this.#table.update({ commandId }, { remove: ['sealedBody'] }, there)).ok;
  }

  /** The open commands of a group, oldest first. At most `limit`. */
  async openOf(groupId: string, limit: number): Promise<Command[]> {
    const key = when`${path('openGroupId')} = ${groupId}`;
    const { items } = await this.#table.query({ index: 'open-by-group', key, limit });
    return this.#load(items);
  }

  /** How many commands of a group are open, counting to `limit` at most. */
  async countOpen(groupId: string, limit: number): Promise<number> {
    const key = when`${path('openGroupId')} = ${groupId}`;
    return (await this.#table.query({ index: 'open-by-group', key, limit })).items.length;
  }

  /** Commands of one shard that are due, the longest overdue first. */
  async due(dueShard: string, now: number, limit: number): Promise<Command[]> {
    const key = when`${path('dueShard')} = ${dueShard} AND ${path('dueAt')} <= ${now}`;
    const { items } = await this.#table.query({ index: 'due', key, limit });
    return this.#load(items);
  }

  /** A page of a group's commands, latest first. */
  async list(groupId: string, limit: number, startAfter?: Key): Promise<Page<Command>> {
    const key = when`${path('groupId')} = ${groupId}`;
    const page = await this.#table.query({ index: 'by-group', key, limit, descending: true, startAfter });
    const items = await this.#load(page.items);
    return { items: items.reverse(), ...(page.lastKey ? { lastKey: page.lastKey } : {}) };
  }

  /** Index entries hold keys only; the items themselves, oldest first. */
  async #load(keys: readonly Pick<Command, 'commandId'>[]): Promise<Command[]> {
    const items = await this.#table.getMany(
      keys.map(({ commandId }) => ({ commandId })),
      { consistent: true },
    );
    return items.sort((a, b) => (`${a.createdAt}${a.commandId}` < `${b.createdAt}${b.commandId}` ? -1 : 1));
  }
}

/** The fields of a new command that follow from the others. */
export const openKeys = (commandId: string, groupId: string, deliverBy: number, now: number) => ({
  createdAt: isoTime(now),
  openGroupId: groupId,
  dueShard: dueShardOf(commandId),
  dueAt: deliverBy,
});
