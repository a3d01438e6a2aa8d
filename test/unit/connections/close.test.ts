import { closeConnection, endConnection, settleEnd } from '../../../lambdas/connections/close.ts';
import { type SessionWorld, sessionWorld } from '../../support/sessions.ts';

const session = (connectionId: string) => ({
  connectionId,
  connectedAt: 1000,
  endpointId: 'e',
  ready: true,
  since: 1500,
});
/** A connection of the group, and who its session is. */
const connected = async (world: SessionWorld, connectionId: string, sessionOf = connectionId) => {
  await world.open(connectionId, 1000);
  const stored = world.connection(connectionId);
  world.dynamodb.set('connections', { ...stored, state: 'AUTHENTICATED', groupId: 'demo', endpointId: 'e' });
  world.dynamodb.set('groups', { ...world.group(), session: session(sessionOf), epoch: 1 });
};

describe('endConnection', () => {
  it('takes the session from its group, and keeps how it ended', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    const ended = await endConnection(world.context, 'c1', { closeCode: 1006, closeReason: 'away' });
    expect(ended).toMatchObject({
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

  it('NOT-8 counts, with its group, what the gateway did not carry', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await endConnection(world.context, 'c1', { closeCode: 1009 });
    await endConnection(world.context, 'c1', { closeCode: 1009 });
    const counted = world.log.lines.filter(({ code }) => code === 'message-too-large');
    expect(counted).toMatchObject([{ level: 'warn', detail: { groupId: 'demo', connectionId: 'c1' } }]);
  });

  it('I-5 never touches the session of a newer connection', async () => {
    const world = sessionWorld();
    await connected(world, 'c1', 'c2');
    expect(await endConnection(world.context, 'c1', {})).toMatchObject({ wasSession: false });
    expect(world.group()).toMatchObject({ epoch: 1, session: { connectionId: 'c2', ready: true } });
  });

  it('I-5 not even when the newer one comes between reading and ending', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    world.dynamodb.before = (call, input) => {
      if (call === 'UpdateItem' && input.TableName === 'groups') {
        world.dynamodb.set('groups', { ...world.group(), session: session('c2') });
      }
    };
    expect(await endConnection(world.context, 'c1', {})).toMatchObject({ wasSession: false });
    expect(world.group().session).toMatchObject({ connectionId: 'c2' });
  });

  it('keeps the first report of an end', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await endConnection(world.context, 'c1', { closeCode: 1001, closeReason: 'first' });
    world.clock.advance(60_000);
    await endConnection(world.context, 'c1', { closeCode: 1006, closeReason: 'second' });
    expect(world.connection('c1')).toMatchObject({ closeCode: 1001, closeReason: 'first' });
    expect(world.log.codes()).toEqual(['connection-closed']);
  });

  it('I-5 finishes what a crash left: the group does not keep a session that has ended', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await world.context.connections.close('c1', { closedAt: 7_000, closeCode: 1001, closeReason: 'first' });
    expect(await endConnection(world.context, 'c1', { closeReason: 'found by the sweep' })).toMatchObject({
      wasSession: true,
    });
    expect(world.group()).not.toHaveProperty('session');
    expect(world.group().lastSession).toMatchObject({
      endedAt: 7_000,
      closeCode: 1001,
      closeReason: 'first',
    });
  });

  it('knows nothing of a connection that was never opened', async () => {
    const world = sessionWorld();
    expect(await endConnection(world.context, 'c9', {})).toBeUndefined();
    expect(world.dynamodb.items('connections')).toEqual([]);
  });
});

describe('closeConnection', () => {
  it('says why before it closes, and leaves the end to be reported', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await closeConnection(world.context, 'c1', 'operator');
    expect(world.gateway.closed).toEqual(['c1']);
    expect(world.connection('c1')).toMatchObject({ state: 'AUTHENTICATED', closing: 'operator' });
  });

  it('records the end of a connection that is gone already, since nobody else will', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    world.gateway.gone.add('c1');
    await closeConnection(world.context, 'c1', 'superseded');
    expect(world.connection('c1')).toMatchObject({ state: 'CLOSED', closing: 'superseded' });
    expect(world.group().lastSession).toMatchObject({ closing: 'superseded' });
  });

  it('does not change why a connection was closed once it is', async () => {
    const world = sessionWorld();
    await connected(world, 'c1');
    await endConnection(world.context, 'c1', {});
    await closeConnection(world.context, 'c1', 'not-the-session');
    expect(world.connection('c1')).not.toHaveProperty('closing');
  });
});

it('a connection that ended before its beginning could be told is told whole', async () => {
  const world = sessionWorld();
  await connected(world, 'c1');
  world.dynamodb.set('connections', { ...world.connection('c1'), untold: true });
  const ended = await endConnection(world.context, 'c1', { closeCode: 1006 });
  if (ended) await settleEnd(world.context, ended.connection, async () => {});
  expect(world.published.map(({ detailType }) => detailType)).toEqual([
    'Connection Opened',
    'Connection Closed',
  ]);
  expect(world.connection('c1')).not.toHaveProperty('untold');
});
