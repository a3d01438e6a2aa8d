import { CONFLICT, compareAndSet } from '../../../../lambdas/platform/dynamodb/compare-and-set.ts';

it('repeats an attempt while it conflicts', async () => {
  const results = [CONFLICT, CONFLICT, undefined];
  expect(await compareAndSet('It', 3, async () => results.shift())).toBeUndefined();
  expect(results).toEqual([]);
});

it('gives up after the last attempt', async () => {
  const attempt = jest.fn(async () => CONFLICT);
  await expect(compareAndSet('The session', 12, attempt)).rejects.toThrow(
    'The session: gave up after 12 conflicting writes.',
  );
  expect(attempt).toHaveBeenCalledTimes(12);
});
