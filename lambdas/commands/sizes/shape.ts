/** Which responses are alike in size: those of one path, with the same parameters that affect its items. Pure. */

export interface Shape {
  /** The shape of the path itself. */
  readonly own: string;
  /** The shape of the path and its siblings: one policy is about as large as another. */
  readonly siblings: string;
}

/** Identifiers are replaced by `*`: numbers, UUIDs, host names with digits. */
const generalized = (text: string): string => (/\d/.test(text) ? '*' : text);

/** Parameters that select items and do not affect what an item contains. */
const SELECTS_ITEMS = /^(page(\[|%5b)|filter|sort)/i;

const queryShape = (query: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '' && !SELECTS_ITEMS.test(pair))
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return `${name}=${generalized(value)}`;
    })
    .sort()
    .join('&');

/** DynamoDB limits sort keys to 1 024 bytes of UTF-8; long paths that share this prefix are similar enough. */
const MAX_CHARACTERS = 250;

export const shapeOf = (uri: string): Shape => {
  const [path = '', query = ''] = uri.split(/\?(.*)/s, 2);
  const segments = path.replace(/\/+$/, '').split('/').map(generalized);
  const suffix = queryShape(query);
  const shape = (parts: readonly string[]) => `${parts.join('/')}?${suffix}`.slice(0, MAX_CHARACTERS);
  // Paths directly below /netbackup are not alike: /netbackup/ping, /netbackup/appdetails.
  const hasSiblings = segments.length > 3;
  return {
    own: shape(segments),
    siblings: shape(hasSiblings ? [...segments.slice(0, -1), '*'] : segments),
  };
};
