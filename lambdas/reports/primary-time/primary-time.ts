/**
 * The primary's clock. It sends `startTime` and `createdTime` shifted by its UTC offset (contract TRAP-2); this converts them, and
 * ranges of them, from and to UTC (I-12). Pure.
 */
import type { Group } from '../../groups/group.ts';
import { isoTime } from '../../platform/clock.ts';
import { localRange, type UtcOffset, utcSeconds } from './utc-offset.ts';

/** A range of epoch seconds: `from` inclusive, `to` exclusive. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export class PrimaryTime {
  readonly #offsets: readonly UtcOffset[];

  constructor(offsets: readonly UtcOffset[]) {
    this.#offsets = offsets;
  }

  /** Whether local times can be converted. */
  get isKnown(): boolean {
    return this.#offsets.length > 0;
  }

  /** The offsets in force between two moments (epoch seconds, UTC), in order; none while nothing is known. */
  offsetsBetween(from: number, to: number): readonly UtcOffset[] {
    return this.#offsets.filter((one, index) => {
      const end = this.#offsets[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      return (index === 0 || one.from <= to) && end > from;
    });
  }

  /** One of NetBackup's local times as epoch seconds in UTC; undefined while the offset is unknown, or if it is not a time. */
  utcSeconds(local: unknown): number | undefined {
    return utcSeconds(local, this.#offsets);
  }

  /** The same, ISO 8601. */
  utcTime(local: unknown): string | undefined {
    const utc = this.utcSeconds(local);
    return utc === undefined ? undefined : isoTime(utc * 1000);
  }

  /**
   * The range of local times that contains every job of a range of UTC. Around a change of the offset it is an hour too wide, so
   * the caller checks each job's own time.
   */
  localRange(range: TimeRange): { from?: number; to?: number } {
    return localRange(range, this.#offsets);
  }
}

/** Before anything is known. */
export const UNKNOWN_TIME = new PrimaryTime([]);

export const primaryTime = ({ utcOffsets = [] }: Pick<Group, 'utcOffsets'>): PrimaryTime =>
  new PrimaryTime(utcOffsets);
