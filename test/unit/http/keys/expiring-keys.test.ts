import { renewIdentity } from '../../../../lambdas/canary/identity.ts';
import { EndpointsStore } from '../../../../lambdas/endpoints/endpoints-store.ts';
import { GroupsStore } from '../../../../lambdas/groups/groups-store.ts';
import { expiringKey, sweepExpiringKeys } from '../../../../lambdas/http/keys/expiring-keys.ts';
import { createKey, KeysStore } from '../../../../lambdas/http/keys-store.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, seconds } from '../../../../lambdas/platform/clock.ts';
import { fakeProblems } from '../../../support/fake-problems.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

/** A full hour. */
const START = 1_700_002_800_000;

const world = () => {
  const dynamodb = new MemoryDynamodb({
    keys: { key: ['keyId'], indexes: { all: ['kind', 'keyId'] } },
    endpoints: { key: ['endpointId'] },
    groups: { key: ['groupId'] },
  });
  const clock = fakeClock(START);
  const keys = new KeysStore(dynamodb.client, 'keys', clock);
  const problems = fakeProblems();
  const create = async (days?: number, description?: string) => {
    const expiry = days === undefined ? {} : { expiresAt: seconds(clock() + days * DAY_MS) };
    const text = description === undefined ? {} : { description };
    const { stored } = createKey({ scopes: ['read'], groups: ['*'], ...expiry, ...text }, clock());
    await keys.create(stored);
    return stored.keyId;
  };
  const sweep = () => sweepExpiringKeys({ keys, ...problems, clock });
  return { dynamodb, clock, keys, problems, create, sweep };
};

test('a key is a problem 14 days before it expires, until it is deleted', async () => {
  const { create, sweep, keys, problems, clock } = world();
  await create();
  await create(15);
  const keyId = await create(13.5, 'Grafana');
  await sweep();
  expect(problems.open()).toMatchObject([
    {
      groupId: undefined,
      subject: { keyId },
      finding: {
        kind: 'key-expiring',
        measures: [{ name: 'daysLeft', value: 13, threshold: 14 }],
        text: expect.stringContaining(`${keyId} (Grafana)`),
      },
    },
  ]);
  await keys.revoke(keyId);
  clock.advance(HOUR_MS);
  await sweep();
  expect(problems.open()).toEqual([]);
});

test('the key of the canary, which each round replaces, is not a problem', async () => {
  const { sweep, problems, clock, keys, dynamodb } = world();
  const endpoints = new EndpointsStore(dynamodb.client, 'endpoints');
  const groups = new GroupsStore(dynamodb.client, 'groups');
  await renewIdentity({ groups, endpoints, keys, clock }, 'wss://nbwss.example.com/nbwss');
  await sweep();
  expect(problems.open()).toEqual([]);
});

test('it was not last seen before it began', () => {
  const key = { keyId: 'k', expiresAt: seconds(START + 14 * DAY_MS) };
  for (let hour = 0; hour < 24; hour++) {
    const { since = 0, last = 0 } = expiringKey(key, START + hour * HOUR_MS) ?? {};
    expect(last).toBeGreaterThanOrEqual(since);
  }
});

test('the keys are read once an hour', async () => {
  const { create, sweep, dynamodb, clock } = world();
  await create(1);
  dynamodb.calls.length = 0;
  for (let minute = 0; minute < 120; minute++) {
    await sweep();
    clock.advance(MINUTE_MS);
  }
  expect(dynamodb.calls).toEqual(['Query', 'BatchGetItem', 'Query', 'BatchGetItem']);
});

test('more keys than a page are all looked at', async () => {
  const { create, sweep, problems } = world();
  for (let count = 0; count < 130; count++) await create(1);
  await sweep();
  expect(problems.open()).toHaveLength(130);
});
