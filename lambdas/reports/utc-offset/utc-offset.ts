/**
 * The primary's UTC offset, learned from what it sends (contract TRAP-2, I-12). `startTime` and `createdTime` run ahead of
 * UTC by it, `backupTime` and `timeStamp` do not. It changes with daylight saving, so it has a history. Pure.
 */

import type { Interpreted } from '../../notifications/interpret.ts';
import { isoTime } from '../../platform/clock.ts';
import { isMoment, isTimeStamp } from '../../protocol/time-stamp.ts';

/** From `from` on (epoch seconds, UTC), NetBackup's local times minus `seconds` are UTC. */
export interface UtcOffset {
  readonly from: number;
  readonly seconds: number;
  /** Taken from an image that may have been reported late, or from jobs alone: whatever says more replaces it. */
  readonly rough?: true;
}

/** Offsets of the world's zones, as NetBackup applies them: UTC+14 to UTC-12, in quarters of an hour. */
const QUARTER = 900;
const LEAST = -14 * 3600;
const MOST = 12 * 3600;
/** Two readings of one clock differ by rounding. */
const SLACK = 5;
/** Changes that are remembered: twice a year for fifty years. Beyond it nothing is learned any more. */
const MAX_CHANGES = 100;

interface Evidence {
  /** The offset is not less: nothing is reported before it has happened. */
  least: number;
  /** Nor more: an image is not created before its backup began. */
  most: number;
  readonly starts: { clientName: unknown; startTime: number }[];
  readonly backups: { clientName: unknown; backupTime: number }[];
}

const evidenceIn = (said: readonly Interpreted[]): Evidence => {
  const evidence: Evidence = { least: LEAST, most: MOST, starts: [], backups: [] };
  for (const one of said) {
    if (one.kind === 'QUARANTINE') continue;
    const content = JSON.parse(one.content) as Readonly<Record<string, unknown>>;
    const { clientName, startTime, createdTime, backupTime } = content;
    const local = one.kind === 'JOB' ? startTime : createdTime;
    if (!isMoment(local)) continue;
    evidence.least = Math.max(evidence.least, local - one.timeStamp - SLACK);
    if (one.kind === 'JOB') {
      evidence.starts.push({ clientName, startTime: local });
    } else if (isTimeStamp(backupTime)) {
      evidence.most = Math.min(evidence.most, local - backupTime + SLACK);
      evidence.backups.push({ clientName, backupTime });
    }
  }
  return evidence;
};

/** The offsets that one message leaves possible. */
const possible = ({ least, most }: Evidence): number[] => {
  const first = Math.ceil(least / QUARTER);
  const count = Math.floor(most / QUARTER) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * QUARTER);
};

/** The possible offset that makes the most backup jobs start when their client's images began, to the second. */
const exact = (evidence: Evidence, offsets: readonly number[]): number | undefined => {
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
 * What a message says: an exact offset, or a rough one. Nothing happens before it is reported, and reports are late by less
 * than a quarter of an hour, unless there was an outage: then the least possible offset is too small.
 */
const told = (evidence: Evidence): Pick<UtcOffset, 'seconds' | 'rough'> | undefined => {
  const offsets = possible(evidence);
  const [least] = offsets;
  if (least === undefined) return undefined;
  // Jobs alone say only that it is not less, which tells something when they seem to begin in the future.
  if (evidence.backups.length === 0) return least > 0 ? { seconds: least, rough: true } : undefined;
  const seconds = exact(evidence, offsets) ?? (offsets.length === 1 ? least : undefined);
  return seconds === undefined ? { seconds: least, rough: true } : { seconds };
};

/**
 * The history after one message. The same array when the message says nothing new: what is known stays, as long as the
 * message does not contradict it.
 */
export const learn = (known: readonly UtcOffset[], said: readonly Interpreted[]): readonly UtcOffset[] => {
  const evidence = evidenceIn(said);
  const learned = told(evidence);
  if (!learned) return known;
  const latest = known.at(-1);
  // What is learned first holds for everything before as well.
  if (!latest) return [{ from: 0, ...learned }];
  if (latest.rough && !learned.rough) return [...known.slice(0, -1), { from: latest.from, ...learned }];
  if (possible(evidence).includes(latest.seconds)) return known;
  if (latest.rough) return [...known.slice(0, -1), { from: latest.from, ...learned }];
  if (evidence.backups.length === 0) return known;
  if (known.length >= MAX_CHANGES) return known;
  const begun = Math.min(...evidence.backups.map(({ backupTime }) => backupTime));
  return [...known, { from: Math.max(begun, latest.from + 1), ...learned }];
};

const offsetAt = (local: number, offsets: readonly UtcOffset[]): number | undefined =>
  (offsets.findLast(({ from, seconds }) => local - seconds >= from) ?? offsets[0])?.seconds;

/** Whether a message can say anything: one with an image, or with a job that seems to begin in the future. */
export const canTell = (said: readonly Interpreted[]): boolean => {
  const { backups, least } = evidenceIn(said);
  return backups.length > 0 || least > 0;
};

/** NetBackup's local time as epoch seconds in UTC; undefined while the offset is not known, or for what is no time. */
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
 * The range of NetBackup's local times that holds every job of a range of UTC. Around a change of the offset it is an hour
 * too wide: who asks looks at each job's own time again.
 */
export const localRange = (
  range: { readonly from?: number | undefined; readonly to?: number | undefined },
  offsets: readonly UtcOffset[],
): { from?: number; to?: number } => {
  const near = (utc: number) =>
    offsets
      .filter(
        ({ from }, index) => from <= utc + 86_400 && (offsets[index + 1]?.from ?? Infinity) >= utc - 86_400,
      )
      .map(({ seconds }) => seconds);
  const { from, to } = range;
  return {
    ...(from === undefined ? {} : { from: from + least(near(from)) }),
    ...(to === undefined ? {} : { to: to + most(near(to)) }),
  };
};

const least = (offsets: readonly number[]): number => (offsets.length > 0 ? Math.min(...offsets) : 0);
const most = (offsets: readonly number[]): number => (offsets.length > 0 ? Math.max(...offsets) : 0);
