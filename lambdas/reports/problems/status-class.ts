/**
 * The kind of cause behind an exit status of NetBackup. A class is part of the key of a problem: classes may be added, but a
 * status must not move from one to another. Pure.
 */

/** Exit statuses by class, as the NetBackup Status Codes Reference Guide describes them; any other is `other`. */
const CLASSES = {
  /** The client cannot be reached, refuses, or breaks off. */
  connection: [
    13, 14, 21, 23, 24, 25, 26, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 54, 57, 58, 59, 7625, 7647,
  ],
  /** Media, disks, or the servers in front of them. */
  storage: [
    82, 83, 84, 85, 86, 87, 95, 96, 97, 98, 129, 159, 164, 213, 219, 800, 830, 2001, 2074, 2105, 2106, 2107,
  ],
  /** The snapshot of the client's data could not be taken or used. */
  snapshot: [156, 1542, 4200, 4201, 4207, 4213, 4220, 4239, 4274],
  /** The backup did not start before its window closed. */
  window: [196],
  /** There was nothing to back up: the selection does not fit the client. */
  selection: [2, 71, 72],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type StatusClass = keyof typeof CLASSES | 'other';

const CLASS_OF: ReadonlyMap<number, StatusClass> = new Map(
  Object.entries(CLASSES).flatMap(([name, statuses]) =>
    statuses.map((status) => [status, name as StatusClass] as const),
  ),
);

export const statusClassOf = (status: number): StatusClass => CLASS_OF.get(status) ?? 'other';
