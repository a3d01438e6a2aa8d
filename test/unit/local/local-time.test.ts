import * as fc from 'fast-check';
import { nextAt } from '../../../local/events/local-time.ts';

const next = (zone: string, time: string, after: string): string => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return new Date(nextAt(zone, { hour, minute }, Date.parse(after))).toISOString();
};

test.each([
  ['UTC', '07:30', '2026-11-28T07:29:59Z', '2026-11-28T07:30:00.000Z'],
  ['UTC', '07:30', '2026-11-28T07:30:00Z', '2026-11-29T07:30:00.000Z'],
  ['Asia/Tokyo', '07:30', '2026-11-28T12:00:00Z', '2026-11-28T22:30:00.000Z'],
  ['America/New_York', '23:45', '2026-11-28T12:00:00Z', '2026-11-29T04:45:00.000Z'],
  ['Asia/Kathmandu', '00:00', '2026-11-28T12:00:00Z', '2026-11-28T18:15:00.000Z'],
  ['Pacific/Kiritimati', '07:30', '2026-12-31T12:00:00Z', '2026-12-31T17:30:00.000Z'],
])('in %s it is %s next, after %s', (zone, time, after, expected) => {
  expect(next(zone, time, after)).toBe(expected);
});

test('the local time stays, when summer time begins and ends', () => {
  expect(next('Europe/Berlin', '07:30', '2026-03-28T07:00:00Z')).toBe('2026-03-29T05:30:00.000Z');
  expect(next('Europe/Berlin', '07:30', '2026-10-24T07:00:00Z')).toBe('2026-10-25T06:30:00.000Z');
});

test('a time that does not exist on a day is left out', () => {
  // At 02:00 the clocks show 03:00.
  expect(next('Europe/Berlin', '02:30', '2026-03-28T12:00:00Z')).toBe('2026-03-30T00:30:00.000Z');
  expect(next('America/New_York', '02:30', '2026-03-07T12:00:00Z')).toBe('2026-03-09T06:30:00.000Z');
});

test('a time that occurs twice on a day counts once', () => {
  const first = next('Europe/Berlin', '02:30', '2026-10-24T12:00:00Z');
  expect(first).toBe('2026-10-25T00:30:00.000Z');
  expect(next('Europe/Berlin', '02:30', first)).toBe('2026-10-26T01:30:00.000Z');
  // Lord Howe Island goes back by half an hour.
  const half = next('Australia/Lord_Howe', '01:45', '2026-04-04T00:00:00Z');
  expect(half).toBe('2026-04-04T14:45:00.000Z');
  expect(next('Australia/Lord_Howe', '01:45', half)).toBe('2026-04-05T15:15:00.000Z');
});

test('whatever the zone, the clocks show the time at that moment, and never twice on one day', () => {
  const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
  const moment = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) });
  fc.assert(
    fc.property(zone, moment, fc.nat(23), fc.nat(59), (timeZone, after, hour, minute) => {
      const shown = (ms: number) =>
        new Intl.DateTimeFormat('en-CA', {
          timeZone,
          dateStyle: 'short',
          timeStyle: 'short',
          hourCycle: 'h23',
        }).format(ms);
      const one = nextAt(timeZone, { hour, minute }, after);
      const other = nextAt(timeZone, { hour, minute }, one);
      expect(one).toBeGreaterThan(after);
      expect(shown(one)).toMatch(
        new RegExp(`, ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}$`),
      );
      expect(shown(other)).not.toBe(shown(one));
      expect(other - one).toBeLessThanOrEqual(2 * 86_400_000 + 3_600_000);
    }),
    { seed: 1, numRuns: 300 },
  );
});
