/** A parsed uri. The query is decoded, with `+` as a space; the path is not. */
export interface ParsedUri {
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
}

/** Parses `/netbackup/admin/jobs?page%5Blimit%5D=10`. Invalid escapes are kept. */
export function parseUri(uri: string): ParsedUri {
  const mark = uri.indexOf('?');
  const path = mark < 0 ? uri : uri.slice(0, mark);
  const query = new Map<string, string>();
  for (const pair of mark < 0 ? [] : uri.slice(mark + 1).split('&')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    if (name !== '') query.set(unescapeQuery(name), equals < 0 ? '' : unescapeQuery(pair.slice(equals + 1)));
  }
  return { path, query };
}

function unescapeQuery(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** One encoded query pair for a link. */
export function queryPair(name: string, value: string | number): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}
