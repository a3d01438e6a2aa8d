/**
 * The primary's clock. It sends `startTime` and `createdTime` shifted by its UTC offset (contract TRAP-2); this converts them, and
 * ranges of them, from and to UTC (I-12). Pure.
 */
import type { Group } from '../../groups/group.ts';
import { DAY_S, isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { isMoment } from '../../protocol/time-stamp.ts';
import { offsetsIn, unpack } from './offset-history.ts';
import { offsetsOfZone } from './time-zone.ts';
import { type Moment, momentsOf, type Offsets, offsetsOf, type UtcOffset } from './utc-offset.ts';

/** A range of epoch seconds: `from` inclusive, `to` exclusive. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The evidence that decides between the two readings of a repeated local time. Epoch seconds, UTC. */
export interface ReadingEvidence {
  /** When it was first reported: it did not happen later. */
  readonly notAfter?: number | undefined;
  /** The times of images of the same client: a job and its image start together. */
  readonly backupTimes?: readonly number[] | undefined;
}

/** A local time in UTC. */
export interface Reading extends Moment {
  /** Whether another reading is an hour later, and there is no evidence to decide. */
  readonly ambiguous?: true;
}

/** The largest difference between a job's start and its image's backup time, and between a time and its report, in seconds. */
export const SAME_MOMENT = 60;
const TWO_DAYS = 2 * DAY_S;

/** The readings that pass, or all of them if none passes: evidence that fits no reading is ignored. */
const narrowed = <T>(all: readonly T[], passes: (one: T) => boolean): readonly T[] => {
  const some = all.filter(passes);
  return some.length > 0 ? some : all;
};

export class PrimaryTime {
  readonly #offsets: Offsets;

  constructor(offsets: readonly UtcOffset[] | Offsets) {
    this.#offsets = typeof offsets === 'function' ? offsets : offsetsOf(offsets);
  }

  /** Whether local times can be converted. */
  get isKnown(): boolean {
    return this.#offsets(0, 0).length > 0;
  }

  /** Every reading of a local time, the earliest first; none while the offset is unknown, or if it is not a time. */
  readings(local: unknown): readonly Moment[] {
    return isMoment(local) ? momentsOf(local, this.#offsets) : [];
  }

  /** The reading that fits the evidence. If several fit, the earliest, with `ambiguous`. */
  read(local: unknown, { notAfter, backupTimes = [] }: ReadingEvidence = {}): Reading | undefined {
    const timely = narrowed(
      this.readings(local),
      ({ seconds }) => notAfter === undefined || seconds <= notAfter + SAME_MOMENT,
    );
    const [first, second] = narrowed(timely, ({ seconds }) =>
      backupTimes.some((backupTime) => Math.abs(seconds - backupTime) <= SAME_MOMENT),
    );
    return first && second ? { ...first, ambiguous: true } : first;
  }

  /** The offsets in force between two moments (epoch seconds, UTC), in order; none while nothing is known. */
  offsetsBetween(from: number, to: number): readonly UtcOffset[] {
    return this.#offsets(from, to);
  }

  /** One of NetBackup's local times as epoch seconds in UTC; undefined while the offset is unknown, or if it is not a time. */
  utcSeconds(local: unknown, evidence?: ReadingEvidence): number | undefined {
    return this.read(local, evidence)?.seconds;
  }

  /** The same, ISO 8601. */
  utcTime(local: unknown, evidence?: ReadingEvidence): string | undefined {
    const utc = this.utcSeconds(local, evidence);
    return utc === undefined ? undefined : isoTime(utc * 1000);
  }

  /** The primary's calendar day at a moment, `2026-11-28`; in UTC while the offset is unknown. @param utc epoch seconds */
  dayOf(utc: number): string {
    const { seconds: shift = 0 } = this.#offsets(utc, utc)[0] ?? {};
    return isoTime((utc - shift) * 1000).slice(0, 10);
  }

  /**
   * The range of the times by which jobs are listed that contains every job of a range of UTC. Most jobs are listed by a local time, the
   * others by their report, in UTC; so it is too wide, and the caller checks each job's own time.
   */
  localRange({ from, to }: TimeRange): { from?: number; to?: number } {
    const offsetsNear = (utc: number) =>
      this.#offsets(utc - TWO_DAYS, utc + TWO_DAYS).map(({ seconds }) => seconds);
    return omitUndefined({
      from: from === undefined ? undefined : from + Math.min(0, ...offsetsNear(from)),
      to: to === undefined ? undefined : to + Math.max(0, ...offsetsNear(to)),
    });
  }
}

/** The state before anything is known. */
export const UNKNOWN_TIME = new PrimaryTime([]);

type Clock = Pick<Group, 'timeZone' | 'utcOffsetEvidence'>;

/** A configured time zone decides; otherwise the learned offset. */
export const primaryTime = ({ timeZone, utcOffsetEvidence }: Clock): PrimaryTime =>
  new PrimaryTime(timeZone === undefined ? offsetsIn(unpack(utcOffsetEvidence)) : offsetsOfZone(timeZone));
