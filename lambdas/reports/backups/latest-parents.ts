/** The parents that children named last among a group's jobs, as the Backups table stores them. Pure. */

/** A parent ends soon after its children, and its own row is marked then. As many ids as fit into one write unit. */
const MAX_PARENTS = 120;

/** Ids, the one that was named last first. @param text from {@link packParents}; earlier versions wrote a time behind each id */
export const unpackParents = (text = ''): number[] =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => Number.parseInt(part, 36));

/** In base 36. */
export const packParents = (ids: readonly number[]): string => ids.map((id) => id.toString(36)).join(' ');

/**
 * Adds the parents that children have named now. A parent that was named recently keeps its place: a write for each of its children
 * would add nothing. Otherwise it moves to the front, since its own row arrives after its last child.
 */
export const withParents = (known: readonly number[], named: readonly number[]): readonly number[] => {
  const lately = new Set(known.slice(0, MAX_PARENTS / 2));
  const first = new Set(named.filter((id) => !lately.has(id)));
  return [...first, ...known.filter((id) => !first.has(id))].slice(0, MAX_PARENTS);
};
