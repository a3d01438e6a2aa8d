import { CommandsStore } from '../../../lambdas/commands/commands-store.ts';
import { readResponseOnce } from '../../../lambdas/commands/read-response-once.ts';
import {
  type ResponseContext,
  readResponse,
  receiveResponse,
} from '../../../lambdas/commands/receive-response.ts';
import { ConnectionsStore } from '../../../lambdas/connections/connections-store.ts';
import { UnauthenticatedConnections } from '../../../lambdas/connections/unauthenticated-connections.ts';
import { readGatewayEvent } from '../../../lambdas/platform/gateway/events.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';
import { messageEvent, vector } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

/** Reads a payload as part of a message. */
const read = (payload: unknown) => readResponse(payload, JSON.stringify({ payload }));

describe('readResponse', () => {
  it('CMD-4 reads the vector', () => {
    const { payload } = vector('command-response') as { payload: { headers: object; body: string } };
    expect(read(payload)).toEqual({
      response: {
        status: 200,
        headers: { 'content-type': 'application/vnd.netbackup+json;version=7.0', 'cache-control': 'private' },
        body: payload.body,
      },
    });
  });

  const noPayload = 'the response had no payload';
  const noCode = 'the response had no usable responseCode';

  it.each<[unknown, string]>([
    [undefined, noPayload],
    [null, noPayload],
    ['text', noPayload],
    [[200], noPayload],
    [{}, noCode],
    [{ responseCode: 102, body: '' }, noCode],
    [{ responseCode: 200.5, Body: 'x' }, noCode],
  ])('%j is not a response, and has no body: the whole message is kept', (payload, reason) => {
    const body = JSON.stringify({ payload });
    expect(read(payload)).toEqual({ response: { headers: {}, body }, reason, isWhole: true });
  });

  it.each([600, 1000, null, true, '2000', '99', '0200', ' 200', '200 ', '2e2', '0xc8', '200.0', '', [200]])(
    'a responseCode of %j is not usable, and the body is kept',
    (responseCode) => {
      expect(read({ responseCode, headers: { ETag: 'a', 'Set-Cookie': 'b' }, body: '{"a":1}' })).toEqual({
        response: { headers: { etag: 'a' }, body: '{"a":1}' },
        reason: noCode,
      });
    },
  );

  it.each([200, 204, 304, 599, '200', '599'])('CMD-4 a status of %j is a response', (responseCode) => {
    expect(read({ responseCode })).toEqual({
      response: { status: Number(responseCode), headers: {}, body: '' },
    });
  });

  it.each<[unknown, string]>([
    [{ a: [1, '夜'] }, '{"a":[1,"夜"]}'],
    [null, ''],
    [0, '0'],
    ['', ''],
    ['<html>', '<html>'],
    ['a\ud800b', 'a\ufffdb'],
  ])('the body %j is stored as text', (body, expected) => {
    expect(read({ responseCode: 200, body })).toMatchObject({ response: { body: expected } });
  });

  it('a body that is not a string keeps every byte', () => {
    const message = '{"payload":{"responseCode":200,"body":{"n":9007199254740993, "x":1E20}}}';
    const { payload } = JSON.parse(message) as { payload: unknown };
    expect(readResponse(payload, message)).toMatchObject({
      response: { body: '{"n":9007199254740993, "x":1E20}' },
    });
  });

  it('a body may be nested deeply', () => {
    const body = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const message = `{"payload":{"responseCode":200,"body":${body}}}`;
    const { payload } = JSON.parse(message) as { payload: unknown };
    expect(readResponse(payload, message)).toMatchObject({ response: { body } });
  });

  it.each<[unknown, Record<string, string>]>([
    [
      {
        ETag: { toString: 1 },
        Location: null,
        Allow: ['GET', 'POST'],
        'Retry-After': [[5]],
        'Content-Type': ['a'],
      },
      { allow: 'GET, POST', 'content-type': 'a' },
    ],
    [
      { 'Content-Type': 'text/html', 'Set-Cookie': 'a=b', 'X-NetBackup-Count': 5, Location: 'a\nb' },
      { 'content-type': 'text/html', 'x-netbackup-count': '5' },
    ],
    [
      {
        ETag: 'x'.repeat(8200),
        'X-NetBackup-A': 'y'.repeat(8000),
        'X-NetBackup-B': 'z'.repeat(200),
        Allow: 'GET',
      },
      { 'x-netbackup-a': 'y'.repeat(8000), allow: 'GET' },
    ],
    [
      { 'Content-Length': 5, ETag: 'a' },
      { 'content-length': '5', etag: 'a' },
    ],
    [{ 'Content-Length': '5, 5' }, {}],
    [null, {}],
    ['text', {}],
  ])('of the headers %j the valid ones are read', (headers, expected) => {
    expect(read({ responseCode: 200, headers })).toMatchObject({ response: { headers: expected } });
  });
});

const responseWorld = (groupId: string | undefined = 'demo') => {
  const world = commandWorld();
  const connections = new MemoryDynamodb({ connections: { key: ['connectionId'] } });
  connections.set('connections', { connectionId: 'connection-1', state: 'PENDING' });
  const store = new ConnectionsStore(connections.client, 'connections');
  const context: ResponseContext = {
    ...world.context,
    connections: store,
    unauthenticated: new UnauthenticatedConnections({ ...world.context, connections: store }),
    authenticated: { identityOf: async () => (groupId ? { groupId, endpointId: 'e' } : undefined) },
  };
  const receive = (
    id: string,
    payload: unknown = { responseCode: 200, headers: {}, body: 'planted-secret' },
    change: object = {},
  ) =>
    receiveResponse(
      context,
      readGatewayEvent(
        messageEvent(
          'COMMAND',
          JSON.stringify({
            ...{ version: '1.0', id, type: 'COMMAND', subType: 'RESPONSE', timeStamp: 1, payload },
            ...change,
          }),
        ),
      ),
    );
  return { ...world, context, receive };
};

describe('receiveResponse', () => {
  it('CMD-1 completes the command of that id', async () => {
    const world = responseWorld();
    const { commandId } = await world.submit(POST);
    await world.receive(commandId);
    expect(world.command()).toMatchObject({
      state: 'completed',
      response: { status: 200, body: 'planted-secret' },
    });
    expect(world.command()).not.toHaveProperty('sealedRequest');
    expect(world.command()).not.toHaveProperty('late');
  });

  it('records the first of two responses', async () => {
    const world = responseWorld();
    const { commandId } = await world.submit(POST);
    await world.receive(commandId);
    await world.receive(commandId, { responseCode: 500 });
    expect(world.command()).toMatchObject({ state: 'completed', response: { status: 200 } });
    expect(world.log.codes().slice(-2)).toEqual(['command-answered', 'answer-repeated']);
  });

  it.each([
    ['I-13 ignores a response from the connection of another group', 'other', 'answer-of-another-group'],
    ['ignores a response before CONNECT', '', 'answer-before-connect'],
  ])('%s', async (_, groupId, code) => {
    const world = responseWorld(groupId);
    const { commandId } = await world.submit(POST);
    await world.receive(commandId);
    expect(world.command()).toMatchObject({ state: 'sent' });
    expect(world.log.codes()).toContain(code);
  });

  it('ignores a response to a command that was not sent', async () => {
    const world = responseWorld();
    world.connect(undefined);
    const { commandId } = await world.submit(POST);
    await world.receive(commandId);
    expect(world.command()).toMatchObject({ state: 'queued' });
  });

  it('an unusable response ends the command as failed, with the reason and its body', async () => {
    const world = responseWorld();
    const { commandId } = await world.submit(POST);
    await world.receive(commandId, { responseCode: 1000, body: 'kept' });
    expect(world.command()).toMatchObject({
      state: 'failed',
      reason: 'the response had no usable responseCode',
      failure: 'answer-not-usable',
      response: { headers: {}, body: 'kept' },
    });
    expect(world.command()).not.toHaveProperty('sealedBody');
  });

  it.each<[string, string, unknown]>([
    ['its body is', '/netbackup/login', { responseCode: 'x', body: 'planted-secret' }],
    ['a whole message is', '/netbackup/x', { headers: { 'Set-Cookie': 'planted-secret' } }],
  ])(
    'I-6 of an unusable response %s stored encrypted, for the key that requested it',
    async (_, uri, payload) => {
      const world = responseWorld();
      const { commandId } = await world.submit({ ...POST, call: { ...POST.call, uri } });
      await world.receive(commandId, payload);
      expect(world.command()).toMatchObject({ state: 'failed', response: { headers: {} } });
      expect(JSON.stringify([world.dynamodb.items('commands'), world.log.lines])).not.toContain(
        'planted-secret',
      );
      const { commands, vault } = world.context;
      const read = (keyId: string) => readResponseOnce({ commands, vault }, world.command(), keyId);
      expect((await read('another')).response).not.toHaveProperty('body');
      expect((await read(POST.requestedBy)).response?.body).toContain('planted-secret');
      expect((await read(POST.requestedBy)).response).not.toHaveProperty('body');
    },
  );

  it.each([{ subType: undefined }, { subType: 'ANSWER' }, { subType: 5 }])(
    'what has the id of a command and is not a COMMAND RESPONSE (%j) ends it as failed, and is kept',
    async (change) => {
      const world = responseWorld();
      const { commandId } = await world.submit(POST);
      await world.receive(commandId, { responseCode: 200, body: 'kept' }, change);
      expect(world.command()).toMatchObject({
        state: 'failed',
        reason: 'the response was not a COMMAND RESPONSE',
        sealedBody: expect.anything(),
      });
    },
  );

  it('a COMMAND REQUEST with the id of a command is not its response', async () => {
    const world = responseWorld();
    const { commandId } = await world.submit(POST);
    await world.receive(commandId, {}, { subType: 'REQUEST' });
    expect(world.command()).toMatchObject({ state: 'sent' });
  });

  it.each([7, null, undefined])('a response with the id %p belongs to no command', async (id) => {
    const world = responseWorld();
    const { commandId } = await world.submit(POST);
    await world.receive(commandId, undefined, { id });
    expect(world.command()).toMatchObject({ state: 'sent' });
    expect(world.log.codes()).toContain('answer-to-nobody');
  });

  it('I-4 records a late response, marked as late', async () => {
    const world = responseWorld();
    const command = await world.submit(POST);
    world.clock.advance(60_000);
    await world.context.commands.move(
      command,
      { to: 'timed_out', reason: 'no response in time' },
      world.clock(),
    );
    await world.receive(command.commandId);
    expect(world.command()).toMatchObject({ state: 'completed', late: true });
    expect(world.command()).not.toHaveProperty('reason');
  });

  it('I-6 the response to a login is stored encrypted, and deleted after it was delivered once', async () => {
    const world = responseWorld();
    const { commandId } = await world.submit({ ...POST, call: { ...POST.call, uri: '/netbackup/login' } });
    await world.receive(commandId);
    expect(world.command()).toMatchObject({
      state: 'completed',
      response: { status: 200 },
      sealedBody: expect.anything(),
    });
    expect(JSON.stringify([world.dynamodb.items('commands'), world.log.lines])).not.toContain(
      'planted-secret',
    );
    expect(await world.context.commands.removeSealedBody(commandId)).toBe(true);
    expect(await world.context.commands.removeSealedBody(commandId)).toBe(false);
    expect(world.command()).not.toHaveProperty('sealedBody');
  });

  it('is delivered although the SDK repeats the write that deletes it, after a lost response of DynamoDB', async () => {
    const world = responseWorld();
    const { commandId } = await world.submit({ ...POST, call: { ...POST.call, uri: '/netbackup/login' } });
    await world.receive(commandId);
    const { client } = world.dynamodb;
    const send = async (command: object) => {
      await client.send(command as never).catch(() => undefined);
      return client.send(command as never);
    };
    const twice = new CommandsStore({ send } as never, 'commands');
    expect(await twice.removeSealedBody(commandId)).toBe(true);
    expect(await twice.removeSealedBody(commandId)).toBe(false);
  });

  // DynamoDB refuses these as keys: reading them would be logged as an internal error.
  it.each(['', 'x'.repeat(3_000), 'unknown', ' '])(
    'an invalid id is not read from the table (%#)',
    async (id) => {
      const world = responseWorld();
      await world.submit(GET);
      world.dynamodb.calls.length = 0;
      await world.receive(id);
      expect(world.dynamodb.calls).toEqual([]);
      expect(world.log.codes()).toContain('answer-to-nobody');
    },
  );

  it('logs why a message is not a COMMAND RESPONSE', async () => {
    const world = responseWorld();
    await receiveResponse(world.context, readGatewayEvent(messageEvent('COMMAND', '{"type":"COMMAND"')));
    const request = JSON.stringify(vector('command-request-get'));
    await receiveResponse(world.context, readGatewayEvent(messageEvent('COMMAND', request)));
    expect(world.log.lines.map(({ detail }) => detail['reason'])).toEqual([
      'not-json',
      'not-a-command-response',
    ]);
  });
});
