import { CommandsStore } from '../../../lambdas/commands/commands-store.ts';
import { readResponseOnce } from '../../../lambdas/commands/read-response-once.ts';
import { type ResponseContext, receiveResponse } from '../../../lambdas/commands/receive-response.ts';
import { ConnectionsStore } from '../../../lambdas/connections/connections-store.ts';
import { UnauthenticatedConnections } from '../../../lambdas/connections/unauthenticated-connections.ts';
import { readGatewayEvent } from '../../../lambdas/platform/gateway/events.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';
import { messageEvent, vector } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

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
    expect(world.log.codes().slice(-2)).toEqual(['command-answered', 'response-repeated']);
  });

  it.each([
    ['I-13 ignores a response from the connection of another group', 'other', 'response-of-another-group'],
    ['ignores a response before CONNECT', '', 'response-before-connect'],
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
    expect(world.log.codes()).toContain('response-without-command');
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
      expect(world.log.codes()).toContain('response-without-command');
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
