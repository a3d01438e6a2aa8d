import { closeConnection, finishClose, recordClose } from '../../../lambdas/connections/close.ts';
import { type SessionWorld, sessionWorld } from '../../support/sessions.ts';

const session = (connectionId: string) => ({
  connectionId,
  connectedAt: 1000,
  endpointId: 'e',
  ready: true,
  since: 1500,
});
/** A connection of the group, whose session is `sessionOf`. */
const connected = async (world: SessionWorld, connectionId: string, sessionOf = connectionId) => {
  await world.open(connectionId, 1000);
  const stored = world.connection(connectionId);
  world.dynamodb.set('connections', { ...stored, state: 'AUTHENTICATED', groupId: 'demo', endpointId: 'e' });
  world.dynamodb.set('groups', { ...world.group(), session: session(sessionOf), epoch: 1 });
};

describe('recordClose', () => {
  it('ends the session of its group, and stores the close code and reason', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    const result = await recordClose(world.context, 'c1', { closeCode: 1006, closeReason: 'away' });
    expect(result).toMatchObject({
      wasSession: true,
      connection: { state: 'CLOSED', closedAt: world.clock() },
    });
    expect(world.group()).not.toHaveProperty('session');
    expect(world.group()).toMatchObject({
      epoch: 2,
      lastSession: {
        connectionId: 'c1',
        since: 1500,
        endedAt: world.clock(),
        closeCode: 1006,
        closeReason: 'away',
      },
    });
  });

  it('NOT-8 logs a message that was too large once, with the group', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await recordClose(world.context, 'c1', { closeCode: 1009 });
    await recordClose(world.context, 'c1', { closeCode: 1009 });
    const logged = world.log.lines.filter(({ code }) => code === 'message-too-large');
    expect(logged).toMatchObject([{ level: 'warn', detail: { groupId: 'demo', connectionId: 'c1' } }]);
  });

  it('I-5 does not end the session of a newer connection', async () => {
    const world = sessionWorld();
    await connected(world, 'c1', 'c2');
    expect(await recordClose(world.context, 'c1', {})).toMatchObject({ wasSession: false });
    expect(world.group()).toMatchObject({ epoch: 1, session: { connectionId: 'c2', ready: true } });
  });

  it('I-5 does not end a session that was claimed between its read and its write', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    world.dynamodb.before = (call, input) => {
      if (call === 'UpdateItem' && input.TableName === 'groups') {
        world.dynamodb.set('groups', { ...world.group(), session: session('c2') });
      }
    };
    expect(await recordClose(world.context, 'c1', {})).toMatchObject({ wasSession: false });
    expect(world.group().session).toMatchObject({ connectionId: 'c2' });
  });

  it('keeps the first report of a close', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await recordClose(world.context, 'c1', { closeCode: 1001, closeReason: 'first' });
    world.clock.advance(60_000);
    await recordClose(world.context, 'c1', { closeCode: 1006, closeReason: 'second' });
    expect(world.connection('c1')).toMatchObject({ closeCode: 1001, closeReason: 'first' });
    expect(world.log.codes()).toEqual(['connection-closed']);
  });

  it('I-5 completes an interrupted close', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await world.context.connections.close('c1', { closedAt: 7_000, closeCode: 1001, closeReason: 'first' });
    expect(await recordClose(world.context, 'c1', { closeReason: 'found by the sweep' })).toMatchObject({
      wasSession: true,
    });
    expect(world.group()).not.toHaveProperty('session');
    expect(world.group().lastSession).toMatchObject({
      endedAt: 7_000,
      closeCode: 1001,
      closeReason: 'first',
    });
  });

  it('does not create a connection that was never opened', async () => {
    const world = sessionWorld();
    expect(await recordClose(world.context, 'c9', {})).toBeUndefined();
    expect(world.dynamodb.items('connections')).toEqual([]);
  });
});

describe('closeConnection', () => {
  it('records the reason before the close', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await closeConnection(world.context, 'c1', 'operator');
    expect(world.gateway.closed).toEqual(['c1']);
    expect(world.connection('c1')).toMatchObject({ state: 'AUTHENTICATED', closing: 'operator' });
  });

  it('records the close of a connection that the gateway no longer has', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    world.gateway.gone.add('c1');
    await closeConnection(world.context, 'c1', 'superseded');
    expect(world.connection('c1')).toMatchObject({ state: 'CLOSED', closing: 'superseded' });
    expect(world.group().lastSession).toMatchObject({ closing: 'superseded' });
  });

  it('does not change a closed connection', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await recordClose(world.context, 'c1', {});
    await closeConnection(world.context, 'c1', 'not-the-session');
    expect(world.connection('c1')).not.toHaveProperty('closing');
  });
});

it('publishes a pending Connection Opened before Connection Closed', async () => {
  const world = sessionWorld();
  await connected(world, 'c1');
  world.dynamodb.set('connections', { ...world.connection('c1'), untold: true });
  await finishClose({ ...world.context, onConnectionLost: async () => {} }, 'c1', { closeCode: 1006 });
  expect(world.published.map(({ detailType }) => detailType)).toEqual([
    'Connection Opened',
    'Connection Closed',
  ]);
  expect(world.connection('c1')).not.toHaveProperty('untold');
});
