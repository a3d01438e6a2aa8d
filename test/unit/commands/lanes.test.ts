import { excludedBy, type Lane, laneOf, stillExcludes } from '../../../lambdas/commands/lanes.ts';
import { laneRange, orderOfQueued, orderOfSent, readUnderWay } from '../../../lambdas/commands/open-order.ts';

const LANES: readonly Lane[] = ['probe', 'safe', 'single', 'unsafe'];

it.each([
  ['GET', undefined, undefined, 'single'],
  ['GET', undefined, 1, 'single'],
  ['GET', undefined, 3, 'probe'],
  ['GET', 500, undefined, 'safe'],
  ['HEAD', undefined, undefined, 'safe'],
  ['POST', undefined, undefined, 'unsafe'],
] as const)('a %s that is expected to have %s bytes, page %s, is %s', (method, expectedBytes, page, lane) => {
  expect(
    laneOf({
      method,
      retry: 'safe',
      isProxied: true,
      ...(expectedBytes === undefined ? {} : { expectedBytes }),
      ...(page === undefined ? {} : { page }),
    }),
  ).toBe(lane);
});

it('a GET of the commands API is safe', () => {
  expect(laneOf({ method: 'GET', retry: 'safe' })).toBe('safe');
});

it('a POST that may run twice is safe', () => {
  expect(laneOf({ method: 'POST', retry: 'always' })).toBe('safe');
});

/** By the keys of the index, as the store reads them. */
const excludes = (lane: Lane, other: Lane): boolean => {
  const range = excludedBy(lane);
  if (!range) return false;
  const [low, high] = laneRange(range);
  const order = orderOfSent(other, 1_700_000_000_000);
  return low <= order && order <= high;
};

it('lanes exclude each other both ways', () => {
  const pairs = LANES.flatMap((one) =>
    LANES.filter((other) => excludes(one, other)).map((other) => [one, other]),
  );
  expect(pairs).toEqual([
    ['probe', 'unsafe'],
    ['single', 'unsafe'],
    ['unsafe', 'probe'],
    ['unsafe', 'single'],
  ]);
});

it('queued commands sort before those under way, and the key contains lane and time', () => {
  const queued = orderOfQueued('2023-11-14T22:13:20.000Z');
  for (const lane of LANES) expect(queued < orderOfSent(lane, 0)).toBe(true);
  const openOrder = orderOfSent('single', 1_700_000_000_000);
  expect(readUnderWay({ commandId: 'A', openOrder })).toEqual({
    commandId: 'A',
    lane: 'single',
    sentAt: 1_700_000_000_000,
  });
});

it('a slow command does not defer others', () => {
  expect(stillExcludes({ sentAt: 1_000 }, 5_999)).toBe(true);
  expect(stillExcludes({ sentAt: 1_000 }, 6_000)).toBe(false);
});
