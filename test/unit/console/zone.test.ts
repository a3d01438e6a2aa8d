/** The time zones in which times of a domain are shown. */
import { dayAfter, startOfDay, zoneOfDomain, zoneOfOffset } from '../../../console/src/format/zone.ts';

describe("a domain's zone", () => {
  it.each([
    [18_000, 'Etc/GMT+5'],
    [-3_600, 'Etc/GMT-1'],
    [-19_800, 'Asia/Kolkata'],
    [34_200, 'Pacific/Marquesas'],
    [0, 'UTC'],
  ])('is behind UTC by what NetBackup is ahead of it: %i s are %s', (seconds, zone) => {
    expect(zoneOfOffset(seconds)).toBe(zone);
    // At midnight of such a zone, UTC is ahead by the offset.
    const shown = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
    expect(shown.format(seconds * 1000)).toBe('00:00');
  });

  it('is the one that the group has, else the one that was learned, else UTC', () => {
    expect(zoneOfDomain({ timeZone: 'Europe/Berlin', utcOffsetSeconds: 0 })).toBe('Europe/Berlin');
    expect(zoneOfDomain({ utcOffsetSeconds: 18_000 })).toBe('Etc/GMT+5');
    expect(zoneOfDomain({ timeZone: 'Nowhere/Yet', utcOffsetSeconds: -3_600 })).toBe('Etc/GMT-1');
    expect(zoneOfDomain({ utcOffsetSeconds: 64_000 })).toBe('UTC');
    expect(zoneOfDomain({})).toBe('UTC');
    expect(zoneOfDomain(undefined)).toBe('UTC');
  });
});

describe('the beginning of a day', () => {
  it.each([
    ['2026-11-28', 'UTC', '2026-11-28T00:00:00.000Z'],
    ['2026-11-28', 'Asia/Tokyo', '2026-11-27T15:00:00.000Z'],
    ['2026-11-28', 'Etc/GMT+5', '2026-11-28T05:00:00.000Z'],
    // The clocks of Berlin change at 01:00 UTC on these days.
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    // Summer time begins at midnight: the day begins at 01:00.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    ['2026-03-29', 'Atlantic/Azores', '2026-03-29T01:00:00.000Z'],
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
  ])('%s in %s is %s', (day, zone, time) => expect(startOfDay(day, zone)).toBe(time));

  it.each(['', 'yesterday', '2026-13-01', '2026-11-28T10:00:00Z'])('is not known of %j', (text) =>
    expect(startOfDay(text, 'UTC')).toBeUndefined(),
  );

  it('comes after the day before', () => {
    expect(dayAfter('2026-11-30')).toBe('2026-12-01');
    expect(dayAfter('x')).toBe('x');
    expect(dayAfter('2026-11-30T10:00:00Z')).toBe('2026-11-30T10:00:00Z');
  });
});
