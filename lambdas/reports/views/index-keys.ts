/** Keys of the indexes of Jobs and Images. Pure. */
import { contentId } from '../../platform/canonical-json.ts';
import { isMoment } from '../../protocol/time-stamp.ts';

/** DynamoDB takes 2 048 bytes as a partition key; the group's id is a part of it. */
const VALUE_BYTES = 1_900;

/**
 * The partition of a group's jobs or images that have this value. Undefined for what cannot be a key, or would be no use
 * as one: DynamoDB refuses an empty one, and `policyName` is empty in restores (NOT-2).
 */
export const partition = (groupId: string, value: unknown): string | undefined => {
  if (typeof value === 'number') return `${groupId}#${value}`;
  if (typeof value !== 'string' || value === '') return undefined;
  // A lone surrogate has no UTF-8.
  const text = value.isWellFormed() ? value : value.toWellFormed();
  return `${groupId}#${Buffer.byteLength(text) <= VALUE_BYTES ? text : contentId(text)}`;
};

/** What {@link partition} was made of. */
export const partitionValue = (groupId: string, key: string | undefined): string =>
  key?.slice(groupId.length + 1) ?? '';

const padded = (seconds: number): string => String(seconds).padStart(12, '0');

/**
 * Where a job or an image stands among all of its group by time: one text that no other has, so it serves every index
 * as sort key and every list as a cursor.
 */
export const position = (seconds: number, id: string | number): string => `${padded(seconds)}#${id}`;

/** The first and the last position there can be for times from `from` up to, not including, `to`. */
export const positionsBetween = (from = 0, to = 999_999_999_999): { low: string; high: string } => ({
  low: `${padded(firstSecond(from))}#`,
  // The character after `#`: behind every position of the second before.
  high: `${padded(firstSecond(to) - 1)}$`,
});

/** The first whole second from a moment on: positions have no fractions. */
const firstSecond = (seconds: number): number => Math.min(Math.max(Math.ceil(seconds), 0), 999_999_999_999);

/** The moment by which something is listed: NetBackup's own field, or when it was reported, should that be no time. */
export const listedAt = (field: unknown, timeStamp: number): number => (isMoment(field) ? field : timeStamp);
