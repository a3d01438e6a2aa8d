import { recordClose } from '../../../../lambdas/connections/close.ts';
import { openShardOf } from '../../../../lambdas/connections/connection.ts';
import {
  type SweepContext,
  sweepConnections,
} from '../../../../lambdas/connections/sweep/sweep-connections.ts';
import { createToken } from '../../../../lambdas/endpoints/token.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../lambdas/platform/clock.ts';
import { ENDPOINT_ID, type SessionWorld, sessionOf, sessionWorld, TOKEN } from '../../../support/sessions.ts';

const sweepWorld = () => {
  const world = sessionWorld();
  const lost: string[] = [];
  const flushed: string[] = [];
  let busy = false;
  let notified: number | undefined;
  const context: SweepContext = {
    ...world.context,
    heartbeatMinutes: 8,
    isBusy: async () => busy,
    lastNotification: async () => notified,
    onConnectionLost: async (_, { connectionId }) => void lost.push(connectionId),
    flush: async (groupId) => void flushed.push(groupId),
    pause: async () => {},
  };
  return {
    ...world,
    lost,
    flushed,
    setBusy: (value: boolean) => {
      busy = value;
    },
    setNotified: (at: number) => {
      notified = at;
    },
    sweep: (until = Number.MAX_SAFE_INTEGER) => sweepConnections(context, until),
  };
};
/** A session on this connection, with a message just now. */
const connected = async (world: SessionWorld, connectionId: string, ready = true) => {
  const now = world.clock();
  await world.open(connectionId, now);
  world.dynamodb.set('connections', {
    ...world.connection(connectionId),
    state: 'AUTHENTICATED',
    groupId: 'demo',
    endpointId: ENDPOINT_ID,
    openShard: openShardOf('session', connectionId),
  });
  const session = sessionOf(connectionId, { connectedAt: now, since: now, ready });
  world.dynamodb.set('groups', { ...world.group(), session, epoch: 1 });
};

describe('closes', () => {
  it('a connection without CONNECT, after 30 s', async () => {
    const world = sweepWorld();
    await world.open('c1');
    world.clock.advance(29_999);
    await world.sweep();
    expect(world.gateway.closed).toEqual([]);
    world.clock.advance(1);
    await world.sweep();
    expect(world.connection('c1')).toMatchObject({ closing: 'never-spoke' });
    expect(world.gateway.closed).toEqual(['c1']);
  });

  it('a rejected connection', async () => {
    const world = sweepWorld();
    await world.open('c1');
    await world.context.connections.reject('c1');
    world.clock.advance(MINUTE_MS);
    await world.sweep();
    expect(world.connection('c1')).toMatchObject({ closing: 'rejected' });
  });

  it('I-5 a connection that is not its group’s session, but not the session', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    await connected(world, 'c2');
    await world.sweep();
    expect(world.gateway.closed).toEqual(['c1']);
    expect(world.group().session).toMatchObject({ connectionId: 'c2' });
    expect(world.flushed).toEqual(['demo']);
  });

  it('a session whose token was revoked', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    world.endpoint({ tokens: [], version: 2 });
    await world.sweep();
    expect(world.connection('c1')).toMatchObject({ closing: 'token-ended' });
  });

  it('a session whose newest token has expired; its domain is reported as disconnected', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    world.endpoint({ tokens: [{ ...TOKEN, expiresAt: world.clock() }], version: 2 });
    world.gateway.gone.add('c1');
    await world.sweep();
    expect(world.connection('c1')).toMatchObject({ closing: 'token-expired' });
    expect(world.group()).toMatchObject({ downShard: 'down', lastSession: { closing: 'token-expired' } });
  });

  it('a session whose token was replaced, after the overlap; its domain is not reported as disconnected', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    const newer = createToken(ENDPOINT_ID, 0).stored;
    world.endpoint({ tokens: [{ ...TOKEN, expiresAt: world.clock() }, newer], version: 2 });
    world.gateway.gone.add('c1');
    await world.sweep();
    expect(world.connection('c1')).toMatchObject({ closing: 'token-ended' });
    expect(world.group()).not.toHaveProperty('downShard');
  });

  it('a session whose CONNECT RESPONSE was not sent, after a minute', async () => {
    const world = sweepWorld();
    await connected(world, 'c1', false);
    await world.sweep();
    expect(world.gateway.closed).toEqual([]);
    expect(world.flushed).toEqual([]);
    world.clock.advance(MINUTE_MS + 1);
    await world.sweep();
    expect(world.connection('c1')).toMatchObject({ closing: 'unanswered' });
  });
});

it('closes a session after 1 h 50 min if no command is under way, and after 1 h 58 min in any case', async () => {
  const world = sweepWorld();
  await connected(world, 'c1');
  world.setBusy(true);
  world.clock.advance(HOUR_MS + 51 * MINUTE_MS);
  await world.sweep();
  expect(world.gateway.closed).toEqual([]);
  world.setBusy(false);
  await world.sweep();
  expect(world.connection('c1')).toMatchObject({ closing: 'lifetime' });
  world.setBusy(true);
  world.clock.advance(8 * MINUTE_MS);
  await world.sweep();
  expect(world.gateway.closed).toEqual(['c1', 'c1']);
});

describe('a silent session', () => {
  const pings = (world: SessionWorld) => world.gateway.posted.map(({ message }) => message.payload['uri']);
  const minutes = async (world: ReturnType<typeof sweepWorld>, count: number) => {
    world.clock.advance(count * MINUTE_MS);
    await world.sweep();
  };

  it('gets a ping after eight minutes, and is closed three minutes later without a response', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    await minutes(world, 7);
    expect(pings(world)).toEqual([]);
    await minutes(world, 1);
    expect(pings(world)).toEqual(['/netbackup/ping']);
    world.gateway.active.set('c1', world.clock());
    await minutes(world, 3);
    expect(world.gateway.closed).toEqual([]);
    await minutes(world, 1);
    expect(world.connection('c1')).toMatchObject({ closing: 'no-heartbeat' });
    expect(pings(world)).toHaveLength(1);
  });

  it('has ten minutes to respond while a command is under way', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    await minutes(world, 8);
    world.gateway.active.set('c1', world.clock());
    world.setBusy(true);
    await minutes(world, 10);
    expect(world.gateway.closed).toEqual([]);
    await minutes(world, 1);
    expect(world.gateway.closed).toEqual(['c1']);
  });

  it.each(['a notification', 'a response'])('gets no ping after %s within that time', async (message) => {
    const world = sweepWorld();
    await connected(world, 'c1');
    const receivedAt = world.clock() + 2 * MINUTE_MS;
    if (message === 'a response') world.dynamodb.set('groups', { ...world.group(), lastSeen: receivedAt });
    else world.setNotified(receivedAt);
    await minutes(world, 9);
    expect(pings(world)).toEqual([]);
    await minutes(world, 1);
    expect(pings(world)).toEqual(['/netbackup/ping']);
  });

  it('gets another ping when a stored heartbeat was not sent', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    world.clock.advance(8 * MINUTE_MS);
    await world.context.connections.startHeartbeat('c1', { commandId: 'interrupted', sentAt: world.clock() });
    await minutes(world, 2);
    expect(pings(world)).toEqual(['/netbackup/ping']);
    expect(world.gateway.closed).toEqual([]);
  });
});

it('publishes a pending Connection Opened once', async () => {
  const world = sweepWorld();
  await connected(world, 'c1');
  world.dynamodb.set('connections', { ...world.connection('c1'), untold: true });
  await world.sweep();
  await world.sweep();
  expect(world.published.map(({ detailType }) => detailType)).toEqual(['Connection Opened']);
});

it('an error in one lane does not stop the other, and is thrown', async () => {
  const world = sweepWorld();
  await world.open('silent');
  world.clock.advance(MINUTE_MS);
  const list = world.context.connections.listOpen.bind(world.context.connections);
  world.context.connections.listOpen = async (shard, ...rest) => {
    if (shard === openShardOf('session', 'c1')) throw new Error('planted');
    return list(shard, ...rest);
  };
  await expect(world.sweep()).rejects.toThrow('planted');
  expect(world.gateway.closed).toEqual(['silent']);
});

describe('a close without $disconnect', () => {
  it('of a session is detected and published once', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    world.gateway.gone.add('c1');
    await world.sweep();
    expect(world.group()).not.toHaveProperty('session');
    expect(world.lost).toEqual(['c1']);
    expect(world.published.map(({ detailType }) => detailType)).toEqual(['Connection Closed']);
    await world.sweep();
    expect(world.lost).toEqual(['c1']);
  });

  it('I-5 that was interrupted after its first write is completed once', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    await world.context.connections.close('c1', { closedAt: world.clock() });
    await world.sweep();
    expect(world.group()).not.toHaveProperty('session');
    expect(world.lost).toEqual(['c1']);
    expect(world.gateway.closed).toEqual([]);
    await world.sweep();
    expect(world.lost).toEqual(['c1']);
  });

  it('of a replaced connection is completed, so that its commands end before their time-out', async () => {
    const world = sweepWorld();
    await connected(world, 'c1');
    await recordClose(world.context, 'c1', {});
    await world.sweep();
    expect(world.lost).toEqual(['c1']);
  });
});

it('an error of one connection does not stop the others', async () => {
  const world = sweepWorld();
  for (const id of ['c1', 'c2', 'c3']) await world.open(id);
  world.clock.advance(MINUTE_MS);
  const close = world.gateway.close.bind(world.gateway);
  world.gateway.close = async (connectionId, reason) => {
    if (connectionId === 'c2') throw new Error('throttled');
    return close(connectionId, reason);
  };
  await world.sweep();
  expect(world.gateway.closed.sort()).toEqual(['c1', 'c3']);
  expect(world.log.lines).toMatchObject([{ code: 'sweep-failed', detail: { connectionId: 'c2' } }]);
});

it('reads all pages, and stops at its time limit', async () => {
  const world = sweepWorld();
  for (let index = 0; index < 450; index++) await world.open(`c${index}`);
  world.clock.advance(MINUTE_MS);
  await world.sweep(world.clock() - 1);
  expect(world.gateway.closed).toEqual([]);
  expect(new Set(world.log.codes())).toEqual(new Set(['sweep-out-of-time']));
  await world.sweep();
  expect(new Set(world.gateway.closed).size).toBe(450);
});
