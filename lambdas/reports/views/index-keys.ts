/** The keys of the indexes of Jobs and Images. Pure. */
import { contentId } from '../../platform/canonical-json.ts';
import { isMoment } from '../../protocol/time-stamp.ts';

/** DynamoDB takes 2 048 bytes as a partition key; the group's id is a part of it. */
const VALUE_BYTES = 1_900;

/**
 * The partition of a group's jobs or images that have this value. Undefined for a value that cannot be a key, such as the empty
 * `policyName` of a restore (NOT-2).
 */
export const partition = (groupId: string, value: unknown): string | undefined => {
  if (typeof value === 'number') return `${groupId}#${value}`;
  if (typeof value !== 'string' || value === '') return undefined;
  // DynamoDB refuses a lone surrogate.
  const text = value.isWellFormed() ? value : value.toWellFormed();
  return `${groupId}#${Buffer.byteLength(text) <= VALUE_BYTES ? text : contentId(text)}`;
};

/** The value of a {@link partition}. */
export const partitionValue = (groupId: string, key: string | undefined): string =>
  key?.slice(groupId.length + 1) ?? '';

/** The largest time of a position. */
export const LAST_SECOND = 999_999_999_999;

export const padded = (seconds: number): string => String(seconds).padStart(12, '0');

/** The place of a job or image in its group by time. It is unique: the sort key of every index, and the cursor of every list. */
export const position = (seconds: number, id: string | number): string => `${padded(seconds)}#${id}`;
export const secondsOfPosition = (text: string): number => Number(text.slice(0, 12));

/** The bounds of the positions from `from` (inclusive) to `to` (exclusive). */
export const positionsBetween = (from = 0, to = LAST_SECOND): { low: string; high: string } => ({
  low: `${padded(firstSecond(from))}#`,
  // `$` sorts after `#`: the end of the second before.
  high: `${padded(firstSecond(to) - 1)}$`,
});

/** Positions have no fractions of seconds. */
const firstSecond = (seconds: number): number => Math.min(Math.max(Math.ceil(seconds), 0), LAST_SECOND);

/** The time by which something is listed: NetBackup's field, or the time of the report if that is not a time. */
export const listedAt = (field: unknown, timeStamp: number): number => (isMoment(field) ? field : timeStamp);
