import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Command } from '../../../lambdas/commands/command.ts';
import { digestOf } from '../../../lambdas/commands/idempotency.ts';
import type { CommandRequest } from '../../../lambdas/commands/prepare-command.ts';
import { submitAndWait } from '../../../lambdas/commands/submit.ts';
import { waitForEnd } from '../../../lambdas/commands/wait-for-end.ts';
import type { Group } from '../../../lambdas/groups/group.ts';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';

const bad = (status: number, code: string) => expect.objectContaining({ status, code });

describe('submit', () => {
  it('I-4 stores and claims a command before sending it on a ready session', async () => {
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

  it('I-4 sends a GET again at once when its fate is unknown, and never a POST', async () => {
    const world = commandWorld();
    const results = ['unknown', 'accepted', 'unknown'] as const;
    world.gateway.answers = () => results[world.gateway.posted.length - 1] ?? 'accepted';
    expect(await world.submit(GET)).toMatchObject({ state: 'sent', attempts: 2 });
    expect(world.gateway.posted).toHaveLength(2);
    expect(await world.submit(POST)).toMatchObject({ state: 'lost', attempts: 1 });
    expect(world.gateway.posted).toHaveLength(3);
  });

  it('I-6 stores headers and body encrypted, and does not log them', async () => {
    const world = commandWorld();
    world.connect(undefined);
    await world.submit(POST);
    expect(JSON.stringify([world.dynamodb.items('commands'), world.log.lines])).not.toContain(
      'planted-secret',
    );
  });

  it.each([
    [
      'a path outside /netbackup',
      { ...GET, call: { ...GET.call, uri: '/admin' } },
      bad(400, 'uri-not-allowed'),
    ],
    [
      'a header with a line break',
      { ...GET, call: { ...GET.call, headers: { A: '\r\n' } } },
      bad(400, 'header-not-allowed'),
    ],
    [
      'a body that is too large',
      { ...GET, call: { ...GET.call, parameters: 'x'.repeat(200_000) } },
      bad(413, 'command-too-large'),
    ],
  ])('I-7 refuses %s before anything is stored', async (_, request, problem) => {
    const world = commandWorld();
    await expect(world.submit(request)).rejects.toEqual(problem);
    expect(world.dynamodb.items('commands')).toEqual([]);
  });

  it('refuses commands above the limit of the queue, with Retry-After', async () => {
    const world = commandWorld(2);
    world.connect(undefined);
    await world.submit(GET);
    await world.submit(GET);
    await expect(world.submit(GET)).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '10' } });
  });

  it('I-4 returns the stored command when sending fails with an internal error', async () => {
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

  it('sends a command if the SDK repeats a write that succeeded', async () => {
    const world = commandWorld();
    let retried = false;
    world.dynamodb.before = (call, input) => {
      if (call !== 'PutItem' || retried) return;
      retried = true;
      // As the SDK does: the write succeeded, its response was lost, and it is repeated.
      world.dynamodb.set('commands', unmarshall(input.Item ?? {}));
    };
    expect(await world.submit(GET)).toMatchObject({ state: 'sent' });
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('I-4 is sent to the session that exists after storing, not to an earlier one', async () => {
    const world = commandWorld();
    world.gateway.answers = (connectionId) => {
      world.connect('c2');
      return connectionId === 'c1' ? 'gone' : 'accepted';
    };
    expect(await world.submit(GET)).toMatchObject({ state: 'sent', connectionId: 'c2', attempts: 2 });
    expect(world.gateway.posted.map(({ connectionId }) => connectionId)).toEqual(['c1', 'c2']);
  });

  it('I-4 onlineOnly without a connection is refused with 503, and nothing is stored', async () => {
    const world = commandWorld();
    world.connect(undefined);
    await expect(world.submit({ ...GET, onlineOnly: true })).rejects.toEqual(bad(503, 'not-connected'));
    expect(world.dynamodb.items('commands')).toEqual([]);
  });
});

describe('Idempotency-Key', () => {
  const withKey = (request: CommandRequest, key = 'k'): CommandRequest => ({
    ...request,
    idempotency: { key, digest: digestOf(request.call, key) },
  });
  const keyed = withKey(POST);

  it('two concurrent calls are one command, sent once', async () => {
    const world = commandWorld();
    const [first, second] = await Promise.all([world.submit(keyed), world.submit(keyed)]);
    expect(first.commandId).toBe(second.commandId);
    expect(world.dynamodb.items('commands')).toHaveLength(1);
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('is refused with another request, and the first command is unchanged', async () => {
    const world = commandWorld();
    await world.submit(keyed);
    const other = withKey({ ...POST, call: { ...POST.call, parameters: '{}' } });
    await expect(world.submit(other)).rejects.toEqual(bad(422, 'idempotency-key-reused'));
    expect(world.gateway.posted).toHaveLength(1);
  });

  it('belongs to its caller: the same value of another API key is another command', async () => {
    const world = commandWorld();
    const first = await world.submit(keyed);
    const other = await world.submit({ ...keyed, requestedBy: 'another key' });
    expect(other.commandId).not.toBe(first.commandId);
    expect(world.gateway.posted).toHaveLength(2);
  });

  it('a repeated request that waits needs a slot, unless the command has ended', async () => {
    const world = commandWorld();
    const acquire = jest.spyOn(world.context.waitingSlots, 'acquire');
    const group = (await world.context.groups.get('demo')) as Group;
    const wait = () => submitAndWait(world.context, group, keyed, world.clock());
    const { commandId } = await wait();
    await wait();
    expect(acquire).toHaveBeenCalledTimes(2);
    await world.respond(commandId);
    expect(await wait()).toMatchObject({ commandId, state: 'completed' });
    expect(acquire).toHaveBeenCalledTimes(2);
  });

  it('finds its command after the group’s API version was learned', async () => {
    const world = commandWorld();
    const first = await world.submit(keyed);
    expect((await world.submit(keyed, { netbackupApiVersion: '12.0' })).commandId).toBe(first.commandId);
  });

  it('finds its command although the queue is full', async () => {
    const world = commandWorld(1);
    world.connect(undefined);
    const first = await world.submit(keyed);
    expect((await world.submit(keyed)).commandId).toBe(first.commandId);
    await expect(world.submit(GET)).rejects.toMatchObject({ status: 429 });
  });

  it('does not find an expired command, even if it is not deleted yet', async () => {
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

  /** Waits for 10 s while time passes. Returns the state and the time waited. */
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

  it('sees a response soon after it came', async () => {
    const world = commandWorld();
    const respond = () => world.respond(world.command().commandId);
    expect(await wait(world, 70, respond)).toEqual({ state: 'completed', after: expect.closeTo(80, -2) });
  });

  it('ends at its deadline, and not before', async () => {
    expect(await wait(commandWorld(), -1, async () => {})).toEqual({ state: 'sent', after: 10_000 });
  });

  it('sees that the connection was lost', async () => {
    const world = commandWorld();
    const lost = () => world.context.commands.connectionLost(world.command(), 'c1', world.clock() - 5_000);
    expect(await wait(world, 500, lost)).toMatchObject({ state: 'lost' });
  });

  it('does not take the response of an expired command of the same Idempotency-Key from a read that is behind', async () => {
    const world = commandWorld();
    const request = { ...POST, idempotency: { key: 'nightly', digest: 'same' } };
    const first = await world.submit(request);
    await world.respond(first.commandId, { status: 201, headers: {}, body: 'of yesterday' });
    const expired = world.command(first.commandId);
    world.clock.advance(2 * DAY_MS);
    const read = jest.spyOn(world.context.commands, 'getEventually').mockResolvedValueOnce(expired);
    let ended: Command | undefined;
    const second = await world.submit(request);
    const waiting = waitForEnd(world.context, second, world.clock() + 10_000).then((command) => {
      ended = command;
    });
    await jest.advanceTimersByTimeAsync(5);
    expect([second.commandId, read.mock.calls.length, ended]).toEqual([first.commandId, 1, undefined]);
    await world.respond(second.commandId, { status: 201, headers: {}, body: 'of today' });
    await jest.advanceTimersByTimeAsync(1_000);
    await waiting;
    expect(ended?.response?.body).toBe('of today');
  });

  it('does not wait for a command that has ended', async () => {
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
