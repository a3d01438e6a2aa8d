/** Which of NetBackup's headers are kept: what a caller can use, and nothing that could hold a session (Set-Cookie). */

const KEPT = new Set([
  'allow',
  'cache-control',
  'content-disposition',
  'content-language',
  'content-length',
  'content-type',
  'etag',
  'last-modified',
  'location',
  'retry-after',
  'x-client-id',
  'x-request-id',
]);

/** A header's value, several of one name joined as HTTP joins them. Undefined for what is none: null, or an object. */
const textOfValue = (value: unknown): string | undefined => {
  const values = Array.isArray(value) ? value : [value];
  const areTexts = values.every((one) => ['string', 'number', 'boolean'].includes(typeof one));
  return areTexts && values.length > 0 ? values.join(', ') : undefined;
};

const isKept = (name: string, value: string): boolean =>
  (name !== 'content-length' || /^\d{1,15}$/.test(value)) &&
  (KEPT.has(name) || /^x-netbackup-[a-z0-9-]+$/.test(name)) &&
  /^[\t\x20-\x7e\x80-\xff]*$/.test(value);

/** HTTP carries some 10 KB of headers in all; clients give up an answer that has more. */
const MAX_CHARACTERS = 8192;

/** Names in lower case, values as text; what is no header, or too long for one, is left out (CMD-4). Pure. */
export const keptHeaders = (headers: unknown): Record<string, string> => {
  if (typeof headers !== 'object' || headers === null) return {};
  const kept: Record<string, string> = {};
  let room = MAX_CHARACTERS;
  for (const [spelt, raw] of Object.entries(headers)) {
    const name = spelt.toLowerCase();
    const value = textOfValue(raw);
    if (value === undefined || !isKept(name, value) || name.length + value.length > room) continue;
    room -= name.length + value.length;
    kept[name] = value;
  }
  return kept;
};
