import type { Command } from '../../../lambdas/commands/command.ts';
import { afterTooLarge, connectionLost, suspectsAmong } from '../../../lambdas/commands/connection-lost.ts';
import { flush, resume } from '../../../lambdas/commands/flush.ts';
import { UNKNOWN } from '../../../lambdas/commands/sizes/expectation.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';

const JOBS = '/netbackup/admin/jobs?page[limit]=50&filter=a+b';

const command = (change: Partial<Command>): Command => ({
  commandId: 'A',
  groupId: 'demo',
  state: 'sent',
  createdAt: '2023-11-14T22:13:20.000Z',
  method: 'GET',
  uri: JOBS,
  sealedRequest: { key: '', iv: '', tag: '', data: '' },
  requestedBy: 'key',
  retry: 'safe',
  deliverBy: 10_000,
  executeWithin: 60_000,
  attempts: 1,
  revision: 2,
  expiresAt: 1e9,
  ...change,
});

describe('what follows for a GET that was under way when a message was too large', () => {
  it('a page of a list is asked for again alone, with one item', () => {
    expect(afterTooLarge(command({ page: 50 }), true, 0)).toEqual({
      to: 'queued',
      reason: expect.any(String),
      alone: { uri: '/netbackup/admin/jobs?page[limit]=1&filter=a+b', page: 1 },
    });
  });

  it('of several, each is asked for again alone, as it is', () => {
    for (const page of [undefined, 1, 50])
      expect(afterTooLarge(command(page ? { page } : {}), false, 0).alone).toEqual({ uri: JOBS });
  });

  it.each<[string, Partial<Command>, boolean, number, string]>([
    ['what cannot be asked for in parts fails', {}, true, 0, 'failed'],
    ['so does a single item', { page: 1 }, true, 0, 'failed'],
    ['after three attempts it is lost', { page: 50, attempts: 3 }, true, 0, 'lost'],
    ['after its time it is lost', { page: 50 }, true, 10_000, 'lost'],
  ])('%s', (_, change, isCertain, now, to) => {
    expect(afterTooLarge(command(change), isCertain, now).to).toBe(to);
  });
});

describe('whose answer it may have been', () => {
  const named = (commandId: string, change: Partial<Command> = {}) =>
    command({ commandId, expectedBytes: 1_000, ...change });
  const { expectedBytes: _, ...unknown } = named('unknown');
  const alone = named('alone', { alone: true });
  const large = named('large', { expectedBytes: 60_000 });
  const small = named('small');
  const post = named('post', { method: 'POST' });
  it.each<[readonly Command[], string[], boolean]>([
    [[post, small, large, unknown, alone], ['alone'], true],
    [[post, small, large, unknown], ['unknown'], true],
    [[post, small, large, { ...large, commandId: 'too' }], ['large', 'too'], true],
    [[post, small], ['small'], false],
    [[post], [], false],
  ])('%#', (carried, suspects, isStrong) => {
    const found = suspectsAmong(carried);
    expect([found.commands.map(({ commandId }) => commandId), found.isStrong]).toEqual([suspects, isStrong]);
  });
});

describe('connectionLost with 1009', () => {
  const unknown = { ...GET, expectation: UNKNOWN, isProxied: true as const };
  const known = (world: ReturnType<typeof commandWorld>) => world.context.sizes.of('demo', GET.call.uri);

  it('asks for one item of the page that was under way, doubts its list, and leaves POSTs their grace', async () => {
    const world = commandWorld();
    const get = await world.submit({ ...unknown, page: 50, call: { ...GET.call, uri: JOBS } });
    world.clock.advance(10_000);
    const post = await world.submit(POST);
    await connectionLost(world.context, 'demo', 'c1', 1009);
    expect(world.command(get.commandId)).toMatchObject({ state: 'queued', alone: true, page: 1 });
    expect(world.command(post.commandId)).toMatchObject({ state: 'sent', connectionLostAt: world.clock() });
    expect((await known(world)).own.isDoubted).toBe(true);
  });

  it('fails the only answer of unknown size, and whoever else asks for it, now and for half an hour', async () => {
    const world = commandWorld();
    const first = await world.submit(unknown);
    world.connect('c1', false);
    const second = await world.submit({ ...unknown, call: GET.call });
    expect(second.state).toBe('queued');
    await connectionLost(world.context, 'demo', 'c1', 1009);
    for (const { commandId } of [first, second])
      expect(world.command(commandId)).toMatchObject({ state: 'failed', failure: 'answer-too-large' });
    const { expectation: _, ...asked } = GET;
    await expect(world.submit(asked)).rejects.toMatchObject({ status: 502, code: 'answer-too-large' });
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('asks for what is known to be small once more, and forgives whom it blamed before', async () => {
    const world = commandWorld();
    await world.context.sizes.refuse('demo', GET.call.uri);
    const small = await world.submit(GET);
    await connectionLost(world.context, 'demo', 'c1', 1009);
    expect(world.command(small.commandId)).toMatchObject({ state: 'queued', alone: true });
    expect((await known(world)).isRefused).toBe(false);
  });

  it('sends at once again what was not suspected, where that may be', async () => {
    const world = commandWorld();
    const innocent = await world.submit(GET);
    await world.submit(unknown);
    await connectionLost(world.context, 'demo', 'c1', 1009);
    expect(world.command(innocent.commandId)).toMatchObject({ state: 'queued' });
    expect(world.command(innocent.commandId)).not.toHaveProperty('alone');
  });

  it('with any other code suspects nobody', async () => {
    const world = commandWorld();
    await world.submit(unknown);
    await connectionLost(world.context, 'demo', 'c1', 1001);
    expect(world.command()).toMatchObject({ state: 'sent', connectionLostAt: world.clock() });
  });
});

describe('a call of unknown size and a POST', () => {
  const unknown = { ...GET, expectation: UNKNOWN, isProxied: true as const };
  it.each([
    ['the POST', unknown, POST],
    ['the GET', POST, unknown],
  ])(
    'are not under way together: %s waits, and goes out when the other is answered',
    async (_, one, other) => {
      const world = commandWorld();
      const first = await world.submit(one);
      const second = await world.submit(other);
      expect([first.state, second.state, second.attempts]).toEqual(['sent', 'queued', 0]);
      const before = world.command(first.commandId);
      const record = { groupId: 'demo', now: world.clock(), outcome: 'completed' as const };
      await world.context.commands.answer(first.commandId, {
        ...record,
        answer: { status: 200, headers: {} },
      });
      await resume(world.context, before);
      expect(world.command(second.commandId)).toMatchObject({ state: 'sent', attempts: 1 });
      expect(world.gateway.posted).toHaveLength(2);
    },
  );

  it('are not under way together, however many come at once', async () => {
    const world = commandWorld();
    let underWay: string[] = [];
    world.gateway.answers = (_, { id, payload }) => {
      underWay.push((payload as { method: string }).method);
      expect(new Set(underWay).size).toBe(1);
      setTimeout(async () => {
        const before = world.command(id);
        underWay = underWay.slice(1);
        const record = { groupId: 'demo', now: world.clock(), outcome: 'completed' as const };
        await world.context.commands.answer(id, { ...record, answer: { status: 200, headers: {} } });
        await resume(world.context, before);
      }, 1);
      return 'accepted';
    };
    const all = await Promise.all([POST, unknown, POST, unknown, POST].map((wish) => world.submit(wish)));
    const isDone = () => all.every(({ commandId }) => world.command(commandId).state === 'completed');
    for (let turn = 0; turn < 1000 && !isDone(); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await flush(world.context, 'demo');
    }
    expect(isDone()).toBe(true);
    expect(world.gateway.posted).toHaveLength(5);
  });
});

describe('a suspect', () => {
  /** A GET that was suspected, and another command queued behind it. */
  const suspected = async () => {
    const world = commandWorld();
    const suspect = await world.submit(GET);
    await connectionLost(world.context, 'demo', 'c1', 1009);
    world.connect(undefined);
    world.clock.advance(1);
    const other = await world.submit(POST);
    world.connect('c2');
    const sent = () => world.gateway.posted.slice(1).map(({ message }) => message.id);
    return { ...world, suspect, other, sent };
  };

  it('has the connection to itself, whoever flushes, until it is answered', async () => {
    const { context, suspect, other, sent, command: show, submit } = await suspected();
    await Promise.all([1, 2, 3].map(() => flush(context, 'demo')));
    await flush(context, 'demo');
    expect(sent()).toEqual([suspect.commandId]);
    expect((await submit(POST)).state).toBe('queued');
    await resume(context, show(suspect.commandId));
    expect(sent()).toContain(other.commandId);
  });

  it('waits while the connection carries something else', async () => {
    const { context, suspect, sent, submit } = await suspected();
    const running = await submit(POST);
    await flush(context, 'demo');
    expect(sent()[0]).toBe(running.commandId);
    expect(sent()).not.toContain(suspect.commandId);
  });

  it('keeps it for a minute at most', async () => {
    const { context, suspect, other, sent, clock } = await suspected();
    await flush(context, 'demo');
    clock.advance(60_000);
    await flush(context, 'demo');
    expect(sent()).toEqual([suspect.commandId, other.commandId]);
  });
});
