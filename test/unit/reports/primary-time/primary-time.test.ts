import {
  PrimaryTime,
  primaryTime,
  UNKNOWN_TIME,
} from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { skew } from '../../../../netbackup/simulator/domain/time-zone.ts';

const HOUR = 3_600;
const DAY = 86_400;
const utc = (iso: string): number => Date.parse(iso) / 1000;
const zone = (timeZone: string) => primaryTime({ timeZone });
/** NetBackup's local time of a moment, by the simulator's own arithmetic. */
const sent = (timeZone: string, moment: number): number => moment + skew(timeZone, moment);

describe('a configured time zone', () => {
  it.each([
    ['America/New_York', '2026-01-15T02:00:00Z', 18_000],
    ['America/New_York', '2026-07-15T02:00:00Z', 14_400],
    ['Europe/Berlin', '2026-01-15T02:00:00Z', -3_600],
    ['Europe/Berlin', '2026-07-15T02:00:00Z', -7_200],
    ['Asia/Kolkata', '2026-07-15T02:00:00Z', -19_800],
    ['Asia/Kathmandu', '2026-07-15T02:00:00Z', -20_700],
    ['Australia/Lord_Howe', '2026-01-15T02:00:00Z', -39_600],
    ['Australia/Lord_Howe', '2026-07-15T02:00:00Z', -37_800],
    ['Pacific/Apia', '2011-12-28T12:00:00Z', 36_000],
    ['Pacific/Apia', '2011-12-31T12:00:00Z', -50_400],
    ['Africa/Casablanca', '2026-03-01T02:00:00Z', 0],
    ['Africa/Casablanca', '2026-05-01T02:00:00Z', -3_600],
    ['Etc/GMT+5', '2026-05-01T02:00:00Z', 18_000],
    ['UTC', '2026-05-01T02:00:00Z', 0],
  ])('%s at %s: local time is UTC plus %d s', (name, iso, seconds) => {
    expect(zone(name).read(utc(iso) + seconds)).toEqual({ seconds: utc(iso) });
  });

  it('reads back what every zone of the tz database sends, in any month and around every change of a year', () => {
    const start = utc('2026-01-01T00:00:00Z');
    const wrong: unknown[] = [];
    let changes = 0;
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const time = zone(name);
      const check = (moment: number): void => {
        const readings = time.readings(sent(name, moment)).map(({ seconds }) => seconds);
        if (!readings.includes(moment)) wrong.push([name, new Date(moment * 1000).toISOString(), readings]);
      };
      for (let day = 0; day < 365; day++) {
        const moment = start + day * DAY;
        if (day % 30 === 0) check(moment);
        if (skew(name, moment) === skew(name, moment + DAY)) continue;
        changes += 1;
        for (let quarter = -4; quarter <= 100; quarter++) check(moment + quarter * 900 - 1);
      }
    }
    expect(wrong).toEqual([]);
    expect(changes).toBeGreaterThan(200);
  });

  it('finds a change to the second', () => {
    const change = utc('2026-03-08T07:00:00Z');
    const time = zone('America/New_York');
    expect(time.readings(change + 14_400 - 1)).toEqual([{ seconds: change - HOUR - 1 }]);
    expect(time.readings(change + 14_400)).toEqual([{ seconds: change - HOUR }, { seconds: change }]);
    expect(time.readings(change + 18_000 - 1)).toEqual([
      { seconds: change - 1 },
      { seconds: change + HOUR - 1 },
    ]);
    expect(time.readings(change + 18_000)).toEqual([{ seconds: change + HOUR }]);
  });

  it('reads a local time that is skipped with the offset before the change', () => {
    const change = utc('2026-11-01T06:00:00Z');
    expect(zone('America/New_York').read(change + 14_400 + 1_800)).toEqual({ seconds: change + 1_800 });
  });
});

describe('a local time that is repeated', () => {
  /** Of each zone the moment at which the offset becomes smaller, and by how much. */
  const changes: [string, string, number][] = [
    ['America/New_York', '2026-03-08T07:00:00Z', HOUR],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', HOUR],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', HOUR / 2],
    ['Africa/Casablanca', '2026-03-22T02:00:00Z', HOUR],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', DAY],
  ];

  it.each(changes)('%s: both readings are possible, and the earlier one is shown', (name, iso, by) => {
    const first = utc(iso) - by / 3;
    const local = sent(name, first);
    expect(sent(name, first + by)).toBe(local);
    expect(zone(name).read(local)).toEqual({ seconds: first, ambiguous: true });
    expect(zone(name).read(local, { backupTimes: [first + by / 2, first - DAY] })).toMatchObject({
      ambiguous: true,
    });
    expect(zone(name).read(local, { backupTimes: [first, first + by] })).toMatchObject({ ambiguous: true });
  });

  it.each(changes)('%s: the first report decides for the earlier one', (name, iso, by) => {
    const first = utc(iso) - by / 3;
    const time = zone(name);
    expect(time.read(sent(name, first), { notAfter: first + 40 })).toEqual({ seconds: first });
    expect(time.read(sent(name, first), { notAfter: first + by })).toMatchObject({ ambiguous: true });
    // A clock that is wrong decides nothing.
    expect(time.read(sent(name, first), { notAfter: first - DAY })).toMatchObject({ ambiguous: true });
  });

  it.each(changes)("%s: the image's backupTime decides for either", (name, iso, by) => {
    const first = utc(iso) - by / 3;
    const time = zone(name);
    for (const moment of [first, first + by]) {
      const evidence = { notAfter: first + 3 * DAY, backupTimes: [moment + 60, first - 7 * DAY] };
      expect(time.read(sent(name, first), evidence)).toEqual({ seconds: moment });
    }
  });
});

describe('what was learned', () => {
  const changed = new PrimaryTime([
    { from: 0, seconds: 5 * HOUR },
    { from: 1_710_000_000, seconds: 4 * HOUR },
  ]);

  it('has the offset of the moment, and is ambiguous in the hour that is repeated', () => {
    expect(changed.read(1_710_000_000 + 3 * HOUR)).toEqual({ seconds: 1_710_000_000 - 2 * HOUR });
    expect(changed.read(1_710_000_000 + 6 * HOUR)).toEqual({ seconds: 1_710_000_000 + 2 * HOUR });
    const local = 1_710_000_000 + 4 * HOUR;
    expect(changed.read(local)).toEqual({ seconds: local - 5 * HOUR, ambiguous: true });
    expect(changed.read(local, { backupTimes: [local - 4 * HOUR] })).toEqual({ seconds: local - 4 * HOUR });
  });

  it('says when the offset is an estimate', () => {
    const time = new PrimaryTime([
      { from: 0, seconds: 5 * HOUR },
      { from: 1_710_000_000, seconds: 6 * HOUR, estimated: true },
    ]);
    expect(time.read(1_700_000_000)).toEqual({ seconds: 1_700_000_000 - 5 * HOUR });
    expect(time.read(1_720_000_000)).toEqual({ seconds: 1_720_000_000 - 6 * HOUR, estimated: true });
  });

  it('is nothing at first, and an invalid time has no reading', () => {
    expect(UNKNOWN_TIME.read(1_710_000_000)).toBeUndefined();
    expect([UNKNOWN_TIME.isKnown, changed.isKnown, zone('UTC').isKnown]).toEqual([false, true, true]);
    for (const local of [0, -1, 1.5, '1710000000', undefined, null])
      expect(changed.read(local)).toBeUndefined();
    expect(changed.utcTime(1_710_000_000 + 6 * HOUR)).toBe('2024-03-09T18:00:00.000Z');
    expect(changed.utcTime(0)).toBeUndefined();
  });
});

describe('the range of listed times', () => {
  it.each(['America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'])(
    '%s: holds every start within a range, and every report',
    (name) => {
      const time = zone(name);
      const from = utc('2011-12-30T00:00:00Z');
      for (let hour = 0; hour < 48; hour++) {
        const range = { from: from + hour * HOUR, to: from + (hour + 1) * HOUR };
        const { from: low = 0, to: high = 0 } = time.localRange(range);
        for (const moment of [range.from, range.to - 1]) {
          for (const listed of [moment, sent(name, moment)]) {
            expect(listed).toBeGreaterThanOrEqual(low);
            expect(listed).toBeLessThan(high);
          }
        }
      }
    },
  );

  it('is that of UTC while the offset is unknown, and stays open', () => {
    expect(UNKNOWN_TIME.localRange({ from: 5, to: 6 })).toEqual({ from: 5, to: 6 });
    expect(zone('Europe/Berlin').localRange({})).toEqual({});
  });
});
