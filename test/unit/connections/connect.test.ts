import { connect } from '../../../lambdas/connections/connect.ts';
import { createToken } from '../../../lambdas/endpoints/token.ts';
import { readGatewayEvent } from '../../../lambdas/platform/gateway/events.ts';
import { messageEvent, vector } from '../../support/fakes.ts';
import { ENDPOINT_ID, type SessionWorld, sessionWorld, token } from '../../support/sessions.ts';

const text = (given: unknown, id = 'id-1') =>
  JSON.stringify({ ...vector('connect-request'), id, payload: given });
/** Sends CONNECT on a connection that was opened at that time. */
const sendConnect = (
  world: SessionWorld,
  connectionId: string,
  connectedAt: number,
  body = text({ token }),
) =>
  connect(world.context, { ...readGatewayEvent(messageEvent('CONNECT', body, connectionId)), connectedAt });
const responses = ({ gateway }: SessionWorld) =>
  gateway.posted.map(({ connectionId, message }) => [connectionId, message.id, message.payload['valid']]);

describe('a valid token', () => {
  it('CON-2 I-5 claims the session, then sends the response, then is ready', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    world.gateway.answers = () => {
      expect(world.group().session).toMatchObject({ connectionId: 'c1', ready: false });
      return 'accepted';
    };
    expect(await sendConnect(world, 'c1', 1000)).toMatchObject({ ready: true, groupId: 'demo' });
    expect(responses(world)).toEqual([['c1', 'id-1', true]]);
    expect(world.group()).toMatchObject({
      epoch: 1,
      session: { connectionId: 'c1', connectedAt: 1000, ready: true },
    });
    expect(world.connection('c1')).toMatchObject({
      state: 'AUTHENTICATED',
      groupId: 'demo',
      endpointId: ENDPOINT_ID,
    });
  });

  it('a second CONNECT on the connection gets a response and changes nothing', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await sendConnect(world, 'c1', 1000);
    expect(await sendConnect(world, 'c1', 1000, text({ token }, 'id-2'))).toMatchObject({ ready: true });
    expect(responses(world)).toEqual([
      ['c1', 'id-1', true],
      ['c1', 'id-2', true],
    ]);
    expect(world.group().epoch).toBe(1);
    expect(world.gateway.closed).toEqual([]);
  });

  it.each([7, null, undefined])(
    'ENV-4 the id %p is answered as it is, and as null if missing',
    async (id) => {
      const world = sessionWorld();
      await world.open('c1', 1000);
      const body = JSON.stringify({ ...vector('connect-request'), id, payload: { token } });
      expect(await sendConnect(world, 'c1', 1000, body)).toMatchObject({ ready: true });
      expect(responses(world)).toEqual([['c1', id ?? null, true]]);
    },
  );

  it('ten concurrent CONNECTs on one connection create one session', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        sendConnect(world, 'c1', 1000, text({ token }, `id-${index}`)),
      ),
    );
    expect(responses(world).map(([, , valid]) => valid)).toEqual(Array.from({ length: 10 }, () => true));
    expect(world.group()).toMatchObject({ epoch: 1, session: { connectionId: 'c1', ready: true } });
  });
});

describe('I-5 the newest connection becomes the session', () => {
  it('and the older one is closed, after the response', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await world.open('c2', 2000);
    await sendConnect(world, 'c1', 1000);
    world.gateway.answers = () => {
      expect(world.gateway.closed).toEqual([]);
      return 'accepted';
    };
    await sendConnect(world, 'c2', 2000);
    expect(world.group()).toMatchObject({ session: { connectionId: 'c2', ready: true } });
    expect(world.gateway.closed).toEqual(['c1']);
    expect(world.connection('c1')).toMatchObject({ closing: 'superseded' });
  });

  it('if its CONNECT is the first; the older one is closed without a response', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await world.open('c2', 2000);
    await sendConnect(world, 'c2', 2000);
    expect(await sendConnect(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group()).toMatchObject({ epoch: 1, session: { connectionId: 'c2' } });
    expect(responses(world)).toEqual([['c2', 'id-1', true]]);
    expect(world.gateway.closed).toEqual(['c1']);
  });

  it('if all CONNECTs are concurrent', async () => {
    const world = sessionWorld();
    const ids = ['c3', 'c1', 'c4', 'c2', 'c5'];
    for (const id of ids) await world.open(id, 1000 + Number(id.slice(1)));
    await Promise.all(ids.map((id) => sendConnect(world, id, 1000 + Number(id.slice(1)))));
    expect(world.group()).toMatchObject({ session: { connectionId: 'c5', ready: true } });
    expect([...new Set(world.gateway.closed)].sort()).toEqual(['c1', 'c2', 'c3', 'c4']);
  });
});

describe('a token that is not valid', () => {
  const other = createToken(ENDPOINT_ID, 0).token;
  it.each<[string, unknown, (world: SessionWorld) => void, string]>([
    ['no payload', undefined, () => {}, 'no-token'],
    ['a token that is not a string', { token: 5 }, () => {}, 'no-token'],
    ['a token of another format', { token: 'TOKEN' }, () => {}, 'malformed-token'],
    ['a token of 100 KB', { token: 'x'.repeat(100_000) }, () => {}, 'malformed-token'],
    ['another token', { token: other }, () => {}, 'wrong-token'],
    ['a disabled endpoint', { token }, (world) => world.endpoint({ enabled: false }), 'endpoint-disabled'],
    ['a revoked token', { token }, (world) => world.endpoint({ tokens: [] }), 'wrong-token'],
    [
      'an endpoint that does not exist',
      { token: createToken('2'.repeat(16), 0).token },
      () => {},
      'unknown-endpoint',
    ],
    [
      'the endpoint of a deleted group whose id was used again',
      { token },
      (world) => world.dynamodb.set('groups', { ...world.group(), endpointId: '2'.repeat(16) }),
      'unknown-endpoint',
    ],
  ])('CON-3 %s: the same response, with the reason in the log only', async (_, payload, change, reason) => {
    const world = sessionWorld();
    change(world);
    await world.open('c1', 1000);
    expect(await sendConnect(world, 'c1', 1000, text(payload))).toEqual({ ready: false });
    expect(world.gateway.posted).toMatchObject([{ message: { type: 'CONNECT', payload: { valid: false } } }]);
    expect(Object.keys(world.gateway.posted[0]?.message.payload ?? {})).toEqual(['valid']);
    expect(world.log.lines).toMatchObject([
      { level: 'warn', code: `connect-rejected-${reason}`, detail: { reason } },
    ]);
    expect(world.connection('c1')).toMatchObject({ state: 'REJECTED' });
    expect(world.group()).not.toHaveProperty('session');
  });

  it('I-6 the log contains the endpoint, but not the secret', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await sendConnect(world, 'c1', 1000, text({ token: other }));
    const lines = JSON.stringify(world.log.lines);
    expect(lines).toContain(ENDPOINT_ID);
    expect(lines).not.toContain(other.split('.')[1]);
  });

  it('a rejected connection is rejected again, even with a valid token', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await sendConnect(world, 'c1', 1000, text({ token: other }));
    expect(await sendConnect(world, 'c1', 1000)).toEqual({ ready: false });
    expect(responses(world)).toEqual([
      ['c1', 'id-1', false],
      ['c1', 'id-1', false],
    ]);
  });

  it('a wrong token on a live connection does not end its session', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await sendConnect(world, 'c1', 1000);
    await sendConnect(world, 'c1', 1000, text({ token: other }));
    expect(world.group()).toMatchObject({ session: { connectionId: 'c1', ready: true } });
    expect(world.connection('c1')).toMatchObject({ state: 'AUTHENTICATED' });
  });

  it('a token that is revoked between read and claim is rejected', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    world.dynamodb.before = (call) => {
      if (call === 'TransactWriteItems') world.endpoint({ tokens: [], version: 2 });
    };
    expect(await sendConnect(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group()).not.toHaveProperty('session');
    expect(responses(world)).toEqual([['c1', 'id-1', false]]);
  });
});

it('CON-3 the second rejected CONNECT on a connection closes it', async () => {
  const world = sessionWorld();
  await world.open('c1', 1000);
  await sendConnect(world, 'c1', 1000, text({ token: 'wrong' }));
  expect(world.gateway.closed).toEqual([]);
  await sendConnect(world, 'c1', 1000, text({ token }, 'id-2'));
  expect(responses(world)).toEqual([
    ['c1', 'id-1', false],
    ['c1', 'id-2', false],
  ]);
  expect(world.gateway.closed).toEqual(['c1']);
  expect(world.connection('c1')).toMatchObject({ state: 'REJECTED', closing: 'rejected' });
});

describe('I-1 a message that is not a CONNECT REQUEST gets no response', () => {
  it.each([
    ['{', 'not-json'],
    [JSON.stringify(vector('connect-response-valid')), 'not-a-connect-request'],
    ['{"type":"CONNECT"}', 'not-an-envelope'],
  ])('%s', async (body, reason) => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    expect(await sendConnect(world, 'c1', 1000, body)).toEqual({ ready: false });
    expect(world.gateway.posted).toEqual([]);
    expect(world.log.lines).toMatchObject([
      { code: 'malformed-before-connect', detail: { reason, route: 'CONNECT' } },
    ]);
    expect(world.gateway.closed).toEqual(['c1']);
  });

  it('does not close a session', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await sendConnect(world, 'c1', 1000);
    await sendConnect(world, 'c1', 1000, '{');
    expect(world.log.lines.at(-1)).toMatchObject({ detail: { reason: 'not-json', groupId: 'demo' } });
    expect(world.gateway.closed).toEqual([]);
  });
});

describe('a CONNECT RESPONSE that is not sent', () => {
  it.each([
    // After a 410 it may still have arrived.
    ['gone'],
    ['unknown'],
    ['throttled'],
  ] as const)('I-4 %s: the session does not become ready, and the connection is closed', async (posted) => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    world.gateway.answers = () => posted;
    expect(await sendConnect(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group().session?.ready ?? false).toBe(false);
    expect(world.gateway.closed).toEqual(['c1']);
    expect(world.connection('c1')).toMatchObject({ state: 'AUTHENTICATED', closing: 'unanswered' });
  });

  it('a CONNECT on a closed connection claims nothing', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await world.context.connections.close('c1', { closedAt: 1500 });
    expect(await sendConnect(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group()).not.toHaveProperty('session');
    expect(world.gateway.posted).toEqual([]);
  });

  it('a connection that closes between read and claim claims nothing', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    let isClosed = false;
    world.dynamodb.before = async (call) => {
      if (call !== 'TransactWriteItems' || isClosed) return;
      isClosed = true;
      await world.context.connections.close('c1', { closedAt: 1500 });
    };
    expect(await sendConnect(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group()).not.toHaveProperty('session');
  });
});
