import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table, type Written } from '../platform/dynamodb/table.ts';
import type { EndedSession, Group } from './group.ts';

/** The Groups table. Reads that decide something are consistent. */
export class GroupsStore {
  readonly table: Table<Group>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.table = new Table(client, tableName);
  }

  get(groupId: string): Promise<Group | undefined> {
    return this.table.get({ groupId }, { consistent: true });
  }

  getMany(groupIds: readonly string[]): Promise<Group[]> {
    return this.table.getMany(
      groupIds.map((groupId) => ({ groupId })),
      { consistent: true },
    );
  }

  /** Fails when the group exists. */
  create(group: Group): Promise<Written<Group>> {
    return this.table.put(group, when`attribute_not_exists(${path('groupId')})`);
  }

  /** The ids of a page of all groups, in the order of their ids. */
  list(limit: number, startAfter?: Key): Promise<Page<Pick<Group, 'groupId'>>> {
    const key = when`${path('kind')} = ${'group'}`;
    return this.table.query({ index: 'all', key, limit, startAfter });
  }

  /** After the CONNECT RESPONSE went out (I-5). `false` when the session belongs to another connection by now. */
  async markReady(groupId: string, connectionId: string): Promise<boolean> {
    const mine = when`${path('session.connectionId')} = ${connectionId}`;
    return (await this.table.update({ groupId }, { set: { 'session.ready': true } }, mine)).ok;
  }

  /** Ends the session of one connection, and of that one only: a late clean-up never touches a newer session (I-5). */
  async endSession(groupId: string, ended: EndedSession): Promise<boolean> {
    const mine = when`${path('session.connectionId')} = ${ended.connectionId}`;
    const change = { set: { lastSession: ended }, remove: ['session'], add: { epoch: 1 } };
    return (await this.table.update({ groupId }, change, mine)).ok;
  }

  /** What an answered heartbeat tells. */
  async recordHeartbeat(
    groupId: string,
    seen: Pick<Group, 'roundTripMs' | 'netbackupApiVersion' | 'lastSeen'>,
  ): Promise<void> {
    await this.table.update({ groupId }, { set: seen }, when`attribute_exists(${path('groupId')})`);
  }
}
