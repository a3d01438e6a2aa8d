/** Which of NetBackup's headers are stored: those a caller can use, and none that could hold a session (Set-Cookie). */

const STORED_HEADERS = new Set([
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

/** The value of a header, repeated values joined by commas. Undefined for null and objects. */
const textOfValue = (value: unknown): string | undefined => {
  const values = Array.isArray(value) ? value : [value];
  const areTexts = values.every((one) => ['string', 'number', 'boolean'].includes(typeof one));
  return areTexts && values.length > 0 ? values.join(', ') : undefined;
};

const isStored = (name: string, value: string): boolean =>
  (name !== 'content-length' || /^\d{1,15}$/.test(value)) &&
  (STORED_HEADERS.has(name) || /^x-netbackup-[a-z0-9-]+$/.test(name)) &&
  /^[\t\x20-\x7e\x80-\xff]*$/.test(value);

/** API Gateway allows some 10 KB of headers in total, and clients reject responses with more. */
const MAX_CHARACTERS = 8192;

/** Names in lower case, values as text; anything that is not a valid header, or is too long, is left out (CMD-4). Pure. */
export const storedHeaders = (headers: unknown): Record<string, string> => {
  if (typeof headers !== 'object' || headers === null) return {};
  const stored: Record<string, string> = {};
  let available = MAX_CHARACTERS;
  for (const [spelling, raw] of Object.entries(headers)) {
    const name = spelling.toLowerCase();
    const value = textOfValue(raw);
    if (value === undefined || !isStored(name, value) || name.length + value.length > available) continue;
    available -= name.length + value.length;
    stored[name] = value;
  }
  return stored;
};
