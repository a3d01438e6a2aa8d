import { Client } from '../local-gateway/support.ts';
import {
  disconnection,
  MB,
  notification,
  ok,
  quiet,
  type RelayRig,
  readBy,
  startRelay,
  thrown,
} from './support.ts';

let rig: RelayRig;
afterEach(() => rig.stop());

const RESTART = { code: 1012, reason: 'Service Restart' };
/** The promise, and whether it is settled. */
const watch = (promise: Promise<unknown>) => {
  const state = { done: false };
  return { state, finished: promise.then(() => Object.assign(state, { done: true })) };
};

it('closes idle connections at once with 1012, and resolves when each $disconnect is delivered', async () => {
  rig = await startRelay({
    handler: (event) => (event.requestContext.routeKey === '$disconnect' ? undefined : quiet(event)),
  });
  const clients = [];
  for (let n = 0; n < 3; n += 1) clients.push((await rig.connect()).client);
  const { state, finished } = watch(rig.gateway.drain(rig.clock.now() + 90_000));
  for (const client of clients) expect(await client.closed).toEqual(RESTART);
  const invocations = [];
  for (const _ of clients) invocations.push(await rig.functions.invocations.next());
  expect(state.done).toBe(false);
  for (const { event, answer } of invocations) {
    expect(event.requestContext).toMatchObject({
      disconnectStatusCode: 1012,
      disconnectReason: 'Service Restart',
    });
    answer(ok());
  }
  await finished;
  expect(rig.gateway.size()).toBe(0);
});

it('lets a connection finish the message that is under way', async () => {
  rig = await startRelay();
  const { client } = await rig.connect();
  client.send(notification());
  const invocation = await rig.functions.invocations.next();
  const { state, finished } = watch(rig.gateway.drain(rig.clock.now() + 90_000));
  await readBy(client);
  expect(state.done).toBe(false);
  invocation.answer(ok('acknowledged'));
  expect(await client.messages.next()).toBe('acknowledged');
  expect(await client.closed).toEqual(RESTART);
  await finished;
  expect(await disconnection(rig)).toEqual(RESTART);
});

it('lets a message arrive whose beginning has', async () => {
  rig = await startRelay({ handler: (event) => quiet(event) ?? ok('acknowledged') });
  const { client } = await rig.connect();
  const text = JSON.stringify(notification());
  client.ws.send(text.slice(0, 20), { fin: false });
  await readBy(client);
  const drained = rig.gateway.drain(rig.clock.now() + 90_000);
  await readBy(client);
  client.ws.send(text.slice(20));
  expect(await client.messages.next()).toBe('acknowledged');
  expect(await client.closed).toEqual(RESTART);
  await drained;
});

it('closes the rest at the end of the time, also in the middle of a message', async () => {
  rig = await startRelay();
  const [handled, arriving] = [await rig.connect(), await rig.accepted()];
  handled.client.send(notification());
  const invocation = await rig.functions.invocations.next();
  arriving.client.ws.send('x'.repeat(2 * MB), { fin: false });
  await readBy(arriving.client);
  const drained = rig.gateway.drain(rig.clock.now() + 90_000);
  rig.clock.advance(89_999);
  expect(rig.gateway.size()).toBe(2);
  rig.clock.advance(1);
  expect(await handled.client.closed).toEqual(RESTART);
  expect((await arriving.client.closed).code).toBe(1012);
  invocation.answer(ok('too late'));
  await drained;
  expect(rig.functions.on('$disconnect')).toHaveLength(2);
});

it('refuses new connections, and closes one whose handshake was under way', async () => {
  rig = await startRelay({ handler: () => undefined });
  const shaking = new Client(rig.url);
  const handshake = await rig.functions.invocations.next();
  rig.functions.handler = quiet;
  const drained = rig.gateway.drain(rig.clock.now() + 90_000);
  expect(await new Client(rig.url).refused()).toMatchObject({ status: 503 });
  handshake.answer(ok());
  expect(await shaking.closed).toEqual(RESTART);
  await drained;
  expect(rig.functions.on('$disconnect')).toHaveLength(1);
});

it('delivers $disconnect for 300 connections, 50 at a time, again where it failed', async () => {
  rig = await startRelay();
  for (let n = 0; n < 300; n += 1) await rig.connect();
  rig.functions.mostRunning = 0;
  const failed = new Set<string>();
  rig.functions.handler = async ({ requestContext: { connectionId } }) => {
    await new Promise((resolve) => setImmediate(resolve));
    const isFirst = !failed.has(connectionId);
    failed.add(connectionId);
    return isFirst ? thrown : ok();
  };
  const { state, finished } = watch(rig.gateway.drain(rig.clock.now() + 90_000));
  while (!state.done) {
    await new Promise((resolve) => setImmediate(resolve));
    rig.clock.advance(1);
  }
  await finished;
  expect(rig.functions.on('$disconnect')).toHaveLength(600);
  expect(rig.functions.mostRunning).toBeLessThanOrEqual(50);
});
