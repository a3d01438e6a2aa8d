/** The Backups table: the latest backups of each client under each policy. */

import { contentId } from '../../platform/canonical-json.ts';
import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import { forEachInParallel, groupBy } from '../../platform/collections.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { type Expression, path, when } from '../../platform/dynamodb/expression.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { type Page, Table } from '../../platform/dynamodb/table.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Backup, type ClientBackup, latestBackups } from './protection.ts';

interface StoredBackups {
  readonly groupId: string;
  /** A digest of client and policy, since their names may be longer than a key. */
  readonly clientPolicy: string;
  readonly clientName: string;
  readonly policyName: string;
  /** Rows of jobId, parentJobId, startTime and status, as JSON: an item of a few hundred bytes. */
  readonly rows: string;
  /** Epoch seconds, counted from the latest arrival. */
  readonly expiresAt: number;
}

/** The latest backups of one client under one policy, the latest first. */
export interface Protection {
  readonly clientName: string;
  readonly policyName: string;
  readonly backups: readonly Backup[];
}

type Row = [jobId: number, parentJobId: number, startTime: number, status: number];
const pack = (backups: readonly Backup[]): string =>
  JSON.stringify(
    backups.map(({ jobId, parentJobId, startTime, status }): Row => [jobId, parentJobId, startTime, status]),
  );
const unpack = (rows: string): Backup[] =>
  (JSON.parse(rows) as Row[]).map(([jobId, parentJobId, startTime, status]) => ({
    jobId,
    parentJobId,
    startTime,
    status,
  }));

const MAX_ATTEMPTS = 10;
/** A page of DynamoDB holds 1 MB: some two thousand items. */
const PAGE_SIZE = 2_000;

const hasNotChangedSince = (stored: StoredBackups | undefined): Expression =>
  stored ? when`${path('rows')} = ${stored.rows}` : when`attribute_not_exists(${path('groupId')})`;

export class BackupsStore {
  readonly #table: Table<StoredBackups>;

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
    const byPair = groupBy(received, ({ clientName, policyName }) => contentId(clientName, policyName));
    const keys = [...byPair.keys()].map((clientPolicy) => ({ groupId, clientPolicy }));
    const found = await this.#table.getMany(keys, { consistent: true });
    const stored = new Map(found.map((item) => [item.clientPolicy, item]));
    const expiresAt = seconds(receivedAt + retentionDays * DAY_MS);
    await forEachInParallel([...byPair], ([pair, backups]) =>
      this.#recordPair({ groupId, clientPolicy: pair }, backups, expiresAt, stored.get(pair)),
    );
  }

  async #recordPair(
    key: Pick<StoredBackups, 'groupId' | 'clientPolicy'>,
    received: readonly ClientBackup[],
    expiresAt: number,
    before: StoredBackups | undefined,
  ): Promise<void> {
    const [first] = received;
    if (!first) return;
    const { clientName, policyName } = first;
    let stored = before;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const rows = pack(latestBackups(stored ? unpack(stored.rows) : [], received));
      if (stored?.rows === rows) return;
      const latest = Math.max(stored?.expiresAt ?? 0, expiresAt);
      const item = { ...key, clientName, policyName, rows, expiresAt: latest };
      if ((await this.#table.put(item, hasNotChangedSince(stored))).ok) return;
      stored = await this.#table.get(key, { consistent: true });
    }
    throw new Error(
      `Backups of ${clientName} under ${policyName}: gave up after ${MAX_ATTEMPTS} conflicting writes.`,
    );
  }

  /** A page of up to 1 MB of a group's backups. */
  async page(groupId: string, clock: Clock, startAfter?: Key): Promise<Page<Protection>> {
    const key = when`${path('groupId')} = ${groupId}`;
    const page = await this.#table.query({ key, limit: PAGE_SIZE, startAfter });
    const current = page.items.filter(({ expiresAt }) => expiresAt > seconds(clock()));
    const items = current.map(({ clientName, policyName, rows }) => ({
      clientName,
      policyName,
      backups: unpack(rows),
    }));
    return omitUndefined({ items, lastKey: page.lastKey });
  }
}
