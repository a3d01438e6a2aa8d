import { once } from 'node:events';
import { AWS_LIMITS, RELAY_LIMITS } from '../../../gateway/limits.ts';
import {
  disconnection,
  KB,
  MB,
  notification,
  ok,
  quiet,
  type RelayRig,
  readBy,
  startRelay,
} from './support.ts';

const MINUTE = 60_000;
/** The largest message before CONNECT was accepted. */
const STRANGER = MB + 64 * KB;
let rig: RelayRig;
afterEach(() => rig.stop());

it('the relay takes 64 MB from NetBackup, sends 2 MB to it, and has no life limit', async () => {
  rig = await startRelay();
  expect(RELAY_LIMITS).toMatchObject({
    frameBytes: 64 * MB,
    messageBytes: 64 * MB,
    unauthenticatedMessageBytes: STRANGER,
    postBytes: 2 * MB,
    lifeMs: Number.POSITIVE_INFINITY,
    idleMs: 6 * MINUTE,
    retryMs: 2_000,
  });
});

describe('before a client is accepted', () => {
  const text = (bytes: number) => 'x'.repeat(bytes);

  it('1 MB and its envelope are a message, which its function sees the beginning of', async () => {
    rig = await startRelay({ handler: (event) => quiet(event) ?? ok() });
    const { client } = await rig.connect();
    client.send(text(STRANGER));
    await readBy(client);
    await rig.gateway.idle();
    expect(rig.functions.on('$default')[0]?.body).toHaveLength(128 * KB);
  });

  it.each([
    ['one frame', [STRANGER + 1]],
    ['two frames', [STRANGER - 28 * KB, 28 * KB + 1]],
  ])('more in %s is refused before it arrives, with a reason', async (_name, sizes) => {
    rig = await startRelay();
    const { client } = await rig.connect();
    sizes.forEach((size, at) => {
      client.ws.send(text(size), { fin: at === sizes.length - 1 });
    });
    const close = { code: 1009, reason: `Message of more than ${STRANGER} bytes` };
    expect(await client.closed).toEqual(close);
    expect(await disconnection(rig)).toEqual(close);
    expect(rig.counts.MessageTooLarge).toBe(1);
  });

  it.each([
    ['a refusal', { type: 'CONNECT', subType: 'RESPONSE', payload: { valid: false } }],
    ['another message', { type: 'COMMAND', subType: 'REQUEST', payload: { valid: true } }],
    ['a text like an acceptance', { type: 'CONNECT', subType: 'RESPONSE', payload: { valid: 'true' } }],
  ])('%s accepts nobody', async (_name, message) => {
    rig = await startRelay();
    const { client, id } = await rig.connect();
    await rig.gateway.connections.post(id, Buffer.from(JSON.stringify(message)));
    client.send(text(STRANGER + 1));
    expect((await client.closed).code).toBe(1009);
  });

  it('the input of all of them together is bounded; a CONNECT still passes', async () => {
    rig = await startRelay({
      limits: { unauthenticatedBytes: 300 * KB },
      handler: (event) => quiet(event) ?? ok(),
    });
    const strangers = [await rig.connect(), await rig.connect()];
    for (const { client } of strangers) {
      client.ws.send(text(120 * KB), { fin: false });
      await readBy(client);
    }
    const third = await rig.connect();
    third.client.ws.send(text(120 * KB), { fin: false });
    expect(await third.client.closed).toEqual({ code: 1013, reason: 'Try again later' });
    const netBackup = await rig.connect();
    netBackup.client.send({ type: 'CONNECT' });
    await readBy(netBackup.client);
    await rig.gateway.idle();
    expect(rig.functions.on('CONNECT')).toHaveLength(1);
    // What they held is free when they have left.
    for (const { client } of strangers) client.ws.terminate();
    while (rig.gateway.size() > 1) await new Promise((resolve) => setImmediate(resolve));
    const fourth = await rig.connect();
    fourth.client.ws.send(text(120 * KB), { fin: false });
    await readBy(fourth.client);
  });

  it.each([
    ['a message in small frames', Array.from({ length: 30 }, (_, at) => ({ size: 4 * KB, fin: at === 29 }))],
    ['small messages', Array.from({ length: 4 }, () => ({ size: 4 * KB, fin: true }))],
  ])('above that bound no more is taken: %s', async (_name, frames) => {
    rig = await startRelay({ limits: { unauthenticatedBytes: 110 * KB } });
    const first = await rig.connect();
    first.client.ws.send(text(100 * KB), { fin: false });
    await readBy(first.client);
    const { client } = await rig.connect();
    for (const { size, fin } of frames) client.ws.send(text(size), { fin });
    expect(await client.closed).toEqual({ code: 1013, reason: 'Try again later' });
  });

  it('what is being handled counts too', async () => {
    rig = await startRelay({ limits: { unauthenticatedBytes: 300 * KB } });
    const [one, two, three] = [await rig.connect(), await rig.connect(), await rig.connect()];
    one.client.send(text(120 * KB));
    two.client.send(text(120 * KB));
    const handled = [await rig.functions.invocations.next(), await rig.functions.invocations.next()];
    three.client.send(text(120 * KB));
    expect((await three.client.closed).code).toBe(1013);
    for (const { answer } of handled) answer(ok());
    await rig.gateway.idle();
    one.client.send(text(120 * KB));
    (await rig.functions.invocations.next()).answer(ok());
  });

  it('a message in very many fragments is refused', async () => {
    rig = await startRelay();
    const { client } = await rig.connect();
    for (let n = 0; n < 5_000; n += 1) client.ws.send('x', { fin: false });
    expect(await client.closed).toEqual({ code: 1008, reason: 'Too many fragments' });
  });

  it('a frame in very many chunks is refused', async () => {
    rig = await startRelay();
    const { client } = await rig.connect();
    const socket = Reflect.get(client.ws, '_socket');
    socket.setNoDelay(true);
    const frame = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1]);
    let closed = false;
    client.closed.then(() => {
      closed = true;
    });
    socket.write(frame);
    while (!closed) {
      socket.write('x');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await client.closed).code).toBe(1008);
  });
});

it('an acceptance that is the answer of a two-way route counts too', async () => {
  const valid = JSON.stringify({ type: 'CONNECT', subType: 'RESPONSE', payload: { valid: true } });
  rig = await startRelay({ handler: (event) => quiet(event) ?? ok(valid) });
  const { client } = await rig.connect();
  client.send(notification());
  await client.messages.next();
  client.send('x'.repeat(300 * KB));
  await readBy(client);
  await rig.gateway.idle();
  expect(rig.functions.on('$default')).toHaveLength(1);
});

it('2 MB can be posted, one byte more gets 413', async () => {
  rig = await startRelay();
  const { client, id } = await rig.connect();
  expect(await rig.gateway.connections.post(id, Buffer.alloc(2 * MB + 1, 'x'))).toEqual({ status: 413 });
  expect(await rig.gateway.connections.post(id, Buffer.alloc(2 * MB, 'x'))).toEqual({ status: 200 });
  expect(await client.messages.next()).toHaveLength(2 * MB);
});

it('a slow reader gets 429 above 4 MB, and everything that was taken', async () => {
  rig = await startRelay();
  const { client, id } = await rig.connect();
  client.ws.pause();
  let taken = 0;
  while ((await rig.gateway.connections.post(id, Buffer.alloc(MB, 'x'))).status === 200) taken += 1;
  // 4 MB, and what the systems of both ends hold.
  expect(taken).toBeGreaterThanOrEqual(4);
  expect(taken).toBeLessThan(64);
  client.ws.resume();
  for (let n = 0; n < taken; n += 1) expect(await client.messages.next()).toHaveLength(MB);
  expect((await rig.gateway.connections.post(id, Buffer.from('again'))).status).toBe(200);
});

it('closes with 1003 for a binary message, 1007 for invalid UTF-8', async () => {
  rig = await startRelay();
  const binary = (await rig.connect()).client;
  binary.ws.send(Buffer.from('binary'));
  expect(await binary.closed).toEqual({ code: 1003, reason: 'Binary message' });
  const garbled = (await rig.connect()).client;
  garbled.ws.send(Buffer.from([0xc3, 0x28]), { binary: false });
  expect((await garbled.closed).code).toBe(1007);
});

it('closes with 4005 after 6 min without a frame; pings keep it open', async () => {
  rig = await startRelay();
  const [silent, pinging] = [await rig.connect(), await rig.connect()];
  for (let minute = 0; minute < 6; minute += 1) {
    await readBy(pinging.client);
    rig.clock.advance(MINUTE);
  }
  expect(await silent.client.closed).toEqual({ code: 4005, reason: 'Idle' });
  expect(rig.counts.IdleClosed).toBe(1);
  for (let hours = 0; hours < 24 * 60; hours += 5) {
    await readBy(pinging.client);
    rig.clock.advance(5 * MINUTE);
  }
  expect(rig.gateway.size()).toBe(1);
  expect(pinging.client.ws.readyState).toBe(pinging.client.ws.OPEN);
});

it('a frame that takes longer than 6 min to arrive is not silence; one that stops is', async () => {
  rig = await startRelay();
  const { client } = await rig.accepted();
  const socket = Reflect.get(client.ws, '_socket');
  // A text of 1 MB in one frame, between whose bytes no ping has room.
  socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 16, 0, 0, 1, 1, 1, 1]));
  for (let minute = 0; minute < 20; minute += 1) {
    await new Promise((written) => socket.write(Buffer.alloc(8 * KB, 'x'), written));
    await readBy((await rig.connect()).client);
    rig.clock.advance(MINUTE);
  }
  expect(client.ws.readyState).toBe(client.ws.OPEN);
  rig.clock.advance(12 * MINUTE);
  expect((await client.closed).code).toBe(4005);
});

it('idle limits of many connections need few timers', async () => {
  rig = await startRelay();
  let timers = 0;
  const { setTimeout } = rig.clock;
  rig.clock.setTimeout = (callback, ms) => {
    timers += 1;
    return setTimeout.call(rig.clock, callback, ms);
  };
  const clients = [];
  for (let n = 0; n < 50; n += 1) {
    clients.push((await rig.connect()).client);
    rig.clock.advance(100);
  }
  for (const client of clients) await readBy(client);
  // One for the sweep; those of $connect are over.
  expect(timers - clients.length).toBeLessThanOrEqual(1);
  rig.clock.advance(6 * MINUTE + 1_000);
  for (const client of clients) expect((await client.closed).code).toBe(4005);
});

it('with the limits of API Gateway, no metric of the relay is counted, and no reason given', async () => {
  rig = await startRelay({ failures: 'error-frame', limits: AWS_LIMITS });
  const [large, silent] = [await rig.connect(), await rig.connect()];
  large.client.send('x'.repeat(32 * KB + 1));
  expect(await large.client.closed).toEqual({ code: 1009, reason: '' });
  rig.clock.advance(10 * MINUTE);
  expect(await silent.client.closed).toEqual({ code: 1001, reason: 'Going away' });
  await rig.gateway.idle();
  expect(rig.counts).toEqual({ ConnectCount: 2, MessageCount: 2 });
});

describe('DELETE', () => {
  it('closes with the code and reason of the caller', async () => {
    rig = await startRelay();
    const { client, id } = await rig.connect();
    const close = { code: 4001, reason: 'superseded' };
    expect(await rig.gateway.connections.delete(id, close)).toEqual({ status: 204 });
    expect(await client.closed).toEqual(close);
    expect(await disconnection(rig)).toEqual(close);
    expect(await rig.gateway.connections.delete(id, close)).toEqual({ status: 410 });
  });

  it('shortens the reason to 123 bytes in whole characters', async () => {
    rig = await startRelay();
    const { client, id } = await rig.connect();
    await rig.gateway.connections.delete(id, { code: 4001, reason: `a${'ü'.repeat(100)}` });
    expect(await client.closed).toEqual({ code: 4001, reason: `a${'ü'.repeat(61)}` });
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 2000, 5000, Number.NaN])(
    'refuses %d, which is not a close code',
    async (code) => {
      rig = await startRelay();
      const { client, id } = await rig.connect();
      expect(await rig.gateway.connections.delete(id, { code, reason: '' })).toEqual({ status: 400 });
      await readBy(client);
    },
  );
});

it('a client in the middle of a large message is closed without waiting for its end', async () => {
  rig = await startRelay();
  const { client, id } = await rig.accepted();
  client.ws.send('x'.repeat(10 * MB), { fin: false });
  await readBy(client);
  await rig.gateway.connections.delete(id, { code: 4001, reason: 'superseded' });
  for (let n = 0; n < 20; n += 1) client.ws.send('x'.repeat(MB), { fin: false });
  const [code] = await once(client.ws, 'close');
  expect([4001, 1006]).toContain(code);
  expect(await disconnection(rig)).toEqual({ code: 4001, reason: 'superseded' });
});
