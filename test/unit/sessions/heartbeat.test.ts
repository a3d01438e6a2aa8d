import { MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { answerHeartbeat } from '../../../lambdas/sessions/heartbeat.ts';
import { sweepConnections } from '../../../lambdas/sessions/sweep-connections.ts';
import { sessionWorld } from '../../support/sessions.ts';

const ping = { type: 'COMMAND', subType: 'REQUEST', payload: { method: 'GET', uri: '/netbackup/ping' } };

/** A session on c1 that has been silent for a while. */
const silentWorld = async () => {
  const world = sessionWorld();
  const now = world.clock();
  await world.open('c1', now);
  world.dynamodb.set('connections', { ...world.connection('c1'), state: 'AUTHENTICATED', groupId: 'demo' });
  world.dynamodb.set('groups', {
    ...world.group(),
    session: { connectionId: 'c1', connectedAt: now, endpointId: 'e', ready: true, since: now },
  });
  const context = {
    ...world.context,
    heartbeatMinutes: 8,
    busy: async () => false,
    ended: async () => {},
    attended: async () => {},
  };
  const sweepAfter = async (minutes: number) => {
    world.clock.advance(minutes * MINUTE_MS);
    await sweepConnections(context, Number.MAX_SAFE_INTEGER);
  };
  // The gateway counts what we post as traffic.
  world.gateway.answers = (connectionId) => {
    world.gateway.active.set(connectionId, world.clock());
    return 'accepted';
  };
  const answer = (id: string, payload: unknown = {}) =>
    answerHeartbeat(world.context, 'demo', 'c1', id, payload);
  return { ...world, sweepAfter, answer };
};

it('a session silent for 8 min is asked for a sign of life, once', async () => {
  const world = await silentWorld();
  await world.sweepAfter(7.9);
  expect(world.gateway.posted).toEqual([]);
  await world.sweepAfter(0.1);
  expect(world.gateway.posted).toMatchObject([{ connectionId: 'c1', message: ping }]);
  await world.sweepAfter(1);
  expect(world.gateway.posted).toHaveLength(1);
});

it('its answer tells the round trip, the moment and the version', async () => {
  const world = await silentWorld();
  await world.sweepAfter(8);
  const id = world.gateway.posted[0]?.message.id ?? '';
  world.clock.advance(250);
  expect(await world.answer(id, { headers: { 'X-NetBackup-API-Version': ' 12.0 ' } })).toBe(true);
  expect(world.group()).toMatchObject({
    roundTripMs: 250,
    lastSeen: world.clock(),
    netbackupApiVersion: '12.0',
  });
  expect(world.connection('c1')).not.toHaveProperty('heartbeat');
  expect(await world.answer(id)).toBe(false);
});

it.each([
  undefined,
  null,
  5,
  [],
  {},
  { headers: null },
  { headers: 'x' },
  { headers: { 'x-netbackup-api-version': 12 } },
  { headers: { 'x-netbackup-api-version': '12' } },
  { headers: { 'x-netbackup-api-version': '12.0; DROP' } },
])('an answer without a version, %j, proves life all the same', async (payload) => {
  const world = await silentWorld();
  await world.sweepAfter(8);
  expect(await world.answer(world.gateway.posted[0]?.message.id ?? '', payload)).toBe(true);
  expect(world.group()).toMatchObject({ roundTripMs: 0 });
  expect(world.group()).not.toHaveProperty('netbackupApiVersion');
});

it('the answer to something else is no heartbeat', async () => {
  const world = await silentWorld();
  await world.sweepAfter(8);
  expect(await world.answer('other')).toBe(false);
  expect(world.connection('c1')).toHaveProperty('heartbeat');
});

it('a heartbeat that was refused does not count as unanswered', async () => {
  const world = await silentWorld();
  world.gateway.answers = () => 'throttled';
  await world.sweepAfter(8);
  expect(world.connection('c1')).not.toHaveProperty('heartbeat');
  expect(world.gateway.closed).toEqual([]);
});

it('a session that has not answered for 10 min, and carried nothing since, is closed', async () => {
  const world = await silentWorld();
  await world.sweepAfter(8);
  await world.sweepAfter(9);
  expect(world.gateway.closed).toEqual([]);
  await world.sweepAfter(2);
  expect(world.connection('c1')).toMatchObject({ closing: 'no-heartbeat' });
  expect(world.gateway.closed).toEqual(['c1']);
});

it('an answer lost on our side costs no live session: it carried messages since, so it is asked anew', async () => {
  const world = await silentWorld();
  await world.sweepAfter(8);
  world.clock.advance(5 * MINUTE_MS);
  world.gateway.active.set('c1', world.clock());
  await world.sweepAfter(9);
  expect(world.gateway.closed).toEqual([]);
  expect(world.gateway.posted).toHaveLength(2);
});

it('a heartbeat that was noted and never went out is sent by the next sweep', async () => {
  const world = await silentWorld();
  world.clock.advance(8 * MINUTE_MS);
  await world.context.connections.startHeartbeat('c1', { commandId: 'never-sent', sentAt: world.clock() });
  await world.sweepAfter(1);
  expect(world.gateway.posted).toEqual([]);
  await world.sweepAfter(0.5);
  expect(world.gateway.posted).toHaveLength(1);
});
