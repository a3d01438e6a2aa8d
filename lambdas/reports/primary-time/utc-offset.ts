/**
 * The primary's UTC offset, learned from what it sends (contract TRAP-2, I-12). `startTime` and `createdTime` run ahead of
 * UTC by it, `backupTime` and `timeStamp` do not. It changes with daylight saving, so it has a history. Pure.
 */

import type { Interpretation } from '../../notifications/notification.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { isMoment, isTimeStamp } from '../../protocol/time-stamp.ts';

/** From `from` on (epoch seconds, UTC), NetBackup's local times minus `seconds` are UTC. */
export interface UtcOffset {
  readonly from: number;
  readonly seconds: number;
  /** Learned from an image that may have been reported late, or from jobs alone: better evidence replaces it. */
  readonly rough?: true;
}

/** Offsets of the world's zones, as NetBackup applies them: UTC+14 to UTC-12, in quarters of an hour. */
const QUARTER = 900;
const MIN_OFFSET = -14 * 3600;
const MAX_OFFSET = 12 * 3600;
/** Seconds by which two readings of one clock may differ. */
const TOLERANCE = 5;
/** Twice a year for fifty years. Beyond it nothing more is learned. */
const MAX_CHANGES = 100;

interface Evidence {
  /** Lower bound of the offset: nothing is reported before it happens. */
  min: number;
  /** Upper bound: an image is not created before its backup begins. */
  max: number;
  readonly starts: { clientName: unknown; startTime: number }[];
  readonly backups: { clientName: unknown; backupTime: number }[];
}

const evidenceIn = (notifications: readonly Interpretation[]): Evidence => {
  const evidence: Evidence = { min: MIN_OFFSET, max: MAX_OFFSET, starts: [], backups: [] };
  for (const one of notifications) {
    if (one.kind === 'QUARANTINE') continue;
    const { clientName, startTime, createdTime, backupTime } = one.content;
    const local = one.kind === 'JOB' ? startTime : createdTime;
    if (!isMoment(local)) continue;
    evidence.min = Math.max(evidence.min, local - one.timeStamp - TOLERANCE);
    if (one.kind === 'JOB') {
      evidence.starts.push({ clientName, startTime: local });
    } else if (isTimeStamp(backupTime)) {
      evidence.max = Math.min(evidence.max, local - backupTime + TOLERANCE);
      evidence.backups.push({ clientName, backupTime });
    }
  }
  return evidence;
};

/** The offsets that the evidence allows. */
const possibleOffsets = ({ min, max }: Evidence): number[] => {
  const first = Math.ceil(min / QUARTER);
  const count = Math.floor(max / QUARTER) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * QUARTER);
};

/** The possible offset with which most backup jobs start at a backup time of their client, to the second. */
const exactOffset = (evidence: Evidence, offsets: readonly number[]): number | undefined => {
  const votes = new Map<number, number>();
  for (const { clientName, startTime } of evidence.starts) {
    for (const backup of evidence.backups) {
      const offset = startTime - backup.backupTime;
      if (backup.clientName === clientName && offsets.includes(offset))
        votes.set(offset, (votes.get(offset) ?? 0) + 1);
    }
  }
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1]);
  return first && first[1] !== second?.[1] ? first[0] : undefined;
};

/**
 * An exact offset, or a rough one: the smallest possible, which is right while reports are late by less than a quarter of an
 * hour. After an outage it is too small.
 */
const offsetFrom = (evidence: Evidence): Pick<UtcOffset, 'seconds' | 'rough'> | undefined => {
  const offsets = possibleOffsets(evidence);
  const [smallest] = offsets;
  if (smallest === undefined) return undefined;
  // Jobs alone give a lower bound only, which helps when they seem to start in the future.
  if (evidence.backups.length === 0) return smallest > 0 ? { seconds: smallest, rough: true } : undefined;
  const seconds = exactOffset(evidence, offsets) ?? (offsets.length === 1 ? smallest : undefined);
  return seconds === undefined ? { seconds: smallest, rough: true } : { seconds };
};

/** The history after one message: the same array unless the message contradicts it or has better evidence. */
export const learn = (
  known: readonly UtcOffset[],
  notifications: readonly Interpretation[],
): readonly UtcOffset[] => {
  const evidence = evidenceIn(notifications);
  const learned = offsetFrom(evidence);
  if (!learned) return known;
  const latest = known.at(-1);
  // The first offset applies to all earlier times too.
  if (!latest) return [{ from: 0, ...learned }];
  if (latest.rough && !learned.rough) return [...known.slice(0, -1), { from: latest.from, ...learned }];
  if (possibleOffsets(evidence).includes(latest.seconds)) return known;
  if (latest.rough) return [...known.slice(0, -1), { from: latest.from, ...learned }];
  if (evidence.backups.length === 0) return known;
  if (known.length >= MAX_CHANGES) return known;
  const begun = Math.min(...evidence.backups.map(({ backupTime }) => backupTime));
  return [...known, { from: Math.max(begun, latest.from + 1), ...learned }];
};

const offsetAt = (local: number, offsets: readonly UtcOffset[]): number | undefined =>
  (offsets.findLast(({ from, seconds }) => local - seconds >= from) ?? offsets[0])?.seconds;

/** Whether a message has evidence: an image, or a job that seems to start in the future. */
export const hasEvidence = (notifications: readonly Interpretation[]): boolean => {
  const { backups, min } = evidenceIn(notifications);
  return backups.length > 0 || min > 0;
};

/** NetBackup's local time as epoch seconds in UTC; undefined while the offset is unknown, or if it is not a time. */
export const utcSeconds = (local: unknown, offsets: readonly UtcOffset[]): number | undefined => {
  if (!isMoment(local)) return undefined;
  const offset = offsetAt(local, offsets);
  return offset === undefined ? undefined : local - offset;
};

/** The same, ISO 8601. */
export const utcTime = (local: unknown, offsets: readonly UtcOffset[]): string | undefined => {
  const utc = utcSeconds(local, offsets);
  return utc === undefined ? undefined : isoTime(utc * 1000);
};

/**
 * The range of NetBackup's local times that contains every job of a range of UTC. Around a change of the offset it is an hour
 * too wide, so the caller checks each job's own time.
 */
export const localRange = (
  range: { readonly from?: number | undefined; readonly to?: number | undefined },
  offsets: readonly UtcOffset[],
): { from?: number; to?: number } => {
  const offsetsNear = (utc: number) =>
    offsets
      .filter(
        ({ from }, index) => from <= utc + 86_400 && (offsets[index + 1]?.from ?? Infinity) >= utc - 86_400,
      )
      .map(({ seconds }) => seconds);
  const { from, to } = range;
  return omitUndefined({
    from: from === undefined ? undefined : from + smallestOf(offsetsNear(from)),
    to: to === undefined ? undefined : to + largestOf(offsetsNear(to)),
  });
};

const smallestOf = (offsets: readonly number[]): number => (offsets.length > 0 ? Math.min(...offsets) : 0);
const largestOf = (offsets: readonly number[]): number => (offsets.length > 0 ? Math.max(...offsets) : 0);
