/** Which rows of a long table are in the document. */
import {
  ALL_ROWS,
  isNearEnd,
  ROW_HEIGHT,
  visibleRows,
} from '../../../console/src/components/visible-rows.ts';

describe('the rows in the document', () => {
  it('are all of them in a short table', () => {
    expect(visibleRows(ALL_ROWS, 5_000, 400)).toEqual([0, ALL_ROWS]);
  });

  it('are those in sight and a few more, bounded however long the table is', () => {
    for (let top = 0; top <= 10_000 * ROW_HEIGHT; top += 997) {
      const [from, to] = visibleRows(10_000, top, 720);
      const inSight = [Math.floor(top / ROW_HEIGHT), Math.ceil((top + 720) / ROW_HEIGHT)];
      expect(from).toBeLessThanOrEqual(inSight[0] ?? 0);
      expect(to).toBeGreaterThanOrEqual(Math.min(10_000, inSight[1] ?? 0));
      expect(to - from).toBeLessThanOrEqual(60);
    }
  });

  it('do not change while the table moves by less than a few rows', () => {
    expect(visibleRows(10_000, 60 * ROW_HEIGHT + 1, 720)).toEqual(visibleRows(10_000, 61 * ROW_HEIGHT, 720));
  });

  it('begin at the first row when the browser scrolls beyond the edge', () => {
    expect(visibleRows(1_000, -80, 720)[0]).toBe(0);
    expect(visibleRows(1_000, 9_000_000, 720)).toEqual([1_000, 1_000]);
  });
});

describe('the end of a table', () => {
  it('is near when less than one visible area is left', () => {
    expect(isNearEnd(100, 0, 720)).toBe(false);
    expect(isNearEnd(100, 100 * ROW_HEIGHT - 1_440, 720)).toBe(true);
  });
});
