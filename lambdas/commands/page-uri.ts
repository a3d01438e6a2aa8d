/** Reads and changes the paging parameters of a uri; every other byte stays as it is. Pure. */

/** The uri without its query. */
export const pathOf = (uri: string): string => uri.split('?', 1)[0] ?? '';

export interface PageParameters {
  readonly limit?: number;
  readonly offset?: number;
  readonly after?: string;
  readonly before?: string;
  /** `page[disable]=true` requests all items in one response. */
  readonly disable?: string;
}
type Name = keyof PageParameters;

/** Clients write the brackets raw or escaped. */
const nameOf = (pair: string): Name | undefined => {
  const name = pair.split('=', 1)[0]?.replace(/%5b/i, '[').replace(/%5d/i, ']');
  return /^page\[(limit|offset|after|before|disable)\]$/.exec(name ?? '')?.[1] as Name | undefined;
};

const pairsOf = (uri: string): string[] => {
  const mark = uri.indexOf('?');
  return mark < 0 ? [] : uri.slice(mark + 1).split('&');
};

/** The paging that a uri requests. A value that is not a valid number is left out: NetBackup refuses it itself. */
export const pageOf = (uri: string): PageParameters => {
  const found: { -readonly [N in Name]?: PageParameters[N] } = {};
  // NetBackup reads the first of repeated parameters.
  for (const pair of pairsOf(uri).reverse()) {
    const name = nameOf(pair);
    const value = pair.slice(pair.indexOf('=') + 1);
    if (name === 'after' || name === 'before' || name === 'disable') found[name] = value;
    else if (name && /^\d{1,9}$/.test(value)) found[name] = Number(value);
  }
  return found;
};

/** The uri with these parameters. Existing parameters keep their position; `undefined` removes one. */
export const withPage = (
  uri: string,
  change: { readonly [N in Name]?: PageParameters[N] | undefined },
): string => {
  const left = new Map(Object.entries(change));
  const pairs = pairsOf(uri).flatMap((pair) => {
    const name = nameOf(pair);
    if (!name || !(name in change)) return [pair];
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? [] : [`${pair.split('=', 1)[0]}=${value}`];
  });
  for (const [name, value] of left) if (value !== undefined) pairs.push(`page%5B${name}%5D=${value}`);
  return pairs.length === 0 ? pathOf(uri) : `${pathOf(uri)}?${pairs.join('&')}`;
};
