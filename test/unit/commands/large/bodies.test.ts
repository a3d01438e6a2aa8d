/** Where the body of a response is kept, and how its caller gets it. */
import { deliverBody } from '../../../../lambdas/commands/large/deliver-body.ts';
import { LargeResponses } from '../../../../lambdas/commands/large/large-responses.ts';
import { fitsAsBody, fitsAsMember, MAX_INLINE_BYTES } from '../../../../lambdas/commands/large/payload.ts';
import { readResponseOnce } from '../../../../lambdas/commands/read-response-once.ts';
import { type ResponseContext, receiveResponse } from '../../../../lambdas/commands/receive-response.ts';
import { ConnectionsStore } from '../../../../lambdas/connections/connections-store.ts';
import { readGatewayEvent } from '../../../../lambdas/platform/gateway/events.ts';
import { commandWorld, GET, POST } from '../../../support/commands.ts';
import { fakeVault, messageEvent } from '../../../support/fakes.ts';
import { memoryObjects } from '../../../support/memory-objects.ts';

const KB = 1024;
const bodyWorld = (withBucket = true) => {
  const world = commandWorld();
  const bucket = memoryObjects();
  const large = new LargeResponses({ objects: bucket.objects, vault: fakeVault, clock: world.clock });
  const context = {
    ...world.context,
    connections: new ConnectionsStore(world.dynamodb.client, 'connections'),
    unauthenticated: { isClosed: () => false, reject: async () => {} },
    authenticated: { identityOf: async () => ({ groupId: 'demo', endpointId: 'e' }) },
    large: withBucket ? large : undefined,
  } satisfies ResponseContext;
  const answer = async (
    body: unknown,
    uri = '/netbackup/admin/jobs',
    payload: object = { responseCode: 200 },
  ) => {
    const { commandId } = await world.submit({ ...POST, call: { ...POST.call, uri } });
    const headers = { 'Content-Type': 'application/vnd.netbackup+json;version=12.0' };
    const message = {
      id: commandId,
      type: 'COMMAND',
      subType: 'RESPONSE',
      payload: { headers, body, ...payload },
    };
    const event = readGatewayEvent(messageEvent('COMMAND', JSON.stringify(message)));
    await receiveResponse(context, event);
    return world.command(commandId);
  };
  const read = (keyId: string, commandId?: string) =>
    readResponseOnce(context, world.command(commandId), keyId);
  return { ...world, ...bucket, context, large, answer, read };
};

it.each([1, 128, 350])('a body of %i KB is in the item, and S3 is not called', async (size) => {
  const world = bodyWorld();
  const command = await world.answer('x'.repeat(size * KB));
  expect(command.response?.body).toHaveLength(size * KB);
  expect(command).not.toHaveProperty('storedBody');
  expect(world.keys()).toEqual([]);
});

it('a body that is too large for the item is an object; the item says where it is and how large', async () => {
  const world = bodyWorld();
  const body = `"${'夜'.repeat(150 * KB)}"`;
  const command = await world.answer(body);
  const bytes = 450 * KB + 2;
  expect(command).toMatchObject({
    state: 'completed',
    response: { status: 200 },
    storedBody: { bytes, key: expect.stringMatching(`^bodies/demo/${command.commandId}/[0-9a-f]{32}$`) },
  });
  expect(command.response).not.toHaveProperty('body');
  expect(command.storedBody).not.toHaveProperty('isSealed');
  expect([...world.stored.values()]).toEqual([
    { bytes: Buffer.from(body), contentType: 'application/vnd.netbackup+json;version=12.0' },
  ]);
  expect(await world.large.readBody(command, command.storedBody ?? { key: '', bytes: 0 })).toBe(body);
});

it.each(['text/ü', '', 't'.repeat(300), ' text/plain'])('the type %j is not given to S3', async (type) => {
  const world = bodyWorld();
  await world.answer('x'.repeat(400 * KB), undefined, {
    responseCode: 200,
    headers: { 'Content-Type': type },
  });
  expect([...world.stored.values()]).toMatchObject([{ contentType: 'application/octet-stream' }]);
  expect(world.command().response?.headers).toEqual({ 'content-type': type });
});

it('a long uri leaves less room in the item', async () => {
  const world = bodyWorld();
  const command = await world.answer('x'.repeat(300 * KB), `/netbackup/x?${'y'.repeat(100 * KB)}`);
  expect(command.storedBody).toMatchObject({ bytes: 300 * KB });
});

it('without a bucket such a response ends its command as failed, with the reason', async () => {
  const command = await bodyWorld(false).answer('x'.repeat(500 * KB));
  expect(command).toMatchObject({
    state: 'failed',
    failure: 'answer-too-large',
    reason: expect.stringContaining(`${500 * KB} bytes`),
    response: { status: 200 },
  });
  expect(command.response).not.toHaveProperty('body');
});

describe('I-6 a body that may hold a credential', () => {
  it.each<[string, string, object]>([
    ['of a login', '/netbackup/login', { responseCode: 201 }],
    [
      'of a response that is not usable',
      '/netbackup/x',
      { headers: 5, responseCode: undefined, body: undefined, secret: 'planted-secret'.repeat(40 * KB) },
    ],
  ])('%s is an encrypted object, delivered once to the key that requested it', async (_, uri, payload) => {
    const world = bodyWorld();
    const text = `planted-secret${'x'.repeat(400 * KB)}`;
    const command = await world.answer(text, uri, payload);
    expect(command.storedBody).toMatchObject({ isSealed: true });
    for (const { bytes, contentType } of world.stored.values()) {
      expect(bytes.toString()).not.toContain('planted-secret');
      expect(contentType).toBe('application/octet-stream');
    }
    expect(await deliverBody(world.context, command, () => false)).toBe(command);
    expect((await world.read('another')).response).not.toHaveProperty('body');
    expect(world.keys()).toHaveLength(1);
    expect((await world.read(POST.requestedBy)).response?.body).toContain('planted-secret');
    expect(world.keys()).toEqual([]);
    expect(world.command()).not.toHaveProperty('storedBody');
    expect((await world.read(POST.requestedBy)).response).not.toHaveProperty('body');
  });

  it('of two readers one gets it', async () => {
    const world = bodyWorld();
    await world.answer('x'.repeat(400 * KB), '/netbackup/login');
    const bodies = await Promise.all([world.read(POST.requestedBy), world.read(POST.requestedBy)]);
    expect(bodies.filter(({ response }) => response?.body !== undefined)).toHaveLength(1);
  });

  it('that no answer can carry is not stored: it would need a location', async () => {
    const world = bodyWorld();
    const command = await world.answer('x'.repeat(6 * KB * KB), '/netbackup/login');
    expect(command).toMatchObject({ state: 'failed', failure: 'answer-too-large' });
    expect(command.reason).toContain('may hold a credential');
    expect(world.keys()).toEqual([]);
  });
});

it('a second response to a command does not replace the body of the first', async () => {
  const world = bodyWorld();
  const command = await world.answer('a'.repeat(400 * KB));
  await world.large.putBody(command, Buffer.from('another'), { isSecret: false });
  expect(await world.large.readBody(command, command.storedBody ?? { key: '', bytes: 0 })).toMatch(/^a+$/);
});

it('I-13 an encrypted body cannot be read as that of another command', async () => {
  const world = bodyWorld();
  const command = await world.answer('x'.repeat(400 * KB), '/netbackup/login');
  const { storedBody = { key: '', bytes: 0 } } = command;
  await expect(world.large.readBody({ ...command, groupId: 'other' }, storedBody)).rejects.toThrow();
});

describe('a caller', () => {
  it('gets the body if an answer can carry it', async () => {
    const world = bodyWorld();
    const command = await world.answer('x'.repeat(400 * KB));
    const { response } = await deliverBody(world.context, command, fitsAsMember);
    expect(response?.body).toHaveLength(400 * KB);
    expect(response).not.toHaveProperty('location');
  });

  it('gets a location of 15 minutes otherwise, without the body being read', async () => {
    const world = bodyWorld();
    const command = await world.answer('x'.repeat(MAX_INLINE_BYTES + 1));
    world.failing.add('get');
    const { response } = await deliverBody(world.context, command, () => true);
    const at = world.clock();
    expect(response).toMatchObject({
      status: 200,
      location: {
        url: `https://bucket.example/${command.storedBody?.key}?seconds=900&at=${at}`,
        bytes: MAX_INLINE_BYTES + 1,
        expiresAt: at + 900_000,
      },
    });
    expect(response).not.toHaveProperty('body');
  });

  it('gets a location also for fewer bytes that are too many when they are escaped', async () => {
    const world = bodyWorld();
    const command = await world.answer('"'.repeat(2 * KB * KB));
    expect((await deliverBody(world.context, command, fitsAsMember)).response).toHaveProperty('location');
    expect((await deliverBody(world.context, command, fitsAsBody)).response).toHaveProperty('body');
  });

  it('gets a location that ends with the command', async () => {
    const world = bodyWorld();
    const command = await world.answer('x'.repeat(400 * KB));
    world.clock.advance(command.expiresAt * 1000 - world.clock() - 60_500);
    const { response } = await deliverBody(world.context, command, () => false);
    expect(response?.location?.expiresAt).toBe(world.clock() + 60_000);
  });

  it('gets no body, and no location, of an object that is gone', async () => {
    const world = bodyWorld();
    const command = await world.answer('x'.repeat(400 * KB));
    world.stored.clear();
    expect((await deliverBody(world.context, command, () => true)).response).toEqual(command.response);
  });
});

it.each<[string, number, boolean, boolean]>([
  ['x', MAX_INLINE_BYTES - 6, true, true],
  ['x', MAX_INLINE_BYTES, false, false],
  ['"', MAX_INLINE_BYTES / 2 - 2, true, false],
  ['"', MAX_INLINE_BYTES / 4 - 2, true, true],
  ['夜', MAX_INLINE_BYTES / 3 - 3, true, true],
  ['夜', MAX_INLINE_BYTES / 2, false, false],
])('%s × %i: in an answer %p, in JSON in an answer %p', (character, count, asBody, asMember) => {
  const text = character.repeat(count);
  expect([fitsAsBody(text), fitsAsMember(text)]).toEqual([asBody, asMember]);
});

it('the objects of a group are deleted, page by page, and those of no other group', async () => {
  const world = bodyWorld();
  for (const key of [
    'bodies/demo/a/1',
    'bodies/demo/a/2',
    'bodies/demo/b/1',
    'bodies/demo/c/1',
    'parts/demo/c/d/0',
  ])
    await world.objects.put(key, Buffer.alloc(1), '');
  const others = ['bodies/demo2/a/1', 'bodies/other/demo/1', 'parts/dem/c/d/0'];
  for (const key of others) await world.objects.put(key, Buffer.alloc(1), '');
  expect(await world.large.deleteOfGroup('demo', () => false)).toBe(false);
  expect(world.keys()).toHaveLength(8);
  expect(await world.large.deleteOfGroup('demo', () => true)).toBe(true);
  expect(world.keys()).toEqual(others);
});

it('the size of a response that is kept apart is not learned: no list is read in smaller pages because of it', async () => {
  const world = bodyWorld();
  const record = jest.spyOn(world.context.sizes, 'record');
  const { commandId } = await world.submit({ ...GET, expectation: { bytes: 1_000, learn: true } });
  const message = {
    id: commandId,
    type: 'COMMAND',
    subType: 'RESPONSE',
    payload: { responseCode: 200, body: 'x'.repeat(400 * KB) },
  };
  await receiveResponse(world.context, readGatewayEvent(messageEvent('COMMAND', JSON.stringify(message))));
  expect(world.command(commandId).storedBody).toBeDefined();
  expect(record).not.toHaveBeenCalled();
});
