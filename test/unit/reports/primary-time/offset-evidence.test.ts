/** TRAP-2: what a job and its image show of the primary's offset, and when it changed. */
import { hasEvidence } from '../../../../lambdas/reports/primary-time/offset-evidence.ts';
import { pack } from '../../../../lambdas/reports/primary-time/offset-history.ts';
import { offsetView } from '../../../../lambdas/reports/primary-time/offset-view.ts';
import { skew } from '../../../../netbackup/simulator/domain/time-zone.ts';
import {
  BEGUN,
  DAY,
  HOUR,
  image,
  job,
  learned,
  messageOf,
  night,
  type Sent,
} from '../../../support/offset-messages.ts';

const utc = (iso: string): number => Date.parse(iso) / 1000;

describe('exact evidence', () => {
  it.each([5 * HOUR, 0, -9 * HOUR, -5.5 * HOUR, -5.75 * HOUR, 12 * HOUR, -14 * HOUR])(
    'a job and its image show %d s, however late they arrive',
    (offset) => {
      for (const late of [0, 40, 9 * HOUR]) {
        const { view, time } = learned(night(BEGUN, offset, late));
        expect(view(BEGUN)).toEqual({ seconds: offset, source: 'learned' });
        expect(time.read(BEGUN + DAY + offset)).toEqual({ seconds: BEGUN + DAY });
      }
    },
  );

  it('needs one client, in any letter case, and a type of job that produces an image', () => {
    const of = (jobFields: object, imageFields: object = {}) =>
      learned({
        ...night(BEGUN, 5 * HOUR),
        jobs: [job(BEGUN + 5 * HOUR, jobFields)],
        images: [image(BEGUN, BEGUN + 6 * HOUR - 60, imageFields)],
      }).view(BEGUN).source;
    expect(of({ clientName: 'VM01' }, { clientName: 'vm01' })).toBe('learned');
    expect(of({ jobType: 'SNAPSHOT' })).toBe('learned');
    expect(of({ jobType: undefined })).toBe('learned');
    for (const other of [{ clientName: 'b' }, { jobType: 'RESTORE' }, { jobType: 'DUPLICATE' }])
      expect(of(other)).toBe('estimated');
  });

  it('needs a difference in quarters of an hour that the image allows', () => {
    const of = (startTime: number, createdTime: number) =>
      learned({ at: BEGUN + HOUR, jobs: [job(startTime)], images: [image(BEGUN, createdTime)] }).history
        .exact;
    expect(of(BEGUN + 5 * HOUR + 1, BEGUN + 6 * HOUR - 60)).toEqual([]);
    expect(of(BEGUN + 5 * HOUR + 900, BEGUN + 6 * HOUR - 60)).toHaveLength(1);
    // The image was created before this job started.
    expect(of(BEGUN + 7.5 * HOUR, BEGUN + 6 * HOUR - 60)).toEqual([]);
    expect(of(BEGUN + 13 * HOUR, 0)).toEqual([]);
  });

  it('is that of the job that the image allows, if there is one', () => {
    const later = job(BEGUN + 5.75 * HOUR);
    const both = { ...night(BEGUN, 5 * HOUR), jobs: [later, job(BEGUN + 5 * HOUR)] };
    expect(learned(both).history.exact).toEqual([{ moment: BEGUN, seconds: 5 * HOUR }]);
  });

  it('of an image without a usable createdTime too', () => {
    for (const createdTime of [0, undefined, 'x', 9_999_999_999])
      expect(
        learned({
          at: BEGUN + HOUR,
          jobs: [job(BEGUN + 5 * HOUR)],
          images: [image(BEGUN, createdTime)],
        }).view(BEGUN),
      ).toEqual({ seconds: 5 * HOUR, source: 'learned' });
  });

  it('of several possible offsets it is that of the most pairs, and a tie shows nothing', () => {
    const late = (...starts: number[]) =>
      learned({
        at: BEGUN + 9 * HOUR,
        jobs: starts.map((start) => job(BEGUN + start)),
        images: [image(BEGUN, BEGUN + 8 * HOUR), image(BEGUN + 7, BEGUN + 8 * HOUR)],
      }).history.exact;
    expect(late(4 * HOUR, 5 * HOUR, 5 * HOUR + 7)).toEqual([
      { moment: BEGUN, seconds: 5 * HOUR, isUnsure: true },
      { moment: BEGUN + 7, seconds: 5 * HOUR, isUnsure: true },
    ]);
    expect(late(4 * HOUR, 5 * HOUR)).toEqual([]);
    // Two states of one job are one start.
    expect(late(4 * HOUR, 5 * HOUR, 5 * HOUR)).toEqual([]);
  });

  it('of a backup during which the clock was changed is that of its start', () => {
    // Spring and autumn in New York: the image was created an hour after the start.
    for (const [change, before, then] of [
      ['2026-03-08T07:00:00Z', 18_000, 14_400],
      ['2026-11-01T06:00:00Z', 14_400, 18_000],
    ] as const) {
      const begun = utc(change) - 600;
      const { history } = learned({
        at: begun + 1_240,
        jobs: [job(begun + before)],
        images: [image(begun, begun + 1_200 + then)],
      });
      expect(history.exact).toEqual([{ moment: begun, seconds: before, isUnsure: true }]);
    }
  });

  it('of a job and the image of another one, an hour later, does not count between two that agree', () => {
    // The image comes with an earlier job of its client, which has just ended, and before its own.
    const accident: Sent = {
      at: BEGUN + DAY + HOUR + 125,
      jobs: [job(BEGUN + DAY + 5 * HOUR)],
      images: [image(BEGUN + DAY + HOUR, BEGUN + DAY + 6 * HOUR + 60)],
    };
    const { read } = learned(night(BEGUN, 5 * HOUR), accident, night(BEGUN + 2 * DAY, 5 * HOUR));
    for (const moment of [BEGUN + HOUR, BEGUN + DAY, BEGUN + DAY + 2 * HOUR])
      expect(read(moment, 5 * HOUR)).toEqual({ seconds: moment });
    const { history } = learned(night(BEGUN, 5 * HOUR), accident);
    const group = { timeZone: 'America/New_York', utcOffsetEvidence: pack(history) };
    expect(offsetView(group, BEGUN * 1000)).not.toHaveProperty('warning');
  });

  it('of hourly backups whose images are duplicated an hour later is theirs, and the winter before is not forgotten', () => {
    const [winter, summer] = [BEGUN - 30 * DAY, BEGUN];
    const sent: Sent[] = [];
    for (let hour = 0; hour < 200; hour++) {
      const begun = summer + hour * HOUR;
      const own = image(begun, begun + 120 + 4 * HOUR);
      const before = image(begun - HOUR, begun + 130 + 4 * HOUR, { operationId: 'UPDATE' });
      // The image of the hour before comes with this job; its own comes with it, or earlier.
      const isTogether = hour % 20 === 0;
      if (!isTogether) sent.push({ at: begun + 125, images: [own] });
      const produced = isTogether ? [own, before] : [before];
      sent.push({ at: begun + 140, jobs: [job(begun + 4 * HOUR)], images: produced });
    }
    const { time, history } = learned(night(winter, 5 * HOUR), ...sent, night(summer + 200 * HOUR, 4 * HOUR));
    expect(time.offsetsBetween(0, summer + 300 * HOUR).map(({ seconds }) => seconds)).toEqual([
      5 * HOUR,
      4 * HOUR,
    ]);
    expect(history.exact.length).toBeLessThan(10);
  });

  it('ignores invalid times', () => {
    const useless = {
      at: BEGUN,
      jobs: [job('x'), job(0), job(5), job(4_000_000_000)],
      images: [image('y', 0)],
    };
    expect(learned(useless).view(BEGUN)).toEqual({ source: 'unknown' });
    expect(hasEvidence(messageOf(useless))).toBe(false);
    expect(hasEvidence(messageOf(night(BEGUN, 0)))).toBe(true);
  });
});

describe('a change of the offset', () => {
  const winter = utc('2026-03-07T03:00:00Z');
  const summer = utc('2026-03-09T02:00:00Z');

  it('begins after the last evidence to the contrary', () => {
    const { read } = learned(night(winter, 18_000), night(summer, 14_400));
    expect(read(winter, 18_000)).toEqual({ seconds: winter });
    expect(read(winter - 90 * DAY, 18_000)).toEqual({ seconds: winter - 90 * DAY });
    expect(read(winter + 6 * HOUR, 14_400)).toEqual({ seconds: winter + 6 * HOUR });
    expect(read(summer + 90 * DAY, 14_400)).toEqual({ seconds: summer + 90 * DAY });
  });

  it('is seen although the known offset is still possible: three nights of 14 400 s after 18 000 s', () => {
    // Backups of three hours, of which both offsets are possible.
    const long = (begun: number, offset: number): Sent => ({
      at: begun + 3 * HOUR + 40,
      jobs: [job(begun + offset)],
      images: [image(begun, begun + 3 * HOUR + offset)],
    });
    const { view, read } = learned(
      long(winter, 18_000),
      ...[0, 1, 2].map((day) => long(summer + day * DAY, 14_400)),
    );
    expect(view(summer)).toEqual({ seconds: 14_400, source: 'learned' });
    for (const day of [0, 1, 2])
      expect(read(summer + day * DAY, 14_400)).toEqual({ seconds: summer + day * DAY });
  });

  it('an April image that arrives late puts no August one an hour wrong, and neither one of January', () => {
    const of = (iso: string) => night(utc(iso), skew('America/New_York', utc(iso)), 40);
    const [january, april, august] = [
      of('2026-01-15T03:00:00Z'),
      of('2026-04-15T03:00:00Z'),
      of('2026-08-15T03:00:00Z'),
    ];
    const lateApril = { ...april, at: august.at + DAY };
    for (const order of [
      [january, august, lateApril],
      [august, lateApril, january],
      [lateApril, january, august],
      [january, august, { ...lateApril, jobs: [] }],
      [august, { ...lateApril, jobs: [] }, january],
    ]) {
      const { read, view } = learned(...order);
      for (const iso of ['2026-01-15T03:00:00Z', '2026-08-15T03:00:00Z', '2026-08-16T03:00:00Z']) {
        const moment = utc(iso);
        expect(read(moment, skew('America/New_York', moment))).toEqual({ seconds: moment });
      }
      expect(view(august.at)).toEqual({ seconds: 14_400, source: 'learned' });
    }
  });

  it.each(['DELETE', 'UPDATE', 'NO_LOCAL_COPY_AVAILABLE'])(
    'is never dated by the old backupTime beside the time of an operation (%s)',
    (operationId) => {
      const deletion = utc('2026-11-05T03:00:00Z');
      const operation: Sent = {
        at: deletion + 30,
        images: [image(deletion - 40 * DAY, deletion + 18_000, { operationId })],
      };
      const october = utc('2026-10-01T03:00:00Z');
      const { time, view } = learned(night(october, 14_400), operation);
      expect(view(deletion)).toEqual({ seconds: 18_000, source: 'estimated' });
      expect(time.read(deletion - 20 * DAY + 14_400)).toEqual({ seconds: deletion - 20 * DAY });
      expect(time.read(deletion - 60 + 14_400)).toEqual({ seconds: deletion - 60 });
      expect(time.read(deletion + 60 + 18_000)).toEqual({ seconds: deletion + 60, estimated: true });
    },
  );
});
