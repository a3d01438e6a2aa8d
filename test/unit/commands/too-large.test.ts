import type { Command } from '../../../lambdas/commands/command.ts';
import {
  connectionLost,
  oversizeCandidates,
  stepAfterOversize,
} from '../../../lambdas/commands/connection-lost.ts';
import { flush, flushAfterResponse } from '../../../lambdas/commands/flush.ts';
import { UNKNOWN_SIZE } from '../../../lambdas/commands/sizes/expectation.ts';
import { commandWorld, GET, POST, sentCommand } from '../../support/commands.ts';

const JOBS = '/netbackup/admin/jobs?page[limit]=50&filter=a+b';

const command = (change: Partial<Command>) => sentCommand({ uri: JOBS, ...change });

describe('stepAfterOversize', () => {
  it('requests a page of a list again, exclusively, with one item', () => {
    expect(stepAfterOversize(command({ page: 50 }), true, 0)).toEqual({
      to: 'queued',
      reason: expect.any(String),
      exclusive: { uri: '/netbackup/admin/jobs?page[limit]=1&filter=a+b', page: 1 },
    });
  });

  it('sends each of several candidates again, exclusively and unchanged', () => {
    for (const page of [undefined, 1, 50])
      expect(stepAfterOversize(command(page ? { page } : {}), false, 0).exclusive).toEqual({ uri: JOBS });
  });

  it.each<[string, Partial<Command>, boolean, number, string]>([
    ['a response without pages fails', {}, true, 0, 'failed'],
    ['a single item fails', { page: 1 }, true, 0, 'failed'],
    ['after three attempts a page is lost', { page: 50, attempts: 3 }, true, 0, 'lost'],
    ['after its deadline a page is lost', { page: 50 }, true, 10_000, 'lost'],
  ])('%s', (_, change, isCertain, now, to) => {
    expect(stepAfterOversize(command(change), isCertain, now).to).toBe(to);
  });
});

describe('oversizeCandidates', () => {
  const named = (commandId: string, change: Partial<Command> = {}) =>
    command({ commandId, expectedBytes: 1_000, ...change });
  const { expectedBytes: _, ...unknown } = named('unknown');
  const exclusive = named('exclusive', { isExclusive: true });
  const large = named('large', { expectedBytes: 60_000 });
  const small = named('small');
  const post = named('post', { method: 'POST' });
  it.each<[readonly Command[], string[], boolean]>([
    [[post, small, large, unknown, exclusive], ['exclusive'], true],
    [[post, small, large, unknown], ['unknown'], true],
    [[post, small, large, { ...large, commandId: 'too' }], ['large', 'too'], true],
    [[post, small], ['small'], false],
    [[post], [], false],
  ])('%#', (underWay, candidates, areLikely) => {
    const found = oversizeCandidates(underWay);
    expect([found.commands.map(({ commandId }) => commandId), found.areLikely]).toEqual([
      candidates,
      areLikely,
    ]);
  });
});

describe('connectionLost with 1009', () => {
  const unknown = { ...GET, expectation: UNKNOWN_SIZE, isProxied: true as const };
  const known = (world: ReturnType<typeof commandWorld>) => world.context.sizes.lookUp('demo', GET.call.uri);

  it('requests one item of the page, marks its list as oversized, and leaves POSTs their grace', async () => {
    const world = commandWorld();
    const get = await world.submit({ ...unknown, page: 50, call: { ...GET.call, uri: JOBS } });
    world.clock.advance(10_000);
    const post = await world.submit(POST);
    await connectionLost(world.context, 'demo', 'c1', 1009);
    expect(world.command(get.commandId)).toMatchObject({ state: 'queued', isExclusive: true, page: 1 });
    expect(world.command(post.commandId)).toMatchObject({ state: 'sent', connectionLostAt: world.clock() });
    expect((await known(world)).own.mayBeOversized).toBe(true);
  });

  it('fails the only GET of unknown size, and the same queued and later requests for half an hour', async () => {
    const world = commandWorld();
    const first = await world.submit(unknown);
    world.connect('c1', false);
    const second = await world.submit({ ...unknown, call: GET.call });
    expect(second.state).toBe('queued');
    await connectionLost(world.context, 'demo', 'c1', 1009);
    for (const { commandId } of [first, second])
      expect(world.command(commandId)).toMatchObject({ state: 'failed', failure: 'answer-too-large' });
    const { expectation: _, ...request } = GET;
    await expect(world.submit(request)).rejects.toMatchObject({ status: 502, code: 'answer-too-large' });
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('sends a small GET again, exclusively, and unblocks the uris of the group', async () => {
    const world = commandWorld();
    await world.context.sizes.block('demo', GET.call.uri);
    const small = await world.submit(GET);
    await connectionLost(world.context, 'demo', 'c1', 1009);
    expect(world.command(small.commandId)).toMatchObject({ state: 'queued', isExclusive: true });
    expect((await known(world)).isBlocked).toBe(false);
  });

  it('queues a GET again that is not a candidate', async () => {
    const world = commandWorld();
    const other = await world.submit(GET);
    await world.submit(unknown);
    await connectionLost(world.context, 'demo', 'c1', 1009);
    expect(world.command(other.commandId)).toMatchObject({ state: 'queued' });
    expect(world.command(other.commandId)).not.toHaveProperty('isExclusive');
  });

  it.each(['c1', 'relay.0a0000011f91.Zm9vYmFyYmF6cXV4'])(
    'fails no command for being the last one, when it is repeated after an interruption: %s',
    async (connectionId) => {
      const world = commandWorld();
      world.connect(connectionId);
      const sent = [await world.submit(unknown), await world.submit(unknown)];
      const { commands } = world.context;
      const move = commands.move.bind(commands);
      const interrupted = new Error('interrupted');
      jest.spyOn(commands, 'move').mockImplementationOnce(move).mockRejectedValueOnce(interrupted);
      await expect(connectionLost(world.context, 'demo', connectionId, 1009)).rejects.toThrow('interrupted');
      expect(sent.map(({ commandId }) => world.command(commandId).state).sort()).toEqual(['queued', 'sent']);
      expect(await connectionLost(world.context, 'demo', connectionId, 1009)).toBe('handled-before');
      for (const { commandId } of sent) expect(world.command(commandId).state).toBe('queued');
      expect((await known(world)).isBlocked).toBe(false);
    },
  );

  it('blocks nothing for a response that is recorded meanwhile', async () => {
    const world = commandWorld();
    const { commandId } = await world.submit(unknown);
    const { commands } = world.context;
    const move = commands.move.bind(commands);
    jest.spyOn(commands, 'move').mockImplementationOnce(async (...args) => {
      await world.respond(commandId);
      return move(...args);
    });
    await connectionLost(world.context, 'demo', 'c1', 1009);
    expect(world.command(commandId).state).toBe('completed');
    expect((await known(world)).isBlocked).toBe(false);
  });

  it('unblocks nothing when it is repeated', async () => {
    const world = commandWorld();
    await world.submit(unknown);
    expect(await connectionLost(world.context, 'demo', 'c1', 1009)).toBe('response-too-large');
    expect(await connectionLost(world.context, 'demo', 'c1', 1009)).toBe('handled-before');
    expect((await known(world)).isBlocked).toBe(true);
  });

  it('has no candidates after another close code', async () => {
    const world = commandWorld();
    await world.submit(unknown);
    await connectionLost(world.context, 'demo', 'c1', 1001);
    expect(world.command()).toMatchObject({ state: 'sent', connectionLostAt: world.clock() });
  });
});

describe('a call of unknown size and a POST', () => {
  const unknown = { ...GET, expectation: UNKNOWN_SIZE, isProxied: true as const };
  it.each([
    ['the POST', unknown, POST],
    ['the GET', POST, unknown],
  ])(
    'are not under way together: %s is deferred until the other one has a response',
    async (_, one, other) => {
      const world = commandWorld();
      const first = await world.submit(one);
      const second = await world.submit(other);
      expect([first.state, second.state, second.attempts]).toEqual(['sent', 'queued', 0]);
      const before = world.command(first.commandId);
      await world.respond(first.commandId);
      await flushAfterResponse(world.context, before);
      expect(world.command(second.commandId)).toMatchObject({ state: 'sent', attempts: 1 });
      expect(world.gateway.posted).toHaveLength(2);
    },
  );

  it('the POST is sent afterwards, although it may not stay queued while the domain is not connected', async () => {
    const world = commandWorld();
    const get = await world.submit(unknown);
    const post = await world.submit({ ...POST, deliverWithin: 0, onlineOnly: true });
    expect(post.state).toBe('queued');
    world.clock.advance(4_000);
    await world.respond(get.commandId);
    await flushAfterResponse(world.context, get);
    expect(world.command(post.commandId).state).toBe('sent');
  });

  it('are not under way together, with many concurrent requests', async () => {
    const world = commandWorld();
    const together = new Set<string>();
    const underWay: { readonly id: string; readonly method: string }[] = [];
    world.gateway.answers = (_, { id, payload }) => {
      underWay.push({ id, method: (payload as { method: string }).method });
      together.add([...new Set(underWay.map((one) => one.method))].sort().join(' and '));
      return 'accepted';
    };
    const respond = async () => {
      const id = underWay.shift()?.id;
      if (id === undefined) return;
      const before = world.command(id);
      await world.respond(id);
      await flushAfterResponse(world.context, before);
    };
    const all = await Promise.all(
      [POST, unknown, POST, unknown, POST].map((request) => world.submit(request)),
    );
    const isDone = () => all.every(({ commandId }) => world.command(commandId).state === 'completed');
    for (let turn = 0; turn < 100 && !isDone(); turn++)
      await Promise.all([respond(), flush(world.context, 'demo')]);
    expect(isDone()).toBe(true);
    expect([...together].sort()).toEqual(['GET', 'POST']);
    expect(world.gateway.posted).toHaveLength(5);
  });
});

describe('an exclusive command', () => {
  /** An exclusive GET, and another command queued behind it. */
  const exclusiveWorld = async () => {
    const world = commandWorld();
    const exclusive = await world.submit(GET);
    await connectionLost(world.context, 'demo', 'c1', 1009);
    world.connect(undefined);
    world.clock.advance(1);
    const other = await world.submit(POST);
    world.connect('c2');
    const sent = () => world.gateway.posted.slice(1).map(({ message }) => message.id);
    return { ...world, exclusive, other, sent };
  };

  it('reserves the connection until its response, with concurrent flushes', async () => {
    const { context, exclusive, other, sent, command: show, submit } = await exclusiveWorld();
    await Promise.all([1, 2, 3].map(() => flush(context, 'demo')));
    await flush(context, 'demo');
    expect(sent()).toEqual([exclusive.commandId]);
    expect((await submit(POST)).state).toBe('queued');
    await flushAfterResponse(context, show(exclusive.commandId));
    expect(sent()).toContain(other.commandId);
  });

  it.each([GET, POST])('keeps others waiting that may not stay queued: %#', async (request) => {
    const { context, exclusive, clock, command: show, submit } = await exclusiveWorld();
    await flush(context, 'demo');
    const other = await submit({ ...request, deliverWithin: 0, onlineOnly: true });
    clock.advance(4_000);
    await flushAfterResponse(context, show(exclusive.commandId));
    expect(show(other.commandId).state).toBe('sent');
  });

  it('waits while another command is under way', async () => {
    const { context, exclusive, sent, submit } = await exclusiveWorld();
    const running = await submit(POST);
    await flush(context, 'demo');
    expect(sent()[0]).toBe(running.commandId);
    expect(sent()).not.toContain(exclusive.commandId);
  });

  it('reserves the connection for a minute at most', async () => {
    const { context, exclusive, other, sent, clock } = await exclusiveWorld();
    await flush(context, 'demo');
    clock.advance(60_000);
    await flush(context, 'demo');
    expect(sent()).toEqual([exclusive.commandId, other.commandId]);
  });
});
