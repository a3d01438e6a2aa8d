import { unmarshall } from '@aws-sdk/util-dynamodb';
import { digestOf } from '../../../lambdas/commands/idempotency.ts';
import type { CommandRequest } from '../../../lambdas/commands/submit.ts';
import { waitForEnd } from '../../../lambdas/commands/wait-for-end.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';

const bad = (status: number, code: string) => expect.objectContaining({ status, code });

describe('submit', () => {
  it('I-4 stores, claims and then sends, on a session that is ready', async () => {
    const world = commandWorld();
    world.gateway.answers = () => {
      expect(world.command()).toMatchObject({ state: 'sent', connectionId: 'c1', attempts: 1 });
      return 'accepted';
    };
    const command = await world.submit(POST);
    expect(command).toMatchObject({ state: 'sent', executeBy: world.clock() + 60_000 });
    expect(world.gateway.posted).toMatchObject([
      {
        connectionId: 'c1',
        message: {
          id: command.commandId,
          type: 'COMMAND',
          payload: {
            method: 'POST',
            uri: '/netbackup/admin/jobs',
            headers: {
              Authorization: 'planted-secret',
              'Content-Type': 'application/vnd.netbackup+json;version=1.0',
            },
            parameters: '{"password":"planted-secret"}',
          },
        },
      },
    ]);
  });

  it.each([
    ['there is no session', undefined, true],
    ['the session is not ready', 'c1', false],
  ])('I-4 queues while %s', async (_, connectionId, ready) => {
    const world = commandWorld();
    world.connect(connectionId, ready);
    expect(await world.submit(GET)).toMatchObject({ state: 'queued', attempts: 0 });
    expect(world.gateway.posted).toEqual([]);
  });

  it('I-4 sends a GET again at once when nobody knows what became of it, and a POST never', async () => {
    const world = commandWorld();
    const words = ['unknown', 'accepted', 'unknown'] as const;
    world.gateway.answers = () => words[world.gateway.posted.length - 1] ?? 'accepted';
    expect(await world.submit(GET)).toMatchObject({ state: 'sent', attempts: 2 });
    expect(world.gateway.posted).toHaveLength(2);
    expect(await world.submit(POST)).toMatchObject({ state: 'lost', attempts: 1 });
    expect(world.gateway.posted).toHaveLength(3);
  });

  it('I-6 keeps headers and body under seal only, and logs nothing of them', async () => {
    const world = commandWorld();
    world.connect(undefined);
    await world.submit(POST);
    expect(JSON.stringify([world.dynamodb.items('commands'), world.log.lines])).not.toContain(
      'planted-secret',
    );
  });

  it.each([
    ['a path elsewhere', { ...GET, call: { ...GET.call, uri: '/admin' } }, bad(400, 'uri-not-allowed')],
    [
      'a header with a line break',
      { ...GET, call: { ...GET.call, headers: { A: '\r\n' } } },
      bad(400, 'header-not-allowed'),
    ],
    [
      'too much',
      { ...GET, call: { ...GET.call, parameters: 'x'.repeat(200_000) } },
      bad(413, 'command-too-large'),
    ],
  ])('I-7 refuses %s before anything is stored', async (_, wish, problem) => {
    const world = commandWorld();
    await expect(world.submit(wish)).rejects.toEqual(problem);
    expect(world.dynamodb.items('commands')).toEqual([]);
  });

  it('refuses more than a group may have queued, and says when to come back', async () => {
    const world = commandWorld(2);
    world.connect(undefined);
    await world.submit(GET);
    await world.submit(GET);
    await expect(world.submit(GET)).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '10' } });
  });

  it('I-4 answers the stored command when sending fails on our side: its caller can look after it', async () => {
    const world = commandWorld();
    world.connect('c1', false);
    let stored = false;
    world.dynamodb.before = (call) => {
      if (stored && call === 'GetItem') throw new Error('throttled');
      stored ||= call === 'PutItem';
    };
    expect(await world.submit(GET)).toMatchObject({ state: 'queued' });
    expect(world.log.lines.at(-1)).toMatchObject({ level: 'error', code: 'command-not-dispatched' });
  });

  it('sends a command whose own first write was answered too late to be seen', async () => {
    const world = commandWorld();
    let retried = false;
    world.dynamodb.before = (call, input) => {
      if (call !== 'PutItem' || retried) return;
      retried = true;
      // As the SDK would: the write happened, its answer was lost, and it is made again.
      world.dynamodb.set('commands', unmarshall(input.Item ?? {}));
    };
    expect(await world.submit(GET)).toMatchObject({ state: 'sent' });
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('I-4 goes to the session that is there once it is stored, not to the one that was', async () => {
    const world = commandWorld();
    world.gateway.answers = (connectionId) => {
      world.connect('c2');
      return connectionId === 'c1' ? 'gone' : 'accepted';
    };
    expect(await world.submit(GET)).toMatchObject({ state: 'sent', connectionId: 'c2', attempts: 2 });
    expect(world.gateway.posted.map(({ connectionId }) => connectionId)).toEqual(['c1', 'c2']);
  });

  it('I-4 with a connection that is needed the answer is 503, and nothing is stored', async () => {
    const world = commandWorld();
    world.connect(undefined);
    await expect(world.submit({ ...GET, onlineOnly: true })).rejects.toEqual(bad(503, 'not-connected'));
    expect(world.dynamodb.items('commands')).toEqual([]);
  });
});

describe('Idempotency-Key', () => {
  const withKey = (wish: CommandRequest, key = 'k'): CommandRequest => ({
    ...wish,
    idempotency: { key, digest: digestOf(wish.call, key) },
  });
  const keyed = withKey(POST);

  it('two racing calls are one command, sent once', async () => {
    const world = commandWorld();
    const [first, second] = await Promise.all([world.submit(keyed), world.submit(keyed)]);
    expect(first.commandId).toBe(second.commandId);
    expect(world.dynamodb.items('commands')).toHaveLength(1);
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('with another request is refused, and the first command stays as it is', async () => {
    const world = commandWorld();
    await world.submit(keyed);
    const other = withKey({ ...POST, call: { ...POST.call, parameters: '{}' } });
    await expect(world.submit(other)).rejects.toEqual(bad(422, 'idempotency-key-reused'));
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('is its caller’s: the same value of another API key is another command', async () => {
    const world = commandWorld();
    const first = await world.submit(keyed);
    const other = await world.submit({ ...keyed, requestedBy: 'another key' });
    expect(other.commandId).not.toBe(first.commandId);
    expect(world.gateway.posted).toHaveLength(2);
  });

  it('one that waits for the first one’s command takes a place, and none for one that has ended', async () => {
    const world = commandWorld();
    let asked = 0;
    const admitted = async () => {
      asked++;
    };
    const { commandId } = await world.submit({ ...keyed, admitted });
    await world.submit({ ...keyed, admitted });
    expect(asked).toBe(2);
    await world.context.commands.answer(commandId, { groupId: 'demo', now: 0, outcome: 'completed' });
    expect(await world.submit({ ...keyed, admitted })).toMatchObject({ commandId, state: 'completed' });
    expect(asked).toBe(2);
  });

  it('finds its command although the group’s API version was learned in between', async () => {
    const world = commandWorld();
    const first = await world.submit(keyed);
    expect((await world.submit(keyed, { netbackupApiVersion: '12.0' })).commandId).toBe(first.commandId);
  });

  it('finds its command although the queue is full: asking again adds nothing to it', async () => {
    const world = commandWorld(1);
    world.connect(undefined);
    const first = await world.submit(keyed);
    expect((await world.submit(keyed)).commandId).toBe(first.commandId);
    await expect(world.submit(GET)).rejects.toMatchObject({ status: 429 });
  });

  it('finds nothing that has expired, whether or not it was deleted', async () => {
    const world = commandWorld();
    await world.submit(keyed);
    world.clock.advance(100 * 3_600_000);
    expect(await world.submit(keyed)).toMatchObject({ state: 'sent', attempts: 1 });
    expect(world.gateway.posted).toHaveLength(2);
  });
});

describe('waitForEnd', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** Waits for 10 s while time passes, and answers how it ended and how long that took. */
  const wait = async (world: ReturnType<typeof commandWorld>, at: number, event: () => Promise<unknown>) => {
    const command = await world.submit(POST);
    const start = world.clock();
    let result: unknown;
    const waiting = waitForEnd(world.context, command, start + 10_000).then(({ state }) => {
      result = { state, after: world.clock() - start };
    });
    for (let ms = 0; ms < 15_000 && !result; ms += 10) {
      if (ms === at) await event();
      world.clock.advance(10);
      await jest.advanceTimersByTimeAsync(10);
    }
    await waiting;
    return result;
  };

  it('sees an answer soon after it came', async () => {
    const world = commandWorld();
    const answered = () =>
      world.context.commands.answer(world.command().commandId, {
        groupId: 'demo',
        now: world.clock(),
        outcome: 'completed',
      });
    expect(await wait(world, 70, answered)).toEqual({ state: 'completed', after: expect.closeTo(80, -2) });
  });

  it('ends when its time is up, and not before', async () => {
    expect(await wait(commandWorld(), -1, async () => {})).toEqual({ state: 'sent', after: 10_000 });
  });

  it('sees that the connection went away', async () => {
    const world = commandWorld();
    const lost = () => world.context.commands.connectionLost(world.command(), 'c1', world.clock() - 5_000);
    expect(await wait(world, 500, lost)).toMatchObject({ state: 'lost' });
  });

  it('does not wait for what has ended', async () => {
    const world = commandWorld();
    const command = await world.submit(GET);
    world.dynamodb.calls.length = 0;
    expect(
      await waitForEnd(world.context, { ...command, state: 'completed' }, Number.MAX_SAFE_INTEGER),
    ).toMatchObject({
      state: 'completed',
    });
    expect(world.dynamodb.calls).toEqual([]);
  });
});
