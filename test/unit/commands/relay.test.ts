/** Commands for a domain that is connected at the relay: nothing is predicted, kept apart or sent exclusively for its size. */
import { connectionLost } from '../../../lambdas/commands/connection-lost.ts';
import { flush, flushAfterResponse } from '../../../lambdas/commands/flush.ts';
import { UNKNOWN_SIZE } from '../../../lambdas/commands/sizes/expectation.ts';
import { learnSize } from '../../../lambdas/commands/sizes/learn.ts';
import { GATEWAY_MESSAGE_BYTES, NBWSS_PACKET_BYTES, utf8Bytes } from '../../../lambdas/protocol/limits.ts';
import { commandRequest } from '../../../lambdas/protocol/messages.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';
import { fakeClock } from '../../support/fakes.ts';

const RELAY = 'relay.0a0000011f91.Zm9vYmFyYmF6cXV4';
const OTHER_RELAY = 'relay.0a0000021f91.Zm9vYmFyYmF6cXV4';

const relayWorld = (connectionId = RELAY) => {
  const world = commandWorld();
  Object.assign(world.context, { maxCommandBytes: NBWSS_PACKET_BYTES });
  world.connect(connectionId);
  return world;
};

/** A POST whose COMMAND REQUEST has this many bytes. */
const postOf = (bytes: number) => {
  const call = { method: 'POST', uri: '/netbackup/x', headers: { 'Content-Type': 'text/plain' } };
  const around = utf8Bytes(commandRequest('0'.repeat(36), { ...call, parameters: '' }, fakeClock()()));
  return { ...POST, call: { ...call, parameters: 'x'.repeat(bytes - around) } };
};
const unknown = { ...GET, expectation: UNKNOWN_SIZE, isProxied: true as const };

describe('the size of a command', () => {
  it('CMD-5 may be 2 MB, and not a byte more', async () => {
    const world = relayWorld();
    const sent = await world.submit(postOf(NBWSS_PACKET_BYTES));
    expect(sent.state).toBe('sent');
    await expect(world.submit(postOf(NBWSS_PACKET_BYTES + 1))).rejects.toMatchObject({
      status: 413,
      code: 'command-too-large',
      message: expect.stringContaining('NetBackup accepts at most 2097152'),
    });
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('I-7 is refused at once while the domain is connected at API Gateway', async () => {
    const world = relayWorld('c1');
    await expect(world.submit(postOf(GATEWAY_MESSAGE_BYTES + 1))).rejects.toMatchObject({
      status: 413,
      message: expect.stringContaining('carries at most 131072'),
    });
    expect(world.dynamodb.items('commands')).toEqual([]);
  });

  it('I-7 is refused before sending if the domain connects at API Gateway later', async () => {
    const world = relayWorld();
    world.connect(undefined);
    const queued = await world.submit(postOf(GATEWAY_MESSAGE_BYTES + 1));
    expect(queued.state).toBe('queued');
    world.connect('c1');
    await flush(world.context, 'demo');
    expect(world.command()).toMatchObject({
      state: 'failed',
      failure: 'command-too-large',
      reason: expect.stringMatching(/has 13\d{4} bytes.*at most 131072/),
    });
    expect(world.gateway.posted).toEqual([]);
  });

  it('is sent when the domain connects at the relay', async () => {
    const world = relayWorld();
    world.connect(undefined);
    await world.submit(postOf(GATEWAY_MESSAGE_BYTES + 1));
    world.connect(RELAY);
    await flush(world.context, 'demo');
    expect(world.command()).toMatchObject({ state: 'sent', connectionId: RELAY });
  });
});

describe('a command that is too large to be stored', () => {
  const large = postOf(1024 * 1024);

  it('is refused while the domain is not connected', async () => {
    const world = relayWorld();
    world.connect(undefined);
    await expect(world.submit(large)).rejects.toMatchObject({
      status: 503,
      code: 'not-connected',
      message: expect.stringContaining('262144 bytes is not queued'),
    });
    expect(world.dynamodb.items('commands')).toEqual([]);
  });

  it.each(['throttled', 'forbidden'] as const)('I-4 fails if the gateway refuses it: %s', async (posted) => {
    const world = relayWorld();
    world.gateway.answers = () => posted;
    await world.submit(large);
    expect(world.command()).toMatchObject({ state: 'failed', reason: expect.stringContaining(posted) });
    expect(world.command()).not.toHaveProperty('sealedRequest');
  });

  it.each(['gone', 'unknown'] as const)('I-4 is lost if it may have arrived: %s', async (posted) => {
    const world = relayWorld();
    world.gateway.answers = () => posted;
    await world.submit({ ...large, retry: 'always' });
    expect(world.command().state).toBe('lost');
    expect(world.gateway.posted).toHaveLength(1);
  });
});

describe('the size of a response', () => {
  it('does not keep a GET and a POST apart', async () => {
    const world = relayWorld();
    expect([(await world.submit(unknown)).state, (await world.submit(POST)).state]).toEqual(['sent', 'sent']);
  });

  it('is neither looked up nor recorded', async () => {
    const world = relayWorld();
    await world.context.sizes.block('demo', GET.call.uri);
    const { expectation: _, ...request } = GET;
    const { commandId } = await world.submit(request);
    const command = world.command(commandId);
    expect(command).toMatchObject({ state: 'sent' });
    const before = world.dynamodb.items('answer-sizes');
    await learnSize(world.context, command, { status: 200, headers: {}, body: '{}' }, 1_000_000);
    expect(world.dynamodb.items('answer-sizes')).toEqual(before);
  });

  it('does not send a command exclusively that was so at API Gateway', async () => {
    const world = relayWorld('c1');
    for (const id of [1, 2])
      await world.submit({ ...unknown, call: { ...GET.call, uri: `/netbackup/x/${id}` } });
    await connectionLost(world.context, 'demo', 'c1', 1009);
    world.connect(RELAY);
    await flush(world.context, 'demo');
    expect(world.gateway.posted.map(({ connectionId }) => connectionId)).toEqual(['c1', 'c1', RELAY, RELAY]);
  });

  it('starts no flush after a response', async () => {
    const world = relayWorld();
    const { commandId } = await world.submit(unknown);
    const before = world.command(commandId);
    await world.respond(commandId);
    world.connect(RELAY, false);
    const queued = await world.submit(POST);
    world.connect(RELAY);
    await flushAfterResponse(world.context, before);
    expect(world.command(queued.commandId).state).toBe('queued');
  });
});

describe('after 1009', () => {
  it('the only GET has failed, and its uri is not blocked', async () => {
    const world = relayWorld();
    await world.submit({ ...unknown, page: 50 });
    const post = await world.submit(POST);
    expect(await connectionLost(world.context, 'demo', RELAY, 1009)).toBe('response-too-large');
    expect(world.command()).toMatchObject({
      state: 'failed',
      failure: 'answer-too-large',
      reason: expect.stringContaining('larger than the 67108864 bytes'),
    });
    expect(world.command(post.commandId)).toMatchObject({ state: 'sent', connectionLostAt: world.clock() });
    expect(world.dynamodb.items('answer-sizes')).toEqual([]);
  });

  it('several GETs are sent again as they are, three times in all, and are lost then', async () => {
    const world = relayWorld();
    const uris = ['/netbackup/x/1', '/netbackup/x/2'];
    for (const uri of uris) await world.submit({ ...unknown, call: { ...GET.call, uri } });
    for (const [from, to] of [
      [RELAY, OTHER_RELAY],
      [OTHER_RELAY, RELAY],
    ] as const) {
      await connectionLost(world.context, 'demo', from, 1009);
      world.connect(to);
      await flush(world.context, 'demo');
    }
    const sent = world.gateway.posted.map(({ message }) => message.payload['uri']);
    expect(sent.sort()).toEqual([...uris, ...uris, ...uris].sort());
    await connectionLost(world.context, 'demo', RELAY, 1009);
    const states = world.dynamodb.items<{ state: string }>('commands').map(({ state }) => state);
    expect(states).toEqual(['lost', 'lost']);
  });
});
