import { once } from 'node:events';
import { request } from 'node:http';
import { type Answer, HttpApiRig } from './http-api-rig.ts';
import { functionSpec, scripted } from './support.ts';

let api: HttpApiRig;
beforeEach(() => {
  api = new HttpApiRig();
});
afterEach(() => api.stop());

describe('the local HTTP API answers', () => {
  const answer = (value: unknown) => api.send('GET', `/${scripted({ do: 'return', value })}`);

  it('what the function says: status, headers, cookies, body', async () => {
    await api.start();
    const value = {
      statusCode: '201',
      headers: { 'X-Number': 7, 'Content-Type': 'application/problem+json' },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: '{"ü":1}',
    };
    const { status, headers, body } = await answer(value);
    expect([status, body]).toEqual([201, '{"ü":1}']);
    expect(headers).toMatchObject({
      'x-number': '7',
      'content-type': 'application/problem+json',
      'set-cookie': ['a=1; HttpOnly', 'b=2'],
      'content-length': '8',
      'apigw-requestid': expect.stringMatching(/^[\w-]{15}=$/),
    });
  });

  it('base64 decoded, and text/plain unless said otherwise', async () => {
    await api.start();
    const { headers, body } = await answer({ statusCode: 200, body: 'dGV4dA==', isBase64Encoded: true });
    expect([headers['content-type'], body]).toEqual(['text/plain; charset=utf-8', 'text']);
  });

  it.each([
    ['an object', { hello: 'world' }, '{"hello":"world"}'],
    ['a text', 'hello', 'hello'],
    ['nothing', null, 'null'],
  ])('200 and JSON for %s without a status', async (_name, value, text) => {
    await api.start();
    const { status, headers, body } = await answer(value);
    expect([status, headers['content-type'], body]).toEqual([200, 'application/json', text]);
  });

  it('204 without a body', async () => {
    await api.start();
    expect(await answer({ statusCode: 204 })).toMatchObject({ status: 204, body: '' });
  });

  it.each([
    [{ statusCode: 200, headers: { 'content-length': '1234' } }, '1234'],
    [{ statusCode: 200, body: '' }, undefined],
  ])('HEAD without a body, and with the length that the function says: %j', async (value, length) => {
    await api.start();
    const { status, headers, body } = await api.send('HEAD', `/${scripted({ do: 'return', value })}`);
    expect([status, headers['content-length'], body]).toEqual([200, length, '']);
  });

  it('everything else with the length that it has', async () => {
    await api.start();
    const value = { statusCode: 200, headers: { 'content-length': '1234' }, body: 'text' };
    expect(await answer(value)).toMatchObject({ headers: { 'content-length': '4' }, body: 'text' });
    expect((await answer({ statusCode: 304 })).headers).not.toHaveProperty('content-length');
  });

  it.each([
    ['an error', { do: 'throw' }],
    ['a crash', { do: 'exit', code: 1 }],
    ['more than 6 MB', { do: 'big', bytes: 6_300_000 }],
    ['an invalid status', { do: 'return', value: { statusCode: 'fine' } }],
    ['a body that is not text', { do: 'return', value: { statusCode: 200, body: {} } }],
    ['an invalid header', { do: 'return', value: { statusCode: 200, headers: { 'a b': '1' } } }],
  ])('500 for %s', async (_name, script) => {
    await api.start();
    const { status, headers, body } = await api.send('GET', `/${scripted(script)}`);
    expect([status, headers['content-type'], body]).toEqual([
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ]);
    expect(await api.send('GET', '/')).toMatchObject({ status: 200 });
  });

  it('503 after 30 s, and 500 when the time of the function is over before', async () => {
    await api.start({}, [
      functionSpec(),
      functionSpec('scripted', { functionName: 'short', timeoutSeconds: 3 }),
    ]);
    const late = api.send('GET', `/${scripted({ do: 'hang' })}`);
    await api.functions.events.next();
    api.clock.advance(29_999);
    api.clock.advance(1);
    expect(await late).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
    await api.functions.lambda.stop();
    api.server.close();
    await api.start({}, [functionSpec('scripted', { timeoutSeconds: 3 })]);
    const tooLong = api.send('GET', `/${scripted({ do: 'hang' })}`);
    await api.functions.events.next();
    api.clock.advance(3_000);
    expect(await tooLong).toMatchObject({ status: 500 });
  });

  it('503 when the function is throttled', async () => {
    await api.start({}, [functionSpec('scripted', { reservedConcurrency: 0 })]);
    expect(await api.send('GET', '/')).toMatchObject({
      status: 503,
      body: '{"message":"Service Unavailable"}',
    });
  });

  it('nobody who went away or came after stop(), and goes on', async () => {
    await api.start();
    const leaving = request({
      host: '127.0.0.1',
      port: api.port,
      path: `/${scripted({ do: 'hang' })}`,
      agent: api.agent,
    });
    leaving.on('error', () => {});
    leaving.end();
    await api.functions.events.next();
    leaving.destroy();
    const half = request({
      host: '127.0.0.1',
      port: api.port,
      method: 'POST',
      headers: { 'Content-Length': 9 },
      agent: api.agent,
    });
    half.on('error', () => {});
    half.write('half');
    await once(api.server, 'request');
    half.destroy();
    expect(await api.send('GET', '/')).toMatchObject({ status: 200 });
    api.http.stop();
    expect(await api.send('GET', '/')).toMatchObject({ status: 503 });
  });
});

describe('the local HTTP API does CORS as configured', () => {
  const cors = {
    allowOrigins: ['https://console.example.com', 'http://*'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['x-api-key'],
    exposeHeaders: ['x-request-id'],
    maxAge: 300,
    allowCredentials: true,
  };
  const preflight = (origin: string) =>
    api.send('OPTIONS', '/anywhere', { Origin: origin, 'Access-Control-Request-Method': 'POST' });
  const corsOf = ({ headers }: Answer) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

  it('answering preflights itself', async () => {
    await api.start({ cors });
    const allowed = await preflight('https://console.example.com');
    expect(allowed.status).toBe(204);
    expect(corsOf(allowed)).toEqual({
      'access-control-allow-origin': 'https://console.example.com',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'x-api-key',
      'access-control-expose-headers': 'x-request-id',
      'access-control-max-age': '300',
      'access-control-allow-credentials': 'true',
    });
    expect(corsOf(await preflight('http://localhost:3000'))).toHaveProperty(
      'access-control-allow-origin',
      'http://localhost:3000',
    );
    const refused = await preflight('https://elsewhere.example.com');
    expect([refused.status, corsOf(refused)]).toEqual([204, {}]);
    expect(api.functions.lambda.environments()).toHaveLength(0);
  });

  it('in place of what the function says', async () => {
    await api.start({ cors: { ...cors, allowOrigins: ['*'], exposeHeaders: [], allowCredentials: false } });
    const value = { statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://mine' } };
    const path = `/${scripted({ do: 'return', value })}`;
    expect(corsOf(await api.send('GET', path, { Origin: 'https://any' }))).toEqual({
      'access-control-allow-origin': '*',
    });
    expect(corsOf(await api.send('GET', path))).toEqual({});
  });

  it('or not at all: then OPTIONS is a request and the function says', async () => {
    await api.start();
    expect((await preflight('https://any')).status).toBe(200);
    expect(await api.functions.events.next()).toMatchObject({ rawPath: '/anywhere' });
    const value = { statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://mine' } };
    expect(corsOf(await api.send('GET', `/${scripted({ do: 'return', value })}`))).toEqual({
      'access-control-allow-origin': 'https://mine',
    });
  });
});
