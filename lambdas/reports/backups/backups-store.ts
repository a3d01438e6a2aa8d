/** The Backups table: the latest backups of each client under each policy, and the latest parents among the group's jobs. */

import { contentId } from '../../platform/canonical-json.ts';
import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import { forEachInParallel, groupBy } from '../../platform/collections.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { CONFLICT, compareAndSet } from '../../platform/dynamodb/compare-and-set.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { verdictOfStatus } from '../verdicts/verdict.ts';
import { type ClientBackup, type ClientPolicy, orderTime, packBackups, unpackBackups } from './backup.ts';
import { packParents, unpackParents, withParents } from './latest-parents.ts';
import { latestSpelling, mergeBackups } from './merge-backups.ts';
import { ofCurrentIds } from './reused-ids.ts';
import { latestStatuses } from './runs.ts';
import {
  type ClientPolicyBackups,
  clientPolicyBackupsOf,
  hasNotChangedSince,
  type StoredItem,
} from './stored-backups.ts';

export interface RecordedBackups {
  /** Those of which something may be wrong, or may be mended. */
  readonly toEvaluate: readonly ClientPolicy[];
  /** Whether one is there for the first time. */
  readonly hasNew: boolean;
}

/** A client under a policy as it was read, for {@link BackupsStore.mark}. */
export interface ReadClientPolicy {
  /** Absent when it is not stored, or has expired. */
  readonly current?: ClientPolicyBackups;
  readonly parents: ReadonlySet<number>;
  readonly stored?: StoredItem;
}

export interface ClientPolicyPage {
  readonly clientPolicies: readonly ClientPolicyBackups[];
  /** Ids of jobs that are parents of others. */
  readonly parents: readonly number[];
  readonly lastKey?: Key;
}

const MAX_ATTEMPTS = 10;
/** A page of DynamoDB holds 1 MB: some two thousand items. */
const PAGE_SIZE = 2_000;
/** The key of the item that has a group's latest parents. */
const PARENTS = 'parents';
/** Client names differ in the case of letters between jobs of one client. */
const storedKeyOf = (clientName: string, policyName: string): string =>
  contentId(clientName.toLowerCase(), policyName);

/** Without expired items. */
const pageOf = (items: readonly StoredItem[], clock: Clock): ClientPolicyPage => {
  const current = items.filter(({ expiresAt }) => expiresAt > seconds(clock()));
  return {
    clientPolicies: current.flatMap((item) => clientPolicyBackupsOf(item) ?? []),
    parents: current.flatMap(({ parents }) => unpackParents(parents)),
  };
};

export class BackupsStore {
  readonly #table: Table<StoredItem>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /**
   * Adds finished backups of any clients. Those that are stored already cost no write.
   * Repeating it names the same to evaluate, at least as long as their problems are not settled.
   */
  async record(
    groupId: string,
    received: readonly ClientBackup[],
    receivedAt: number,
    retentionDays: number,
  ): Promise<RecordedBackups> {
    if (received.length === 0) return { toEvaluate: [], hasNew: false };
    const byClientPolicy = groupBy(received, (one) => storedKeyOf(one.clientName, one.policyName));
    const keys = [...byClientPolicy.keys(), PARENTS];
    const found = await this.#table.getMany(
      keys.map((clientPolicy) => ({ groupId, clientPolicy })),
      { consistent: true },
    );
    const stored = new Map(found.map((item) => [item.clientPolicy, item]));
    const expiresAt = seconds(receivedAt + retentionDays * DAY_MS);
    // The parents first: their rows are marked with them, also when a failure between the writes repeats the whole.
    const isStored = (clientPolicy: string, jobId: number) =>
      unpackBackups(stored.get(clientPolicy)?.backups ?? '').some((one) => one.jobId === jobId);
    const parents = await this.#recordParents(groupId, received, isStored, expiresAt, stored.get(PARENTS));
    const toEvaluate: ClientPolicy[] = [];
    await forEachInParallel([...byClientPolicy], async ([clientPolicy, backups]) => {
      const key = { groupId, clientPolicy };
      const name = await this.#recordClientPolicy(key, backups, parents, expiresAt, stored.get(clientPolicy));
      if (name) toEvaluate.push(name);
    });
    return { toEvaluate, hasNew: [...byClientPolicy.keys()].some((key) => !stored.has(key)) };
  }

  /** Remembers parents whose children have another client name: only there a parent could be taken for a backup. */
  async #recordParents(
    groupId: string,
    received: readonly ClientBackup[],
    isStored: (clientPolicy: string, jobId: number) => boolean,
    expiresAt: number,
    before: StoredItem | undefined,
  ): Promise<ReadonlySet<number>> {
    const isOwn = (child: ClientBackup): boolean => {
      const key = storedKeyOf(child.clientName, child.policyName);
      return (
        isStored(key, child.parentJobId) ||
        received.some(
          (one) => one.jobId === child.parentJobId && storedKeyOf(one.clientName, one.policyName) === key,
        )
      );
    };
    const children = received.filter((one) => one.parentJobId !== one.jobId && !isOwn(one));
    const named = children.map(({ parentJobId }) => parentJobId);
    const key = { groupId, clientPolicy: PARENTS };
    let stored = before;
    return compareAndSet(`Parents of ${groupId}`, MAX_ATTEMPTS, async () => {
      const known = unpackParents(stored?.parents);
      const all = withParents(known, named);
      const isKnown = all.every((id, index) => id === known[index]);
      if (isKnown) return new Set([...all, ...named]);
      const item = {
        ...key,
        parents: packParents(all),
        expiresAt: Math.max(stored?.expiresAt ?? 0, expiresAt),
      };
      if ((await this.#table.put(item, hasNotChangedSince(stored))).ok) return new Set([...all, ...named]);
      stored = await this.#table.get(key, { consistent: true });
      return CONFLICT;
    });
  }

  /** @returns its name if it has to be evaluated */
  async #recordClientPolicy(
    key: Pick<StoredItem, 'groupId' | 'clientPolicy'>,
    received: readonly ClientBackup[],
    parents: ReadonlySet<number>,
    expiresAt: number,
    before: StoredItem | undefined,
  ): Promise<ClientPolicy | undefined> {
    const policyName = received[0]?.policyName ?? '';
    let stored = before;
    const title = `Backups of ${received[0]?.clientName} under ${policyName}`;
    return compareAndSet(title, MAX_ATTEMPTS, async () => {
      const backups = unpackBackups(stored?.backups ?? '');
      const merged = mergeBackups({ backups, past: stored?.past ?? '' }, received, parents);
      const packed = packBackups(merged.backups);
      const clientName = latestSpelling(stored && { clientName: stored.clientName ?? '', backups }, received);
      const name = { clientName, policyName };
      const statuses = latestStatuses(merged.backups);
      // A rule may count any other status as a failure.
      const mayHaveFailed = statuses.some((status) => status !== 0);
      if (stored && stored.backups === packed && stored.past === merged.past)
        return stored.hasProblems || mayHaveFailed ? name : undefined;
      const hasFailed = statuses.some((status) => verdictOfStatus(status) === 'failed');
      const item: StoredItem = {
        ...key,
        ...name,
        backups: packed,
        past: merged.past,
        ...omitUndefined({
          dismissedAt: stored?.dismissedAt,
          hasProblems: hasFailed ? true : stored?.hasProblems,
        }),
        expiresAt: Math.max(stored?.expiresAt ?? 0, expiresAt),
      };
      if ((await this.#table.put(item, hasNotChangedSince(stored))).ok)
        return item.hasProblems || mayHaveFailed ? name : undefined;
      stored = await this.#table.get(key, { consistent: true });
      return CONFLICT;
    });
  }

  /** One client under one policy, and the group's latest parents. */
  async read(
    groupId: string,
    { clientName, policyName }: ClientPolicy,
    clock: Clock,
  ): Promise<ReadClientPolicy> {
    const clientPolicy = storedKeyOf(clientName, policyName);
    const keys = [clientPolicy, PARENTS].map((key) => ({ groupId, clientPolicy: key }));
    const found = await this.#table.getMany(keys, { consistent: true });
    const stored = found.find((item) => item.clientPolicy === clientPolicy);
    const parents = found.find((item) => item.clientPolicy === PARENTS)?.parents;
    return omitUndefined({
      current: stored && stored.expiresAt > seconds(clock()) ? clientPolicyBackupsOf(stored) : undefined,
      parents: new Set(unpackParents(parents)),
      stored,
    });
  }

  /**
   * Notes whether problems may be stored of it.
   * @returns false when it has changed since it was read
   */
  async mark({ stored }: ReadClientPolicy, hasProblems: boolean): Promise<boolean> {
    if (!stored) return true;
    const { groupId, clientPolicy } = stored;
    const change = hasProblems ? { set: { hasProblems } } : { remove: ['hasProblems'] };
    return (await this.#table.update({ groupId, clientPolicy }, change, hasNotChangedSince(stored))).ok;
  }

  /** Whether its backups are as they were read. */
  async isUnchanged(
    groupId: string,
    { clientName, policyName }: ClientPolicy,
    { stored }: ReadClientPolicy,
  ): Promise<boolean> {
    const key = { groupId, clientPolicy: storedKeyOf(clientName, policyName) };
    const now = await this.#table.get(key, { consistent: true });
    return (
      now?.backups === stored?.backups &&
      now?.past === stored?.past &&
      now?.dismissedAt === stored?.dismissedAt
    );
  }

  /** A page of up to 1 MB of a group's backups. */
  async page(groupId: string, clock: Clock, startAfter?: Key, limit = PAGE_SIZE): Promise<ClientPolicyPage> {
    const key = when`${path('groupId')} = ${groupId}`;
    const page = await this.#table.query({ key, limit, startAfter });
    return omitUndefined({ ...pageOf(page.items, clock), lastKey: page.lastKey });
  }

  /** Of some clients under policies, and the group's latest parents; what is not stored is left out. */
  async ofClientPolicies(
    groupId: string,
    clientPolicies: readonly ClientPolicy[],
    clock: Clock,
  ): Promise<ClientPolicyPage> {
    const keys = clientPolicies.map((one) => storedKeyOf(one.clientName, one.policyName));
    const wanted = keys.length === 0 ? [] : [...keys, PARENTS];
    const items = await this.#table.getMany(
      wanted.map((clientPolicy) => ({ groupId, clientPolicy })),
      { consistent: false },
    );
    return pageOf(items, clock);
  }

  /**
   * Dismisses a client under a policy, or undoes that. A dismissed one is shown again after its next backup.
   * @returns false when nothing is stored of it
   */
  async dismiss(
    groupId: string,
    clientName: string,
    policyName: string,
    isDismissed: boolean,
  ): Promise<boolean> {
    const key = { groupId, clientPolicy: storedKeyOf(clientName, policyName) };
    return compareAndSet(`Dismissing ${policyName}`, MAX_ATTEMPTS, async () => {
      const stored = await this.#table.get(key, { consistent: true });
      if (!stored) return false;
      const { dismissedAt: _, ...shown } = stored;
      const at = Math.max(0, ...unpackBackups(stored.backups ?? '').map(orderTime));
      const item = isDismissed ? { ...shown, dismissedAt: at } : shown;
      return (await this.#table.put(item, hasNotChangedSince(stored))).ok ? true : CONFLICT;
    });
  }
}

/** All parents that backups and lists name. */
export const allParents = (pages: readonly ClientPolicyPage[]): ReadonlySet<number> => {
  const backups = pages.flatMap(({ clientPolicies }) => clientPolicies).flatMap((one) => one.backups);
  return new Set([...pages.flatMap(({ parents }) => parents), ...parentsAmong(ofCurrentIds(backups))]);
};
