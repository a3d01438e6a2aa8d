/** A page of a list, as NetBackup returns it. Pure. */
import { type JsonNode, memberOf, readJsonText, textOf } from '../../platform/json-text.ts';

/** The members of `meta.pagination` that are read, of both styles of NetBackup. */
interface Pagination {
  readonly next?: unknown;
  readonly prev?: unknown;
  readonly offset?: unknown;
  readonly count?: unknown;
  readonly limit?: unknown;
  readonly hasNext?: unknown;
  readonly hasPrev?: unknown;
}

export interface ListPage {
  readonly text: string;
  readonly root: JsonNode;
  readonly items: readonly JsonNode[];
  readonly pagination: Pagination;
  /** The links by their names. Also accepts an array of `{rel, href}` (CMD-4). */
  readonly links: Readonly<Record<string, unknown>>;
}

/** A member of this type, parsed. Undefined when it has another type. */
export const parsedNode = <T>(
  text: string,
  node: JsonNode | undefined,
  kind: JsonNode['kind'],
): T | undefined => (node?.kind === kind ? (JSON.parse(textOf(text, node)) as T) : undefined);

/** Whether `meta` and `links` can be written again: serialising JSON can exhaust the stack, parsing it cannot. */
const canBeWritten = (...parts: unknown[]): boolean => {
  try {
    JSON.stringify(parts);
    return true;
  } catch {
    return false;
  }
};

const linksOf = (text: string, node: JsonNode | undefined): Record<string, unknown> => {
  const list = parsedNode<readonly ({ readonly rel?: unknown } | null)[]>(text, node, 'array');
  if (!list) return parsedNode<Record<string, unknown>>(text, node, 'object') ?? {};
  return Object.fromEntries(list.map((link, index) => [String(link?.rel ?? `#${index}`), link]));
};

/** Reads a body as a page of a list. Undefined when it is not one. */
export const readPage = (text: string): ListPage | undefined => {
  const root = readJsonText(text);
  const data = memberOf(root, 'data');
  const meta = parsedNode<object>(text, memberOf(root, 'meta'), 'object');
  const pagination = parsedNode<Pagination>(text, memberOf(memberOf(root, 'meta'), 'pagination'), 'object');
  if (!root || data?.kind !== 'array' || !pagination) return undefined;
  const links = linksOf(text, memberOf(root, 'links'));
  if (!canBeWritten(meta, links)) return undefined;
  return { text, root, items: data.items, pagination, links };
};

/** How many items a body contains, with or without `meta.pagination`. */
export const itemCount = (text: string): number | undefined => {
  const data = memberOf(readJsonText(text), 'data');
  return data?.kind === 'array' ? data.items.length : undefined;
};

export const isOffsetStyle = ({ pagination }: ListPage): boolean => typeof pagination.offset === 'number';
