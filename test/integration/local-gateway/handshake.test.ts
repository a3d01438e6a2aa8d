import { once } from 'node:events';
import { connect } from 'node:net';
import { Client, contextOf, functionSpec, type Rig, scripted, startRig } from './support.ts';

describe('the handshake with the local WebSocket gateway', () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  it('invokes $connect with the event that AWS sends', async () => {
    rig = await startRig();
    const now = rig.clock.now();
    const headers = { 'User-Agent': 'NBWSS', 'X-Two': ['a', 'b'] as unknown as string };
    await new Client(`${rig.url}/?a=1&a=2&b=%20`, [], { headers }).opened();
    const event = await rig.events.next();
    expect(Object.keys(event)).toEqual([
      'headers',
      'multiValueHeaders',
      'queryStringParameters',
      'multiValueQueryStringParameters',
      'requestContext',
      'isBase64Encoded',
    ]);
    expect(event).toMatchObject({
      headers: {
        Host: expect.stringContaining('127.0.0.1'),
        'Sec-WebSocket-Version': '13',
        'User-Agent': 'NBWSS',
        'X-Two': 'b',
        'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Port': '443',
        'X-Forwarded-Proto': 'https',
      },
      multiValueHeaders: { 'X-Two': ['a', 'b'], 'User-Agent': ['NBWSS'] },
      queryStringParameters: { a: '2', b: ' ' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: [' '] },
      isBase64Encoded: false,
    });
    expect(event['headers']).not.toHaveProperty('Upgrade');
    expect(event['headers']).not.toHaveProperty('Connection');
    const id = expect.stringMatching(/^[\w-]{15}=$/);
    expect(contextOf(event)).toEqual({
      routeKey: '$connect',
      eventType: 'CONNECT',
      extendedRequestId: id,
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      messageDirection: 'IN',
      stage: 'live',
      connectedAt: now,
      requestTimeEpoch: now,
      identity: { userAgent: 'NBWSS', sourceIp: '127.0.0.1' },
      requestId: contextOf(event)['extendedRequestId'],
      domainName: '127.0.0.1',
      connectionId: id,
      apiId: 'a1b2c3d4e5',
    });
  });

  it('leaves out query parameters and user agent that are not there', async () => {
    rig = await startRig();
    await new Client(rig.url).opened();
    const event = await rig.events.next();
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(contextOf(event)['identity']).toEqual({ sourceIp: '127.0.0.1' });
  });

  it('is accepted without a $connect route', async () => {
    rig = await startRig({ without: ['$connect'] });
    await rig.connect();
  });

  it.each([
    ['a status of the function', { do: 'return', value: { statusCode: 403 } }, 403, 'Forbidden'],
    ['a redirect', { do: 'return', value: { statusCode: 302 } }, 302, 'Found'],
    ['an error', { do: 'throw' }, 502, 'Internal server error'],
    ['a crash', { do: 'exit', code: 1 }, 502, 'Internal server error'],
    ['an invalid answer', { do: 'return', value: 'hello' }, 502, 'Internal server error'],
  ])('is refused with %s', async (_name, script, status, message) => {
    rig = await startRig();
    const refused = await new Client(rig.url + scripted(script)).refused();
    const event = await rig.events.next();
    const { connectionId, requestId } = contextOf(event);
    expect(refused).toEqual({
      status,
      body: `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
    });
    expect(await rig.gateway.connections.get(connectionId as string)).toEqual({ status: 410 });
  });

  it('is refused with 502 when the function is throttled', async () => {
    rig = await startRig({ functions: [functionSpec('scripted', { reservedConcurrency: 0 })] });
    expect(await new Client(rig.url).refused()).toMatchObject({ status: 502 });
  });

  it('is refused with 504 when the function takes longer than 29 s', async () => {
    rig = await startRig();
    const client = new Client(rig.url + scripted({ do: 'hang' }));
    const refused = client.refused();
    await rig.events.next();
    rig.clock.advance(29_000);
    expect(await refused).toMatchObject({
      status: 504,
      body: expect.stringContaining('"Endpoint request timed out"'),
    });
  });

  it.each(['/', '/other', '/live/deeper', '/livelier'])('is refused with 403 at %s', async (path) => {
    rig = await startRig();
    const { origin } = new URL(rig.url);
    expect(await new Client(origin + path).refused()).toEqual({
      status: 403,
      body: '{"message":"Forbidden"}',
    });
  });

  it('answers with a subprotocol only if $connect returned one', async () => {
    rig = await startRig();
    const value = { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'b' } };
    const chosen = await rig.connect(scripted({ do: 'return', value }), ['a', 'b']);
    expect(chosen.ws.protocol).toBe('b');
    const insists = new Client(rig.url, ['a', 'b']);
    const [error] = await once(insists.ws, 'error');
    expect(error.message).toContain('no subprotocol');
  });

  it('survives clients that leave in the middle, and those that do not speak HTTP', async () => {
    rig = await startRig();
    const { port } = new URL(rig.url);
    const raw = async (text: string) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(text);
      return socket;
    };
    const upgrade = 'GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
    const [noKey] = await once((await raw(`${upgrade}\r\n`)).setEncoding('utf8'), 'data');
    expect(noKey).toMatch(/^HTTP\/1.1 400 /);

    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
    const leaving = await raw(`${upgrade}${key}\r\n`);
    await rig.events.next();
    leaving.resetAndDestroy();

    // What is not a frame at all closes with a protocol error, right behind the handshake.
    const babbling = await raw(`${upgrade}${key}\r\n`);
    babbling.write(Buffer.from('babble'.repeat(100)));
    babbling.resume();
    await once(babbling, 'close');

    await rig.connect();
  });
});
