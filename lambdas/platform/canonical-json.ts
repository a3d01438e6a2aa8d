import { createHash } from 'node:crypto';

/** JSON with the members of every object in the order of their names: equal content gives equal text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

/** 128 bits of SHA-256, base64url: the same for the same parts, whoever computes it, whenever. */
export const contentId = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts), 'utf8').digest().subarray(0, 16).toString('base64url');
