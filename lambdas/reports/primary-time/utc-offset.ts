/**
 * The offset between NetBackup's local times and UTC, as a step function of time, and how a local time is read with it. The sign is
 * NetBackup's (contract TRAP-2): a local time is UTC plus the offset, which is 18 000 s in New York in winter and -3 600 s in
 * Berlin. Pure.
 */
import { omitUndefined } from '../../platform/omit-undefined.ts';

/** In force from `from` on (epoch seconds, UTC); the first offset of a list also before that. */
export interface UtcOffset {
  readonly from: number;
  readonly seconds: number;
  /** Derived from bounds, not from a job and its image. */
  readonly estimated?: true;
}

/** The offsets in force between two moments (epoch seconds, UTC), in order; none while nothing is known. */
export type Offsets = (from: number, to: number) => readonly UtcOffset[];

/** The offsets of the world's zones: UTC+14 to UTC-12, in quarters of an hour. */
export const QUARTER = 900;
export const MIN_OFFSET = -14 * 3600;
export const MAX_OFFSET = 12 * 3600;

/** The list without entries that change nothing. */
export const changesOnly = (offsets: readonly UtcOffset[]): UtcOffset[] =>
  offsets.filter(({ seconds, estimated }, index) => {
    const before = offsets[index - 1];
    return before?.seconds !== seconds || before.estimated !== estimated;
  });

/** A list of offsets as a function. */
export const offsetsOf =
  (list: readonly UtcOffset[]): Offsets =>
  (from, to) =>
    list.filter(
      (one, index) =>
        (index === 0 || one.from <= to) && (list[index + 1]?.from ?? Number.POSITIVE_INFINITY) > from,
    );

/** A moment (epoch seconds, UTC) at which NetBackup's local time was the one that is read. */
export interface Moment {
  readonly seconds: number;
  readonly estimated?: true;
}

/**
 * Every moment with this local time, the earliest first: two in the hour that is repeated when the offset becomes smaller. A local
 * time that is skipped, when the offset becomes larger, is read with the offset before the change.
 */
export const momentsOf = (local: number, offsetsBetween: Offsets): Moment[] => {
  const offsets = offsetsBetween(local - MAX_OFFSET, local - MIN_OFFSET);
  const read = ({ seconds, estimated }: UtcOffset): Moment => ({
    seconds: local - seconds,
    ...omitUndefined({ estimated }),
  });
  const begins = (one: UtcOffset | undefined) => one !== undefined && local - one.seconds >= one.from;
  const found = offsets.filter((one, index) => {
    const next = offsets[index + 1];
    return (index === 0 || begins(one)) && (next === undefined || local - one.seconds < next.from);
  });
  if (found.length > 0) return found.map(read);
  const before = offsets.findLast(begins) ?? offsets[0];
  return before ? [read(before)] : [];
};
