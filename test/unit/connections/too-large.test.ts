import { finishClose } from '../../../lambdas/connections/close.ts';
import { tooLargeCheck } from '../../../lambdas/connections/too-large.ts';
import type { Group } from '../../../lambdas/groups/group.ts';
import { MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { sessionWorld } from '../../support/sessions.ts';

const world = () => {
  const sessions = sessionWorld();
  const { context, clock, dynamodb } = sessions;
  const state = { arrival: undefined as number | undefined, connections: 0 };
  dynamodb.set('groups', { ...sessions.group(), groupId: 'demo', kind: 'group', epoch: 1 });
  const check = tooLargeCheck({ groups: context.groups, lastNotification: async () => state.arrival });
  const group = () => sessions.group() as Group;
  return {
    ...{ ...sessions, state, group },
    found: async () => (await check.find(group())) ?? [],
    /** A connection of the domain is closed a minute later. */
    closes: async (closeCode: number, cause?: 'response-too-large') => {
      clock.advance(MINUTE_MS);
      const connectionId = `c${++state.connections}`;
      await sessions.open(connectionId, clock());
      const opened = sessions.connection(connectionId);
      dynamodb.set('connections', { ...opened, state: 'AUTHENTICATED', groupId: 'demo', endpointId: 'e1' });
      await finishClose({ ...context, onConnectionLost: async () => cause }, connectionId, { closeCode });
    },
  };
};

test('two closes with 1009, and no notification between them, are a problem until one arrives', async () => {
  const { closes, found, clock, state, group } = world();
  await closes(1009);
  const since = clock();
  expect(await found()).toEqual([]);
  await closes(1009);
  expect(await found()).toMatchObject([
    { subject: {}, finding: { since, last: clock(), count: 2, measures: [{ value: 2, threshold: 2 }] } },
  ]);
  expect(group().markShard).toBe('marked');
  state.arrival = clock() + 1;
  expect(await found()).toEqual([]);
  expect(group().tooLarge).toBeUndefined();
});

test.each([
  ['c1', /131072 bytes that API Gateway accepts/],
  ['relay.0a0000011f91.Zm9vYmFyYmF6cXV4', /67108864 bytes that the relay accepts/],
])('the limit is that of the gateway that had the connection: %s', async (connectionId, text) => {
  const { closes, found, dynamodb, group } = world();
  await closes(1009);
  await closes(1009);
  dynamodb.set('groups', {
    ...group(),
    lastSession: { connectionId, endpointId: 'e1', since: 0, endedAt: 1 },
  });
  expect(await found()).toMatchObject([{ finding: { text: expect.stringMatching(text) } }]);
});

test('a notification that arrived before the first of them changes nothing', async () => {
  const { closes, found, clock, state } = world();
  state.arrival = clock();
  await closes(1009);
  await closes(1009);
  expect(await found()).toHaveLength(1);
});

test('a notification between two closes starts the count again', async () => {
  const { closes, found, clock, state } = world();
  await closes(1009);
  state.arrival = clock() + 1;
  await closes(1009);
  expect(await found()).toEqual([]);
  await closes(1009);
  expect(await found()).toEqual([]);
  await closes(1009);
  expect(await found()).toHaveLength(1);
});

test('closes that the response to a command explains, and closes with other codes, do not count', async () => {
  const { closes, found, group } = world();
  for (let index = 0; index < 3; index++) await closes(1009, 'response-too-large');
  for (let index = 0; index < 3; index++) await closes(1006);
  expect([await found(), group().tooLarge]).toEqual([[], undefined]);
});

test('one close that is recorded twice counts once', async () => {
  const { closes, context, found } = world();
  await closes(1009);
  await finishClose({ ...context, onConnectionLost: async () => undefined }, 'c1', { closeCode: 1009 });
  expect(await found()).toEqual([]);
});

test('a close that a response explained does not count when it is finished again', async () => {
  const { closes, context, group } = world();
  await closes(1009, 'response-too-large');
  const onConnectionLost = async () => 'handled-before' as const;
  await finishClose({ ...context, onConnectionLost }, 'c1', { closeReason: 'closed' });
  expect(group().tooLarge).toBeUndefined();
});
