/** The time zones in which times of a NetBackup domain are shown. Pure. */
import { DAY_MS } from './milliseconds.ts';

/** The domain that the times belong to. */
export interface DomainZone {
  /** The IANA name in the group's settings. */
  readonly timeZone?: string | undefined;
  /** The offset in the API: how far NetBackup's clock values are ahead of UTC, 18 000 in New York in winter and -3 600 in Berlin. */
  readonly utcOffsetSeconds?: number | undefined;
}

/** Zones without summer time whose offset is not a whole hour, by their minutes ahead of UTC. Not every browser knows `+05:30`. */
const PARTIAL_HOURS: Readonly<Record<number, string>> = {
  [-570]: 'Pacific/Marquesas',
  210: 'Asia/Tehran',
  270: 'Asia/Kabul',
  330: 'Asia/Kolkata',
  345: 'Asia/Kathmandu',
  390: 'Asia/Yangon',
  525: 'Australia/Eucla',
  570: 'Australia/Darwin',
};

/** The name of a zone with this constant offset, such as `Etc/GMT+5` (behind UTC) for 18 000 seconds; else UTC. */
export const zoneOfOffset = (utcOffsetSeconds: number): string => {
  const ahead = -Math.round(utcOffsetSeconds / 60);
  if (ahead === 0) return 'UTC';
  // The signs of these names are those of POSIX: the other way round.
  return ahead % 60 === 0
    ? `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead) / 60}`
    : (PARTIAL_HOURS[ahead] ?? 'UTC');
};

/** Whether this browser knows a zone by this name. It lists only one name of each: Asia/Calcutta, but not Asia/Kolkata. */
export const isKnownZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

/** The domain's own zone if this browser knows it, otherwise UTC. */
export const zoneOfDomain = ({ timeZone, utcOffsetSeconds }: DomainZone = {}): string => {
  if (timeZone !== undefined && isKnownZone(timeZone)) return timeZone;
  const zone = utcOffsetSeconds === undefined ? 'UTC' : zoneOfOffset(utcOffsetSeconds);
  return isKnownZone(zone) ? zone : 'UTC';
};

/** How far a zone's clocks are ahead of UTC at a time, in milliseconds. @param zone undefined: the browser's */
const aheadOfUtc = (zone: string | undefined, time: number): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(time);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return local - Math.floor(time / 1000) * 1000;
};

/** When a day begins in UTC; NaN for what is not a day, such as a time. */
const utcOf = (day: string): number => (/^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN);

/** When a day begins in a zone. @param day such as `2026-11-28`. @returns ISO 8601 in UTC; undefined for no day */
export const startOfDay = (day: string, zone: string | undefined): string | undefined => {
  const utc = utcOf(day);
  if (Number.isNaN(utc)) return undefined;
  // The offset may change between the two.
  const near = utc - aheadOfUtc(zone, utc);
  const midnight = utc - aheadOfUtc(zone, near);
  // Where summer time begins at midnight, that midnight does not exist: the day begins with the change.
  const isThere = midnight + aheadOfUtc(zone, midnight) === utc;
  return new Date(isThere ? midnight : Math.max(near, midnight)).toISOString();
};

/** The day after, such as `2026-12-01` after `2026-11-30`; what is not a day stays as it is. */
export const dayAfter = (day: string): string => {
  const utc = utcOf(day);
  return Number.isNaN(utc) ? day : new Date(utc + DAY_MS).toISOString().slice(0, 10);
};
