/** Compares a response through the proxy with the primary's own response. */
import { isDeepStrictEqual } from 'node:util';
import type { RestAnswer } from '../../../netbackup/simulator/rest/types.ts';
import { ORIGIN } from './pages.ts';

type Json = Readonly<Record<string, unknown>>;

/** Parses JSON, with large numbers as text: they must be equal digit for digit. */
const exactly = (text: string): unknown =>
  JSON.parse(text.replaceAll(/:(\d{16,})(?=[,}\]])/g, ':"number $1"'));

/** A link as an address and its sorted parameters: their order and escaping do not matter. */
const linkParts = (href: unknown): unknown => {
  if (typeof href !== 'string') return href;
  const [address, query] = href.split(/\?(.*)/s, 2);
  return { address, parameters: [...new URLSearchParams(query)].map((pair) => pair.join('=')).sort() };
};
const linksOf = ({ links }: Json): unknown =>
  Object.entries((links ?? {}) as Record<string, { href?: unknown } | null>)
    .filter(([, link]) => link !== null)
    .map(([name, link]) => [name, linkParts(link?.href)])
    .sort();

/** The primary's own response with all links rewritten to the proxy. */
export const throughProxy = (body: string, base: string): string =>
  body.replaceAll(
    /"href":"((?:\\.|[^"\\])*)"/g,
    (_, href: string) =>
      `"href":"${base}/netbackup${href.replace(ORIGIN, '').replace(/^\/netbackup(?=\/)/, '')}"`,
  );

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Describes where two lists of items differ; empty when they do not. */
const itemDifferences = (name: string, got: unknown, own: unknown): string[] => {
  const [mine, theirs] = [list(got), list(own)];
  if (mine.length !== theirs.length) return [`${name}: ${mine.length} items instead of ${theirs.length}`];
  const place = theirs.findIndex((item, index) => !isDeepStrictEqual(item, mine[index]));
  return place < 0 ? [] : [`${name}[${place}] is not the primary's`];
};

const short = (value: unknown): string => JSON.stringify(value)?.slice(0, 300) ?? 'nothing';

/**
 * Describes the differences.
 * @param base the URL before `/netbackup/…` at the proxy
 * @param isWhole whether paging was disabled: then only items are compared, since `meta` is not specified
 */
export const differences = (
  got: { readonly status: number; readonly text: string },
  own: RestAnswer,
  base: string,
  isWhole = false,
): string[] => {
  if (got.status !== own.status)
    return [`status ${got.status} instead of ${own.status}: ${got.text.slice(0, 200)}`];
  const ownText = throughProxy(own.body, base);
  if (got.text === ownText) return [];
  let mine: Json;
  let theirs: Json;
  try {
    mine = exactly(got.text) as Json;
    theirs = exactly(ownText) as Json;
  } catch {
    return [`the body ${short(got.text)} instead of ${short(ownText)}`];
  }
  const found = [...itemDifferences('data', mine['data'], theirs['data'])];
  found.push(...itemDifferences('included', mine['included'], theirs['included']));
  if (isWhole) return found;
  for (const [name, a, b] of [
    ['links', linksOf(mine), linksOf(theirs)],
    ['meta', mine['meta'], theirs['meta']],
    ['members', Object.keys(mine).sort(), Object.keys(theirs).sort()],
  ] as const)
    if (!isDeepStrictEqual(a, b)) found.push(`${name} ${short(a)} instead of ${short(b)}`);
  return found;
};
