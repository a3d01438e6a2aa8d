/** The cursor of a batch continues the same command, and no other. */

import { injectRules } from '../../../../lambdas/commands/inject-paths.ts';
import type { WaitingSlots } from '../../../../lambdas/commands/waiting/waiting-slots-store.ts';
import { batchRoute } from '../../../../lambdas/http/commands/batch-route.ts';
import { createKey } from '../../../../lambdas/http/keys-store.ts';
import { apiWorld } from '../../../support/api.ts';
import { commandWorld } from '../../../support/commands.ts';

const setUp = () => {
  const world = apiWorld();
  const commands = commandWorld().context;
  batchRoute(world.app, {
    ...commands,
    ...world.context,
    injectRules: injectRules('default'),
    waitingSlots: commands.waitingSlots as WaitingSlots,
  });
  const groupIds = Array.from({ length: 101 }, (_, index) => `g-${String(index).padStart(3, '0')}`);
  for (const groupId of groupIds) world.group(groupId);
  const key = world.keyFor('inject', '*');
  const send = (body: object, by = key) =>
    world.request('/v1/commands', by, { method: 'POST', body: { groups: 'all', ...body } });
  return { world, groupIds, send };
};

const GET = { method: 'GET', uri: '/netbackup/ping' };
/** Refused for each group, so that it costs little. */
const REFUSED = { method: 'GET', uri: '/elsewhere' };

it('all groups get the command once, page by page', async () => {
  const { groupIds, send } = setUp();
  const first = await send(GET);
  const cursor = first.body['cursor'];
  const second = await send({ ...GET, headers: {}, cursor });
  const named = [first, second].flatMap(({ body }) => body['items'] as { groupId: string; status: number }[]);
  expect(named.map(({ groupId }) => groupId)).toEqual(groupIds);
  expect(named.every(({ status }) => status === 202)).toBe(true);
  expect(second.body).not.toHaveProperty('cursor');
});

it.each<object>([
  { method: 'DELETE' },
  { uri: '/netbackup/admin/jobs' },
  { headers: { Authorization: 'x' } },
  { parameters: '{}' },
  { body: {} },
  { deliverWithin: 1 },
  { executeWithin: 1 },
  { retry: 'always' },
  { credential: 'group' },
])('a cursor is refused with another command: %j', async (change) => {
  const { send } = setUp();
  const { cursor } = (await send(REFUSED)).body;
  expect(await send({ ...REFUSED, ...change, cursor })).toMatchObject({
    status: 400,
    body: { code: 'cursor-not-valid' },
  });
});

it('a cursor is refused with named groups, and with another key', async () => {
  const { world, send } = setUp();
  const { cursor } = (await send(REFUSED)).body;
  expect(await send({ ...REFUSED, cursor, groups: ['g-000'] })).toMatchObject({ status: 400 });
  expect(await send({ ...REFUSED, cursor }, world.keyFor('command', '*'))).toMatchObject({ status: 400 });
});

it('I-13 a key by labels sends to the groups that have them, whether it names them or all', async () => {
  const { world, send } = setUp();
  const labels = { customer: 'acme' };
  for (const groupId of ['g-000', 'g-100']) world.group(groupId, { labels });
  const { key, stored } = createKey({ scopes: ['command'], groups: [], labels }, 0);
  world.dynamodb.set('keys', stored);
  const results = async (groups: unknown) => {
    const { body } = await send({ ...GET, groups }, key);
    const items = body['items'] as { groupId: string; status: number }[];
    return items.map(({ groupId, status }) => [groupId, status]);
  };
  expect(await results('all')).toEqual([
    ['g-000', 202],
    ['g-100', 202],
  ]);
  expect(await results(['g-000', 'g-001', 'nowhere'])).toEqual([
    ['g-000', 202],
    ['g-001', 404],
    ['nowhere', 404],
  ]);
});
