/** Which of NetBackup's headers are kept: what a caller can use, and nothing that could hold a session (Set-Cookie). */

const KEPT = new Set([
  'allow',
  'cache-control',
  'content-disposition',
  'content-language',
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

/** Names in lower case, values as text; what is no header is left out (CMD-4). Pure. */
export const keptHeaders = (headers: unknown): Record<string, string> => {
  if (typeof headers !== 'object' || headers === null) return {};
  const pairs = Object.entries(headers).flatMap(([name, value]) => {
    const text = textOfValue(value);
    return text === undefined ? [] : [[name.toLowerCase(), text] as const];
  });
  return Object.fromEntries(
    pairs.filter(
      ([name, value]) =>
        (KEPT.has(name) || /^x-netbackup-[a-z0-9-]+$/.test(name)) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
    ),
  );
};
