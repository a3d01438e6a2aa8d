/** One cell for each day of a client under a policy. */
import { cellsOf, countsOf, dayAfterKey } from '../../../console/src/views/clients/strip.ts';

const history = {
  from: '2026-10-25',
  to: '2026-11-03',
  days: [
    { day: '2026-10-27', verdict: 'ok' },
    { day: '2026-10-28', verdict: 'warning' },
    { day: '2026-10-30', verdict: 'failed' },
    { day: '2026-10-31', verdict: 'cancelled' },
    { day: '2026-11-01', verdict: 'a later kind' },
  ],
};

describe('the strip of a client', () => {
  it('has one cell for each day, also over a change of clocks and of the month', () => {
    expect(cellsOf(history).map(({ day, state }) => `${day.slice(5)} ${state}`)).toEqual([
      '10-25 unknown',
      '10-26 unknown',
      '10-27 good',
      '10-28 partial',
      '10-29 none',
      '10-30 failed',
      '10-31 other',
      '11-01 other',
      '11-02 none',
      '11-03 none',
    ]);
  });

  it('does not know anything before a first run, and says so of today only when there was none', () => {
    const cells = cellsOf({ ...history, days: [] });
    expect(countsOf(cells)).toMatchObject({ unknown: 9, none: 1 });
  });

  it('is bounded, and empty for what is not a range', () => {
    expect(cellsOf({ from: '1970-01-01', to: '2026-11-03', days: [] })).toHaveLength(400);
    expect(cellsOf({ from: 'x', to: 'y', days: [] })).toEqual([]);
  });

  it.each([
    ['ArrowLeft', 5, 4],
    ['ArrowLeft', 0, 0],
    ['ArrowRight', 9, 9],
    ['ArrowUp', 8, 1],
    ['ArrowDown', 8, 9],
    ['Home', 5, 0],
    ['End', 5, 9],
    ['a', 5, undefined],
  ])('leads with %s from cell %i to %s', (key, at, to) => expect(dayAfterKey(key, at, 10)).toBe(to));
});
