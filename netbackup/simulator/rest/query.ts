/** A uri taken apart: path segments decoded, query decoded the way clients encode it (`+` is a blank). */
export interface ParsedUri {
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
}

/** Takes `/netbackup/admin/jobs?page%5Blimit%5D=10` apart. Malformed escapes stay as they are. */
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
  const blanks = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(blanks);
  } catch {
    return blanks;
  }
}

/** One escaped query pair, as NetBackup writes it into links. */
export function queryPair(name: string, value: string | number): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}
