import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Client } from '../local-gateway/support.ts';
import { type Invocation, KB, ok, quiet, type RelayRig, startRelay } from './support.ts';

let rig: RelayRig;
afterEach(() => rig.stop());

const REQUEST =
  'GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

it('of 100 clients that connect at once, ten are asked for at a time, and all get in', async () => {
  rig = await startRelay({ limits: { handshakes: 10 }, handler: () => undefined });
  const all = Promise.all(Array.from({ length: 100 }, () => new Client(rig.url).opened()));
  const asked: Invocation[] = [];
  while (asked.length < 10) asked.push(await rig.functions.invocations.next());
  rig.functions.handler = quiet;
  for (const { answer } of asked) answer(ok());
  await all;
  expect(rig.gateway.size()).toBe(100);
  expect(rig.functions.mostRunning).toBe(10);
});

it('above the limit of connections, waiting handshakes included, the next gets 503 until one has left', async () => {
  rig = await startRelay({ limits: { connections: 3, handshakes: 1 }, handler: () => undefined });
  const first = new Client(rig.url);
  const opened = first.opened();
  const asked = await rig.functions.invocations.next();
  rig.functions.handler = quiet;
  const outcomes = Array.from({ length: 6 }, () => {
    const client = new Client(rig.url);
    return Promise.race([client.opened().then(() => 101), client.refused().then(({ status }) => status)]);
  });
  // Two wait behind the first one.
  for (let refused = 0; refused < 4; refused += 1) await rig.counted('HandshakeRefused');
  asked.answer(ok());
  expect((await Promise.all(outcomes)).sort()).toEqual([101, 101, 503, 503, 503, 503]);
  await opened;
  expect(await new Client(rig.url).refused()).toMatchObject({ status: 503 });
  first.ws.close();
  while (rig.gateway.size() > 2) await new Promise((resolve) => setImmediate(resolve));
  await new Client(rig.url).opened();
});

it('a connection counts as open since its turn: one that waited has as much time for its CONNECT as others', async () => {
  rig = await startRelay({
    limits: { handshakes: 1, connections: 2, integrationTimeoutMs: 120_000 },
    handler: () => undefined,
  });
  const opened = new Client(rig.url).opened();
  const first = await rig.functions.invocations.next();
  // Of two more, one waits when the other one is refused.
  await Promise.race([new Client(rig.url), new Client(rig.url)].map((client) => client.refused()));
  rig.clock.advance(31_000);
  first.answer(ok());
  await opened;
  const { connectedAt, requestTimeEpoch } = (await rig.functions.invocations.next()).event.requestContext;
  expect([connectedAt, requestTimeEpoch]).toEqual([rig.clock.now(), rig.clock.now()]);
});

it.each([
  ['ends', (socket: Socket) => socket.end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
])('a client that %s its connection while it waits costs nobody a turn', async (_name, leave) => {
  rig = await startRelay({ limits: { handshakes: 1 }, handler: () => undefined });
  /** Resolves when the gateway has seen what came before. */
  const seen = () => new Client(`${rig.url}/other`).refused();
  const first = new Client(rig.url).opened();
  const { answer } = await rig.functions.invocations.next();
  const leaving = connect(Number(new URL(rig.url).port), '127.0.0.1').on('error', () => {});
  leaving.write(REQUEST);
  await seen();
  const last = new Client(rig.url).opened();
  await seen();
  leave(leaving);
  await seen();
  rig.functions.handler = quiet;
  answer(ok());
  await Promise.all([first, last]);
  expect(rig.functions.on('$connect').length).toBe(2);
});

it('gives connections the ids that it is told', async () => {
  const ids = ['relay.0a0000011f91.1', 'relay.0a0000011f91.2'];
  rig = await startRelay({ newConnectionId: () => ids.shift() ?? '' });
  expect((await rig.connect()).id).toBe('relay.0a0000011f91.1');
  const { id } = await rig.connect();
  expect(id).toBe('relay.0a0000011f91.2');
  expect(await rig.gateway.connections.get(id)).toMatchObject({ status: 200 });
});

describe('what comes before the handshake is answered', () => {
  /** A ping with 125 bytes, as a client sends it. */
  const PING = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125, 'x')]);
  /** A client whose handshake is not answered until the test does it. */
  const begin = async (first: Buffer): Promise<Socket> => {
    rig = await startRelay({ handler: () => undefined });
    const socket = connect(Number(new URL(rig.url).port), '127.0.0.1').on('error', () => {});
    socket.write(Buffer.concat([Buffer.from(REQUEST), first]));
    return socket;
  };

  it('is kept if it is small', async () => {
    const socket = await begin(PING);
    const { answer } = await rig.functions.invocations.next();
    socket.write(PING);
    answer(ok());
    rig.functions.handler = quiet;
    let received = '';
    for await (const chunk of socket.setEncoding('latin1')) {
      received += chunk;
      if (received.split('x'.repeat(125)).length > 2) break;
    }
    expect(received).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('ends the connection if it comes with the request and has more than 4 KB', async () => {
    const socket = await begin(Buffer.alloc(4 * KB + 1));
    await once(socket.resume(), 'close');
    expect(rig.functions.all).toHaveLength(0);
  });

  it('ends the connection if it comes behind the request and has more than 4 KB', async () => {
    const socket = await begin(Buffer.alloc(0));
    const { answer } = await rig.functions.invocations.next();
    socket.write(Buffer.alloc(4 * KB + 1));
    await once(socket.resume(), 'close');
    answer(ok());
    await rig.gateway.idle();
    expect(rig.gateway.size()).toBe(0);
  });
});
