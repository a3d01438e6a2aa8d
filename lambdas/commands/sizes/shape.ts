/** Which answers are alike in size: those of one path, with the same parameters that shape its items. Pure. */

export interface Shape {
  /** The path itself. */
  readonly own: string;
  /** It and whatever stands beside it: one policy is as large as another. */
  readonly siblings: string;
}

/** Numbers, UUIDs, host names with digits: what names one of many. */
const generalized = (text: string): string => (/\d/.test(text) ? '*' : text);

/** Parameters that choose items, and say nothing of what an item holds. */
const CHOOSES_ITEMS = /^(page(\[|%5b)|filter|sort)/i;

const queryShape = (query: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '' && !CHOOSES_ITEMS.test(pair))
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return `${name}=${generalized(value)}`;
    })
    .sort()
    .join('&');

/** Sort keys of DynamoDB end at 1 024 bytes of UTF-8; what two long paths share so far is alike enough. */
const MAX_CHARACTERS = 250;

export const shapeOf = (uri: string): Shape => {
  const [path = '', query = ''] = uri.split(/\?(.*)/s, 2);
  const segments = path.replace(/\/+$/, '').split('/').map(generalized);
  const suffix = queryShape(query);
  const shape = (parts: readonly string[]) => `${parts.join('/')}?${suffix}`.slice(0, MAX_CHARACTERS);
  // What stands directly below /netbackup has nothing in common: /netbackup/ping, /netbackup/appdetails.
  const hasSiblings = segments.length > 3;
  return {
    own: shape(segments),
    siblings: shape(hasSiblings ? [...segments.slice(0, -1), '*'] : segments),
  };
};
