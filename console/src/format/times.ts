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

/** Date and time to the second, without the zone: for rows under a heading that names it. */
export const formatMoment = (time: string | number, domain?: DomainZone): string =>
  format(
    time,
    { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    domain,
  );

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
  if (days > 0) return `${part(days, 'day')} ${part(hours, 'hour')}`;
  if (hours > 0) return `${part(hours, 'hour')} ${part(minutes, 'minute')}`;
  return minutes > 0 ? part(minutes, 'minute') : part(Math.floor(seconds), 'second');
};
