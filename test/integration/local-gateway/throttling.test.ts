/** What the clients of a throttled stage get. */
import { HttpApiRig, routesOf } from './http-api-rig.ts';
import { Client, contextOf, type Rig, startRig } from './support.ts';

describe('a throttled WebSocket stage', () => {
  let rig: Rig;
  afterEach(() => rig.stop());
  const limit = { rate: 1, burst: 1 };

  it('refuses a handshake with 429, without a call of the function, until the bucket fills up', async () => {
    rig = await startRig({ spec: { throttling: { routes: { $connect: limit } } } });
    await rig.connect();
    expect(await new Client(rig.url).refused()).toMatchObject({
      status: 429,
      body: expect.stringContaining('"Too Many Requests"'),
    });
    rig.clock.advance(1_000);
    await rig.connect();
    expect(rig.gateway.throttled()).toEqual({ $connect: 1 });
  });

  it('answers a message with an error frame, and keeps the connection', async () => {
    rig = await startRig({ spec: { throttling: { routes: { TWO: limit } } } });
    const client = await rig.connect();
    client.send({ type: 'TWO' });
    await rig.events.next();
    expect(await client.messages.next()).toBe('');
    client.send({ type: 'TWO' });
    expect(await client.messages.next()).toMatch(
      /^\{"message": "Too Many Requests", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/,
    );
    // Another route has its own bucket.
    client.send({ type: 'ONE' });
    expect(contextOf(await rig.events.next())['routeKey']).toBe('ONE');
    expect(rig.gateway.throttled()).toEqual({ TWO: 1 });
  });

  it('loses a $disconnect', async () => {
    rig = await startRig({ spec: { throttling: { routes: { $disconnect: { rate: 1, burst: 0 } } } } });
    const client = await rig.connect();
    client.ws.close();
    await client.closed;
    await rig.gateway.idle();
    expect(rig.gateway.throttled()).toEqual({ $disconnect: 1 });
  });
});

describe('a throttled HTTP stage', () => {
  it('answers 429 without a call of the function, until the bucket fills up', async () => {
    const api = new HttpApiRig();
    const throttling = { byDefault: { rate: 2, burst: 2 }, routes: { 'GET /free': { rate: 9, burst: 9 } } };
    await api.start({ routes: routesOf('$default', 'GET /free'), throttling });
    const statuses = async (path: string) => {
      const answers = await Promise.all([1, 2, 3].map(() => api.send('GET', path)));
      return answers.map(({ status }) => status).sort();
    };
    expect(await statuses('/one')).toEqual([200, 200, 429]);
    expect(await api.send('GET', '/two')).toMatchObject({
      status: 429,
      body: '{"message":"Too Many Requests"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(await statuses('/free')).toEqual([200, 200, 200]);
    api.clock.advance(1_000);
    expect(await statuses('/one')).toEqual([200, 200, 429]);
    expect(api.http.throttled()).toEqual({ $default: 3 });
    await api.stop();
  });
});
