import { RELAY_LIMITS } from '../../../gateway/limits.ts';
import type { Client } from '../local-gateway/support.ts';
import { KB, MB, notification, ok, quiet, type RelayRig, readBy, startRelay } from './support.ts';

const MINUTE = 60_000;
let rig: RelayRig;
afterEach(() => rig.stop());

const command = (megabytes: number) => JSON.stringify({ type: 'COMMAND', body: 'x'.repeat(megabytes * MB) });
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
/** Sends the beginning of a message that needs a slot, and no more. Resolves when the gateway has read it. */
const begin = async (client: Client) => {
  client.ws.send('x'.repeat(1.5 * MB), { fin: false });
  await readBy(client);
};
/** Whether the gateway reads what a client sends now. */
const isRead = async (client: Client): Promise<boolean> => {
  let answered = false;
  client.ws.once('pong', () => {
    answered = true;
  });
  client.ws.ping();
  await turns(200);
  return answered;
};

it('a large message waits for a slot without being read, and small ones do not', async () => {
  rig = await startRelay({ limits: { slots: 1 } });
  const [one, two] = [await rig.accepted(), await rig.accepted()];
  one.client.send(command(3));
  const first = await rig.functions.invocations.next();
  two.client.send(command(20));
  await rig.counted('SlotWait');
  expect(await isRead(two.client)).toBe(false);
  // 20 MB were sent: most of them are still on the client's side.
  expect(two.client.ws.bufferedAmount).toBeGreaterThan(5 * MB);
  const third = await rig.accepted();
  third.client.send(notification());
  const small = await rig.functions.invocations.next();
  expect(small.routeKey).toBe('NOTIFICATION');
  small.answer(ok('small'));
  rig.functions.handler = (event) => quiet(event) ?? ok();
  first.answer(ok());
  await readBy(two.client);
  await rig.gateway.idle();
  const bytes = rig.functions.on('COMMAND').map(({ requestContext }) => requestContext.part?.bytes);
  expect(new Set(bytes)).toEqual(new Set([command(3).length, command(20).length]));
});

it('no slot is lost: twenty large messages through two slots, some of whose clients leave', async () => {
  rig = await startRelay({ handler: (event) => quiet(event) ?? ok() });
  const leaving = [];
  for (let n = 0; n < 20; n += 1) {
    const { client } = await rig.accepted();
    if (n % 3 > 0) client.send(command(2));
    else {
      client.ws.send('x'.repeat(1.5 * MB), { fin: false });
      leaving.push(client);
    }
  }
  await turns(50);
  // They hold slots or stand in the line.
  for (const client of leaving) client.ws.terminate();
  while (rig.functions.on('COMMAND').length < 13 || rig.gateway.size() > 13) await turns(1);
  await rig.gateway.idle();
  expect(rig.functions.on('COMMAND')).toHaveLength(13);
  const [one, two] = [await rig.accepted(), await rig.accepted()];
  const waits = rig.counts.SlotWait;
  await begin(one.client);
  await begin(two.client);
  expect(rig.counts.SlotWait).toBe(waits);
});

it('a client that stalls in a slot is closed with 1008, and the next client gets the slot', async () => {
  rig = await startRelay({ limits: { slots: 1 }, handler: (event) => quiet(event) ?? ok() });
  const [stalling, waiting] = [await rig.accepted(), await rig.accepted()];
  await begin(stalling.client);
  waiting.client.send(command(2));
  await rig.counted('SlotWait');
  // The first minute began with the slot, and saw something arrive.
  rig.clock.advance(MINUTE);
  expect(rig.gateway.size()).toBe(2);
  rig.clock.advance(MINUTE);
  expect(await stalling.client.closed).toEqual({ code: 1008, reason: 'Stalled in a message' });
  await readBy(waiting.client);
  await rig.gateway.idle();
  expect(rig.functions.on('COMMAND')).toHaveLength(1);
});

it('a trickle is a stall, and pings are not progress; a slow message is not a stall', async () => {
  rig = await startRelay();
  const [trickling, slow] = [await rig.accepted(), await rig.accepted()];
  await begin(trickling.client);
  await begin(slow.client);
  rig.clock.advance(MINUTE);
  for (let n = 0; n < 20; n += 1) {
    trickling.client.ws.send('x', { fin: false });
    trickling.client.ws.ping();
  }
  slow.client.ws.send('x'.repeat(128 * KB), { fin: false });
  await readBy(trickling.client);
  await readBy(slow.client);
  rig.clock.advance(MINUTE);
  expect((await trickling.client.closed).code).toBe(1008);
  await readBy(slow.client);
});

it('a message that was complete before it had its slot does not stall while it is handled, nor after that', async () => {
  rig = await startRelay({ limits: { slots: 1, integrationTimeoutMs: 10 * MINUTE } });
  const [holding, complete] = [await rig.accepted(), await rig.accepted()];
  await begin(holding.client);
  const text = JSON.stringify({ type: 'COMMAND', body: 'x'.repeat(RELAY_LIMITS.slotBytes) });
  complete.client.ws.send(text.slice(0, RELAY_LIMITS.slotBytes - KB), { fin: false });
  await readBy(complete.client);
  // The frame that needs the slot is the last one, and arrives at once.
  complete.client.ws.send(text.slice(RELAY_LIMITS.slotBytes - KB));
  const { answer } = await rig.functions.invocations.next();
  holding.client.ws.terminate();
  while (rig.gateway.size() > 1) await turns(1);
  answer(ok());
  await rig.gateway.idle();
  for (let minute = 0; minute < 3; minute += 1) rig.clock.advance(MINUTE);
  expect(rig.gateway.size()).toBe(1);
});

it('a client that is not read, because its messages wait, does not stall', async () => {
  rig = await startRelay({ limits: { slots: 1, integrationTimeoutMs: 10 * MINUTE } });
  const { client } = await rig.accepted();
  client.send(notification());
  const first = await rig.functions.invocations.next();
  client.send(notification({ filler: 'x'.repeat(64 * KB) }));
  client.ws.send('x'.repeat(3 * MB), { fin: false });
  await turns(200);
  for (let minute = 0; minute < 5; minute += 1) rig.clock.advance(MINUTE);
  expect(rig.gateway.size()).toBe(1);
  rig.functions.handler = (event) => quiet(event) ?? ok('answer');
  first.answer(ok('answer'));
  expect(await client.messages.next()).toBe('answer');
  expect(await client.messages.next()).toBe('answer');
});

it('is held until the message has been handled', async () => {
  rig = await startRelay({ limits: { slots: 1 } });
  const [one, two] = [await rig.accepted(), await rig.accepted()];
  one.client.send(command(2));
  const first = await rig.functions.invocations.next();
  await two.client.ws.send('x'.repeat(1.5 * MB), { fin: false });
  await rig.counted('SlotWait');
  expect(await isRead(two.client)).toBe(false);
  first.answer(ok());
  await rig.gateway.idle();
  await turns(200);
  await readBy(two.client);
});
