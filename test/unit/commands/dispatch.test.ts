import type { Command } from '../../../lambdas/commands/command.ts';
import { connectionLost } from '../../../lambdas/commands/connection-lost.ts';
import { applyOverdueStep } from '../../../lambdas/commands/dispatch.ts';
import { flush } from '../../../lambdas/commands/flush.ts';
import { submit } from '../../../lambdas/commands/submit.ts';
import { sweepCommands } from '../../../lambdas/commands/sweep-commands.ts';
import type { Group } from '../../../lambdas/groups/group.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';

/** Commands queued while NetBackup was not connected, a millisecond apart. */
const queued = async (count: number, request = GET) => {
  const world = commandWorld(1000);
  world.connect(undefined);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    ids.push((await world.submit(request)).commandId);
    world.clock.advance(1);
  }
  return { ...world, ids };
};
const states = ({ dynamodb }: Pick<ReturnType<typeof commandWorld>, 'dynamodb'>) =>
  dynamodb.items<Command>('commands').map(({ state }) => state);

describe('flush', () => {
  it('sends commands in the order in which they were requested', async () => {
    const world = await queued(5);
    world.connect('c1');
    await flush(world.context, 'demo');
    expect(world.gateway.posted.map(({ message }) => message.id)).toEqual(world.ids);
    expect(new Set(states(world))).toEqual(new Set(['sent']));
  });

  it('I-4 decrypts headers and body', async () => {
    const world = await queued(1, POST);
    world.connect('c1');
    await flush(world.context, 'demo');
    expect(world.gateway.posted[0]?.message.payload).toMatchObject({
      headers: { Authorization: 'planted-secret' },
      parameters: '{"password":"planted-secret"}',
    });
  });

  it('I-4 sends each command once, with concurrent flushes', async () => {
    const world = await queued(5);
    world.connect('c1');
    await Promise.all([1, 2, 3, 4].map(() => flush(world.context, 'demo')));
    expect(world.gateway.posted.map(({ message }) => message.id).sort()).toEqual([...world.ids].sort());
  });

  it('I-4 stops when the session ends', async () => {
    const world = await queued(3);
    world.connect('c1');
    world.gateway.answers = () => {
      world.connect(undefined);
      return 'accepted';
    };
    await flush(world.context, 'demo');
    expect(world.gateway.posted).toHaveLength(1);
    expect(states(world).sort()).toEqual(['queued', 'queued', 'sent']);
  });

  it.each(['gone', 'forbidden', 'throttled'] as const)(
    'keeps the order: after %s no other command is sent',
    async (posted) => {
      const world = await queued(3);
      world.connect('c1');
      world.gateway.answers = () => posted;
      await flush(world.context, 'demo');
      expect(world.gateway.posted).toHaveLength(1);
      expect(states(world)).toEqual(['queued', 'queued', 'queued']);
    },
  );

  it('does not send a command that expired in the queue', async () => {
    const world = await queued(1);
    world.connect('c1');
    world.clock.advance(300_000);
    await flush(world.context, 'demo');
    expect(world.gateway.posted).toEqual([]);
  });
});

describe('the result of posting', () => {
  it.each([
    ['gone', GET, 'queued'],
    ['gone', POST, 'lost'],
    ['gone', { ...POST, retry: 'always' as const }, 'queued'],
    ['forbidden', POST, 'queued'],
    ['throttled', POST, 'queued'],
    ['too-large', POST, 'failed'],
    ['unknown', POST, 'lost'],
    ['unknown', GET, 'queued'],
    ['unknown', { ...POST, retry: 'always' as const }, 'queued'],
  ] as const)('I-4 %s leaves a %j command %s', async (posted, request, state) => {
    const world = commandWorld();
    world.gateway.answers = () => posted;
    expect(await world.submit(request)).toMatchObject({ state });
    // After an unknown result a command that may run twice is sent again at once; after a refusal it waits for another connection.
    expect(world.gateway.posted).toHaveLength(posted === 'unknown' && state === 'queued' ? 2 : 1);
  });

  it('I-4 a POST after status 410 is lost, with the reason, and is not sent again', async () => {
    const world = commandWorld();
    world.gateway.answers = () => 'gone';
    expect(await world.submit(POST)).toMatchObject({ state: 'lost', reason: expect.stringContaining('410') });
    world.gateway.answers = () => 'accepted';
    world.connect('c2');
    await flush(world.context, 'demo');
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('I-4 the response to a message that arrived despite status 410 is recorded', async () => {
    const world = commandWorld();
    world.gateway.answers = () => 'gone';
    const { commandId } = await world.submit(POST);
    expect(await world.respond(commandId)).toMatchObject({ state: 'completed' });
  });

  it.each([
    ['the end of its connection was recorded before', { closedAt: -1_000 }, undefined, 'queued'],
    ['the end was recorded at about the same time', { closedAt: -999 }, undefined, 'lost'],
    ['NetBackup had authenticated on another connection', undefined, -1_000, 'queued'],
    ['NetBackup authenticated on another one at about the same time', undefined, -999, 'lost'],
  ] as const)('I-4 a POST after status 410 where %s', async (_, closed, since, state) => {
    const world = commandWorld();
    const group = await world.context.groups.get('demo');
    const at = (ms: number) => world.clock() + ms;
    if (closed)
      world.dynamodb.set('connections', {
        connectionId: 'c1',
        state: 'CLOSED',
        closedAt: at(closed.closedAt),
      });
    if (since !== undefined) world.connect('c2', true, { since: at(since) });
    world.gateway.answers = (connectionId) => (connectionId === 'c1' ? 'gone' : 'throttled');
    // With the group as it was read before.
    expect(await submit(world.context, group as Group, POST)).toMatchObject({ state });
    expect(world.gateway.posted).toHaveLength(since !== undefined && state === 'queued' ? 2 : 1);
  });

  it('I-4 reads the connection only for a POST', async () => {
    const world = commandWorld();
    world.gateway.answers = () => 'gone';
    let reads = 0;
    world.dynamodb.before = (call, { TableName }) => {
      if (call === 'GetItem' && TableName === 'connections') reads++;
    };
    await world.submit(GET);
    expect(reads).toBe(0);
    await world.submit(POST);
    expect(reads).toBe(1);
  });

  it('I-4 I-6 a refused command is queued, encrypted, and sent on the next connection', async () => {
    const world = commandWorld();
    world.gateway.answers = () => 'forbidden';
    const { commandId } = await world.submit(POST);
    expect(JSON.stringify(world.command())).not.toContain('planted-secret');
    world.gateway.answers = () => 'accepted';
    world.connect('c2');
    await flush(world.context, 'demo');
    const [, again] = world.gateway.posted;
    expect(again).toMatchObject({ connectionId: 'c2', message: { id: commandId } });
    expect(again?.message.payload).toMatchObject({
      headers: { Authorization: 'planted-secret' },
      parameters: '{"password":"planted-secret"}',
    });
    expect(world.command()).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('I-6 a command that has ended does not keep its request', async () => {
    const world = commandWorld();
    world.gateway.answers = () => 'unknown';
    await world.submit(POST);
    expect(world.command()).toMatchObject({ state: 'lost', endedAt: world.clock() });
    expect(world.published).toMatchObject([
      { detailType: 'Command Lost', detail: { state: 'lost', durationMs: 0, reason: expect.any(String) } },
    ]);
    for (const name of ['sealedRequest', 'openGroupId', 'dueShard', 'dueAt']) {
      expect(world.command()).not.toHaveProperty(name);
    }
  });
});

describe('a closed connection', () => {
  it('I-4 leaves 10 s for a response; then a POST is lost and a GET is queued again', async () => {
    const world = commandWorld();
    const get = await world.submit(GET);
    const post = await world.submit(POST);
    world.connect(undefined);
    await connectionLost(world.context, 'demo', 'c1');
    world.clock.advance(9_999);
    await sweepCommands(world.context, Number.MAX_SAFE_INTEGER);
    expect(states(world)).toEqual(['sent', 'sent']);
    world.clock.advance(1);
    await sweepCommands(world.context, Number.MAX_SAFE_INTEGER);
    expect(world.command(get.commandId)).toMatchObject({ state: 'queued', attempts: 1 });
    expect(world.command(post.commandId)).toMatchObject({ state: 'lost' });
  });

  it('does not affect commands of another connection', async () => {
    const world = commandWorld();
    await world.submit(POST);
    await connectionLost(world.context, 'demo', 'c0');
    expect(world.command()).not.toHaveProperty('connectionLostAt');
  });

  it('the sweep sends a GET again on the next session', async () => {
    const world = commandWorld();
    await world.submit(GET);
    await connectionLost(world.context, 'demo', 'c1');
    world.connect('c2');
    world.clock.advance(10_000);
    await sweepCommands(world.context, Number.MAX_SAFE_INTEGER);
    expect(world.command()).toMatchObject({ state: 'sent', connectionId: 'c2', attempts: 2 });
    expect(world.gateway.posted.map(({ connectionId }) => connectionId)).toEqual(['c1', 'c2']);
  });
});

it('the sweep begins no flush after its time', async () => {
  const world = commandWorld();
  await world.submit(GET);
  await connectionLost(world.context, 'demo', 'c1');
  world.connect('c2');
  world.clock.advance(10_000);
  const { commands, clock } = world.context;
  const due = commands.due.bind(commands);
  jest.spyOn(commands, 'due').mockImplementation(async (...args) => {
    world.clock.advance(10_000);
    return due(...args);
  });
  await sweepCommands(world.context, clock() + 35_000);
  expect([states(world), world.gateway.posted.length]).toEqual([['queued'], 1]);
  expect(world.log.codes()).toContain('sweep-out-of-time');
});

it('I-4 the sweep ends every command', async () => {
  const world = await queued(120);
  world.clock.advance(300_000);
  await sweepCommands(world.context, Number.MAX_SAFE_INTEGER);
  expect(new Set(states(world))).toEqual(new Set(['expired']));
});

it('I-4 concurrent calls apply an overdue step once', async () => {
  const world = commandWorld();
  const command = await world.submit(POST);
  world.clock.advance(60_000);
  const latest = await Promise.all([1, 2, 3].map(() => applyOverdueStep(world.context, command)));
  expect(latest.map(({ state }) => state)).toEqual(['timed_out', 'timed_out', 'timed_out']);
  expect(world.log.codes().filter((code) => code === 'command-timed-out')).toHaveLength(1);
  expect(world.published.map(({ detail }) => detail['state'])).toEqual(['timed_out']);
});

it('I-4 a transition that is not allowed is an error', async () => {
  const world = commandWorld();
  const command = await world.submit(POST);
  await expect(world.context.commands.move(command, { to: 'expired', reason: '' }, 0)).rejects.toThrow(
    'from sent to expired',
  );
});
