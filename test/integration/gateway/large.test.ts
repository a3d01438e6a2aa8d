import { createHash } from 'node:crypto';
import type { Client } from '../local-gateway/support.ts';
import {
  KB,
  MB,
  notification,
  ok,
  quiet,
  type RelayEvent,
  type RelayRig,
  readBy,
  startRelay,
  thrown,
} from './support.ts';

let rig: RelayRig;
afterEach(() => rig.stop());

/** Sends a message in frames of a size. */
const inFragments = (client: Client, text: Buffer, bytes: number) => {
  for (let start = 0; start < text.length; start += bytes)
    client.ws.send(text.subarray(start, start + bytes), { binary: false, fin: start + bytes >= text.length });
};
/** A COMMAND RESPONSE of exactly so many bytes. */
const command = (bytes: number): Buffer => {
  const [head, tail] = ['{"type":"COMMAND","payload":{"body":"', '"}}'];
  return Buffer.from(
    head + 'ü'.repeat((bytes - head.length - tail.length) / 2) + tail.padStart(bytes % 2 ? 4 : 3),
  );
};
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const joined = (events: readonly RelayEvent[]) =>
  Buffer.concat(
    [...events]
      .sort((a, b) => (a.requestContext.part?.index ?? 0) - (b.requestContext.part?.index ?? 0))
      .map(({ body = '' }) => Buffer.from(body, 'base64')),
  );

describe('a large answer on a one-way route', () => {
  it.each([
    ['64 MB in one frame', 64 * MB, 64 * MB],
    ['64 MB in fragments of 64 KB', 64 * MB, 64 * KB],
    ['9 MB in fragments of 512 bytes', 9 * MB, 512],
  ])('%s arrives in parts of 4 MB, the last one last', async (_name, size, fragment) => {
    rig = await startRelay({ handler: (event) => quiet(event) ?? ok() });
    const { client } = await rig.accepted();
    const text = command(size);
    expect(text).toHaveLength(size);
    inFragments(client, text, fragment);
    await readBy(client);
    await rig.gateway.idle();
    const events = rig.functions.on('COMMAND');
    const count = Math.ceil(size / (4 * MB));
    expect(events).toHaveLength(count);
    for (const { isBase64Encoded, requestContext } of events) {
      expect(isBase64Encoded).toBe(true);
      const { index } = requestContext.part ?? { index: -1 };
      expect(requestContext.part).toEqual({ digest: sha256(text), index, count, bytes: size });
    }
    expect(joined(events).equals(text)).toBe(true);
    expect(events.at(-1)?.requestContext.part?.index).toBe(count - 1);
    expect(client.ws.readyState).toBe(client.ws.OPEN);
  });

  it('one byte above 64 MB is refused before it arrives', async () => {
    rig = await startRelay();
    const { client } = await rig.accepted();
    client.ws.send('x'.repeat(64 * MB), { fin: false });
    client.ws.send('x');
    expect(await client.closed).toEqual({ code: 1009, reason: `Message of more than ${64 * MB} bytes` });
  });

  it('of 1 MB is one ordinary event', async () => {
    rig = await startRelay({ handler: (event) => quiet(event) ?? ok() });
    const { client } = await rig.accepted();
    const text = command(MB);
    client.ws.send(text, { binary: false });
    await readBy(client);
    await rig.gateway.idle();
    const [event] = rig.functions.on('COMMAND');
    expect(event).toMatchObject({ body: text.toString(), isBase64Encoded: false });
    expect(event?.requestContext.part).toBeUndefined();
  });

  it('the last part waits for the others, of which two are under way at once', async () => {
    rig = await startRelay();
    const { client } = await rig.accepted();
    client.ws.send(command(17 * MB), { binary: false });
    const [a, b] = [await rig.functions.invocations.next(), await rig.functions.invocations.next()];
    b.answer(ok());
    const c = await rig.functions.invocations.next();
    c.answer(ok());
    const d = await rig.functions.invocations.next();
    d.answer(ok());
    await readBy(client);
    expect(rig.functions.on('COMMAND')).toHaveLength(4);
    a.answer(ok());
    const last = await rig.functions.invocations.next();
    expect(last.event.requestContext.part).toMatchObject({ index: 4, count: 5 });
    last.answer(ok());
    expect(rig.functions.mostRunning).toBe(2);
  });

  it('a part that fails is sent again; without it the last one is never sent', async () => {
    rig = await startRelay({
      handler: (event) => (event.requestContext.part?.index === 1 ? thrown : (quiet(event) ?? ok())),
    });
    const { client } = await rig.accepted();
    client.ws.send(command(20 * MB), { binary: false });
    while (!rig.counts.MessageUnanswered) {
      await new Promise((resolve) => setImmediate(resolve));
      rig.clock.advance(10);
    }
    const sent = rig.functions.on('COMMAND').map(({ requestContext }) => requestContext.part?.index);
    expect(sent.filter((index) => index === 1).length).toBeGreaterThanOrEqual(5);
    expect(sent).not.toContain(4);
  });
});

describe('a large NOTIFICATION', () => {
  const jobs = (count: number) =>
    Array.from({ length: count }, (_, jobId) => ({
      jobId,
      policyName: 'nightly',
      clientName: 'x'.repeat(250),
    }));
  const large = (count: number, members = {}) =>
    notification({ payload: [{ notificationType: 'INFO', object: 'JOB', data: jobs(count) }], ...members });
  const acknowledge = (event: RelayEvent) => {
    if (event.requestContext.routeKey !== 'NOTIFICATION') return quiet(event);
    const { id } = JSON.parse(event.body ?? '');
    return ok(
      JSON.stringify({
        version: '1.0',
        id,
        type: 'NOTIFICATION',
        subType: 'RESPONSE',
        timeStamp: 1,
        payload: [],
      }),
    );
  };
  const stored = () =>
    rig.functions
      .on('NOTIFICATION')
      .flatMap(({ body = '' }) =>
        JSON.parse(body).payload.flatMap(({ data }: { data: { jobId: number }[] }) =>
          data.map(({ jobId }) => jobId),
        ),
      );

  it('reaches its function in events of 128 KB at most, each job once, and is acknowledged once', async () => {
    rig = await startRelay({ handler: acknowledge });
    const { client } = await rig.accepted();
    client.send(large(10_000, { id: 'LARGE' }));
    const { id, type, subType, payload } = JSON.parse(await client.messages.next());
    expect({ id, type, subType, payload }).toEqual({
      id: 'LARGE',
      type: 'NOTIFICATION',
      subType: 'RESPONSE',
      payload: [],
    });
    for (const { body = '' } of rig.functions.on('NOTIFICATION')) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(128 * KB);
      expect(JSON.parse(body)).toMatchObject({ type: 'NOTIFICATION', subType: 'REQUEST', id: 'LARGE' });
    }
    expect(stored().sort((a, b) => a - b)).toEqual([...Array(10_000).keys()]);
    client.send(notification({ id: 'SMALL' }));
    expect(JSON.parse(await client.messages.next()).id).toBe('SMALL');
  });

  it('not stored within 2 s: silence; sent again, what is missing is stored, and it is acknowledged', async () => {
    let works = 20;
    rig = await startRelay({
      handler: (event) => {
        if (event.requestContext.routeKey !== 'NOTIFICATION') return quiet(event);
        works -= 1;
        return works < 0 ? thrown : acknowledge(event);
      },
    });
    const { client } = await rig.accepted();
    client.send(large(10_000));
    while (!rig.counts.MessageUnanswered) {
      await new Promise((resolve) => setImmediate(resolve));
      rig.clock.advance(10);
    }
    const before = new Set(
      rig.functions
        .on('NOTIFICATION')
        .slice(0, 20)
        .map(({ body }) => body),
    );
    rig.functions.all.length = 0;
    works = Number.POSITIVE_INFINITY;
    client.send(large(10_000, { id: 'AGAIN', timeStamp: 6 }));
    let answer: string | undefined;
    client.messages.next().then((text) => {
      answer = text;
    });
    while (!answer) {
      await new Promise((resolve) => setImmediate(resolve));
      rig.clock.advance(1);
    }
    expect(JSON.parse(answer).id).toBe('AGAIN');
    expect(before.size).toBe(20);
    const again = new Set(stored());
    expect(again.size).toBeLessThan(10_000);
    const first = [...before].flatMap((body) => JSON.parse(body ?? '').payload[0].data);
    for (const { jobId } of first) again.add(jobId);
    expect(again.size).toBe(10_000);
  });

  it('its slot is held until everything is stored, also behind the 2 s', async () => {
    rig = await startRelay({ limits: { slots: 1 } });
    const { client } = await rig.accepted();
    client.send(large(5_000));
    const part = await rig.functions.invocations.next();
    rig.clock.advance(2_000);
    await rig.counted('MessageUnanswered');
    const other = await rig.accepted();
    other.client.ws.send('x'.repeat(2 * MB), { fin: false });
    await rig.counted('SlotWait');
    rig.functions.handler = acknowledge;
    part.answer(acknowledge(part.event) ?? ok());
    await rig.gateway.idle();
    await readBy(other.client);
    expect(new Set(stored()).size).toBe(5_000);
  });
});

describe('a large message for which there is no route', () => {
  it.each([
    ['is no JSON', 'ü'.repeat(MB / 2)],
    ['is broken JSON', `{"type":"COMMAND","body":"${'ü'.repeat(MB)}`],
    ['has an unknown type', `{"type":"OTHER","body":"${'ü'.repeat(MB)}"}`],
    ['has no type', `{"body":"${'ü'.repeat(MB)}"}`],
  ])('because it %s: its first 128 KB go to $default, in whole characters', async (_name, text) => {
    rig = await startRelay({ handler: (event) => quiet(event) ?? ok() });
    const { client } = await rig.accepted();
    client.send(text);
    await readBy(client);
    await rig.gateway.idle();
    const [event] = rig.functions.on('$default');
    expect(text.startsWith(event?.body ?? '-')).toBe(true);
    const bytes = Buffer.byteLength(event?.body ?? '');
    expect(128 * KB - bytes).toBeLessThan(2);
    expect(bytes).toBeLessThanOrEqual(128 * KB);
  });
});
