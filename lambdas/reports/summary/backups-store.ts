/** The Backups table: the latest backups of each client under each policy. */

import { contentId } from '../../platform/canonical-json.ts';
import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import { forEachInParallel, groupBy } from '../../platform/collections.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { type Backup, type ClientBackup, latestBackups } from './protection.ts';

interface StoredBackups {
  readonly groupId: string;
  /** What client and policy are together, whatever their length. */
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
const rowOf = ({ jobId, parentJobId, startTime, status }: Backup): Row => [
  jobId,
  parentJobId,
  startTime,
  status,
];
const backupOfRow = ([jobId, parentJobId, startTime, status]: Row): Backup => ({
  jobId,
  parentJobId,
  startTime,
  status,
});
const unpacked = (rows: string): Backup[] => (JSON.parse(rows) as Row[]).map(backupOfRow);

const ROUNDS = 10;
/** A page of DynamoDB holds 1 MB: some two thousand items. */
const PAGE = 2_000;

export class BackupsStore {
  readonly #table: Table<StoredBackups>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /** Adds finished backups, of any clients. What changes nothing costs no write. */
  async record(
    groupId: string,
    said: readonly ClientBackup[],
    receivedAt: number,
    retentionDays: number,
  ): Promise<void> {
    const byPair = groupBy(said, ({ clientName, policyName }) => contentId(clientName, policyName));
    const keys = [...byPair.keys()].map((clientPolicy) => ({ groupId, clientPolicy }));
    const found = await this.#table.getMany(keys, { consistent: true });
    const known = new Map(found.map((item) => [item.clientPolicy, item]));
    const expiresAt = seconds(receivedAt + retentionDays * DAY_MS);
    await forEachInParallel([...byPair], ([pair, backups]) =>
      this.#recordPair({ groupId, clientPolicy: pair }, backups, expiresAt, known.get(pair)),
    );
  }

  async #recordPair(
    key: Pick<StoredBackups, 'groupId' | 'clientPolicy'>,
    said: readonly ClientBackup[],
    expiresAt: number,
    before: StoredBackups | undefined,
  ): Promise<void> {
    const [first] = said;
    if (!first) return;
    const { clientName, policyName } = first;
    let known = before;
    for (let round = 0; round < ROUNDS; round++) {
      const rows = JSON.stringify(latestBackups(known ? unpacked(known.rows) : [], said).map(rowOf));
      if (known?.rows === rows) return;
      const unchanged = known
        ? when`${path('rows')} = ${known.rows}`
        : when`attribute_not_exists(${path('groupId')})`;
      const latest = Math.max(known?.expiresAt ?? 0, expiresAt);
      const item = { ...key, clientName, policyName, rows, expiresAt: latest };
      if ((await this.#table.put(item, unchanged)).ok) return;
      known = await this.#table.get(key, { consistent: true });
    }
    throw new Error(`The backups of ${clientName} under ${policyName} are contended beyond reason.`);
  }

  /** Those of a whole group, a page of up to 1 MB. */
  async page(
    groupId: string,
    clock: Clock,
    startAfter?: Key,
  ): Promise<{ items: Protection[]; lastKey?: Key }> {
    const key = when`${path('groupId')} = ${groupId}`;
    const page = await this.#table.query({ key, limit: PAGE, startAfter });
    const current = page.items.filter(({ expiresAt }) => expiresAt > seconds(clock()));
    return {
      items: current.map(({ clientName, policyName, rows }) => ({
        clientName,
        policyName,
        backups: unpacked(rows),
      })),
      ...(page.lastKey ? { lastKey: page.lastKey } : {}),
    };
  }
}
