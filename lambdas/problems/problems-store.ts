/** The Problems table: problems, and when each group is evaluated next. */
import { contentId } from '../platform/canonical-json.ts';
import { type Clock, DAY_MS, seconds, timeKey } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { anyOf, path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Subject } from './finding.ts';
import { DEPLOYMENT, type Problem, problemIdOf, subjectId } from './problem.ts';
import type { Change } from './transitions.ts';

type Id = Pick<Problem, 'groupId' | 'problem'>;

/** When something of a group is evaluated next. One for each group that has ever reported a backup. */
interface PlannedEvaluation extends Id {
  readonly problem: typeof PLANNED_EVALUATION;
  readonly dueShard: typeof DUE_SHARD;
  /** Epoch ms. */
  readonly dueAt: number;
}

/** Attributes that only indexes need. */
interface Stored extends Problem {
  readonly dueShard?: typeof DUE_SHARD;
  /** Epoch ms. */
  readonly dueAt?: number;
  /** Partition keys of the lists: `open` or `recovered`, of all groups and of this one. A held problem is in no list. */
  readonly list?: List;
  readonly groupList?: string;
  /** Their sort key, the latest opening last. It does not name the group. */
  readonly place?: string;
  /** Epoch seconds; of a recovered one. */
  readonly expiresAt?: number;
}

/** What is due: a problem, or the planned evaluation of a group. */
export interface Due extends Id {
  /** Epoch ms. */
  readonly dueAt: number;
}

export type List = 'open' | 'recovered';

/** Sort key of the planned evaluation of a group. */
export const PLANNED_EVALUATION = 'agenda';
const DUE_SHARD = 'due';
/** How long a recovered problem is kept, or as long as it is muted. */
const RECOVERED_DAYS = 30;

const isAt = (revision: number) => when`${path('revision')} = ${revision}`;
const isNew = when`attribute_not_exists(${path('problem')})`;
const isDueAt = (dueAt: number) => when`${path('dueAt')} = ${dueAt}`;
const isExpired = (now: number) => when`${path('expiresAt')} <= ${seconds(now)}`;
const isLaterThan = (dueAt: number) => when`${path('dueAt')} > ${dueAt}`;

const placeOf = (problem: Change): string =>
  `${timeKey(problem.openedAt ?? 0)}#${contentId(problemIdOf(problem))}`;

const stored = (change: Change, revision: number, dueAt: number | undefined, now: number): Stored => {
  const list: List | undefined =
    change.state === 'open' ? 'open' : change.recoveredAt === undefined ? undefined : 'recovered';
  return omitUndefined({
    ...change,
    revision,
    dueShard: dueAt === undefined ? undefined : DUE_SHARD,
    dueAt,
    list,
    groupList: list && `${change.groupId}#${list}`,
    place: list && placeOf(change),
    // A mute outlasts a recovery.
    expiresAt:
      list === 'recovered'
        ? seconds(Math.max(now + RECOVERED_DAYS * DAY_MS, change.muted?.until ?? 0))
        : undefined,
  }) as Stored;
};

const problemOf = ({ dueShard, dueAt, list, groupList, place, expiresAt, ...problem }: Stored): Problem =>
  problem;

export interface PlacedProblem {
  readonly problem: Problem;
  /** In its list. */
  readonly place: string;
}

export class ProblemsStore {
  readonly #table: Table<Stored | PlannedEvaluation>;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  async get({ groupId, problem }: Id): Promise<Problem | undefined> {
    const item = await this.#table.get({ groupId, problem }, { consistent: true });
    return this.#current(item);
  }

  /** All problems of a subject, also held and recovered ones. */
  async ofSubject(groupId: string, subject: Subject): Promise<Problem[]> {
    const start = subjectId(subject);
    const key = when`${path('groupId')} = ${groupId} AND ${path('problem')} BETWEEN ${`${start}~`} AND ${`${start}~~`}`;
    const { items } = await this.#table.query({ key, limit: 100, consistent: true });
    return items.flatMap((item) => this.#current(item) ?? []);
  }

  /**
   * Writes a change of the problem that was read.
   * @param dueAt epoch ms at which the sweep looks at it again
   * @returns undefined when it has changed since
   */
  async write(
    before: Problem | undefined,
    change: Change,
    dueAt: number | undefined,
  ): Promise<Problem | undefined> {
    const now = this.#clock();
    const item = stored(change, (before?.revision ?? 0) + 1, dueAt, now);
    const condition = before ? isAt(before.revision) : anyOf(isNew, isExpired(now));
    const written = await this.#table.put(item, condition);
    return written.ok ? problemOf(item) : undefined;
  }

  /** @returns false when it has changed since */
  async remove({ groupId, problem, revision }: Problem): Promise<boolean> {
    return (await this.#table.delete({ groupId, problem }, isAt(revision))).ok;
  }

  /** A page of what is due, in the order of the times: problems and planned evaluations, by their keys. */
  listDue(now: number, limit: number, startAfter?: Key): Promise<Page<Due>> {
    const key = when`${path('dueShard')} = ${DUE_SHARD} AND ${path('dueAt')} <= ${now}`;
    return this.#table.query({ index: 'due', key, limit, startAfter }) as Promise<Page<Due>>;
  }

  /** Evaluates a group at this time (epoch ms) at the latest. Costs a write unit also when it is planned already. */
  async plan(groupId: string, dueAt: number): Promise<void> {
    await this.#table.update(
      { groupId, problem: PLANNED_EVALUATION },
      { set: { dueShard: DUE_SHARD, dueAt } },
      anyOf(isNew, isLaterThan(dueAt)),
    );
  }

  /** After it was evaluated. Nothing happens when something else was planned since. */
  async replan(groupId: string, before: number, dueAt: number): Promise<void> {
    await this.#table.update({ groupId, problem: PLANNED_EVALUATION }, { set: { dueAt } }, isDueAt(before));
  }

  /** Of a group that does not exist any more. Nothing happens when something else was planned since. */
  async unplan(groupId: string, before: number): Promise<void> {
    await this.#table.delete({ groupId, problem: PLANNED_EVALUATION }, isDueAt(before));
  }

  /**
   * What mute rules apply to is about to change: the sweep looks again at what they have muted. It is the planned evaluation of the
   * deployment.
   */
  async planMuted(now: number): Promise<void> {
    const change = { set: { dueShard: DUE_SHARD, dueAt: now } };
    await this.#table.update({ groupId: DEPLOYMENT, problem: PLANNED_EVALUATION }, change);
  }

  /** A page of what is due only after this time (epoch ms), in the order of the times. */
  listPlanned(after: number, limit: number, startAfter?: Key): Promise<Page<Due>> {
    const key = when`${path('dueShard')} = ${DUE_SHARD} AND ${path('dueAt')} > ${after}`;
    return this.#table.query({ index: 'due', key, limit, startAfter }) as Promise<Page<Due>>;
  }

  /**
   * A page of a list, the latest opening first.
   * @param groupId all groups if undefined
   * @param before place of the last one that was read
   * @returns `next`: where the next page begins
   */
  async list(
    list: List,
    groupId: string | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<{ readonly items: readonly PlacedProblem[]; readonly next?: string }> {
    const [index, partition] =
      groupId === undefined
        ? (['by-place', when`${path('list')} = ${list}`] as const)
        : (['by-group', when`${path('groupList')} = ${`${groupId}#${list}`}`] as const);
    const key = before === undefined ? partition : when`${partition} AND ${path('place')} < ${before}`;
    const page = await this.#table.query({ index, key, limit, descending: true });
    const keys = page.items.map((item) => ({ groupId: item.groupId, problem: item.problem }));
    const found = new Map(
      (await this.#table.getMany(keys, { consistent: true })).map((item) => [problemIdOf(item), item]),
    );
    const items = page.items.flatMap((item) => {
      const problem = this.#current(found.get(problemIdOf(item)));
      const { place } = item as Stored;
      // The index is eventually consistent.
      return problem === undefined || place === undefined ? [] : [{ problem, place }];
    });
    const last = page.lastKey && (page.items.at(-1) as Stored | undefined)?.place;
    return omitUndefined({ items, next: last });
  }

  /** Without what has expired, which DynamoDB deletes later. */
  #current(item: Stored | PlannedEvaluation | undefined): Problem | undefined {
    if (item === undefined || !('kind' in item)) return undefined;
    return item.expiresAt !== undefined && item.expiresAt <= seconds(this.#clock())
      ? undefined
      : problemOf(item);
  }
}
