import { type AnswerContext, readAnswer, receiveAnswer } from '../../../lambdas/commands/receive-response.ts';
import { ConnectionsStore } from '../../../lambdas/connections/connections-store.ts';
import { readGatewayEvent } from '../../../lambdas/platform/gateway/events.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';
import { messageEvent, vector } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

/** A payload as it comes in a message. */
const read = (payload: unknown) => readAnswer(payload, JSON.stringify({ payload }));

describe('readAnswer', () => {
  it('CMD-4 reads the vector', () => {
    const { payload } = vector('command-response') as { payload: { headers: object; body: string } };
    expect(read(payload)).toEqual({
      answer: {
        status: 200,
        headers: { 'content-type': 'application/vnd.netbackup+json;version=7.0', 'cache-control': 'private' },
        body: payload.body,
      },
    });
  });

  it.each<[unknown, string]>([
    [undefined, 'the answer had no payload'],
    [null, 'the answer had no payload'],
    ['text', 'the answer had no payload'],
    [{}, 'the answer had no usable responseCode'],
    [{ responseCode: '200' }, 'the answer had no usable responseCode'],
    [{ responseCode: 200.5 }, 'the answer had no usable responseCode'],
    [{ responseCode: 102 }, 'the answer had no usable responseCode'],
    [{ responseCode: 600 }, 'the answer had no usable responseCode'],
    [{ responseCode: 1000 }, 'the answer had no usable responseCode'],
    [{ responseCode: null }, 'the answer had no usable responseCode'],
  ])('%j is none', (payload, reason) => {
    expect(read(payload)).toEqual({ reason });
  });

  it.each([200, 204, 304, 599])('a status of %i is one', (responseCode) => {
    expect(read({ responseCode })).toEqual({ answer: { status: responseCode, headers: {}, body: '' } });
  });

  it.each<[unknown, string]>([
    [{ a: [1, '夜'] }, '{"a":[1,"夜"]}'],
    [null, ''],
    [0, '0'],
    ['', ''],
    ['<html>', '<html>'],
    ['a\ud800b', 'a\ufffdb'],
  ])('a body that is %j is kept as text', (body, expected) => {
    expect(read({ responseCode: 200, body })).toMatchObject({ answer: { body: expected } });
  });

  it('a body that is no string keeps every byte', () => {
    const message = '{"payload":{"responseCode":200,"body":{"n":9007199254740993, "x":1E20}}}';
    const { payload } = JSON.parse(message) as { payload: unknown };
    expect(readAnswer(payload, message)).toMatchObject({
      answer: { body: '{"n":9007199254740993, "x":1E20}' },
    });
  });

  it('a body may be nested as deep as it likes', () => {
    const body = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const message = `{"payload":{"responseCode":200,"body":${body}}}`;
    const { payload } = JSON.parse(message) as { payload: unknown };
    expect(readAnswer(payload, message)).toMatchObject({ answer: { body } });
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
  ])('headers that are %j are read as far as they can be', (headers, expected) => {
    expect(read({ responseCode: 200, headers })).toMatchObject({ answer: { headers: expected } });
  });
});

const answerWorld = (groupId: string | undefined = 'demo') => {
  const world = commandWorld();
  const connections = new MemoryDynamodb({ connections: { key: ['connectionId'] } });
  const context: AnswerContext = {
    ...world.context,
    connections: new ConnectionsStore(connections.client, 'connections'),
    senders: { senderOf: async () => (groupId ? { groupId, endpointId: 'e' } : undefined) },
  };
  const say = (id: string, payload: unknown = { responseCode: 200, headers: {}, body: 'planted-secret' }) =>
    receiveAnswer(
      context,
      readGatewayEvent(
        messageEvent(
          'COMMAND',
          JSON.stringify({ version: '1.0', id, type: 'COMMAND', subType: 'RESPONSE', timeStamp: 1, payload }),
        ),
      ),
    );
  return { ...world, context, say };
};

describe('receiveAnswer', () => {
  it('CMD-1 completes the command of that id', async () => {
    const world = answerWorld();
    const { commandId } = await world.submit(POST);
    await world.say(commandId);
    expect(world.command()).toMatchObject({
      state: 'completed',
      answer: { status: 200, body: 'planted-secret' },
    });
    expect(world.command()).not.toHaveProperty('sealedRequest');
    expect(world.command()).not.toHaveProperty('late');
  });

  it('the first of two answers counts', async () => {
    const world = answerWorld();
    const { commandId } = await world.submit(POST);
    await world.say(commandId);
    await world.say(commandId, { responseCode: 500 });
    expect(world.command()).toMatchObject({ state: 'completed', answer: { status: 200 } });
    expect(world.log.codes().slice(-2)).toEqual(['command-answered', 'answer-repeated']);
  });

  it('I-13 an answer from another group’s connection changes nothing', async () => {
    const world = answerWorld('other');
    const { commandId } = await world.submit(POST);
    await world.say(commandId);
    expect(world.command()).toMatchObject({ state: 'sent' });
    expect(world.log.codes()).toContain('answer-of-another-group');
  });

  it('an answer before CONNECT changes nothing', async () => {
    const world = answerWorld('');
    const { commandId } = await world.submit(POST);
    await world.say(commandId);
    expect(world.command()).toMatchObject({ state: 'sent' });
    expect(world.log.codes()).toContain('answer-before-connect');
  });

  it('an answer to a command that was never sent changes nothing', async () => {
    const world = answerWorld();
    world.connect(undefined);
    const { commandId } = await world.submit(POST);
    await world.say(commandId);
    expect(world.command()).toMatchObject({ state: 'queued' });
  });

  it('an answer that is unusable ends the command as failed, with the reason', async () => {
    const world = answerWorld();
    const { commandId } = await world.submit(POST);
    await world.say(commandId, { responseCode: 1000 });
    expect(world.command()).toMatchObject({
      state: 'failed',
      reason: 'the answer had no usable responseCode',
    });
  });

  it('I-4 a late answer still counts, and says that it was late', async () => {
    const world = answerWorld();
    const command = await world.submit(POST);
    world.clock.advance(60_000);
    await world.context.commands.move(
      command,
      { to: 'timed_out', reason: 'no answer in time' },
      world.clock(),
    );
    await world.say(command.commandId);
    expect(world.command()).toMatchObject({ state: 'completed', late: true });
    expect(world.command()).not.toHaveProperty('reason');
  });

  it('I-6 the answer of a login is under seal, and is forgotten when it was delivered once', async () => {
    const world = answerWorld();
    const { commandId } = await world.submit({ ...POST, call: { ...POST.call, uri: '/netbackup/login' } });
    await world.say(commandId);
    expect(world.command()).toMatchObject({
      state: 'completed',
      answer: { status: 200 },
      sealedBody: expect.anything(),
    });
    expect(JSON.stringify([world.dynamodb.items('commands'), world.log.lines])).not.toContain(
      'planted-secret',
    );
    expect(await world.context.commands.delivered(commandId)).toBe(true);
    expect(await world.context.commands.delivered(commandId)).toBe(false);
    expect(world.command()).not.toHaveProperty('sealedBody');
  });

  // DynamoDB takes none of these for a key: looked for, they would look like trouble of ours.
  it.each(['', 'x'.repeat(3_000), 'unknown', ' '])(
    'an id that can be nobody’s is not looked for (%#)',
    async (id) => {
      const world = answerWorld();
      await world.submit(GET);
      world.dynamodb.calls.length = 0;
      await world.say(id);
      expect(world.dynamodb.calls).toEqual([]);
      expect(world.log.codes()).toContain('answer-to-nobody');
    },
  );

  it('what is no COMMAND RESPONSE is noted by its reason', async () => {
    const world = answerWorld();
    await receiveAnswer(world.context, readGatewayEvent(messageEvent('COMMAND', '{"type":"COMMAND"')));
    const request = JSON.stringify(vector('command-request-get'));
    await receiveAnswer(world.context, readGatewayEvent(messageEvent('COMMAND', request)));
    expect(world.log.lines.map(({ detail }) => detail['reason'])).toEqual([
      'not-json',
      'not-a-command-response',
    ]);
  });
});
