import { createHash } from 'node:crypto';

/** JSON with the members of each object sorted by name: equal content has equal text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

/** 128 bits of SHA-256, base64url: the same for the same parts. */
export const contentId = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts), 'utf8').digest().subarray(0, 16).toString('base64url');
