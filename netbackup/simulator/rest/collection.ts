import type { Call, Reply, RestContext } from './context.ts';
import { compileFilter, sortBy } from './filter.ts';
import { pageByOffset } from './paging.ts';

type Attributes = Readonly<Record<string, unknown>>;

export interface Collection<T extends Attributes> {
  readonly type: string;
  readonly path: string;
  readonly fields: ReadonlySet<string>;
  readonly sort: string;
  readonly maxLimit: number;
  idOf(attributes: T): string;
  /** The address of a resource; by default absolute, below `path`. */
  selfOf?(id: string): string;
}

/** Absolute address of a path below `/netbackup`, the most common form of links (CMD-4). */
export function addressOf({ primaryName }: RestContext, path: string): string {
  return `https://${primaryName}/netbackup${path}`;
}

/** One resource in the API's format. */
export function resourceOf<T extends Attributes>(
  context: RestContext,
  list: Collection<T>,
  attributes: T,
): unknown {
  const id = list.idOf(attributes);
  const href = list.selfOf?.(id) ?? addressOf(context, `${list.path}/${encodeURIComponent(id)}`);
  return { type: list.type, id, attributes, links: { self: { href } } };
}

/** A list with filter, sort and offset paging. Throws a 400 on invalid parameters. */
export function listByOffset<T extends Attributes>(
  context: RestContext,
  list: Collection<T>,
  items: readonly T[],
  { query }: Call,
): Reply {
  const filter = query.get('filter');
  const found = filter ? items.filter(compileFilter(filter, list.fields)) : items;
  const sorted = sortBy(found, query.get('sort') ?? list.sort, list.fields);
  const address = addressOf(context, list.path);
  const page = pageByOffset(sorted, { query, address, defaultLimit: 10, maxLimit: list.maxLimit });
  const data = page.items.map((attributes) => resourceOf(context, list, attributes));
  return { status: 200, json: { data, meta: page.meta, links: page.links } };
}
