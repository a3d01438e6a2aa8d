import { connect } from '../../../lambdas/connections/connect.ts';
import { createToken } from '../../../lambdas/endpoints/token.ts';
import { readGatewayEvent } from '../../../lambdas/platform/gateway/events.ts';
import { messageEvent, vector } from '../../support/fakes.ts';
import { ENDPOINT_ID, type SessionWorld, sessionWorld, token } from '../../support/sessions.ts';

const text = (given: unknown, id = 'id-1') =>
  JSON.stringify({ ...vector('connect-request'), id, payload: given });
/** CONNECT on a connection that was opened at that moment. */
const say = (world: SessionWorld, connectionId: string, connectedAt: number, body = text({ token })) =>
  connect(world.context, { ...readGatewayEvent(messageEvent('CONNECT', body, connectionId)), connectedAt });
const answers = ({ gateway }: SessionWorld) =>
  gateway.posted.map(({ connectionId, message }) => [connectionId, message.id, message.payload['valid']]);

describe('a valid token', () => {
  it('CON-2 I-5 claims the session, then answers, then is ready', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    world.gateway.answers = () => {
      expect(world.group().session).toMatchObject({ connectionId: 'c1', ready: false });
      return 'accepted';
    };
    expect(await say(world, 'c1', 1000)).toMatchObject({ ready: true, groupId: 'demo' });
    expect(answers(world)).toEqual([['c1', 'id-1', true]]);
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

  it('a second CONNECT on the connection is answered again, harmlessly', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await say(world, 'c1', 1000);
    expect(await say(world, 'c1', 1000, text({ token }, 'id-2'))).toMatchObject({ ready: true });
    expect(answers(world)).toEqual([
      ['c1', 'id-1', true],
      ['c1', 'id-2', true],
    ]);
    expect(world.group().epoch).toBe(1);
    expect(world.gateway.closed).toEqual([]);
  });

  it('ten CONNECTs at once on one connection make one session', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => say(world, 'c1', 1000, text({ token }, `id-${index}`))),
    );
    expect(answers(world).map(([, , valid]) => valid)).toEqual(Array.from({ length: 10 }, () => true));
    expect(world.group()).toMatchObject({ epoch: 1, session: { connectionId: 'c1', ready: true } });
  });
});

describe('I-5 the newest wins', () => {
  it('and the older one is closed, after the answer', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await world.open('c2', 2000);
    await say(world, 'c1', 1000);
    world.gateway.answers = () => {
      expect(world.gateway.closed).toEqual([]);
      return 'accepted';
    };
    await say(world, 'c2', 2000);
    expect(world.group()).toMatchObject({ session: { connectionId: 'c2', ready: true } });
    expect(world.gateway.closed).toEqual(['c1']);
    expect(world.connection('c1')).toMatchObject({ closing: 'superseded' });
  });

  it('whose CONNECT comes first; the older one gets no answer', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await world.open('c2', 2000);
    await say(world, 'c2', 2000);
    expect(await say(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group()).toMatchObject({ epoch: 1, session: { connectionId: 'c2' } });
    expect(answers(world)).toEqual([['c2', 'id-1', true]]);
    expect(world.gateway.closed).toEqual(['c1']);
  });

  it('when all speak at once', async () => {
    const world = sessionWorld();
    const ids = ['c3', 'c1', 'c4', 'c2', 'c5'];
    for (const id of ids) await world.open(id, 1000 + Number(id.slice(1)));
    await Promise.all(ids.map((id) => say(world, id, 1000 + Number(id.slice(1)))));
    expect(world.group()).toMatchObject({ session: { connectionId: 'c5', ready: true } });
    expect([...new Set(world.gateway.closed)].sort()).toEqual(['c1', 'c2', 'c3', 'c4']);
  });
});

describe('a token that is not valid', () => {
  const other = createToken(ENDPOINT_ID, 0).token;
  it.each<[string, unknown, (world: SessionWorld) => void, string]>([
    ['no payload', undefined, () => {}, 'no-token'],
    ['a token that is no text', { token: 5 }, () => {}, 'no-token'],
    ['no token of ours', { token: 'TOKEN' }, () => {}, 'malformed-token'],
    ['a token of 100 KB', { token: 'x'.repeat(100_000) }, () => {}, 'malformed-token'],
    ['another token', { token: other }, () => {}, 'wrong-token'],
    ['a disabled endpoint', { token }, (world) => world.endpoint({ enabled: false }), 'endpoint-disabled'],
    ['a revoked token', { token }, (world) => world.endpoint({ tokens: [] }), 'wrong-token'],
    [
      'an endpoint that is not there',
      { token: createToken('2'.repeat(16), 0).token },
      () => {},
      'unknown-endpoint',
    ],
    [
      'an endpoint left over of a deleted group, whose id was given again',
      { token },
      (world) => world.dynamodb.set('groups', { ...world.group(), endpointId: '2'.repeat(16) }),
      'unknown-endpoint',
    ],
  ])('CON-3 %s: the same answer, and the reason in the log only', async (_, payload, change, reason) => {
    const world = sessionWorld();
    change(world);
    await world.open('c1', 1000);
    expect(await say(world, 'c1', 1000, text(payload))).toEqual({ ready: false });
    expect(world.gateway.posted).toMatchObject([{ message: { type: 'CONNECT', payload: { valid: false } } }]);
    expect(Object.keys(world.gateway.posted[0]?.message.payload ?? {})).toEqual(['valid']);
    expect(world.log.lines).toMatchObject([
      { level: 'warn', code: `connect-rejected-${reason}`, detail: { reason } },
    ]);
    expect(world.connection('c1')).toMatchObject({ state: 'REJECTED' });
    expect(world.group()).not.toHaveProperty('session');
  });

  it('I-6 the log tells the endpoint, and nothing of the secret', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await say(world, 'c1', 1000, text({ token: other }));
    const lines = JSON.stringify(world.log.lines);
    expect(lines).toContain(ENDPOINT_ID);
    expect(lines).not.toContain(other.split('.')[1]);
  });

  it('a rejected connection cannot be made good', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await say(world, 'c1', 1000, text({ token: other }));
    expect(await say(world, 'c1', 1000)).toEqual({ ready: false });
    expect(answers(world)).toEqual([
      ['c1', 'id-1', false],
      ['c1', 'id-1', false],
    ]);
  });

  it('a wrong token on a live connection does not end its session', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await say(world, 'c1', 1000);
    await say(world, 'c1', 1000, text({ token: other }));
    expect(world.group()).toMatchObject({ session: { connectionId: 'c1', ready: true } });
    expect(world.connection('c1')).toMatchObject({ state: 'AUTHENTICATED' });
  });

  it('a token revoked between reading and claiming does not come in', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    world.dynamodb.before = (call) => {
      if (call === 'TransactWriteItems') world.endpoint({ tokens: [], version: 2 });
    };
    expect(await say(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group()).not.toHaveProperty('session');
    expect(answers(world)).toEqual([['c1', 'id-1', false]]);
  });
});

describe('I-1 what is no CONNECT REQUEST gets no answer', () => {
  it.each([
    ['{', 'not-json'],
    [JSON.stringify(vector('connect-response-valid')), 'not-a-connect-request'],
    ['{"type":"CONNECT"}', 'not-an-envelope'],
  ])('%s', async (body, reason) => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    expect(await say(world, 'c1', 1000, body)).toEqual({ ready: false });
    expect(world.gateway.posted).toEqual([]);
    expect(world.log.lines).toMatchObject([
      { code: 'message-malformed', detail: { reason, route: 'CONNECT' } },
    ]);
  });
});

describe('an answer that does not go out', () => {
  it.each([
    // A 410 is no proof that nothing arrived: the connection is closed all the same.
    ['gone'],
    ['unknown'],
    ['throttled'],
  ] as const)('I-4 %s: the session is never ready, and the connection does not stay', async (posted) => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    world.gateway.answers = () => posted;
    expect(await say(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group().session?.ready ?? false).toBe(false);
    expect(world.gateway.closed).toEqual(['c1']);
    expect(world.connection('c1')).toMatchObject({ state: 'AUTHENTICATED', closing: 'unanswered' });
  });

  it('a CONNECT whose connection has ended claims nothing', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    await world.context.connections.close('c1', { closedAt: 1500 });
    expect(await say(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group()).not.toHaveProperty('session');
    expect(world.gateway.posted).toEqual([]);
  });

  it('a connection that ends between reading and claiming claims nothing', async () => {
    const world = sessionWorld();
    await world.open('c1', 1000);
    let ended = false;
    world.dynamodb.before = async (call) => {
      if (call !== 'TransactWriteItems' || ended) return;
      ended = true;
      await world.context.connections.close('c1', { closedAt: 1500 });
    };
    expect(await say(world, 'c1', 1000)).toEqual({ ready: false });
    expect(world.group()).not.toHaveProperty('session');
  });
});
