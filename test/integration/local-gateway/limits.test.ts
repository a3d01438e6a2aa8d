import { once } from 'node:events';
import { AWS_LIMITS } from '../../../gateway/limits.ts';
import { type Client, contextOf, type Rig, startRig } from './support.ts';

const MINUTE = 60_000;
const KB = 1024;

it('The local WebSocket gateway has the values of AWS', () => {
  expect(AWS_LIMITS).toMatchObject({
    frameBytes: 32_768,
    messageBytes: 131_072,
    idleMs: 600_000,
    lifeMs: 7_200_000,
    integrationTimeoutMs: 29_000,
    pingCountsAsTraffic: false,
    emptyTwoWayBodySent: true,
  });
});

describe('a limit of the local WebSocket gateway', () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  /** The next event, which must be the end of the connection. */
  const disconnection = async () => {
    const event = await rig.events.next();
    const { eventType, disconnectStatusCode, disconnectReason } = contextOf(event);
    expect(eventType).toBe('DISCONNECT');
    return [disconnectStatusCode, disconnectReason];
  };
  /** A message in frames of the given sizes. */
  const fragments = (client: Client, sizes: readonly number[]) =>
    sizes.forEach((size, index) => {
      client.ws.send('x'.repeat(size), { fin: index === sizes.length - 1 });
    });
  /** Resolves when the gateway has seen everything the client sent: it has answered a ping behind it. */
  const seen = async (client: Client) => {
    client.ws.ping();
    await once(client.ws, 'pong');
  };

  describe('on size', () => {
    it.each([
      ['a frame of 32 KB', [32 * KB]],
      ['a message of 128 KB in four frames', [32 * KB, 32 * KB, 32 * KB, 32 * KB]],
      ['many small frames', Array(40).fill(100)],
    ])('lets %s pass', async (_name, sizes) => {
      rig = await startRig();
      const client = await rig.connect();
      fragments(client, sizes);
      const { body } = (await rig.events.next()) as { body: string };
      expect(body).toHaveLength(sizes.reduce((sum, size) => sum + size));
    });

    it.each([
      ['a frame of one byte more', [32 * KB + 1]],
      ['a frame that is too large even for a message', [200 * KB]],
      ['a large frame behind a small one', [10, 32 * KB + 1]],
      ['a message of one byte more', [32 * KB, 32 * KB, 32 * KB, 32 * KB, 1]],
    ])('closes with 1009 for %s', async (_name, sizes) => {
      rig = await startRig();
      const client = await rig.connect();
      fragments(client, sizes);
      expect((await client.closed).code).toBe(1009);
      expect(await disconnection()).toEqual([1009, '']);
    });

    it('handles what came before the frame that is too large', async () => {
      rig = await startRig();
      const client = await rig.connect();
      client.send('small');
      fragments(client, [32 * KB + 1]);
      expect(await rig.events.next()).toMatchObject({ body: 'small' });
      expect(await disconnection()).toEqual([1009, '']);
    });
  });

  it('closes with 1003 for a binary message, 1007 for invalid UTF-8', async () => {
    rig = await startRig();
    const binary = await rig.connect();
    binary.ws.send(Buffer.from('binary'));
    expect((await binary.closed).code).toBe(1003);
    expect(await disconnection()).toEqual([1003, '']);
    const garbled = await rig.connect();
    garbled.ws.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect((await garbled.closed).code).toBe(1007);
    expect(await disconnection()).toEqual([1007, '']);
  });

  describe('on time', () => {
    it('closes with 1001 after 10 min without traffic', async () => {
      rig = await startRig();
      const client = await rig.connect();
      rig.clock.advance(9 * MINUTE);
      client.send('still here');
      await rig.events.next();
      await rig.gateway.idle();
      rig.clock.advance(10 * MINUTE - 1);
      await seen(client);
      rig.clock.advance(1);
      expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
      expect(await disconnection()).toEqual([1001, 'Going away']);
    });

    it('counts what the gateway sends as traffic', async () => {
      rig = await startRig();
      const client = await rig.connect();
      client.send('who am I');
      const { connectionId } = contextOf(await rig.events.next());
      await rig.gateway.idle();
      rig.clock.advance(9 * MINUTE);
      await rig.gateway.connections.post(connectionId as string, Buffer.from('heartbeat'));
      rig.clock.advance(9 * MINUTE);
      await seen(client);
      expect(await client.messages.next()).toBe('heartbeat');
      rig.clock.advance(MINUTE);
      expect((await client.closed).code).toBe(1001);
    });

    it.each([
      [false, 1001],
      [true, undefined],
    ])("counts a client's ping as traffic: %s", async (pingCountsAsTraffic, code) => {
      rig = await startRig({ limits: { pingCountsAsTraffic } });
      const client = await rig.connect();
      for (let minute = 0; minute < 12; minute++) {
        if (client.ws.readyState !== client.ws.OPEN) break;
        await seen(client);
        rig.clock.advance(MINUTE);
        if (minute === 9 && code) expect((await client.closed).code).toBe(code);
      }
      expect(client.ws.readyState).toBe(code ? client.ws.CLOSED : client.ws.OPEN);
    });

    it('closes with 1001 after 2 h whatever the traffic', async () => {
      rig = await startRig();
      const client = await rig.connect();
      for (let minute = 0; minute < 119; minute++) {
        client.send('busy');
        await rig.events.next();
        await rig.gateway.idle();
        rig.clock.advance(MINUTE);
      }
      rig.clock.advance(MINUTE - 1);
      await seen(client);
      rig.clock.advance(1);
      expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    });
  });

  describe('$disconnect', () => {
    it('has the event that AWS sends', async () => {
      rig = await startRig();
      const client = await rig.connect('', [], { headers: { 'User-Agent': 'NBWSS' } });
      client.ws.close(4321, 'enough');
      const event = await rig.events.next();
      const headers = { Host: '127.0.0.1', 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
      expect(event).toEqual({
        headers,
        multiValueHeaders: {
          Host: ['127.0.0.1'],
          'x-api-key': [''],
          'X-Forwarded-For': [''],
          'x-restapi': [''],
        },
        requestContext: {
          routeKey: '$disconnect',
          disconnectStatusCode: 4321,
          eventType: 'DISCONNECT',
          extendedRequestId: contextOf(event)['requestId'],
          requestTime: expect.any(String),
          messageDirection: 'IN',
          disconnectReason: 'enough',
          stage: 'live',
          connectedAt: rig.clock.now(),
          requestTimeEpoch: rig.clock.now(),
          identity: { userAgent: 'NBWSS', sourceIp: '127.0.0.1' },
          requestId: expect.stringMatching(/^[\w-]{15}=$/),
          domainName: '127.0.0.1',
          connectionId: expect.stringMatching(/^[\w-]{15}=$/),
          apiId: 'a1b2c3d4e5',
        },
        isBase64Encoded: false,
      });
    });

    it.each([
      [
        'a close without a code',
        (client: Client) => client.ws.close(),
        1005,
        /^Client-side close frame status not set$/,
      ],
      ['a connection that breaks', (client: Client) => client.ws.terminate(), 1006, /./],
    ])('tells of %s', async (_name, leave, code, reason) => {
      rig = await startRig();
      leave(await rig.connect());
      expect(await disconnection()).toEqual([code, expect.stringMatching(reason)]);
    });

    it.each([
      ['in the mode that says so', { limits: { disconnectEvents: false } }],
      ['without its route', { without: ['$disconnect'] }],
    ])('never comes %s', async (_name, options) => {
      rig = await startRig(options);
      const client = await rig.connect();
      client.send('who am I');
      const { connectionId } = contextOf(await rig.events.next());
      await rig.gateway.connections.delete(connectionId as string);
      await client.closed;
      await rig.connect();
      await rig.gateway.idle();
      await rig.lambda.stop();
      const events = rig.events.next();
      rig.events.push({ last: true });
      expect(await events).toEqual({ last: true });
    });

    it('that fails harms nobody', async () => {
      rig = await startRig();
      const client = await rig.connect();
      await rig.lambda.stop();
      client.ws.close(1000);
      await client.closed;
      await rig.gateway.idle();
      expect(rig.log.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/^\$disconnect: Internal server error/),
      );
    });
  });
});
