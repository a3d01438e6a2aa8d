import { createHash } from 'node:crypto';

/** One frame of the stack for each level, so that it reads nesting as deep as JSON.stringify does. */
const sorted = (value: unknown): unknown => {
  // As JSON writes them: -0 as 0, and a number beyond the range (1e400) as null.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(sorted(item));
    return items;
  }
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const member of members) member[1] = sorted(member[1]);
  return Object.fromEntries(members);
};

export interface Canonical<T> {
  readonly value: T;
  /** The JSON of `value`. */
  readonly text: string;
}

/** A parsed value with the members of each object sorted by name: equal content has equal text. */
export const canonical = <T>(value: T): Canonical<T> => {
  const result = sorted(value) as T;
  return { value: result, text: JSON.stringify(result) };
};

/** The text alone. */
export const canonicalJson = (value: unknown): string => canonical(value).text;

/** 128 bits of SHA-256, base64url: the same for the same parts. */
export const contentId = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts), 'utf8').digest().subarray(0, 16).toString('base64url');
