/** The size of a summary's answer: Lambda's limit is 6 MB, and names have no limit of their own. Pure. */

/** The bytes of all lists, as JSON. In Lambda's response it is JSON in JSON, which can be twice as long. */
const MAX_BYTES = 2_000_000;

type Entry = readonly [key: string, value: unknown];
interface List {
  readonly path: readonly string[];
  /** The entries of a list. Of an array: its elements, by index. Of a record, such as `jobTypes`: its members. */
  readonly entries: readonly Entry[];
  readonly isArray: boolean;
  readonly bytes: number;
}

const bytesOf = ([key, value]: Entry): number => Buffer.byteLength(JSON.stringify([key, value]));
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** An object whose members are all objects without lists is a list too: its keys are NetBackup's. */
const isRecord = (value: object): boolean => {
  const members = Object.values(value);
  return (
    members.length > 0 &&
    members.every((one) => isObject(one) && !Array.isArray(one) && !Object.values(one).some(isObject))
  );
};

const listsIn = (value: object, path: readonly string[] = []): List[] =>
  Object.entries(value).flatMap(([name, member]: Entry) => {
    if (!isObject(member)) return [];
    const isArray = Array.isArray(member);
    if (!isArray && (path.length > 0 || !isRecord(member))) return listsIn(member, [...path, name]);
    const entries = Object.entries(member);
    const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
    return [{ path: [...path, name], entries, isArray, bytes }];
  });

/** The bytes for each list: what small lists do not need, large lists share. */
const shareFor = (lists: readonly List[], budget: number): number => {
  let rest = budget;
  const bySize = [...lists].sort((a, b) => a.bytes - b.bytes);
  for (const [index, { bytes }] of bySize.entries()) {
    const share = rest / (bySize.length - index);
    if (bytes > share) return share;
    rest -= bytes;
  }
  return Number.POSITIVE_INFINITY;
};

/** The first entries that fit. */
const firstOf = ({ entries }: List, share: number): readonly Entry[] => {
  let bytes = 0;
  const end = entries.findIndex((entry) => {
    bytes += bytesOf(entry);
    return bytes > share;
  });
  return end < 0 ? entries : entries.slice(0, end);
};

const replaced = (value: object, [name = '', ...rest]: readonly string[], list: unknown): object => ({
  ...value,
  [name]: rest.length === 0 ? list : replaced((value as Record<string, object>)[name] ?? {}, rest, list),
});

/**
 * A summary whose lists have `budget` bytes at most: a list that is too long keeps its first entries. `omitted` shows how many
 * entries of which list are not shown, by its path; it is absent if all are, and `complete` is false if not.
 */
export const boundedSummary = <S extends { readonly complete: boolean }>(
  summary: S,
  budget = MAX_BYTES,
): S & { readonly omitted?: Readonly<Record<string, number>> } => {
  const lists = listsIn(summary);
  const share = shareFor(lists, budget);
  const cut = lists.filter(({ bytes }) => bytes > share);
  if (cut.length === 0) return summary;
  const omitted: Record<string, number> = {};
  let result: object = summary;
  for (const list of cut) {
    const shown = firstOf(list, share);
    omitted[list.path.join('.')] = list.entries.length - shown.length;
    const kept = list.isArray ? shown.map(([, value]) => value) : Object.fromEntries(shown);
    result = replaced(result, list.path, kept);
  }
  return { ...(result as S), complete: false, omitted };
};
