import fc from 'fast-check';
import {
  addSizes,
  fittingPage,
  LARGE_ITEM_BYTES,
  NOTHING_MEASURED,
  PLANNED_BYTES,
  predictedBytes,
  usualBytes,
} from '../../../../lambdas/commands/sizes/statistics.ts';

const of = (...sizes: number[]) => addSizes(NOTHING_MEASURED, sizes);
const many = (count: number, size: number) => of(...Array.from({ length: count }, () => size));

describe('the page of a list', () => {
  it('that was not measured has three items', () => {
    expect(fittingPage(NOTHING_MEASURED)).toBe(3);
    expect(3 * 30 * 1024 * 1.12).toBeLessThan(PLANNED_BYTES);
  });

  it.each([
    [3, 2_000, 3],
    [10, 2_000, 5],
    [60, 2_000, 30],
    [1000, 2_000, 51],
    [1000, 4_500, 20],
    [1000, 200, 100],
    [3, 33_600, 3],
    [1000, 60_000, 2],
    [1000, 130_000, 1],
  ])('after %i items of %i bytes has %i', (count, size, page) => {
    expect(fittingPage(many(count, size))).toBe(page);
  });

  it('fits with one item of ten times the usual size', () => {
    for (const size of [200, 2_000, 3_000]) {
      const known = many(1000, size);
      expect((fittingPage(known) - 1) * size + 10 * size).toBeLessThanOrEqual(PLANNED_BYTES);
    }
  });

  it('fits for sizes from 0.2 to 30 KB in any mixture that was measured', () => {
    const size = fc.integer({ min: 200, max: LARGE_ITEM_BYTES });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 200 }), (sizes) => {
        let known = NOTHING_MEASURED;
        // The list repeats itself.
        for (let at = 0; at < sizes.length * 3; ) {
          const page = fittingPage(known);
          const items = Array.from({ length: page }, (_, index) => sizes[(at + index) % sizes.length] ?? 0);
          at += page;
          known = addSizes(known, items);
          if (known.count > sizes.length * 2) {
            expect(items.reduce((sum, item) => sum + item, 0)).toBeLessThanOrEqual(131_072);
          }
        }
      }),
    );
  });

  it('has at least one item, and at most a hundred', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000_000)), (sizes) => {
        const page = fittingPage(of(...sizes));
        expect(page).toBeGreaterThanOrEqual(1);
        expect(page).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('usual and predicted sizes', () => {
  it('grow with the deviation, and are 0 without measurements', () => {
    expect(usualBytes(NOTHING_MEASURED, 5)).toBe(0);
    expect(usualBytes(of(100, 100), 4)).toBe(400);
    expect(usualBytes(of(50, 150), 4)).toBe(400 + 3 * 50 * 2);
  });

  it('include more large items the fewer were measured', () => {
    const few = predictedBytes(many(2, 1_000), 10);
    const often = predictedBytes(many(200, 1_000), 10);
    expect(few - often).toBeCloseTo((LARGE_ITEM_BYTES - 1_000) * (10 / 2 - 10 / 200));
  });
});
