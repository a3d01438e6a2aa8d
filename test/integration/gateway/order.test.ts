import { once } from 'node:events';
import type { Client } from '../local-gateway/support.ts';
import {
  disconnection,
  KB,
  notification,
  ok,
  quiet,
  type RelayEvent,
  type RelayRig,
  readBy,
  startRelay,
} from './support.ts';

let rig: RelayRig;
afterEach(() => rig.stop());

const idOf = ({ body = '' }: RelayEvent): number => JSON.parse(body).id;
const answersWithId = (event: RelayEvent) =>
  event.requestContext.routeKey === 'NOTIFICATION' ? ok(String(idOf(event))) : quiet(event);

/** Resolves when the client's system takes no more bytes, because the gateway does not read. */
const blocked = async (client: Client) => {
  let before = -1;
  while (client.ws.bufferedAmount !== before) {
    before = client.ws.bufferedAmount;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
};

it('messages of one connection are handled in order, one at a time; other connections do not wait', async () => {
  rig = await startRelay();
  const [one, other] = [await rig.connect(), await rig.connect()];
  for (let id = 0; id < 20; id += 1) one.client.send(notification({ id }));
  const first = await rig.functions.invocations.next();
  other.client.send(notification({ id: 100 }));
  const elsewhere = await rig.functions.invocations.next();
  expect(idOf(elsewhere.event)).toBe(100);
  elsewhere.answer(ok('other'));
  expect(await other.client.messages.next()).toBe('other');
  rig.functions.handler = answersWithId;
  first.answer(ok('0'));
  for (let id = 0; id < 20; id += 1) expect(await one.client.messages.next()).toBe(String(id));
  expect(rig.functions.on('NOTIFICATION').map(idOf)).toEqual(
    [0, 100, ...Array(19).keys()].map((id, at) => (at < 2 ? id : id + 1)),
  );
});

it('200 connections with 20 messages each: every connection gets its answers in its order', async () => {
  rig = await startRelay({ handler: answersWithId });
  const clients: Client[] = [];
  for (let n = 0; n < 200; n += 1) clients.push((await rig.connect()).client);
  await Promise.all(
    clients.map(async (client) => {
      for (let id = 0; id < 20; id += 1) client.send(notification({ id }));
      for (let id = 0; id < 20; id += 1) expect(await client.messages.next()).toBe(String(id));
    }),
  );
  expect(rig.functions.on('NOTIFICATION')).toHaveLength(4_000);
});

it('a flood of messages is read only as far as it is handled, and loses none', async () => {
  rig = await startRelay();
  const { client } = await rig.connect();
  const before = process.memoryUsage().arrayBuffers;
  const text = JSON.stringify(notification({ filler: 'x'.repeat(50 * KB) }));
  const count = 1_000;
  for (let n = 0; n < count; n += 1) client.send(text);
  const first = await rig.functions.invocations.next();
  await blocked(client);
  // 50 MB were sent. What the systems of both ends hold for a socket is not in this process.
  expect(client.ws.bufferedAmount).toBeGreaterThan(25 * KB * KB);
  const held = process.memoryUsage().arrayBuffers - before - client.ws.bufferedAmount;
  expect(held).toBeLessThan(10 * KB * KB);
  let handled = 1;
  rig.functions.handler = (event) => {
    if (event.requestContext.routeKey === 'NOTIFICATION') handled += 1;
    return quiet(event) ?? ok('answer');
  };
  first.answer(ok('answer'));
  for (let n = 0; n < count; n += 1) expect(await client.messages.next()).toBe('answer');
  expect(handled).toBe(count);
});

it('pings are answered while a message is handled', async () => {
  rig = await startRelay();
  const { client } = await rig.connect();
  client.send(notification());
  const invocation = await rig.functions.invocations.next();
  await readBy(client);
  invocation.answer(ok('answer'));
  expect(await client.messages.next()).toBe('answer');
});

it('a client that leaves while its messages wait: they are handled, $disconnect comes last', async () => {
  rig = await startRelay();
  const { client } = await rig.connect();
  for (let id = 0; id < 3; id += 1) client.send(notification({ id }));
  const first = await rig.functions.invocations.next();
  client.ws.terminate();
  rig.functions.handler = (event) => quiet(event) ?? ok('');
  first.answer(ok(''));
  expect(await disconnection(rig)).toMatchObject({ code: 1006 });
  expect(rig.functions.all.map(({ requestContext }) => requestContext.routeKey)).toEqual([
    '$connect',
    ...Array(3).fill('NOTIFICATION'),
    '$disconnect',
  ]);
});

it('messages of a stranger that wait when its connection is closed are not handled', async () => {
  rig = await startRelay();
  const { client, id } = await rig.connect();
  for (let n = 0; n < 20; n += 1) client.send(notification({ id: n }));
  const first = await rig.functions.invocations.next();
  await readBy(client);
  await rig.gateway.connections.delete(id, { code: 1008, reason: 'rejected' });
  first.answer(ok(''));
  expect(await disconnection(rig)).toMatchObject({ code: 1008 });
  expect(rig.functions.all.map(({ requestContext }) => requestContext.routeKey)).toEqual([
    '$connect',
    'NOTIFICATION',
    '$disconnect',
  ]);
});

it('a client that does not read its answers is disconnected, and bounded until then', async () => {
  rig = await startRelay({
    limits: { clientBufferBytes: 256 * KB },
    handler: (event) => quiet(event) ?? ok('y'.repeat(64 * KB)),
  });
  const { client } = await rig.connect();
  client.ws.pause();
  const closed = once(client.ws, 'close');
  let sent = 0;
  while (rig.gateway.size() > 0) {
    client.send(notification({ id: sent }));
    sent += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await disconnection(rig)).toEqual({ code: 1008, reason: 'Answers are not read' });
  client.ws.resume();
  await closed;
});
