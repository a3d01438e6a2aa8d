import { isDeepStrictEqual } from 'node:util';
import { HOUR_MS } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { joined, path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table, type Written } from '../platform/dynamodb/table.ts';
import { isExpectedBack } from './close-reasons.ts';
import { DOWN_SHARD, type EndedSession, type Group, type Rejection, type StoredCredential } from './group.ts';

const alive = when`${path('kind')} = ${'group'}`;
/** A reason for refusing that lasts is told again after this long. */
const TELL_AGAIN_MS = HOUR_MS;

/**
 * The Groups table. Reads that decide something are consistent. A group that is being deleted is no group any more. The SDK
 * repeats a write whose answer was lost: what it then finds may be its own.
 */
export class GroupsStore {
  readonly table: Table<Group>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.table = new Table(client, tableName);
  }

  async get(groupId: string): Promise<Group | undefined> {
    const group = await this.table.get({ groupId }, { consistent: true });
    return group?.kind === 'group' ? group : undefined;
  }

  async getMany(groupIds: readonly string[]): Promise<Group[]> {
    const keys = groupIds.map((groupId) => ({ groupId }));
    const groups = await this.table.getMany(keys, { consistent: true });
    return groups.filter(({ kind }) => kind === 'group');
  }

  /** Fails when the group exists, or its data are still being removed. */
  async create(group: Group): Promise<Written<Group>> {
    const written = await this.table.put(group, when`attribute_not_exists(${path('groupId')})`);
    const isOurs = !written.ok && isDeepStrictEqual(written.existing, group);
    return isOurs ? { ok: true, item: group } : written;
  }

  /** Sets what an operator may; `null` takes it away. Undefined when there is no such group. */
  async amend(
    groupId: string,
    change: {
      readonly description?: string | null | undefined;
      readonly allowedCidrs?: readonly string[] | null | undefined;
    },
  ): Promise<Group | undefined> {
    const entries = Object.entries(change).filter(([, value]) => value !== undefined);
    const set = Object.fromEntries(entries.filter(([, value]) => value !== null));
    const remove = entries.filter(([, value]) => value === null).map(([name]) => name);
    if (entries.length === 0) return this.get(groupId);
    // A CONNECT that was decided under the old list of addresses must not be admitted.
    const written = await this.table.update({ groupId }, { set, remove, add: { epoch: 1 } }, alive);
    return written.ok ? written.item : undefined;
  }

  /** The ids of a page of all groups, in the order of their ids. */
  list(limit: number, startAfter?: Key): Promise<Page<Pick<Group, 'groupId'>>> {
    return this.table.query({ index: 'all', key: alive, limit, startAfter });
  }

  /** After the CONNECT RESPONSE went out (I-5). `false` when the session belongs to another connection by now. */
  async markReady(groupId: string, connectionId: string): Promise<boolean> {
    const mine = when`${path('session.connectionId')} = ${connectionId}`;
    return (await this.table.update({ groupId }, { set: { 'session.ready': true } }, mine)).ok;
  }

  /** Keeps the connection for one command until then (epoch ms). `false` when it is kept already, or is not the session. */
  async reserve(groupId: string, connectionId: string, now: number, until: number): Promise<boolean> {
    const mine = when`${path('session.connectionId')} = ${connectionId}`;
    const reserved = path('session.reservedUntil');
    const free = when`attribute_not_exists(${reserved}) OR ${reserved} <= ${now}`;
    const change = { set: { 'session.reservedUntil': until } };
    return (await this.table.update({ groupId }, change, joined('AND', [mine, free]))).ok;
  }

  async release(groupId: string, connectionId: string): Promise<void> {
    const mine = when`${path('session.connectionId')} = ${connectionId}`;
    await this.table.update({ groupId }, { remove: ['session.reservedUntil'] }, mine);
  }

  /** Stores, or with `undefined` forgets, the sealed NetBackup API key. `false` when there is no such group. */
  async setCredential(groupId: string, credential: StoredCredential | undefined): Promise<boolean> {
    const change = credential
      ? { set: { netbackupCredential: credential } }
      : { remove: ['netbackupCredential'] };
    return (await this.table.update({ groupId }, change, alive)).ok;
  }

  /** The names under which its answers link to the primary. */
  async recordPrimaryHosts(groupId: string, primaryHosts: readonly string[]): Promise<void> {
    await this.table.update({ groupId }, { set: { primaryHosts } }, alive);
  }

  /** Ends the session of one connection, and of that one only: a late clean-up never touches a newer session (I-5). */
  async endSession(groupId: string, ended: EndedSession): Promise<boolean> {
    const mine = when`${path('session.connectionId')} = ${ended.connectionId}`;
    const down = isExpectedBack(ended) ? { downShard: DOWN_SHARD, downSince: ended.endedAt } : {};
    const change = { set: { lastSession: ended, ...down }, remove: ['session'], add: { epoch: 1 } };
    return (await this.table.update({ groupId }, change, mine)).ok;
  }

  /** Nobody waits for its domain any more: it cannot connect until somebody here lets it. */
  async expectNobody(groupId: string): Promise<void> {
    const waited = when`attribute_exists(${path('downShard')}) AND attribute_not_exists(${path('session')})`;
    const change = { remove: ['downShard', 'downSince'] };
    await this.table.update({ groupId }, change, joined('AND', [alive, waited]));
  }

  /** What an answered heartbeat tells. */
  async recordHeartbeat(
    groupId: string,
    seen: Pick<Group, 'roundTripMs' | 'netbackupApiVersion' | 'lastSeen'>,
  ): Promise<void> {
    await this.table.update({ groupId }, { set: seen }, alive);
  }

  /** That its NetBackup was there at `lastSeen` (epoch ms), and perhaps which version of the API it named. */
  async recordSeen(groupId: string, lastSeen: number, netbackupApiVersion?: string): Promise<void> {
    const later = when`attribute_not_exists(${path('lastSeen')}) OR ${path('lastSeen')} <= ${lastSeen}`;
    const set = { lastSeen, netbackupApiVersion };
    await this.table.update({ groupId }, { set }, joined('AND', [alive, later]));
  }

  /** Notes a refused CONNECT. `true` when it is news: another reason than the last one, or the same an hour later. */
  async recordRejection(groupId: string, rejection: Omit<Rejection, 'toldAt'>): Promise<boolean> {
    const { at, reason } = rejection;
    const news = when`attribute_not_exists(${path('lastRejection')}) OR ${path('lastRejection.reason')} <> ${reason} OR ${path('lastRejection.toldAt')} < ${at - TELL_AGAIN_MS}`;
    const told = { set: { lastRejection: { ...rejection, toldAt: at } } };
    if ((await this.table.update({ groupId }, told, joined('AND', [alive, news]))).ok) return true;
    const again = { 'lastRejection.at': at, 'lastRejection.sourceIp': rejection.sourceIp };
    const there = when`attribute_exists(${path('lastRejection')})`;
    await this.table.update({ groupId }, { set: again }, joined('AND', [alive, there]));
    return false;
  }

  /**
   * Replaces the UTC offsets, if they are what was read. `false` when another writer was faster: the history grows, or its last
   * entry is made exact, and of two writers that meet in that, either is right.
   */
  async setUtcOffsets(
    groupId: string,
    read: Group['utcOffsets'],
    utcOffsets: NonNullable<Group['utcOffsets']>,
  ): Promise<boolean> {
    const attribute = path('utcOffsets');
    const unchanged = read
      ? when`size(${attribute}) = ${read.length}`
      : when`attribute_not_exists(${attribute})`;
    return (await this.table.update({ groupId }, { set: { utcOffsets } }, joined('AND', [alive, unchanged])))
      .ok;
  }

  /** That two domains seem to share its token. */
  async recordTokenShared(groupId: string, tokenShared: NonNullable<Group['tokenShared']>): Promise<void> {
    await this.table.update({ groupId }, { set: { tokenShared } }, alive);
  }

  /** Makes it no group any more. Answers it as it was left; undefined when it was none already. */
  async markDeleting(groupId: string, now: number): Promise<Group | undefined> {
    const change = {
      set: { kind: 'deleting', deletingSince: now },
      remove: ['downShard', 'downSince', 'netbackupCredential'],
      add: { epoch: 1 },
    };
    const written = await this.table.update({ groupId }, change, alive);
    if (written.ok) return written.item;
    return written.existing?.deletingSince === now ? written.existing : undefined;
  }

  /** A page of the groups that have been without their session since `since` (epoch ms) or longer. */
  down(since: number, limit: number, startAfter?: Key): Promise<Page<Pick<Group, 'groupId' | 'downSince'>>> {
    const key = when`${path('downShard')} = ${DOWN_SHARD} AND ${path('downSince')} <= ${since}`;
    return this.table.query({ index: 'down', key, limit, startAfter });
  }

  /** Groups whose data are being removed. */
  async deleting(limit: number): Promise<readonly Pick<Group, 'groupId'>[]> {
    const key = when`${path('kind')} = ${'deleting'}`;
    return (await this.table.query({ index: 'all', key, limit })).items;
  }

  /** Forgets a deleted group, if its deletion began before `before` (epoch ms) or it never had a session. */
  async removeDeleted(groupId: string, before: number): Promise<boolean> {
    const deleting = when`${path('kind')} = ${'deleting'}`;
    const done = when`${path('deletingSince')} <= ${before} OR (attribute_not_exists(${path('session')}) AND attribute_not_exists(${path('lastSession')}))`;
    return (await this.table.delete({ groupId }, joined('AND', [deleting, done]))).ok;
  }
}
