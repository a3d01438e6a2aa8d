import { isDeepStrictEqual } from 'node:util';
import { CANARY_GROUP } from '../platform/canary-group.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { allOf, path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table, type Written } from '../platform/dynamodb/table.ts';
import type { GatewayKind } from '../platform/gateway/kinds.ts';
import { publicId } from '../platform/ids.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { shouldReconnect } from './close-reasons.ts';
import {
  DOWN_SHARD,
  ENDPOINT_ATTRIBUTES,
  type EndedSession,
  type Evidence,
  type EvidenceName,
  type Group,
  MARK_SHARD,
  type Rejection,
  type Session,
  type StoredCredential,
} from './group.ts';
import {
  doesNotExist,
  hasCredential,
  hasEndpoint,
  hasEvidence,
  hasNoEndpoint,
  hasNoEvidence,
  hasRejection,
  hasUtcOffsetEvidence,
  isDeleting,
  isDown,
  isEpoch,
  isGroup,
  isLaterThanLastSeen,
  isNewRejection,
  isNotReserved,
  isOwnSession,
  mayBeRemoved,
} from './group-conditions.ts';

type GroupEndpoint = { readonly groupId: string; readonly endpointId: string };

/**
 * The Groups table. Reads on which a decision depends are consistent. A group that is being deleted counts as absent. The SDK
 * repeats a write whose response was lost, and then finds its own result.
 */
export class GroupsStore {
  readonly #table: Table<Group>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async get(groupId: string): Promise<Group | undefined> {
    const group = await this.#table.get({ groupId }, { consistent: true });
    return group?.kind === 'group' ? group : undefined;
  }

  async getMany(groupIds: readonly string[]): Promise<Group[]> {
    const keys = groupIds.map((groupId) => ({ groupId }));
    const groups = await this.#table.getMany(keys, { consistent: true });
    return groups.filter(({ kind }) => kind === 'group');
  }

  /** Creates a group. Fails when the group exists, or its data is still being removed. */
  async create(group: Group): Promise<Written<Group>> {
    const written = await this.#table.put(group, doesNotExist);
    const isOwn = !written.ok && isDeepStrictEqual(written.existing, group);
    return isOwn ? { ok: true, item: group } : written;
  }

  /** Changes the settings of a group; `null` removes one. Undefined when there is no such group. */
  async updateSettings(
    groupId: string,
    change: {
      readonly description?: string | null | undefined;
      readonly allowedCidrs?: readonly string[] | null | undefined;
      readonly verdicts?: Group['verdicts'] | null | undefined;
      readonly targetHours?: number | null | undefined;
      readonly targets?: Group['targets'] | null | undefined;
      readonly timeZone?: string | null | undefined;
      readonly labels?: Group['labels'] | null | undefined;
    },
  ): Promise<Group | undefined> {
    const entries = Object.entries(change).filter(([, value]) => value !== undefined);
    const set = Object.fromEntries(entries.filter(([, value]) => value !== null));
    const remove = entries.filter(([, value]) => value === null).map(([name]) => name);
    if (entries.length === 0) return this.get(groupId);
    // The new epoch prevents a CONNECT that was checked with the old addresses from claiming the session.
    const written = await this.#table.update({ groupId }, { set, remove, add: { epoch: 1 } }, isGroup);
    return written.ok ? written.item : undefined;
  }

  /** The ids of a page of all groups except the canary's, sorted. */
  async list(limit: number, startAfter?: Key): Promise<Page<Pick<Group, 'groupId'>>> {
    // One more, in case the canary's is among them.
    const page = await this.#table.query({ index: 'all', key: isGroup, limit: limit + 1, startAfter });
    const groups = page.items.filter(({ groupId }) => groupId !== CANARY_GROUP);
    const end = groups.length > limit ? groups[limit - 1] : undefined;
    const lastKey = end ? { kind: 'group', groupId: end.groupId } : page.lastKey;
    return { items: groups.slice(0, limit), ...omitUndefined({ lastKey }) };
  }

  /** The step in which a connection becomes the session of the group as it was read (I-5). */
  sessionStep(
    { groupId, epoch }: Group,
    change: { readonly session: Session; readonly takeovers?: Group['takeovers'] | undefined },
  ) {
    const claimed = { set: change, remove: ['downShard', 'downSince'], add: { epoch: 1 } };
    return this.#table.updateStep({ groupId }, claimed, allOf(isGroup, isEpoch(epoch)));
  }

  /** The step in which the group gets an endpoint at a gateway. It fails when the group has one there, or does not exist. */
  addEndpointStep({ groupId, endpointId }: GroupEndpoint, gateway: GatewayKind) {
    const attribute = ENDPOINT_ATTRIBUTES[gateway];
    const change = { set: { [attribute]: endpointId } };
    return this.#table.updateStep({ groupId }, change, allOf(isGroup, hasNoEndpoint(attribute)));
  }

  /** The step in which the group loses this endpoint. */
  removeEndpointStep({ groupId, endpointId }: GroupEndpoint, gateway: GatewayKind) {
    const attribute = ENDPOINT_ATTRIBUTES[gateway];
    return this.#table.updateStep({ groupId }, { remove: [attribute] }, hasEndpoint(attribute, endpointId));
  }

  /** Marks the session as ready after the CONNECT RESPONSE was sent (I-5). `false` when the session belongs to another connection. */
  async markReady(groupId: string, connectionId: string): Promise<boolean> {
    const change = { set: { 'session.ready': true } };
    return (await this.#table.update({ groupId }, change, isOwnSession(connectionId))).ok;
  }

  /** Reserves the connection for one command until then (epoch ms). `false` when it is reserved, or is not the session. */
  async reserve(groupId: string, connectionId: string, now: number, until: number): Promise<boolean> {
    const reservedBy = publicId();
    const change = { set: { 'session.reservedUntil': until, 'session.reservedBy': reservedBy } };
    const mayReserve = allOf(isOwnSession(connectionId), isNotReserved(now));
    const written = await this.#table.update({ groupId }, change, mayReserve);
    return written.ok || written.existing?.session?.reservedBy === reservedBy;
  }

  async release(groupId: string, connectionId: string): Promise<void> {
    const change = { remove: ['session.reservedUntil', 'session.reservedBy'] };
    await this.#table.update({ groupId }, change, isOwnSession(connectionId));
  }

  /** Stores, or with `undefined` deletes, the encrypted NetBackup API key. `false` when there is no such group. */
  async setCredential(groupId: string, credential: StoredCredential | undefined): Promise<boolean> {
    const change = credential
      ? { set: { netbackupCredential: credential }, remove: ['credentialRefused'] }
      : { remove: ['netbackupCredential', 'credentialRefused'] };
    return (await this.#table.update({ groupId }, change, isGroup)).ok;
  }

  async recordPrimaryHosts(groupId: string, primaryHosts: readonly string[]): Promise<void> {
    await this.#table.update({ groupId }, { set: { primaryHosts } }, isGroup);
  }

  /**
   * Ends the session of this connection only: a late call does not affect a newer session (I-5).
   * @param reconnects whether NetBackup should connect again
   */
  async endSession(
    groupId: string,
    ended: EndedSession,
    reconnects: boolean = shouldReconnect(ended),
  ): Promise<boolean> {
    // The canary connects when its schedule says so.
    const isMissed = groupId !== CANARY_GROUP && reconnects;
    const down = isMissed ? { downShard: DOWN_SHARD, downSince: ended.endedAt } : {};
    const change = { set: { lastSession: ended, ...down }, remove: ['session'], add: { epoch: 1 } };
    return (await this.#table.update({ groupId }, change, isOwnSession(ended.connectionId))).ok;
  }

  /** Records that the domain cannot connect until an operator permits it, so that it is no longer reported as disconnected. */
  async clearDown(groupId: string): Promise<void> {
    await this.#table.update({ groupId }, { remove: ['downShard', 'downSince'] }, allOf(isGroup, isDown));
  }

  /** Records the response to a heartbeat. */
  async recordHeartbeat(
    groupId: string,
    seen: Pick<Group, 'roundTripMs' | 'netbackupApiVersion' | 'lastSeen'>,
  ): Promise<void> {
    await this.#table.update({ groupId }, { set: seen }, isGroup);
  }

  /** Records that NetBackup responded at `lastSeen` (epoch ms), and the version of the API if it named one. */
  async recordLastSeen(groupId: string, lastSeen: number, netbackupApiVersion?: string): Promise<void> {
    const change = { set: { lastSeen, netbackupApiVersion } };
    await this.#table.update({ groupId }, change, allOf(isGroup, isLaterThanLastSeen(lastSeen)));
  }

  /** Records a rejected CONNECT. `true` when it is to be published: it has another reason than the last one, or an hour passed. */
  async recordRejection(groupId: string, rejection: Rejection): Promise<boolean> {
    const { at, sourceIp } = rejection;
    const published = { set: { lastRejection: { ...rejection, toldAt: at } } };
    const isNew = allOf(isGroup, isNewRejection(rejection));
    if ((await this.#table.update({ groupId }, published, isNew)).ok) return true;
    const repeated = { set: { 'lastRejection.at': at, 'lastRejection.sourceIp': sourceIp } };
    await this.#table.update({ groupId }, repeated, allOf(isGroup, hasRejection));
    return false;
  }

  /** Replaces the evidence of the UTC offset if it is still as it was read. `false` when another writer was faster. */
  async setUtcOffsetEvidence(
    groupId: string,
    read: string | undefined,
    utcOffsetEvidence: string,
  ): Promise<boolean> {
    const isUnchanged = allOf(isGroup, hasUtcOffsetEvidence(read));
    return (await this.#table.update({ groupId }, { set: { utcOffsetEvidence } }, isUnchanged)).ok;
  }

  /** Records that two domains seem to use the same token. */
  async recordTokenShared(groupId: string, tokenShared: NonNullable<Group['tokenShared']>): Promise<void> {
    await this.#table.update({ groupId }, { set: { tokenShared } }, isGroup);
  }

  /** Starts the deletion. Returns the group as it is then; undefined when there is no such group. */
  async markDeleting(groupId: string, now: number): Promise<Group | undefined> {
    const change = {
      set: { kind: 'deleting', deletingSince: now },
      remove: ['downShard', 'downSince', 'markShard', 'netbackupCredential'],
      add: { epoch: 1 },
    };
    const written = await this.#table.update({ groupId }, change, isGroup);
    if (written.ok) return written.item;
    return written.existing?.deletingSince === now ? written.existing : undefined;
  }

  /** A page of the groups that have been disconnected since `since` (epoch ms) or longer. */
  listDown(
    since: number,
    limit: number,
    startAfter?: Key,
  ): Promise<Page<Pick<Group, 'groupId' | 'downSince'>>> {
    const key = when`${path('downShard')} = ${DOWN_SHARD} AND ${path('downSince')} <= ${since}`;
    return this.#table.query({ index: 'down', key, limit, startAfter });
  }

  /** Records that NetBackup refused this credential, if it is still the stored one. */
  async recordRefused(
    groupId: string,
    { data }: Pick<StoredCredential, 'data'>,
    credentialRefused: Evidence,
  ): Promise<void> {
    const change = { set: { credentialRefused, markShard: MARK_SHARD } };
    await this.#table.update({ groupId }, change, allOf(isGroup, hasCredential(data)));
  }

  async recordTooLarge(groupId: string, tooLarge: Evidence): Promise<void> {
    await this.#table.update({ groupId }, { set: { tooLarge, markShard: MARK_SHARD } }, isGroup);
  }

  /** Deletes evidence that was read, unless there is newer evidence. */
  async forget(groupId: string, name: EvidenceName, { last }: Evidence): Promise<void> {
    await this.#table.update({ groupId }, { remove: [name] }, allOf(isGroup, hasEvidence(name, last)));
  }

  /** Records what a review found. A group with nothing wrong is not reviewed every minute, unless there is new evidence. */
  async recordReview(groupId: string, wrong: Group['wrong'] = [], isMarked: boolean): Promise<void> {
    const set = omitUndefined({
      wrong: wrong.length > 0 ? wrong : undefined,
      markShard: isMarked ? MARK_SHARD : undefined,
    });
    const remove = ['wrong', 'markShard'].filter((name) => !(name in set));
    await this.#table.update(
      { groupId },
      { set, remove },
      isMarked ? isGroup : allOf(isGroup, hasNoEvidence),
    );
  }

  /** A page of the groups that are to be reviewed every minute. */
  listMarked(limit: number, startAfter?: Key): Promise<Page<Pick<Group, 'groupId'>>> {
    const key = when`${path('markShard')} = ${MARK_SHARD}`;
    return this.#table.query({ index: 'marked', key, limit, startAfter });
  }

  /** The groups whose data is being deleted. */
  async listDeleting(limit: number): Promise<readonly Pick<Group, 'groupId'>[]> {
    return (await this.#table.query({ index: 'all', key: isDeleting, limit })).items;
  }

  /** Removes a deleted group if its deletion started before `before` (epoch ms) or it never had a session. */
  async removeDeleted(groupId: string, before: number): Promise<boolean> {
    return (await this.#table.delete({ groupId }, allOf(isDeleting, mayBeRemoved(before)))).ok;
  }
}
