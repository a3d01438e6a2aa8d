/** The keys of the indexes of Jobs and Images. Pure. */
import { contentId } from '../../platform/canonical-json.ts';
import { usableTime } from '../primary-time/usable-time.ts';

/** DynamoDB takes 2 048 bytes as a partition key; the group's id is a part of it. */
const VALUE_BYTES = 1_900;

/**
 * The partition of a group's jobs or images with this value. Undefined for a value that cannot be a key, such as the empty
 * `policyName` of a restore (NOT-2).
 */
export const partition = (groupId: string, value: unknown): string | undefined => {
  if (typeof value === 'number') return `${groupId}#${value}`;
  if (typeof value !== 'string' || value === '') return undefined;
  // DynamoDB refuses a lone surrogate.
  const text = value.isWellFormed() ? value : value.toWellFormed();
  return `${groupId}#${Buffer.byteLength(text) <= VALUE_BYTES ? text : contentId(text)}`;
};

/** The partition of a client. NetBackup spells one client in several letter cases, so the key is in lower case. */
export const clientPartition = (groupId: string, clientName: unknown): string | undefined =>
  partition(groupId, typeof clientName === 'string' ? clientName.toLowerCase() : clientName);

/** Whether two names are the same client's. A short name and a full name are two clients. */
export const isSameClient = (left: unknown, right: unknown): boolean =>
  left === right ||
  (typeof left === 'string' && typeof right === 'string' && left.toLowerCase() === right.toLowerCase());

/** The value in a {@link partition}. */
export const partitionValue = (groupId: string, key: string | undefined): string =>
  key?.slice(groupId.length + 1) ?? '';

/** The largest time of a position. */
export const LAST_SECOND = 999_999_999_999;

export const padded = (seconds: number): string => String(seconds).padStart(12, '0');

/** The time by which a job or image is listed: NetBackup's own time as sent (epoch seconds), or the time of its report. */
export interface ListedAt {
  readonly seconds: number;
  readonly isReport: boolean;
}

/** The place of a job or image in its group by time. It is unique: the sort key of every index, and the cursor of every list. */
export const position = ({ seconds, isReport }: ListedAt, id: string | number): string =>
  `${padded(seconds)}${isReport ? '##' : '#'}${id}`;
/** @param text of a job's {@link position}: its id is a number */
export const listedAtOfPosition = (text: string): ListedAt => ({
  seconds: Number(text.slice(0, 12)),
  isReport: text[13] === '#',
});

/** The bounds of the positions from `from` (inclusive) to `to` (exclusive). */
export const positionsBetween = (from = 0, to = LAST_SECOND): { low: string; high: string } => ({
  low: `${padded(firstSecond(from))}#`,
  // `$` sorts after `#`: the end of the second before.
  high: `${padded(firstSecond(to) - 1)}$`,
});

/** Positions have whole seconds. */
const firstSecond = (seconds: number): number => Math.min(Math.max(Math.ceil(seconds), 0), LAST_SECOND);

/** NetBackup's own time, or the first report if that time is not usable. @param reports their stamps, epoch seconds */
export const listedAt = (
  field: unknown,
  reports: { readonly first: number; readonly last: number },
): ListedAt => {
  const time = usableTime(field, reports.last);
  return { seconds: time ?? reports.first, isReport: time === undefined };
};
