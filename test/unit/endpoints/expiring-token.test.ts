import type { Endpoint } from '../../../lambdas/endpoints/endpoint.ts';
import { expiringTokenCheck } from '../../../lambdas/endpoints/expiring-token.ts';
import { createToken } from '../../../lambdas/endpoints/token.ts';
import type { Group } from '../../../lambdas/groups/group.ts';
import { DAY_MS, HOUR_MS } from '../../../lambdas/platform/clock.ts';
import { fakeClock } from '../../support/fakes.ts';

const GROUP: Group = { groupId: 'berlin', kind: 'group', createdAt: 0, epoch: 1, endpointId: 'e1' };

const world = () => {
  const clock = fakeClock();
  const now = clock();
  const token = (days?: number) => ({
    ...createToken('e1', 0).stored,
    ...(days === undefined ? {} : { expiresAt: now + days * DAY_MS }),
  });
  const endpointWith = (...days: (number | undefined)[]) =>
    ({ endpointId: 'e1', groupId: 'berlin', enabled: true, tokens: days.map(token) }) as unknown as Endpoint;
  const find = async (endpoint: Endpoint | undefined) =>
    expiringTokenCheck({
      endpoints: { getMany: async () => (endpoint ? [endpoint] : []) },
      clock,
      warningDays: 14,
    }).find(GROUP);
  return { clock, now, endpointWith, find };
};

test('the newest token is a problem from the days of the configuration on, also after it has expired', async () => {
  const { find, endpointWith, now, clock } = world();
  expect(await find(endpointWith(14.01))).toEqual([]);
  expect(await find(endpointWith(13.5))).toMatchObject([
    {
      subject: { endpointId: 'e1' },
      finding: {
        since: now - 0.5 * DAY_MS,
        measures: [{ name: 'daysLeft', value: 13, threshold: 14, from: 'deployment' }],
        text: expect.stringContaining('/v1/groups/berlin/endpoints/e1/token'),
      },
    },
  ]);
  expect((await find(endpointWith(-2)))?.[0]?.finding.measures[0]?.value).toBe(-2);
  expect(clock()).toBe(now);
});

test('each of two endpoints has its own problem', async () => {
  const { clock, endpointWith } = world();
  const soon = endpointWith(5);
  const getMany = jest.fn(async () => [
    { ...soon, endpointId: 'e1', enabled: false },
    { ...soon, endpointId: 'e2' },
  ]);
  const check = expiringTokenCheck({ endpoints: { getMany }, clock, warningDays: 14 });
  expect(await check.find({ ...GROUP, relayEndpointId: 'e2' })).toMatchObject([
    { subject: { endpointId: 'e2' }, finding: { text: expect.stringContaining('/endpoints/e2/token') } },
  ]);
  expect(getMany).toHaveBeenCalledWith(['e1', 'e2']);
});

test('the evidence changes once a day', async () => {
  const { find, endpointWith, clock } = world();
  const last = async () => (await find(endpointWith(5)))?.[0]?.finding.last;
  const days = new Set<number | undefined>();
  for (let hour = 0; hour < 48; hour++) {
    days.add(await last());
    clock.advance(HOUR_MS);
  }
  expect(days.size).toBe(3);
});

test('it was not last seen before it began', async () => {
  const { find, endpointWith, clock } = world();
  for (let hour = 0; hour < 24; hour++) {
    const { since = 0, last = 0 } = (await find(endpointWith(14)))?.[0]?.finding ?? {};
    expect(last).toBeGreaterThanOrEqual(since);
    clock.advance(HOUR_MS);
  }
});

test('it is over when there is a newer token, and when the endpoint is disabled or deleted', async () => {
  const { find, endpointWith } = world();
  expect(await find(endpointWith(2, undefined))).toEqual([]);
  expect(await find(endpointWith(2, 300))).toEqual([]);
  expect(await find({ ...endpointWith(2), enabled: false })).toEqual([]);
  expect(await find(undefined)).toEqual([]);
});

test('a group without an endpoint costs no read', async () => {
  const { clock } = world();
  const getMany = () => Promise.reject(new Error('read'));
  const { endpointId: _, ...group } = GROUP;
  expect(await expiringTokenCheck({ endpoints: { getMany }, clock, warningDays: 14 }).find(group)).toEqual(
    [],
  );
});
