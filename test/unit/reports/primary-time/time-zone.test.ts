import { timeZoneOf } from '../../../../lambdas/reports/primary-time/time-zone.ts';

it.each([
  'Europe/Berlin',
  'America/New_York',
  'America/Argentina/Buenos_Aires',
  'America/Port-au-Prince',
  'America/North_Dakota/New_Salem',
  'Etc/GMT+5',
  'UTC',
  // Links to other names.
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Europe/Kyiv',
  'US/Eastern',
  'Australia/NSW',
  'Brazil/DeNoronha',
  'Japan',
  'EST5EDT',
  'GMT',
])('%s is a time zone', (name) => {
  expect(timeZoneOf(name)).toBe(name);
});

it('every zone that this Node.js lists is one', () => {
  const names = Intl.supportedValuesOf('timeZone');
  expect(names.length).toBeGreaterThan(400);
  expect(names.filter((name) => timeZoneOf(name) !== name)).toEqual([]);
});

it.each(['europe/berlin', 'EUROPE/BERLIN'])('%s is spelled Europe/Berlin', (name) => {
  expect(timeZoneOf(name)).toBe('Europe/Berlin');
});

it.each([
  '',
  ' ',
  '+01:00',
  '-05',
  'GMT+5',
  'UTC+1',
  'Z',
  'CET-1CEST',
  'Mars/Base',
  'Europe/Berlin ',
  'Europe/Berlin\n',
  'Europe',
  'Berlin',
  'asia/kolkata',
  'ASIA/KOLKATA',
  'us/eastern',
  'japan',
  // Java's abbreviations.
  'PST',
  'BST',
  'IST',
  'undefined',
  'x'.repeat(10_000),
])('%j is none', (name) => {
  expect(timeZoneOf(name)).toBeUndefined();
});
