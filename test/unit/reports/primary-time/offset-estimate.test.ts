/** TRAP-2: what other reports than a job and its image suggest of the primary's offset. */
import {
  BEGUN,
  DAY,
  HOUR,
  image,
  imageOnly,
  job,
  learned,
  night,
  type Sent,
} from '../../../support/offset-messages.ts';

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

  it('is not changed by an older report that arrives later', () => {
    const newer = imageOnly(BEGUN + 2 * DAY, 4 * HOUR);
    expect(learned(newer, imageOnly(BEGUN, 5 * HOUR)).view(BEGUN + 3 * DAY).seconds).toBe(4 * HOUR);
    expect(learned(newer, imageOnly(BEGUN + 4 * DAY, 5 * HOUR)).view(BEGUN + 5 * DAY).seconds).toBe(5 * HOUR);
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
