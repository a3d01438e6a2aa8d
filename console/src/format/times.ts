/** Times as people read them: never without the date or the zone where they could be mistaken. */
import { signal } from '@preact/signals';
import { language, zone } from '../preferences.ts';
import { type DomainZone, zoneOfDomain } from './zone.ts';

export type { DomainZone };

/** Advances while the page is visible, so that ages do not stand still. */
export const now = signal(Date.now());
setInterval(() => {
  if (document.visibilityState === 'visible') now.value = Date.now();
}, 15_000);

/** Such as `UTC+09:00`. @param seconds as in the API: how far NetBackup's clock values are ahead of UTC, so the sign is the opposite */
export const formatOffset = (seconds: number): string => {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${seconds > 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

/** The zone in which times are shown; `undefined` is the viewer's. */
export const shownZone = (domain?: DomainZone): string | undefined => {
  if (zone.value === 'viewer') return undefined;
  return zone.value === 'utc' ? 'UTC' : zoneOfDomain(domain);
};

const format = (time: string | number, options: Intl.DateTimeFormatOptions, domain?: DomainZone): string => {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  return new Intl.DateTimeFormat(language.value, { ...options, timeZone: shownZone(domain) }).format(date);
};

/** Date, time and zone. @param time ISO 8601, or epoch milliseconds */
export const formatTime = (time: string | number, domain?: DomainZone): string =>
  format(
    time,
    {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    },
    domain,
  );

/** The same with seconds, for events within minutes. */
export const formatSecond = (time: string | number, domain?: DomainZone): string =>
  format(
    time,
    {
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    },
    domain,
  );

/** Date and time without year and zone: for a column whose title names the zone. */
export const formatMoment = (time: string | number, domain?: DomainZone): string =>
  format(time, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }, domain);

/** The short name of the zone in which times are shown, such as `GMT+1`. */
export const zoneName = (domain?: DomainZone): string =>
  new Intl.DateTimeFormat(language.value, { timeZone: shownZone(domain), timeZoneName: 'short' })
    .formatToParts(now.value)
    .find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';

export const formatDay = (time: string | number, domain?: DomainZone): string =>
  format(time, { year: 'numeric', month: 'short', day: 'numeric' }, domain);

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Such as "5 minutes ago". */
export const formatAge = (time: string | number): string => {
  const seconds = (new Date(time).getTime() - now.value) / 1000;
  const relative = new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' });
  for (const [unit, size] of STEPS)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return relative.format(0, 'minute');
};

/** Such as "2 hr 5 min". @param seconds not negative */
export const formatDuration = (seconds: number): string => {
  const part = (value: number, unit: string): string =>
    new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (first: string, value: number, unit: string): string =>
    value > 0 ? `${first} ${part(value, unit)}` : first;
  if (days > 0) return two(part(days, 'day'), hours, 'hour');
  if (hours > 0) return two(part(hours, 'hour'), minutes, 'minute');
  return minutes > 0 ? part(minutes, 'minute') : part(Math.floor(seconds), 'second');
};

const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Such as "Sat". */
export const formatWeekday = (day: (typeof WEEK)[number]): string =>
  // 4 January 1970 was a Sunday.
  new Intl.DateTimeFormat(language.value, { weekday: 'short', timeZone: 'UTC' }).format(
    Date.UTC(1970, 0, 4 + WEEK.indexOf(day)),
  );
