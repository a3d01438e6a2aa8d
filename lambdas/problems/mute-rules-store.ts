/** The mute rules, in a partition of their own of the Problems table. */
import { type Clock, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { allPages } from '../platform/dynamodb/pages.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { Table } from '../platform/dynamodb/table.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { MuteRule } from './mute-rule.ts';

interface Stored extends Omit<MuteRule, 'groupId'> {
  readonly groupId: typeof PARTITION;
  /** The `muteId` of the rule. */
  readonly problem: string;
  /** The pattern of the rule. */
  readonly groupPattern?: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** The partition. No group can have this id. */
const PARTITION = '*mutes';
/** The most rules: each evaluation reads them, and people need an overview. */
export const MAX_MUTE_RULES = 100;
const PAGE = 1_000;
/** How long an execution environment uses the rules that it has read. */
const CACHE_MS = 30_000;

const ruleOf = ({ groupId: _, problem: __, expiresAt: ___, groupPattern, ...rule }: Stored): MuteRule =>
  groupPattern === undefined ? rule : { ...rule, groupId: groupPattern };

export class MuteRulesStore {
  readonly #table: Table<Stored>;
  readonly #clock: Clock;
  #known: { readonly rules: readonly MuteRule[]; readonly readAt: number } | undefined;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  /** All rules that have not ended. */
  async list(): Promise<readonly MuteRule[]> {
    const key = when`${path('groupId')} = ${PARTITION}`;
    const rules: MuteRule[] = [];
    const now = this.#clock();
    const read = (startAfter: Key | undefined) =>
      this.#table.query({ key, limit: PAGE, consistent: true, startAfter });
    // Rules that have ended can stay for days, until DynamoDB deletes them.
    for await (const page of allPages(read))
      rules.push(...page.map(ruleOf).filter(({ until }) => until > now));
    this.#known = { rules, readAt: now };
    return rules;
  }

  /** The same rules, at most half a minute old. */
  async known(): Promise<readonly MuteRule[]> {
    const isFresh = this.#known !== undefined && this.#clock() - this.#known.readAt < CACHE_MS;
    return isFresh && this.#known ? this.#known.rules : this.list();
  }

  async add({ groupId, ...rule }: MuteRule): Promise<void> {
    await this.#table.put({
      ...rule,
      groupId: PARTITION,
      problem: rule.muteId,
      ...omitUndefined({ groupPattern: groupId }),
      expiresAt: seconds(rule.until),
    });
    this.#known = undefined;
  }

  /** @returns false when there is none */
  async remove(muteId: string): Promise<boolean> {
    const removed = await this.#table.delete({ groupId: PARTITION, problem: muteId });
    this.#known = undefined;
    return removed.ok && removed.item !== undefined;
  }
}
