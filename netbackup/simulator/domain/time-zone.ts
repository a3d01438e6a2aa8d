/** Creating a format is much slower than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** UTC offset of an IANA time zone at a time, in seconds; New York in winter is -18 000. Throws a RangeError on an unknown zone. */
function utcOffset(timeZone: string, epochSeconds: number): number {
  const seconds = Math.floor(epochSeconds);
  // `12/31/2026, 23:59:59`; formatToParts takes twice as long.
  const text = formatFor(timeZone).format(seconds * 1000);
  const [month = 1, day, year = 0, hour, minute, second] = text.split(/\D+/).map(Number);
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return local / 1000 - seconds;
}

/** The time for a shifted time, both in epoch seconds. In spring two times an hour apart have the same shifted time: returns one of them. */
export function withoutSkew(timeZone: string, shifted: number): number {
  const near = shifted - skew(timeZone, shifted);
  return shifted - skew(timeZone, near);
}

/** The shift that NBWSS adds to `startTime` and `createdTime` (TRAP-2): 18 000 s in New York in winter, 14 400 s in summer. */
export function skew(timeZone: string, epochSeconds: number): number {
  return -utcOffset(timeZone, epochSeconds);
}
