/** I-12: what is learned does not depend on order, repetition or batches, and agrees with a naive model of the evidence. */
import * as fc from 'fast-check';
import { learn } from '../../lambdas/reports/primary-time/offset-evidence.ts';
import { NO_HISTORY, offsetsIn, pack, unpack } from '../../lambdas/reports/primary-time/offset-history.ts';
import { PrimaryTime, primaryTime } from '../../lambdas/reports/primary-time/primary-time.ts';
import { skew } from '../../netbackup/simulator/domain/time-zone.ts';
import { images, interpretText, jobs, notificationText } from '../support/notifications.ts';

const HOUR = 3_600;
const DAY = 86_400;
const YEAR = Date.parse('2026-01-01T00:00:00Z') / 1000;
const ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Antarctica/Troll',
];

interface Backup {
  readonly begun: number;
  readonly took: number;
  readonly client: number;
}
const backup: fc.Arbitrary<Backup> = fc.record({
  begun: fc.oneof(
    fc.integer({ min: YEAR, max: YEAR + 365 * DAY }),
    // Around the changes of New York and Berlin.
    fc
      .tuple(
        fc.constantFrom('2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01'),
        fc.integer({ min: -6, max: 42 }),
      )
      .map(([day, hour]) => Date.parse(`${day}T00:00:00Z`) / 1000 + hour * HOUR),
  ),
  took: fc.integer({ min: 60, max: 5 * HOUR }),
  client: fc.nat({ max: 50 }),
});

const messageOf = (zone: string, backups: readonly Backup[], late: number) => {
  const sent = (moment: number) => moment + skew(zone, moment);
  const end = Math.max(...backups.map(({ begun, took }) => begun + took));
  const common = ({ client }: Backup) => ({ clientName: `c${client}` });
  return interpretText(
    notificationText(
      [
        jobs(
          ...backups.map((one, index) => ({
            ...common(one),
            jobId: index,
            jobType: 'BACKUP',
            state: 'DONE',
            startTime: sent(one.begun),
          })),
        ),
        images(
          ...backups.map((one) => ({
            ...common(one),
            backupId: `c${one.client}_${one.begun}`,
            operationId: 'CREATE',
            backupTime: one.begun,
            createdTime: sent(one.begun + one.took),
          })),
        ),
      ],
      end + late,
    ),
  );
};

const year = fc
  .tuple(
    fc.constantFrom(...ZONES),
    fc.array(
      fc.tuple(fc.array(backup, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 12 * HOUR })),
      {
        minLength: 1,
        maxLength: 30,
      },
    ),
    fc.infiniteStream(fc.nat()),
  )
  .map(([zone, batches, places]) => ({
    zone,
    // Two jobs of one client in a message can be paired the wrong way round.
    batches: batches.map(([all, late]) => ({
      backups: all.filter((one, index) => all.findIndex(({ client }) => client === one.client) === index),
      late,
    })),
    places: [...places.take(200)],
  }));

const exactOnly = (history: ReturnType<typeof learn>) => offsetsIn({ exact: history.exact });

it('shuffled, repeated and rebuilt messages give the offsets of the naive model', () => {
  let changes = 0;
  fc.assert(
    fc.property(year, ({ zone, batches, places }) => {
      const messages = batches.map(({ backups, late }) => messageOf(zone, backups, late));
      const ordered = messages.reduce((known, one) => learn(known, one), NO_HISTORY);
      const shuffled = [...messages, ...messages]
        .map((one, index) => ({ one, place: places[index] ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .reduce((known, { one }) => unpack(pack(learn(known, one))), NO_HISTORY);
      expect(exactOnly(shuffled)).toEqual(exactOnly(ordered));
      const rebuilt = messages.reduce((known, one) => learn(known, one), shuffled);
      expect(exactOnly(rebuilt)).toEqual(exactOnly(ordered));

      const shown = batches
        .flatMap(({ backups }) => backups)
        .sort((a, b) => a.begun - b.begun)
        .map(({ begun }) => ({ moment: begun, seconds: skew(zone, begun) + 0 }));
      const naive = (moment: number) =>
        (shown.find((one) => one.moment >= moment) ?? shown.at(-1))?.seconds ?? Number.NaN;
      const learned = exactOnly(shuffled);
      const at = (moment: number) => learned.findLast(({ from }) => from <= moment)?.seconds;
      for (const { moment } of shown)
        for (const around of [-DAY, -HOUR, -1, 0, 1, HOUR, DAY])
          expect([moment + around, at(moment + around)]).toEqual([moment + around, naive(moment + around)]);
      changes += learned.length - 1;

      // A job and its image are read exactly, and with the time zone every moment is.
      for (const { moment, seconds } of shown) {
        const evidence = { backupTimes: [moment] };
        expect(new PrimaryTime(learned).utcSeconds(moment + seconds, evidence)).toBe(moment);
        expect(primaryTime({ timeZone: zone }).utcSeconds(moment + seconds, evidence)).toBe(moment);
      }
    }),
    { seed: 1, numRuns: 80 },
  );
  expect(changes).toBeGreaterThan(100);
});
