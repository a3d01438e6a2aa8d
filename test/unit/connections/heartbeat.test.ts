import {
  answerHeartbeat,
  nextStep,
  type Signs,
  sendHeartbeat,
} from '../../../lambdas/connections/heartbeat.ts';
import { MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { type SessionWorld, sessionOf, sessionWorld } from '../../support/sessions.ts';

const NOW = 100 * MINUTE_MS;
const ago = (minutes: number) => NOW - minutes * MINUTE_MS;
const asked = (minutes: number) => ({ commandId: 'A', sentAt: ago(minutes) });

describe('nextStep', () => {
  it.each<[string, Partial<Signs>, string]>([
    ['a session that was heard of', { heardAt: ago(7.9) }, 'wait'],
    ['one silent for 8 min', { heardAt: ago(8) }, 'ask'],
    ['one asked a moment ago', { heardAt: ago(9), waiting: asked(1), carriedAt: ago(1) }, 'wait'],
    ['one asked 3 min ago', { heardAt: ago(11), waiting: asked(3), carriedAt: ago(3) }, 'wait'],
    [
      'one that has not answered since',
      { heardAt: ago(12), waiting: asked(3.1), carriedAt: ago(3.1) },
      'give-up',
    ],
    [
      'the same, busy with a long command',
      { heardAt: ago(12), waiting: asked(3.1), carriedAt: ago(3.1), busy: true },
      'wait',
    ],
    [
      'busy, and silent for too long',
      { heardAt: ago(20), waiting: asked(10.1), carriedAt: ago(10.1), busy: true },
      'give-up',
    ],
    [
      'a dead link into which commands are still sent',
      { heardAt: ago(12), waiting: asked(4), carriedAt: ago(0) },
      'give-up',
    ],
    [
      'a heartbeat that was noted and never went out',
      { heardAt: ago(12), waiting: asked(3.1), carriedAt: ago(12) },
      'renew',
    ],
    ['one heard of since it was asked', { heardAt: ago(1), waiting: asked(20), carriedAt: ago(1) }, 'wait'],
    [
      'an answer lost on our side, long ago',
      { heardAt: ago(9), waiting: asked(20), carriedAt: ago(9) },
      'renew',
    ],
  ])('%s', (_, signs, step) => {
    const usual = {
      now: NOW,
      heardAt: NOW,
      carriedAt: NOW,
      waiting: undefined,
      busy: false,
      heartbeatMs: 8 * MINUTE_MS,
    };
    expect(nextStep({ ...usual, ...signs })).toBe(step);
  });
});

/** A session on c1 that has been asked. */
const askedWorld = async (posted: 'accepted' | 'throttled' = 'accepted') => {
  const world = sessionWorld();
  await world.open('c1');
  world.dynamodb.set('connections', { ...world.connection('c1'), state: 'AUTHENTICATED', groupId: 'demo' });
  world.dynamodb.set('groups', { ...world.group(), session: sessionOf('c1') });
  world.gateway.answers = () => posted;
  await sendHeartbeat(world.context, 'c1');
  return world;
};
const idOf = (world: SessionWorld) => world.gateway.posted[0]?.message.id ?? '';
const answer = (world: SessionWorld, id: string, payload: unknown = {}) =>
  answerHeartbeat(world.context, 'demo', 'c1', id, payload);

it('a heartbeat is a ping, and one at a time', async () => {
  const world = await askedWorld();
  await sendHeartbeat(world.context, 'c1');
  const ping = { type: 'COMMAND', subType: 'REQUEST', payload: { method: 'GET', uri: '/netbackup/ping' } };
  expect(world.gateway.posted).toMatchObject([{ connectionId: 'c1', message: ping }]);
  expect(world.connection('c1')).toMatchObject({
    heartbeat: { commandId: idOf(world), sentAt: world.clock() },
  });
});

it('one that was refused does not count as unanswered', async () => {
  const world = await askedWorld('throttled');
  expect(world.connection('c1')).not.toHaveProperty('heartbeat');
});

it('its answer tells the round trip, the moment and the version, once', async () => {
  const world = await askedWorld();
  world.clock.advance(250);
  expect(await answer(world, idOf(world), { headers: { 'X-NetBackup-API-Version': ' 12.0 ' } })).toBe(true);
  expect(world.group()).toMatchObject({
    roundTripMs: 250,
    lastSeen: world.clock(),
    netbackupApiVersion: '12.0',
  });
  expect(world.connection('c1')).not.toHaveProperty('heartbeat');
  expect(await answer(world, idOf(world))).toBe(false);
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
  const world = await askedWorld();
  expect(await answer(world, idOf(world), payload)).toBe(true);
  expect(world.group()).toMatchObject({ roundTripMs: 0 });
  expect(world.group()).not.toHaveProperty('netbackupApiVersion');
});

it('the answer to something else is no heartbeat', async () => {
  const world = await askedWorld();
  expect(await answer(world, 'other')).toBe(false);
  expect(world.connection('c1')).toHaveProperty('heartbeat');
});
