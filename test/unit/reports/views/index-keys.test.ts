import { position, positionsBetween } from '../../../../lambdas/reports/views/index-keys.ts';

it.each<[from: number | undefined, to: number | undefined, times: number[]]>([
  [undefined, undefined, [0, 99, 100, 101]],
  [100, undefined, [100, 101]],
  [99.5, undefined, [100, 101]],
  [undefined, 100, [0, 99]],
  [undefined, 100.5, [0, 99, 100]],
  [99.5, 100.5, [100]],
  [undefined, 0, []],
  [-5, 1, [0]],
  [1e12, undefined, []],
])('positions from %s (inclusive) to %s (exclusive)', (from, to, times) => {
  const { low, high } = positionsBetween(from, to);
  const found = [0, 99, 100, 101].filter((time) => {
    const at = position({ seconds: time, isReport: time % 2 === 0 }, 7);
    return low <= at && at <= high;
  });
  expect(found).toEqual(times);
});
