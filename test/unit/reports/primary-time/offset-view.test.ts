import { NO_HISTORY, pack, withExact } from '../../../../lambdas/reports/primary-time/offset-history.ts';
import { offsetView } from '../../../../lambdas/reports/primary-time/offset-view.ts';

const JULY = Date.parse('2026-07-15T02:00:00Z');
const JANUARY = Date.parse('2026-01-15T02:00:00Z');
const evidence = (moment: number, seconds: number) =>
  pack(withExact(NO_HISTORY, [{ moment: moment / 1000, seconds }]));

it('is unknown at first', () => {
  expect(offsetView({}, JULY)).toEqual({ source: 'unknown' });
});

it('is that of now', () => {
  const timeZone = 'America/New_York';
  expect(offsetView({ timeZone }, JULY)).toEqual({ seconds: 14_400, source: 'configured' });
  expect(offsetView({ timeZone }, JANUARY)).toEqual({ seconds: 18_000, source: 'configured' });
  expect(offsetView({ utcOffsetEvidence: evidence(JANUARY, -20_700) }, JULY)).toEqual({
    seconds: -20_700,
    source: 'learned',
  });
});

it('is an estimate only from when the estimate begins', () => {
  const history = withExact(NO_HISTORY, [{ moment: JANUARY / 1000, seconds: 18_000 }]);
  const utcOffsetEvidence = pack({ ...history, estimate: { at: JULY / 1000, seconds: 14_400 } });
  expect(offsetView({ utcOffsetEvidence }, JULY - 1_000)).toEqual({ seconds: 18_000, source: 'learned' });
  expect(offsetView({ utcOffsetEvidence }, JULY)).toEqual({ seconds: 14_400, source: 'estimated' });
});

it('warns when a job and its image contradict the time zone, with the moment and both numbers', () => {
  const timeZone = 'America/Phoenix';
  const view = offsetView({ timeZone, utcOffsetEvidence: evidence(JULY, 21_600) }, JANUARY);
  expect(view).toMatchObject({ seconds: 25_200, source: 'configured' });
  expect(view.warning).toMatch(/America\/Phoenix.*2026-07-15T02:00:00\.000Z.*21600 s.*25200 s/);
  const right = { timeZone: 'America/Denver', utcOffsetEvidence: evidence(JULY, 21_600) };
  expect(offsetView(right, JANUARY)).toEqual({ seconds: 25_200, source: 'configured' });
  const estimate = pack({ exact: [], estimate: { at: JULY / 1000, seconds: 0 } });
  expect(offsetView({ timeZone, utcOffsetEvidence: estimate }, JULY)).not.toHaveProperty('warning');
});
