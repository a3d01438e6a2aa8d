/** The Backups table: the latest backups of each client under each policy, and the latest parents among the group's jobs. */

import { contentId } from '../../platform/canonical-json.ts';
import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import { forEachInParallel, groupBy } from '../../platform/collections.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { allOf, type Expression, path, when } from '../../platform/dynamodb/expression.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { Unavailable } from '../../platform/unavailable.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { type Backup, type ClientBackup, orderTime, packBackups, unpackBackups } from './backup.ts';
import { latestSpelling, mergeBackups } from './merge-backups.ts';

interface StoredItem {
  readonly groupId: string;
  /** A digest of client (in small letters) and policy, since their names may be longer than a key; or {@link PARENTS}. */
  readonly clientPolicy: string;
  readonly clientName?: string;
  readonly policyName?: string;
  /** As {@link packBackups} writes them. */
  readonly backups?: string;
  /** What is remembered of dropped runs: `past-hours.ts`. */
  readonly past?: string;
  /** No longer shown, as long as nothing later than this is there: {@link orderTime} of its latest backup then. */
  readonly dismissedAt?: number;
  /** The latest parents, as ids in base 36 with the times of their children. */
  readonly parents?: string;
  /** Epoch seconds, counted from the latest arrival. */
  readonly expiresAt: number;
}

/** What is kept of one client under one policy. */
export interface Protection {
  readonly clientName: string;
  readonly policyName: string;
  readonly backups: readonly Backup[];
  readonly past: string;
  readonly isDismissed: boolean;
}
export interface ProtectionPage {
  readonly protections: readonly Protection[];
  /** Ids of jobs that are parents of others. */
  readonly parents: readonly number[];
  readonly lastKey?: Key;
}

const MAX_ATTEMPTS = 10;
/** A page of DynamoDB holds 1 MB: some two thousand items. */
const PAGE_SIZE = 2_000;
/** The key of the item that has a group's latest parents. */
const PARENTS = 'parents';
/** How many of them. A parent ends soon after its children, and its own row is marked then. */
const MAX_PARENTS = 60;

/** Client names differ in the case of letters between jobs of one client. */
const pairKey = (clientName: string, policyName: string): string =>
  contentId(clientName.toLowerCase(), policyName);

const hasNotChangedSince = (stored: StoredItem | undefined): Expression => {
  if (!stored) return when`attribute_not_exists(${path('groupId')})`;
  if (stored.parents !== undefined) return when`${path('parents')} = ${stored.parents}`;
  return allOf(
    when`${path('backups')} = ${stored.backups ?? ''} AND ${path('past')} = ${stored.past ?? ''}`,
    stored.dismissedAt === undefined
      ? when`attribute_not_exists(${path('dismissedAt')})`
      : when`${path('dismissedAt')} = ${stored.dismissedAt}`,
  );
};

type Parents = ReadonlyMap<number, number>;
const unpackParents = (text = ''): Map<number, number> =>
  new Map(
    text
      .split(' ')
      .filter((part) => part !== '')
      .map((part) => {
        const [id = 0, at = 0] = part.split(',').map((value) => Number.parseInt(value, 36));
        return [id, at] as const;
      }),
  );
const packParents = (parents: Parents): string =>
  [...parents]
    .sort(([a, atA], [b, atB]) => atB - atA || b - a)
    .slice(0, MAX_PARENTS)
    .map(([id, at]) => `${id.toString(36)},${at.toString(36)}`)
    .join(' ');

export class BackupsStore {
  readonly #table: Table<StoredItem>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /** Adds finished backups of any clients. Those that are stored already cost no write. */
  async record(
    groupId: string,
    received: readonly ClientBackup[],
    receivedAt: number,
    retentionDays: number,
  ): Promise<void> {
    if (received.length === 0) return;
    const byPair = groupBy(received, (one) => pairKey(one.clientName, one.policyName));
    const keys = [...byPair.keys(), PARENTS];
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
    await forEachInParallel([...byPair], ([clientPolicy, backups]) =>
      this.#recordPair({ groupId, clientPolicy }, backups, parents, expiresAt, stored.get(clientPolicy)),
    );
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
      const pair = pairKey(child.clientName, child.policyName);
      return (
        isStored(pair, child.parentJobId) ||
        received.some(
          (one) => one.jobId === child.parentJobId && pairKey(one.clientName, one.policyName) === pair,
        )
      );
    };
    const children = received.filter((one) => one.parentJobId !== one.jobId && !isOwn(one));
    const key = { groupId, clientPolicy: PARENTS };
    let stored = before;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const known = unpackParents(stored?.parents);
      const merged = new Map(known);
      for (const child of children) {
        const at = Math.max(merged.get(child.parentJobId) ?? 0, orderTime(child));
        // Its first child is enough: a write for each further one would say nothing new.
        if (!known.has(child.parentJobId)) merged.set(child.parentJobId, at);
      }
      const parents = packParents(merged);
      if (parents === (stored?.parents ?? '')) return new Set(merged.keys());
      const item = { ...key, parents, expiresAt: Math.max(stored?.expiresAt ?? 0, expiresAt) };
      if ((await this.#table.put(item, hasNotChangedSince(stored))).ok) return new Set(merged.keys());
      stored = await this.#table.get(key, { consistent: true });
    }
    throw new Unavailable(`Parents of ${groupId}: gave up after ${MAX_ATTEMPTS} conflicting writes.`);
  }

  async #recordPair(
    key: Pick<StoredItem, 'groupId' | 'clientPolicy'>,
    received: readonly ClientBackup[],
    parents: ReadonlySet<number>,
    expiresAt: number,
    before: StoredItem | undefined,
  ): Promise<void> {
    const policyName = received[0]?.policyName ?? '';
    let stored = before;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const backups = unpackBackups(stored?.backups ?? '');
      const merged = mergeBackups({ backups, past: stored?.past ?? '' }, received, parents);
      const packed = packBackups(merged.backups);
      if (stored && stored.backups === packed && stored.past === merged.past) return;
      const item: StoredItem = {
        ...key,
        clientName: latestSpelling(stored && { clientName: stored.clientName ?? '', backups }, received),
        policyName,
        backups: packed,
        past: merged.past,
        ...omitUndefined({ dismissedAt: stored?.dismissedAt }),
        expiresAt: Math.max(stored?.expiresAt ?? 0, expiresAt),
      };
      if ((await this.#table.put(item, hasNotChangedSince(stored))).ok) return;
      stored = await this.#table.get(key, { consistent: true });
    }
    throw new Unavailable(
      `Backups of ${received[0]?.clientName} under ${policyName}: gave up after ${MAX_ATTEMPTS} conflicting writes.`,
    );
  }

  /** A page of up to 1 MB of a group's backups. */
  async page(groupId: string, clock: Clock, startAfter?: Key, limit = PAGE_SIZE): Promise<ProtectionPage> {
    const key = when`${path('groupId')} = ${groupId}`;
    const page = await this.#table.query({ key, limit, startAfter });
    const current = page.items.filter(({ expiresAt }) => expiresAt > seconds(clock()));
    return omitUndefined({
      protections: current.flatMap((item) => protectionOf(item) ?? []),
      parents: current.flatMap(({ parents }) => [...unpackParents(parents).keys()]),
      lastKey: page.lastKey,
    });
  }

  /** Of some clients under policies; those of which nothing is stored are left out. */
  async ofPairs(
    groupId: string,
    pairs: readonly Pick<Protection, 'clientName' | 'policyName'>[],
    clock: Clock,
  ): Promise<Protection[]> {
    const keys = pairs.map((pair) => ({ groupId, clientPolicy: pairKey(pair.clientName, pair.policyName) }));
    const items = await this.#table.getMany(keys, { consistent: false });
    return items
      .filter(({ expiresAt }) => expiresAt > seconds(clock()))
      .flatMap((item) => protectionOf(item) ?? []);
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
    const key = { groupId, clientPolicy: pairKey(clientName, policyName) };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const stored = await this.#table.get(key, { consistent: true });
      if (!stored) return false;
      const { dismissedAt: _, ...shown } = stored;
      const at = Math.max(0, ...unpackBackups(stored.backups ?? '').map(orderTime));
      const item = isDismissed ? { ...shown, dismissedAt: at } : shown;
      if ((await this.#table.put(item, hasNotChangedSince(stored))).ok) return true;
    }
    throw new Unavailable(`Dismissing ${policyName}: gave up after ${MAX_ATTEMPTS} conflicting writes.`);
  }
}

const protectionOf = ({ clientName, policyName, backups, past = '', dismissedAt = -1 }: StoredItem) => {
  if (clientName === undefined || policyName === undefined || backups === undefined) return undefined;
  const rows = unpackBackups(backups);
  const isDismissed = Math.max(0, ...rows.map(orderTime)) <= dismissedAt;
  return { clientName, policyName, backups: rows, past, isDismissed } satisfies Protection;
};

/** All parents that backups and lists name. */
export const allParents = (pages: readonly ProtectionPage[]): ReadonlySet<number> =>
  new Set(
    pages.flatMap(({ parents, protections }) => [
      ...parents,
      ...parentsAmong(protections.flatMap(({ backups }) => backups)),
    ]),
  );
