/** Times of the day in a time zone. */

const DAY_MS = 86_400_000;

export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/** The local time of a zone at a moment, as if it were UTC. */
const shownAt = (timeZone: string, ms: number): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  const part = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
};

/** The first moment with this local time; undefined if a change of the clocks skips it. */
const momentOf = (timeZone: string, shown: number): number | undefined => {
  // A zone changes at most once within two days: the offset is that of the day before or of the day after.
  const candidates = [shown - DAY_MS, shown + DAY_MS].map((near) => shown - (shownAt(timeZone, near) - near));
  return candidates.filter((ms) => shownAt(timeZone, ms) === shown).sort((a, b) => a - b)[0];
};

/** The next moment after `now` with this local time. A time that occurs twice counts once, a skipped one is left out. */
export const nextAt = (timeZone: string, { hour, minute }: TimeOfDay, now: number): number => {
  const today = Math.floor(shownAt(timeZone, now) / DAY_MS) * DAY_MS;
  for (let day = today; ; day += DAY_MS) {
    const moment = momentOf(timeZone, day + (hour * 60 + minute) * 60_000);
    if (moment !== undefined && moment > now) return moment;
  }
};
