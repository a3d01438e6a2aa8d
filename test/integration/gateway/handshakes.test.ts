import { Client } from '../local-gateway/support.ts';
import { type Invocation, ok, quiet, type RelayRig, startRelay } from './support.ts';

let rig: RelayRig;
afterEach(() => rig.stop());

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

it('gives connections the ids that it is told', async () => {
  const ids = ['relay.0a0000011f91.1', 'relay.0a0000011f91.2'];
  rig = await startRelay({ newConnectionId: () => ids.shift() ?? '' });
  expect((await rig.connect()).id).toBe('relay.0a0000011f91.1');
  const { id } = await rig.connect();
  expect(id).toBe('relay.0a0000011f91.2');
  expect(await rig.gateway.connections.get(id)).toMatchObject({ status: 200 });
});
