import { readCounts } from '../../../bench/cost/counts.ts';
import { totalOf } from '../../../bench/cost/model.ts';
import { relayCost } from '../../../bench/cost/relay.ts';

const { oneZone, twoZones } = readCounts().relay;

it('the relay costs about 34 USD a month in one zone: the balancer half of it', () => {
  const lines = relayCost(oneZone);
  expect(Object.fromEntries(lines.map(({ item, usd }) => [item, Number(usd.toFixed(2))]))).toMatchObject({
    'Network Load Balancer': 16.43,
    'Fargate: vCPU': 5.91,
    'Fargate: memory': 1.3,
    'public IPv4 addresses': 7.3,
  });
  expect(Math.round(totalOf(lines))).toBe(34);
});

it('a second zone doubles all but the balancer', () => {
  const usdOf = (parts: typeof oneZone, item: string) =>
    relayCost(parts).find((line) => line.item === item)?.usd ?? 0;
  for (const item of ['Fargate: vCPU', 'Fargate: memory', 'public IPv4 addresses'])
    expect(usdOf(twoZones, item)).toBeCloseTo(2 * usdOf(oneZone, item), 10);
  expect(usdOf(twoZones, 'Network Load Balancer')).toBe(usdOf(oneZone, 'Network Load Balancer'));
});
