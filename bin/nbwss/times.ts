/** Times as people write and read them. */
import { InvalidArgumentError } from 'commander';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lambdas/platform/clock.ts';

const UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** `90m`, `24h`, `7d` in ms; undefined for other texts. */
const durationOf = (text: string): number | undefined => {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit] ?? 0);
};

/** Date reads 30 February as 2 March. */
const isDay = (text: string): boolean => {
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
};

/** A time with `Z` or an offset, or a date: the same on machines in every time zone. @throws InvalidArgumentError */
const fixedTime = (text: string, wanted: string): Date => {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || !isDay(text.slice(0, 10)) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError(`Give a time such as 2026-11-29T06:00:00Z, ${wanted}.`);
  if (text.length > 10 && !/(Z|[+-]\d\d:?\d\d)$/.test(text))
    throw new InvalidArgumentError('Give the time with Z or a UTC offset.');
  return time;
};

/** A time or a date. @throws InvalidArgumentError */
export const timeOrDate = (text: string): Date => fixedTime(text, 'or a date');

const timeBy =
  (sign: 1 | -1) =>
  (text: string): string => {
    const duration = durationOf(text);
    const time =
      duration === undefined
        ? fixedTime(text, 'a date, or a duration: 90m, 24h, 7d')
        : new Date(Date.now() + sign * duration);
    return time.toISOString();
  };

/** A time, or how long ago. @throws InvalidArgumentError */
export const pastTime = timeBy(-1);
/** A time, or how long from now. @throws InvalidArgumentError */
export const futureTime = timeBy(1);

/** `2026-11-29 06:00Z`. Text that is not a time is shown as it is. */
export const shortTime = (time: string | undefined): string | undefined =>
  time?.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, '$1 $2Z');

/** `3 h ago`. */
export const age = (time: string | undefined, now = Date.now()): string | undefined => {
  if (time === undefined) return undefined;
  const minutes = Math.floor((now - Date.parse(time)) / 60_000);
  // Not a time, or a clock that is ahead.
  if (!(minutes >= 0)) return shortTime(time);
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1440)} d ago`;
};
