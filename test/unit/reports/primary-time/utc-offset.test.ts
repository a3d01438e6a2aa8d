import {
  hasEvidence,
  learn,
  localRange,
  type UtcOffset,
  utcSeconds,
} from '../../../../lambdas/reports/primary-time/utc-offset.ts';
import { images, interpretText, jobs, notificationText } from '../../../support/notifications.ts';

const BEGUN = 1_700_000_000;
const HOUR = 3_600;
const job = (startTime: unknown, clientName = 'a') => ({ jobId: 1, state: 'DONE', startTime, clientName });
const image = (backupTime: number, createdTime: number, clientName = 'a') => ({
  backupId: `${clientName}_${backupTime}`,
  operationId: 'CREATE',
  clientName,
  backupTime,
  createdTime,
});
const sent = (timeStamp: number, jobData: object[], imageData: object[]) =>
  interpretText(notificationText([jobs(...jobData), images(...imageData)], timeStamp));
const known: UtcOffset[] = [{ from: 0, seconds: 5 * HOUR }];

describe('learning (TRAP-2)', () => {
  it.each([5 * HOUR, 0, -9 * HOUR, -5.5 * HOUR, -5.75 * HOUR, 12 * HOUR, -14 * HOUR])(
    'an offset of %d s, exactly, from a job and its image, however late they arrive',
    (offset) => {
      const backups = [
        image(BEGUN, BEGUN + offset + 3 * HOUR),
        image(BEGUN + 7, BEGUN + offset + 3 * HOUR, 'b'),
      ];
      const starts = [job(BEGUN + offset), job(BEGUN + 7 + offset, 'b')];
      expect(learn([], sent(BEGUN + 9 * HOUR, starts, backups))).toEqual([{ from: 0, seconds: offset }]);
    },
  );

  it('exactly, from an image alone, when only one offset is possible', () => {
    expect(learn([], sent(BEGUN + 120, [], [image(BEGUN, BEGUN + 5 * HOUR + 60)]))).toEqual(known);
  });

  it('roughly, from the latest report, when several are possible; better evidence replaces it', () => {
    // Reported a minute after the end of a backup of three hours.
    const fresh = sent(BEGUN + 3 * HOUR + 60, [], [image(BEGUN, BEGUN + 8 * HOUR)]);
    const rough = learn([], fresh);
    expect(rough).toEqual([{ from: 0, seconds: 5 * HOUR, rough: true }]);
    expect(learn(rough, fresh)).toBe(rough);
    const exact = sent(BEGUN + 9 * HOUR, [job(BEGUN + 5 * HOUR)], [image(BEGUN, BEGUN + 8 * HOUR)]);
    expect(learn(rough, exact)).toEqual(known);
    // From a report six hours late it is too small; the next report in time corrects it.
    const late = learn([], sent(BEGUN + 9 * HOUR, [], [image(BEGUN, BEGUN + 8 * HOUR)]));
    expect(late).toEqual([{ from: 0, seconds: -1 * HOUR, rough: true }]);
    expect(learn(late, fresh)).toEqual(rough);
  });

  it('from jobs alone a lower bound, until an image has better evidence', () => {
    const begins = (secondsAhead: number) => sent(BEGUN, [job(BEGUN + secondsAhead)], []);
    // Reported 40 s after its start, four hours ahead of UTC; then one that has run for an hour.
    const rough = learn([], begins(4 * HOUR - 40));
    expect(rough).toEqual([{ from: 0, seconds: 4 * HOUR, rough: true }]);
    expect(learn(rough, begins(3 * HOUR))).toBe(rough);
    expect(learn(rough, begins(5 * HOUR - 40))).toEqual([{ from: 0, seconds: 5 * HOUR, rough: true }]);
    const exact = sent(BEGUN + 120, [], [image(BEGUN, BEGUN + 3 * HOUR + 60)]);
    expect(learn(rough, exact)).toEqual([{ from: 0, seconds: 3 * HOUR }]);
    expect(learn(known, begins(6 * HOUR))).toBe(known);
    expect(learn([], begins(-60))).toEqual([]);
    expect([hasEvidence(begins(-60)), hasEvidence(begins(60)), hasEvidence(exact)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('nothing from a contradiction, or without valid times', () => {
    expect(learn([], sent(BEGUN, [job(BEGUN + 9 * HOUR)], [image(BEGUN, BEGUN + 5 * HOUR)]))).toEqual([]);
    expect(learn([], sent(BEGUN, [job('x')], []))).toEqual([]);
    expect(learn([], sent(BEGUN, [job(253_402_300_799)], [image(BEGUN, BEGUN + 60)]))).toEqual([]);
  });

  it('what is known stays while it is possible: the same array, so nothing is written', () => {
    expect(learn(known, sent(BEGUN + 9 * HOUR, [], [image(BEGUN, BEGUN + 8 * HOUR)]))).toBe(known);
    // By accident a job of this client began five hours and a quarter after another one's image.
    const accident = sent(BEGUN + 9 * HOUR, [job(BEGUN + 5 * HOUR + 900)], [image(BEGUN, BEGUN + 7 * HOUR)]);
    expect(learn(known, accident)).toBe(known);
  });

  it('a change of daylight saving begins with the first backup that shows it', () => {
    const fresh = sent(BEGUN + 120, [job(BEGUN + 4 * HOUR)], [image(BEGUN, BEGUN + 4 * HOUR + 60)]);
    expect(learn(known, fresh)).toEqual([...known, { from: BEGUN, seconds: 4 * HOUR }]);
  });

  it('begins with the earliest of several backups, and never before the change before it', () => {
    const backups = [image(BEGUN + 60, BEGUN + 4 * HOUR + 90), image(BEGUN, BEGUN + 4 * HOUR + 60)];
    const fresh = sent(BEGUN + 120, [job(BEGUN + 4 * HOUR)], backups);
    expect(learn(known, fresh).at(-1)).toEqual({ from: BEGUN, seconds: 4 * HOUR });
    const ahead = [...known, { from: BEGUN + 600, seconds: 5 * HOUR }];
    expect(learn(ahead, fresh).at(-1)).toEqual({ from: BEGUN + 601, seconds: 4 * HOUR });
  });

  it('by the backups of one client, the most of them, when several offsets are possible', () => {
    const late = (jobData: object[]) =>
      learn(
        [],
        sent(BEGUN + 9 * HOUR, jobData, [image(BEGUN, BEGUN + 8 * HOUR), image(BEGUN + 7, BEGUN + 8 * HOUR)]),
      );
    const starts = (...offsets: number[]) => offsets.map((offset) => job(BEGUN + offset));
    const others = [job(BEGUN + 4 * HOUR, 'b'), job(BEGUN + 4 * HOUR, 'c')];
    expect(late([...others, ...starts(5 * HOUR)])).toEqual(known);
    expect(late(starts(4 * HOUR, 5 * HOUR, 5 * HOUR + 7))).toEqual(known);
    // One each: neither is known.
    expect(late(starts(4 * HOUR, 5 * HOUR))).toMatchObject([{ rough: true }]);
  });

  it('invalid times are ignored, without the other notifications', () => {
    const useless = [image(BEGUN, 0), { ...image(BEGUN, BEGUN + 6 * HOUR), backupTime: undefined }];
    const fresh = image(BEGUN, BEGUN + 5 * HOUR - 3);
    expect(learn([], sent(BEGUN + 60, [job('x')], [...useless.slice(0, 1), fresh]))).toEqual(known);
    expect(learn([], sent(BEGUN + HOUR, [], [fresh, ...useless.slice(1)]))).toEqual(known);
  });

  it('from an image, be it west or east of Greenwich', () => {
    expect(hasEvidence(sent(BEGUN + 120, [], [image(BEGUN, BEGUN - 5 * HOUR + 60)]))).toBe(true);
  });

  it('a history has an end', () => {
    const long = Array.from({ length: 100 }, (_, index) => ({ from: index, seconds: (index % 2) * HOUR }));
    expect(learn(long, sent(BEGUN + 120, [], [image(BEGUN, BEGUN + 5 * HOUR + 60)]))).toBe(long);
  });
});

describe('using it (I-12)', () => {
  const changed: UtcOffset[] = [...known, { from: BEGUN, seconds: 4 * HOUR }];

  it('a time before the change has the offset of then', () => {
    expect(utcSeconds(BEGUN + 3 * HOUR, changed)).toBe(BEGUN - 2 * HOUR);
    expect(utcSeconds(BEGUN + 4 * HOUR, changed)).toBe(BEGUN);
    expect(utcSeconds(BEGUN + 4 * HOUR, [])).toBeUndefined();
    expect(utcSeconds('soon', changed)).toBeUndefined();
  });

  it('what is known first holds for everything before', () => {
    expect(utcSeconds(100_000, [{ from: BEGUN, seconds: HOUR }])).toBe(100_000 - HOUR);
  });

  it('a range in UTC becomes one that holds all of it, exact away from a change', () => {
    const far = { from: BEGUN - 10 * 86_400, to: BEGUN + 10 * 86_400 };
    expect(localRange(far, changed)).toEqual({ from: far.from + 5 * HOUR, to: far.to + 4 * HOUR });
    expect(localRange({ from: BEGUN, to: BEGUN + 1 }, changed)).toEqual({
      from: BEGUN + 4 * HOUR,
      to: BEGUN + 1 + 5 * HOUR,
    });
    expect(localRange({ from: 5 }, [])).toEqual({ from: 5 });
  });
});
