import { UnauthenticatedConnections } from '../../../lambdas/connections/unauthenticated-connections.ts';
import { readGatewayEvent } from '../../../lambdas/platform/gateway/events.ts';
import { messageEvent } from '../../support/fakes.ts';
import { sessionOf, sessionWorld } from '../../support/sessions.ts';

const RESPONSE = '{"id":"1","payload":{"valid":false}}';
const eventOf = (connectionId: string) => readGatewayEvent(messageEvent('NOTIFICATION', '{}', connectionId));

const setUp = async () => {
  const world = sessionWorld();
  await world.open('c1', 1000);
  const reject = (environment = world.context.unauthenticated) =>
    environment.reject(eventOf('c1'), 'notification-before-connect', { route: 'x' }, RESPONSE);
  return { ...world, reject };
};

it('the first message is logged, answered, and closes the connection', async () => {
  const world = await setUp();
  world.gateway.answers = () => {
    expect(world.gateway.closed).toEqual([]);
    return 'accepted';
  };
  await world.reject();
  expect(world.connection('c1')).toMatchObject({ state: 'REJECTED', closing: 'rejected' });
  expect(world.log.lines).toMatchObject([
    { level: 'warn', code: 'notification-before-connect', detail: { connectionId: 'c1', route: 'x' } },
  ]);
  expect(world.gateway.posted).toMatchObject([{ connectionId: 'c1', message: JSON.parse(RESPONSE) }]);
  expect(world.gateway.closed).toEqual(['c1']);
  expect(world.context.unauthenticated.isClosed('c1')).toBe(true);
});

it('only once, also in another execution environment, which remembers it too', async () => {
  const world = await setUp();
  const other = new UnauthenticatedConnections(world.context);
  await Promise.all([world.reject(), world.reject(other)]);
  expect(world.log.lines).toHaveLength(1);
  expect(world.gateway.posted).toHaveLength(1);
  expect(world.gateway.closed).toEqual(['c1']);
  expect(other.isClosed('c1')).toBe(true);
});

it('also after a rejected CONNECT', async () => {
  const world = await setUp();
  await world.context.connections.reject('c1');
  await world.reject();
  expect(world.gateway.closed).toEqual(['c1']);
});

it('not if the connection has become authenticated meanwhile, and that is not remembered', async () => {
  const world = await setUp();
  const connection = world.connection('c1');
  const { endpointId } = sessionOf('c1');
  world.dynamodb.set('connections', { ...connection, state: 'AUTHENTICATED', groupId: 'demo', endpointId });
  await world.reject();
  expect(world.gateway.closed).toEqual([]);
  expect(world.log.lines).toEqual([]);
  expect(world.context.unauthenticated.isClosed('c1')).toBe(false);
});

it('a connection that was never opened, or is closed, needs no AWS call a second time', async () => {
  const world = await setUp();
  await world.context.unauthenticated.reject(eventOf('unknown'), 'response-before-connect');
  expect(world.context.unauthenticated.isClosed('unknown')).toBe(true);
  expect([world.log.lines, world.gateway.closed]).toEqual([[], []]);
});

it('a failed close is logged: the sweep repeats it', async () => {
  const world = await setUp();
  world.gateway.close = () => Promise.reject(new Error('throttled'));
  await world.reject();
  expect(world.log.codes()).toEqual(['notification-before-connect', 'close-failed']);
});

it('remembers a bounded number, the latest ones', async () => {
  const rejectOnce = async () => 'repeated' as const;
  const connections = new UnauthenticatedConnections({
    ...sessionWorld().context,
    connections: { rejectOnce },
  });
  for (let index = 0; index <= 5_000; index++) await connections.close(`c${index}`);
  expect(['c0', 'c1', 'c5000'].map((id) => connections.isClosed(id))).toEqual([false, true, true]);
});
