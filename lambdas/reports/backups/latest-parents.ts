/** The latest parents among a group's jobs, with the times of their children, as the Backups table stores them. Pure. */

/** A parent ends soon after its children, and its own row is marked then. */
const MAX_PARENTS = 60;

export type LatestParents = ReadonlyMap<number, number>;

export const unpackParents = (text = ''): Map<number, number> =>
  new Map(
    text
      .split(' ')
      .filter((part) => part !== '')
      .map((part) => {
        const [id = 0, at = 0] = part.split(',').map((value) => Number.parseInt(value, 36));
        return [id, at] as const;
      }),
  );

/** Ids in base 36, the latest {@link MAX_PARENTS}. */
export const packParents = (parents: LatestParents): string =>
  [...parents]
    .sort(([a, atA], [b, atB]) => atB - atA || b - a)
    .slice(0, MAX_PARENTS)
    .map(([id, at]) => `${id.toString(36)},${at.toString(36)}`)
    .join(' ');
