import {
  nextHeartbeatStep,
  receiveHeartbeatResponse,
  type SessionActivity,
  sendHeartbeat,
} from '../../../lambdas/connections/heartbeat.ts';
import { MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { type SessionWorld, sessionOf, sessionWorld } from '../../support/sessions.ts';

const NOW = 100 * MINUTE_MS;
const ago = (minutes: number) => NOW - minutes * MINUTE_MS;
const sent = (minutes: number) => ({ commandId: 'A', sentAt: ago(minutes) });

describe('nextHeartbeatStep', () => {
  it.each<[string, Partial<SessionActivity>, string]>([
    ['a message 7.9 min ago', { receivedAt: ago(7.9) }, 'wait'],
    ['traffic, but no message from NetBackup', { receivedAt: ago(9), activeAt: ago(0) }, 'send'],
    ['silent for 8 min', { receivedAt: ago(8) }, 'send'],
    ['a heartbeat 1 min ago', { receivedAt: ago(9), pending: sent(1), activeAt: ago(1) }, 'wait'],
    ['a heartbeat 3 min ago', { receivedAt: ago(11), pending: sent(3), activeAt: ago(3) }, 'wait'],
    [
      'no response for more than 3 min',
      { receivedAt: ago(12), pending: sent(3.1), activeAt: ago(3.1) },
      'close',
    ],
    [
      'no response during a long command',
      { receivedAt: ago(12), pending: sent(3.1), activeAt: ago(3.1), isBusy: true },
      'wait',
    ],
    [
      'no response for more than 10 min during a command',
      { receivedAt: ago(20), pending: sent(10.1), activeAt: ago(10.1), isBusy: true },
      'close',
    ],
    [
      'no response, and only sent messages as traffic',
      { receivedAt: ago(12), pending: sent(4), activeAt: ago(0) },
      'close',
    ],
    [
      'a stored heartbeat that was not sent',
      { receivedAt: ago(12), pending: sent(3.1), activeAt: ago(12) },
      'resend',
    ],
    [
      'another message since the heartbeat',
      { receivedAt: ago(1), pending: sent(20), activeAt: ago(1) },
      'wait',
    ],
    [
      'a lost response, and silence since another message',
      { receivedAt: ago(9), pending: sent(20), activeAt: ago(9) },
      'resend',
    ],
  ])('%s', (_, activity, step) => {
    const usual = {
      now: NOW,
      receivedAt: NOW,
      activeAt: NOW,
      pending: undefined,
      isBusy: false,
      heartbeatMs: 8 * MINUTE_MS,
    };
    expect(nextHeartbeatStep({ ...usual, ...activity })).toBe(step);
  });
});

/** With a heartbeat on the session c1. */
const heartbeatWorld = async (posted: 'accepted' | 'throttled' = 'accepted') => {
  const world = sessionWorld();
  await world.open('c1');
  world.dynamodb.set('connections', { ...world.connection('c1'), state: 'AUTHENTICATED', groupId: 'demo' });
  world.dynamodb.set('groups', { ...world.group(), session: sessionOf('c1') });
  world.gateway.answers = () => posted;
  await sendHeartbeat(world.context, 'c1');
  return world;
};
const idOf = (world: SessionWorld) => world.gateway.posted[0]?.message.id ?? '';
const respond = (world: SessionWorld, id: string, payload: unknown = {}) =>
  receiveHeartbeatResponse(world.context, 'demo', 'c1', id, payload);

it('sends a ping, one at a time', async () => {
  const world = await heartbeatWorld();
  await sendHeartbeat(world.context, 'c1');
  const ping = { type: 'COMMAND', subType: 'REQUEST', payload: { method: 'GET', uri: '/netbackup/ping' } };
  expect(world.gateway.posted).toMatchObject([{ connectionId: 'c1', message: ping }]);
  expect(world.connection('c1')).toMatchObject({
    heartbeat: { commandId: idOf(world), sentAt: world.clock() },
  });
});

it('does not wait for the response to a ping that was not sent', async () => {
  const world = await heartbeatWorld('throttled');
  expect(world.connection('c1')).not.toHaveProperty('heartbeat');
});

it('records the round trip, the time and the version of a response, once', async () => {
  const world = await heartbeatWorld();
  world.clock.advance(250);
  expect(await respond(world, idOf(world), { headers: { 'X-NetBackup-API-Version': ' 12.0 ' } })).toBe(true);
  expect(world.group()).toMatchObject({
    roundTripMs: 250,
    lastSeen: world.clock(),
    netbackupApiVersion: '12.0',
  });
  expect(world.connection('c1')).not.toHaveProperty('heartbeat');
  expect(await respond(world, idOf(world))).toBe(false);
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
])('records a response without a version: %j', async (payload) => {
  const world = await heartbeatWorld();
  expect(await respond(world, idOf(world), payload)).toBe(true);
  expect(world.group()).toMatchObject({ roundTripMs: 0 });
  expect(world.group()).not.toHaveProperty('netbackupApiVersion');
});

it('ignores the response to another command', async () => {
  const world = await heartbeatWorld();
  expect(await respond(world, 'other')).toBe(false);
  expect(world.connection('c1')).toHaveProperty('heartbeat');
});
