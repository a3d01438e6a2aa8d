/** Recognises access tokens (JWTs) of one issuer, valid or not, so that none is forwarded. */

const issuerOf = (part: string): unknown => {
  // Every JSON object begins with `{"` or `{ `.
  if (!part.startsWith('ey')) return undefined;
  try {
    return (JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as { iss?: unknown } | null)?.iss;
  } catch {
    return undefined;
  }
};

/** Whether a text has a part of a JWT that names this issuer. Its time is proportional to the text. */
export const containsTokenOf = (issuer: string, text: string): boolean =>
  text.includes('ey') &&
  text.split(/[^A-Za-z0-9_-]+/).some((part) => part.length > 16 && issuerOf(part) === issuer);
