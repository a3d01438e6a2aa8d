/** A COMMAND RESPONSE in parts, in every order, repeated, incomplete, and from where it must not come. */
import { LargeResponses } from '../../../../lambdas/commands/large/large-responses.ts';
import { type PartContext, receivePart } from '../../../../lambdas/commands/large/receive-part.ts';
import { ConnectionsStore } from '../../../../lambdas/connections/connections-store.ts';
import { UnauthenticatedConnections } from '../../../../lambdas/connections/unauthenticated-connections.ts';
import type { GatewayEvent } from '../../../../lambdas/platform/gateway/events.ts';
import { commandWorld, GET } from '../../../support/commands.ts';
import { fakeVault } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';
import { memoryObjects, type PartOptions, partEvents } from '../../../support/memory-objects.ts';

/** The group of each connection. */
const GROUPS: Readonly<Record<string, string>> = {
  'connection-1': 'demo',
  'connection-2': 'demo',
  'connection-3': 'other',
};

const partWorld = (withBucket = true) => {
  const world = commandWorld();
  const connections = new MemoryDynamodb({ connections: { key: ['connectionId'] } });
  connections.set('connections', { connectionId: 'stranger', state: 'PENDING' });
  const store = new ConnectionsStore(connections.client, 'connections');
  const bucket = memoryObjects();
  const large = new LargeResponses({ objects: bucket.objects, vault: fakeVault, clock: world.clock });
  const context: PartContext = {
    ...world.context,
    connections: store,
    unauthenticated: new UnauthenticatedConnections({ ...world.context, connections: store }),
    authenticated: {
      identityOf: async (connectionId) => {
        const groupId = GROUPS[connectionId];
        return groupId === undefined ? undefined : { groupId, endpointId: 'e' };
      },
    },
    large: withBucket ? large : undefined,
  };
  const receive = async (events: readonly GatewayEvent[]) => {
    for (const event of events) if (event.part) await receivePart(context, event, event.part);
  };
  return { ...world, ...bucket, context, receive };
};

/** With characters of two and three bytes, so that a part may end within one. */
const BODY = JSON.stringify({ text: 'planted-secret: über 夜間 '.repeat(20) });
const messageFor = (id: string, members: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ...{ version: '1.0', id, type: 'COMMAND', subType: 'RESPONSE', timeStamp: 1 },
    payload: { responseCode: 200, headers: {}, body: BODY },
    ...members,
  });

/** Four parts; the first three in any order. */
const quarters = (message: string, options?: PartOptions) =>
  partEvents(message, Math.ceil(Buffer.byteLength(message) / 4), options);

it.each([
  [0, 1, 2, 3],
  [2, 1, 0, 3],
  [1, 0, 2, 3],
  [0, 0, 2, 1, 2, 3],
])('the parts make the response in the order %j %j %j …', async (...order) => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  const parts = quarters(messageFor(commandId));
  await world.receive(order.map((index) => parts[index] as GatewayEvent));
  expect(world.command()).toMatchObject({ state: 'completed', response: { status: 200, body: BODY } });
  expect(world.keys()).toEqual([]);
});

it.each(Array.from({ length: 12 }, (_, index) => index + 100))(
  'parts of %i bytes make the same text',
  async (bytes) => {
    const world = partWorld();
    const { commandId } = await world.submit(GET);
    await world.receive(partEvents(messageFor(commandId), bytes));
    expect(world.command().response?.body).toBe(BODY);
  },
);

it('I-6 a part is encrypted before it is stored', async () => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  await world.receive(quarters(messageFor(commandId)).slice(0, 3));
  expect(world.keys()).toHaveLength(3);
  for (const { bytes } of world.stored.values()) expect(bytes.toString()).not.toContain('planted-secret');
});

it('without one of its parts it is no response, and the others are kept for the case that it comes', async () => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  const parts = quarters(messageFor(commandId));
  await world.receive([parts[0], parts[2], parts[3]] as GatewayEvent[]);
  expect(world.command().state).toBe('sent');
  expect(world.log.lines.at(-1)).toMatchObject({
    code: 'response-not-complete',
    detail: { reason: 'part-missing', groupId: 'demo' },
  });
  await world.receive([parts[1], parts[3]] as GatewayEvent[]);
  expect(world.command().state).toBe('completed');
});

it.each<[string, PartOptions]>([
  ['the digest of another message', { digest: 'a'.repeat(64) }],
  ['another length', { bytes: 100_000 }],
])('parts that have %s are no response', async (_, options) => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  await world.receive(quarters(messageFor(commandId), options));
  expect(world.command().state).toBe('sent');
  expect(world.log.lines.at(-1)).toMatchObject({ detail: { reason: 'digest-wrong' } });
});

it('the last part may be delivered again after its message was recorded', async () => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  const parts = quarters(messageFor(commandId));
  await world.receive([...parts, parts[3] as GatewayEvent]);
  expect(world.command()).toMatchObject({ state: 'completed', response: { body: BODY } });
  expect(world.log.codes().at(-1)).toBe('response-not-complete');
});

it.each([
  ['another group', 'connection-3'],
  ['another connection of its group', 'connection-2'],
])('I-13 the parts of %s do not complete a message', async (_, connectionId) => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  const message = messageFor(commandId);
  await world.receive(quarters(message, { connectionId }).slice(0, 3));
  await world.receive(quarters(message).slice(3));
  expect(world.command().state).toBe('sent');
});

it('I-13 a response in parts counts only for a command of the group of its connection', async () => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  await world.receive(quarters(messageFor(commandId), { connectionId: 'connection-3' }));
  expect(world.command().state).toBe('sent');
  expect(world.log.codes()).toContain('response-of-another-group');
});

it.each([0, 3])(
  'of a connection that is not authenticated nothing is stored, and it is closed (part %i)',
  async (index) => {
    const world = partWorld();
    const parts = quarters(messageFor('A'), { connectionId: 'stranger' });
    await world.receive([parts[index], parts[index]] as GatewayEvent[]);
    expect(world.keys()).toEqual([]);
    expect(world.gateway.closed).toEqual(['stranger']);
    expect(world.log.codes()).toEqual(['response-before-connect']);
  },
);

it.each(['put', 'get'] as const)('is not answered as received while S3 refuses %s', async (operation) => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  const parts = quarters(messageFor(commandId));
  if (operation === 'get') await world.receive(parts.slice(0, 3));
  world.failing.add(operation);
  const index = operation === 'get' ? 3 : 0;
  await expect(world.receive([parts[index] as GatewayEvent])).rejects.toThrow('S3');
  world.failing.clear();
  await world.receive(parts);
  expect(world.command().state).toBe('completed');
});

it('parts that cannot be deleted are no error: they expire', async () => {
  const world = partWorld();
  const { commandId } = await world.submit(GET);
  world.failing.add('delete');
  await world.receive(quarters(messageFor(commandId)));
  expect(world.command().state).toBe('completed');
  expect(world.log.codes()).toContain('response-parts-not-deleted');
});

describe('without a bucket', () => {
  const id = '4F1D3C0A-8F3E-4C51-9D43-0A5F6F2B7C11';
  const last = { id: undefined, version: undefined, type: undefined, subType: undefined };

  it.each<[string, (commandId: string) => string]>([
    ['first part', (commandId) => messageFor(commandId)],
    [
      'last part',
      (commandId) =>
        messageFor(id, last).replace(/\}$/, `,"id":"${commandId}","type":"COMMAND","timeStamp":17} `),
    ],
  ])('the command that the %s names fails, with the reason', async (_, make) => {
    const world = partWorld(false);
    const { commandId } = await world.submit(GET);
    const message = make(commandId);
    await world.receive(quarters(message));
    expect(world.command()).toMatchObject({
      state: 'failed',
      failure: 'answer-too-large',
      reason: expect.stringContaining(`has ${Buffer.byteLength(message)} bytes`),
    });
    expect(world.log.codes()).toContain('response-without-bucket');
    expect(world.published.map(({ detailType }) => detailType)).toEqual(['Command Completed']);
  });

  it.each<[string, (commandId: string) => string]>([
    [
      'in the payload',
      (commandId) => `{"payload":{"id":"${commandId}","x":"${'x'.repeat(200)}","id":"${commandId}"}}`,
    ],
    ['in a body', (commandId) => JSON.stringify({ payload: { body: `{"a":1,"id":"${commandId}"}` } })],
    ['of another group', (commandId) => messageFor(commandId)],
  ])('an id %s names no command', async (what, make) => {
    const world = partWorld(false);
    const { commandId } = await world.submit(GET);
    const connectionId = what === 'of another group' ? 'connection-3' : 'connection-1';
    await world.receive(quarters(make(commandId), { connectionId }));
    expect(world.command().state).toBe('sent');
  });
});
