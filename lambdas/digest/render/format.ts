/** Dates, numbers and names in a digest. Pure. */
import { DAY_MS, HOUR_MS } from '../../platform/clock.ts';
import type { Texts } from '../texts/texts.ts';

/** The longest name or sentence from NetBackup or from people. */
const MAX_CELL = 300;

/** On one line, and without characters that control how the others are shown (line breaks, changes of direction). */
export const oneLine = (text: string, max = MAX_CELL): string => {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
  return line.length <= max ? line : `${[...line].slice(0, max - 1).join('')}…`;
};

export interface Format {
  number(value: number, digits?: number): string;
  percent(share: number): string;
  /** `28 Nov, 07:30` */
  moment(ms: number): string;
  /** An age: in hours below three days, else in days. */
  age(hours: number): string;
  /** The time from `since` to `now`, in the same way. */
  sinceHours(since: number, now: number): string;
}

const HOURS_SHOWN = 72;

export const formatOf = ({ locale, hours, days }: Texts, timeZone: string): Format => {
  const moments = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const age = (all: number) => {
    const whole = Math.floor(all);
    if (whole < HOURS_SHOWN) return hours(whole, number(whole));
    const count = Math.floor(all / (DAY_MS / HOUR_MS));
    return days(count, number(count));
  };
  return {
    number,
    percent: (share) =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    moment: (ms) => moments.format(ms),
    age,
    sinceHours: (since, now) => age(Math.max(0, now - since) / HOUR_MS),
  };
};
