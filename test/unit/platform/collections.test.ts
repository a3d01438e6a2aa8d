import { forEachInParallel } from '../../../lambdas/platform/collections.ts';

it('forEachInParallel calls each item once, and no more at a time than permitted', async () => {
  let running = 0;
  let max = 0;
  const done: number[] = [];
  const work = async (item: number) => {
    max = Math.max(max, ++running);
    await new Promise(setImmediate);
    running--;
    done.push(item);
  };
  await forEachInParallel([1, 2, 3, 4, 5, 6, 7], work, 3);
  expect([max, done]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
});
