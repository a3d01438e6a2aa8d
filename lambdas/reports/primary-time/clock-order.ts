/**
 * The order in time of what several primaries report by their own clocks (I-12). It follows the order in which each primary's list
 * has its entries, also where a clock was set back. Pure.
 */
import { DAY_S } from '../../platform/clock.ts';
import type { PrimaryTime } from './primary-time.ts';

/** In seconds. No offset is longer. */
const TWO_DAYS = 2 * DAY_S;

/** A clock of local times. In the hour after it was set back, it shows them twice. Epoch seconds. */
export interface ClockOrder {
  /** When the clock first showed this local time or a later one, UTC. It never decreases from one local time to a later one. */
  readonly reachedAt: (local: number) => number;
  /** The latest local time that the clock had shown by then: `reachedAt(local) <= utc` exactly for the local times up to it. */
  readonly latestBy: (utc: number) => number;
}

/** The order of a list by UTC. */
export const UTC_ORDER: ClockOrder = { reachedAt: (utc) => utc, latestBy: (utc) => utc };

/** The clock of a primary. While its offset is unknown, it counts as UTC. */
export const clockOrder = (time: PrimaryTime): ClockOrder => {
  /** The whole seconds in which each offset is in force. The first offset has no beginning. */
  const periods = (from: number, to: number) => {
    const offsets = time.offsetsBetween(from, to);
    return offsets.map(({ from: begin, seconds }, index) => ({
      offset: seconds,
      first: index === 0 ? Number.NEGATIVE_INFINITY : Math.ceil(begin),
      last: Math.ceil(offsets[index + 1]?.from ?? Number.POSITIVE_INFINITY) - 1,
    }));
  };
  return {
    reachedAt(local) {
      for (const { offset, first, last } of periods(local - TWO_DAYS, local + TWO_DAYS)) {
        const moment = Math.max(local - offset, first);
        if (moment <= last) return moment;
      }
      return local;
    },
    latestBy(utc) {
      const shown = periods(utc - TWO_DAYS, utc)
        .filter(({ first }) => first <= utc)
        .map(({ offset, last }) => Math.min(utc, last) + offset);
      return shown.length === 0 ? utc : Math.max(...shown);
    },
  };
};
