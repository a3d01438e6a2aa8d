/** How far a reader of the feed has got, as its cursor stores it. Pure. */
import { omitUndefined } from '../platform/omit-undefined.ts';
import { timeOfArrival } from './journal-store.ts';

export interface Place {
  /** Everything that arrived up to here has been read. */
  readonly at: string;
  /** What has been read after `at`: marks of messages, separated by dots. */
  readonly recent?: string | undefined;
  /** In cursors of an earlier version: how many events of the message at `at` have been read. */
  readonly read?: number | undefined;
}

/** The length of an ISO 8601 time, with which an arrival, or a limit of arrivals, begins. */
const TIME_CHARACTERS = 24;

/** The value of `read` for a message whose events have all been read. */
export const ALL = 1_000_000;

/** A message in a few characters: its time of arrival, and enough of its digest to distinguish it from others of the same millisecond. */
const markOf = (arrival: string): string => {
  const time = timeOfArrival(arrival);
  return `${Date.parse(time).toString(36)}~${arrival.slice(time.length + 1, time.length + 7)}`;
};
const timeOfMark = (mark: string): number => Number.parseInt(mark, 36);

/** The arrival up to which everything has been read. */
export const startOf = (place: Place | undefined): string => {
  const { at = '', read = ALL } = place ?? {};
  return read < ALL ? timeOfArrival(at) : at;
};

/** The messages that have been read, in whole or in part, after the place up to which everything has been read. */
export class ReadMessages {
  /** The number of events by mark. */
  readonly #counts = new Map<string, number>();

  constructor(place: Place | undefined) {
    const { at = '', recent, read = ALL } = place ?? {};
    for (const one of recent ? recent.split('.') : []) {
      const [mark = '', count] = one.split(':');
      this.#counts.set(mark, count === undefined ? ALL : Number(count));
    }
    if (read < ALL) this.record(at, read);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** How many events of a message have been read. */
  of(arrival: string): number {
    return this.#counts.get(markOf(arrival)) ?? 0;
  }

  record(arrival: string, events: number): void {
    this.#counts.set(markOf(arrival), events);
  }

  /** How many messages are beyond a place. */
  beyond(at: string): number {
    return this.#beyond(at).length;
  }

  /** The place of a reader that has read everything up to `at`, and these messages. */
  placeAt(at: string): Place {
    const marks = this.#beyond(at).map(([mark, count]) => (count === ALL ? mark : `${mark}:${count}`));
    return omitUndefined({ at, recent: marks.length > 0 ? marks.join('.') : undefined });
  }

  /** Includes messages of the same millisecond, which are a few at most. */
  #beyond(at: string): [string, number][] {
    const from = Date.parse(at.slice(0, TIME_CHARACTERS));
    return [...this.#counts].filter(([mark]) => timeOfMark(mark) >= from);
  }
}
