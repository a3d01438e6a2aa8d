/** TRAP-2: what messages show of the primary's offset. Each case says what is sent, and how times are read after it. */
import { hasEvidence, learn } from '../../../../lambdas/reports/primary-time/offset-evidence.ts';
import { NO_HISTORY, pack } from '../../../../lambdas/reports/primary-time/offset-history.ts';
import { offsetView } from '../../../../lambdas/reports/primary-time/offset-view.ts';
import { primaryTime } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { skew } from '../../../../netbackup/simulator/domain/time-zone.ts';
import { images, interpretText, jobs, notificationText } from '../../../support/notifications.ts';

const HOUR = 3_600;
const DAY = 86_400;
const BEGUN = 1_700_000_000;
const utc = (iso: string): number => Date.parse(iso) / 1000;

const job = (startTime: unknown, more: object = {}) => ({
  jobId: 1,
  jobType: 'BACKUP',
  state: 'DONE',
  startTime,
  clientName: 'a',
  ...more,
});
const image = (backupTime: unknown, createdTime: unknown, more: object = {}) => ({
  backupId: `a_${backupTime}`,
  operationId: 'CREATE',
  clientName: 'a',
  backupTime,
  createdTime,
  ...more,
});
interface Sent {
  readonly at: number;
  readonly jobs?: object[];
  readonly images?: object[];
}
const messageOf = ({ at, jobs: some = [], images: others = [] }: Sent) =>
  interpretText(notificationText([jobs(...some), images(...others)], at));
const learned = (...all: Sent[]) => {
  const history = all.reduce((known, one) => learn(known, messageOf(one)), NO_HISTORY);
  const group = { utcOffsetEvidence: pack(history) };
  return {
    history,
    time: primaryTime(group),
    view: (at: number) => offsetView(group, at * 1000),
    /** How the local time of a moment is read, reported soon after. */
    read: (moment: number, offset: number) =>
      primaryTime(group).read(moment + offset, { notAfter: moment + 40 }),
  };
};

/** A backup of half an hour that began at this moment, reported with its image after `late` seconds. */
const night = (begun: number, offset: number, late = 40, more: object = {}): Sent => ({
  at: begun + HOUR / 2 + late,
  jobs: [job(begun + offset, more)],
  images: [image(begun, begun + HOUR / 2 + offset, more)],
});
/** The same without the job. */
const imageOnly = (begun: number, offset: number, late = 40): Sent => ({
  ...night(begun, offset, late),
  jobs: [],
});

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
      { moment: BEGUN, seconds: 5 * HOUR },
      { moment: BEGUN + 7, seconds: 5 * HOUR },
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
      expect(history.exact).toEqual([{ moment: begun, seconds: before }]);
    }
  });

  it('ignores times that are none', () => {
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

describe('an estimate', () => {
  it('from an image alone is the latest report, and says so, until a job and its image are seen', () => {
    const long = { at: BEGUN + 3 * HOUR + 60, images: [image(BEGUN, BEGUN + 8 * HOUR)] };
    const { view, time } = learned(long, long);
    expect(view(BEGUN)).toEqual({ seconds: 5 * HOUR, source: 'estimated' });
    expect(time.read(BEGUN + 5 * HOUR)).toEqual({ seconds: BEGUN, estimated: true });
    const better = learned(long, night(BEGUN + DAY, 5 * HOUR));
    expect(better.view(BEGUN)).toEqual({ seconds: 5 * HOUR, source: 'learned' });
    expect(better.time.read(BEGUN + 5 * HOUR)).toEqual({ seconds: BEGUN });
  });

  it('from a report six hours late is too small, until one in time corrects it; from later still there is none', () => {
    const late = { at: BEGUN + 9 * HOUR, images: [image(BEGUN, BEGUN + 8 * HOUR)] };
    expect(learned(late).view(BEGUN).seconds).toBe(-HOUR);
    expect(learned(late, imageOnly(BEGUN + DAY, 5 * HOUR)).view(BEGUN + DAY)).toEqual({
      seconds: 5 * HOUR,
      source: 'estimated',
    });
    expect(learned({ ...late, at: BEGUN + 3 * DAY }).view(BEGUN)).toEqual({ source: 'unknown' });
  });

  it('from jobs alone is large enough that none starts after its report', () => {
    const begins = (at: number, ahead: number): Sent => ({ at, jobs: [job(at + ahead)] });
    expect(learned(begins(BEGUN, -60)).view(BEGUN)).toEqual({ source: 'unknown' });
    const first = begins(BEGUN, 4 * HOUR - 40);
    expect(learned(first, begins(BEGUN + DAY, 3 * HOUR)).view(BEGUN + DAY).seconds).toBe(4 * HOUR);
    expect(learned(first, begins(BEGUN + DAY, 5 * HOUR - 40)).view(BEGUN + DAY).seconds).toBe(5 * HOUR);
    // It may be planned for later: what a job and its image have shown stays.
    expect(learned(night(BEGUN, 4 * HOUR), begins(BEGUN + DAY, 9 * HOUR)).view(BEGUN + DAY)).toEqual({
      seconds: 4 * HOUR,
      source: 'learned',
    });
  });

  it.each([
    ['spring', 18_000, 14_400],
    ['autumn', 14_400, 18_000],
    ['autumn, east of Greenwich', -7_200, -3_600],
    ['half an hour', -39_600, -37_800],
  ])(
    'after a change (%s) begins at the event that showed it, also if that was reported late',
    (_, before, then) => {
      const changed = BEGUN + 30 * DAY;
      // A later report than this one allows the offset before an autumn's change too.
      for (const late of then < before ? [40, 2 * HOUR] : [40, 10 * 60]) {
        const { view, read } = learned(night(BEGUN, before), imageOnly(changed, then, late));
        expect(view(changed + DAY)).toEqual({ seconds: then, source: 'estimated' });
        expect(read(changed + 3 * HOUR, then)).toEqual({ seconds: changed + 3 * HOUR, estimated: true });
        expect(read(changed - 10 * DAY, before)).toEqual({ seconds: changed - 10 * DAY });
      }
    },
  );

  it('never stands where exact evidence is, and is gone when that is back', () => {
    const shown = imageOnly(BEGUN + 2 * DAY, 6 * HOUR);
    expect(learned(night(BEGUN, 5 * HOUR), shown).view(BEGUN + 3 * DAY).source).toBe('estimated');
    // Later, and earlier: in any order.
    const exact = night(BEGUN + 3 * DAY, 5 * HOUR);
    for (const order of [
      [night(BEGUN, 5 * HOUR), shown, exact],
      [night(BEGUN, 5 * HOUR), exact, shown],
      [exact, shown],
    ])
      expect(learned(...order).view(BEGUN + 4 * DAY)).toEqual({ seconds: 5 * HOUR, source: 'learned' });
    const again = imageOnly(BEGUN + 4 * DAY, 5 * HOUR);
    expect(learned(night(BEGUN, 5 * HOUR), shown, again).view(BEGUN + 5 * DAY)).toEqual({
      seconds: 5 * HOUR,
      source: 'learned',
    });
  });

  it('is not made by late reports of the time before', () => {
    const summer = night(BEGUN, 14_400);
    const winter = night(BEGUN + 30 * DAY, 18_000);
    const late = { ...imageOnly(BEGUN + 5 * DAY, 14_400), at: winter.at + DAY };
    expect(learned(summer, winter, late).view(winter.at + DAY)).toEqual({
      seconds: 18_000,
      source: 'learned',
    });
  });
});
