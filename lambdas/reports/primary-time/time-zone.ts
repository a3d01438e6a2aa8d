/** Time zones of the tz database, with the rules of this version of Node.js. */

import { DAY_S } from '../../platform/clock.ts';
import { changesOnly, type Offsets, type UtcOffset } from './utc-offset.ts';

const formatOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });

/**
 * The spelling of names in the tz database. Intl accepts any letter case, offsets, and Java's abbreviations (PST, BST), which are
 * not in the database; and it cannot list the links (Asia/Kolkata).
 */
const AREAS =
  'Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US';
const WORD = '(?:[A-Z][a-z]+)+|ACT|IN|LHI|NSW|UCT|UTC|GMT(?:[+-]?\\d{1,2})?';
const NAME = new RegExp(
  `^(?:(?:${AREAS})(?:[/_-](?:${WORD}))+|[A-Z][a-z]+|UCT|UTC|GMT(?:[+-]?0)?|[CMEW]ET|[EMH]ST|[ECMP]ST\\d[ECMP]DT|PRC|RO[CK]|GB(?:-Eire)?|NZ(?:-CHAT)?|W-SU)$`,
);

const isKnown = (timeZone: string): boolean => {
  try {
    return formatOf(timeZone) !== undefined;
  } catch {
    return false;
  }
};

/** The name of a zone as the tz database spells it; undefined for anything else, such as an offset. */
export const timeZoneOf = (name: string): string | undefined => {
  const lower = name.toLowerCase();
  const zone = Intl.supportedValuesOf('timeZone').find((one) => one.toLowerCase() === lower);
  return zone ?? (NAME.test(name) && isKnown(name) ? name : undefined);
};

/** No zone changes its offset twice within this time. */
const SAMPLE = DAY_S / 4;
const MAX_DAYS = 20_000;

/** Creating a format takes much longer than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();
const days = new Map<string, readonly UtcOffset[]>();

/** The offset at a moment, in seconds: the zone's offset from UTC with the opposite sign (TRAP-2). */
const offsetAt = (format: Intl.DateTimeFormat, utc: number): number => {
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(utc * 1000)) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '+' ? -size : size;
};

/** The offsets of a day in UTC. */
const offsetsOfDay = (timeZone: string, day: number): readonly UtcOffset[] => {
  const key = `${timeZone} ${day}`;
  const known = days.get(key);
  if (known) return known;
  const format = formats.get(timeZone) ?? formatOf(timeZone);
  formats.set(timeZone, format);
  const offsets: UtcOffset[] = [{ from: day * DAY_S, seconds: offsetAt(format, day * DAY_S) }];
  for (let from = day * DAY_S; from < (day + 1) * DAY_S; from += SAMPLE) {
    const before = offsetAt(format, from);
    const after = offsetAt(format, from + SAMPLE);
    if (before === after) continue;
    let [low, high] = [from, from + SAMPLE];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(format, middle) === before) low = middle;
      else high = middle;
    }
    offsets.push({ from: high, seconds: after });
  }
  if (days.size >= MAX_DAYS) days.clear();
  days.set(key, offsets);
  return offsets;
};

/** The offsets of a zone. @param timeZone from {@link timeZoneOf} */
export const offsetsOfZone =
  (timeZone: string): Offsets =>
  (from, to) => {
    const first = Math.floor(from / DAY_S);
    const count = Math.floor(to / DAY_S) - first + 1;
    return changesOnly(
      Array.from({ length: count }, (_, index) => offsetsOfDay(timeZone, first + index)).flat(),
    );
  };
