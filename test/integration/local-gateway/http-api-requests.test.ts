import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { HttpApiRig, routesOf } from './http-api-rig.ts';
import { contextOf } from './support.ts';

let api: HttpApiRig;
beforeEach(() => {
  api = new HttpApiRig();
});
afterEach(() => api.stop());

describe('the local HTTP API hands on a request', () => {
  it('in payload format 2.0', async () => {
    await api.start();
    const path = '/a%20b/%C3%BC/c%3Fd?x=1&x=2&y=%20+z&empty';
    const event = await api.eventOf(
      'POST',
      path,
      {
        'X-Two': ['a', 'b'],
        Cookie: 'one=1; two=2',
        'User-Agent': 'curl/8',
        'Content-Type': 'application/json',
        Host: 'api.example.com:8443',
      },
      '{"ü":1}',
    );
    const now = api.clock.now();
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a b/ü/c',
      rawQueryString: 'x=1&x=2&y=%20+z&empty',
      cookies: ['one=1', 'two=2'],
      headers: {
        'x-two': 'a,b',
        'user-agent': 'curl/8',
        'content-type': 'application/json',
        host: 'api.example.com:8443',
        'content-length': '8',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: { x: '1,2', y: '  z', empty: '' },
      requestContext: {
        accountId: '123456789012',
        apiId: 'h1h2h3h4h5',
        domainName: 'api.example.com',
        domainPrefix: 'api',
        http: {
          method: 'POST',
          path: '/a b/ü/c',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'curl/8',
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: '$default',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: now,
      },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
  });

  it('without what it does not have', async () => {
    await api.start();
    const event = await api.eventOf('GET', '/');
    for (const absent of ['cookies', 'queryStringParameters', 'pathParameters', 'body']) {
      expect(event).not.toHaveProperty(absent);
    }
    expect(event).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
    expect(event['headers']).toMatchObject({ 'content-length': '0' });
  });

  it.each([
    ['/%', '/%'],
    ['/%zz%41', '/%zzA'],
    ['/%ff', '/\ufffd'],
    ['/a%2Fb', '/a/b'],
    ['/a+b', '/a+b'],
    ['/%253F', '/%3F'],
    ['/%3Fx', '/'],
    ['//a///b/', '/a/b/'],
    ['/a%2F/b', '/a/b'],
    ['/a%3Bb;c', '/a;b;c'],
    ['/DOM%5Cuser', '/DOM\\user'],
    ['/x?', '/x'],
  ])('with path %s as %s', async (path, rawPath) => {
    await api.start();
    expect(await api.eventOf('GET', path)).toMatchObject({ rawPath });
  });

  it.each([
    ['text/plain', false],
    ['text/csv; charset=utf-8', false],
    ['application/json', false],
    ['Application/JSON; charset=utf-8', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/vnd.netbackup+json;version=4.0', true],
    ['application/problem+json', true],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    [undefined, true],
  ])('with a body of type %s, base64: %s', async (type, isBase64Encoded) => {
    await api.start();
    const event = await api.eventOf('POST', '/', type === undefined ? {} : { 'Content-Type': type }, 'text');
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'dGV4dA==' : 'text' });
  });

  it('with values of headers as UTF-8, as they were sent', async () => {
    await api.start();
    const bytes = (text: string) => Buffer.from(text).toString('latin1');
    const event = await api.eventOf('GET', '/', { 'User-Agent': bytes('Zürich/夜'), 'X-Latin': 'caf\u00e9' });
    expect(event['headers']).toMatchObject({ 'user-agent': 'Zürich/夜', 'x-latin': 'caf\ufffd' });
    expect(contextOf(event)['http']).toMatchObject({ userAgent: 'Zürich/夜' });
  });

  it('of HTTP/1.0, without a Host', async () => {
    await api.start();
    const socket = connect(api.port, '127.0.0.1');
    socket.write('GET /x?y=1 HTTP/1.0\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.\d 200 /);
    expect(answer).not.toMatch(/transfer-encoding/i);
    const event = await api.functions.events.next();
    expect(event).toMatchObject({ rawPath: '/x', rawQueryString: 'y=1' });
    expect(contextOf(event)['http']).toMatchObject({ protocol: 'HTTP/1.0' });
  });

  it('up to 10 MB in size, and of 6 MB for the function', async () => {
    await api.start();
    const binary = { 'Content-Type': 'application/octet-stream' };
    const tooLarge = { status: 413, body: '{"message":"Request Entity Too Large"}' };
    expect(await api.send('POST', '/', binary, Buffer.alloc(10 * 1024 * 1024 + 1))).toMatchObject(tooLarge);
    const chunked = { ...binary, 'Transfer-Encoding': 'chunked' };
    expect(await api.send('POST', '/', chunked, Buffer.alloc(10 * 1024 * 1024 + 1))).toMatchObject(tooLarge);
    expect(await api.send('POST', '/', binary, Buffer.alloc(5 * 1024 * 1024))).toMatchObject(tooLarge);
    expect(api.functions.lambda.environments()).toHaveLength(0);
    expect(await api.send('POST', '/', binary, Buffer.alloc(4 * 1024 * 1024))).toMatchObject({ status: 200 });
  });

  it('with headers up to 10 240 bytes', async () => {
    await api.start();
    expect(await api.send('GET', '/', { 'X-Long': 'x'.repeat(10_240) })).toMatchObject({ status: 431 });
    expect(await api.send('GET', '/', { 'X-Long': 'x'.repeat(10_000) })).toMatchObject({ status: 200 });
  });
});

describe('the local HTTP API selects a route', () => {
  const keys = [
    'ANY /{proxy+}',
    'ANY /pets/{id}',
    'GET /pets/{id}',
    'GET /pets/dog',
    'GET /pets/{proxy+}',
    'GET /pets/{id}/toys/{toy}',
    'POST /only',
  ];
  it.each([
    ['GET', '/pets/dog', 'GET /pets/dog', undefined],
    ['GET', '/pets/cat', 'GET /pets/{id}', { id: 'cat' }],
    ['GET', '/pets/a%20b', 'GET /pets/{id}', { id: 'a b' }],
    ['PUT', '/pets/cat', 'ANY /pets/{id}', { id: 'cat' }],
    ['GET', '/pets/cat/toys/ball', 'GET /pets/{id}/toys/{toy}', { id: 'cat', toy: 'ball' }],
    ['GET', '/pets/cat/toys', 'GET /pets/{proxy+}', { proxy: 'cat/toys' }],
    ['GET', '/pets/cat/', 'GET /pets/{proxy+}', { proxy: 'cat/' }],
    ['GET', '/pets/', 'GET /pets/{proxy+}', { proxy: '' }],
    ['GET', '/pets', 'ANY /{proxy+}', { proxy: 'pets' }],
    ['GET', '/only', 'ANY /{proxy+}', { proxy: 'only' }],
    ['POST', '/only', 'POST /only', undefined],
  ])('%s %s by %s', async (method, path, routeKey, pathParameters) => {
    await api.start({ routes: routesOf(...keys) });
    const event = await api.eventOf(method, path);
    expect([event['routeKey'], event['pathParameters']]).toEqual([routeKey, pathParameters]);
    expect(contextOf(event)['routeKey']).toBe(routeKey);
  });

  it('$default for everything else, or none: 404', async () => {
    await api.start({ routes: routesOf('GET /only', '$default') });
    expect(await api.eventOf('POST', '/only')).toMatchObject({ routeKey: '$default' });
    await api.functions.lambda.stop();
    api.server.close();
    await api.start({ routes: routesOf('GET /only') });
    for (const [method, path] of [
      ['POST', '/only'],
      ['GET', '/only/'],
      ['GET', '/'],
    ] as const) {
      expect(await api.send(method, path)).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
    }
  });

  it('below the name of its stage', async () => {
    await api.start({ stageName: 'live', routes: routesOf('GET /', 'GET /a') });
    expect(await api.eventOf('GET', '/live/a')).toMatchObject({ routeKey: 'GET /a', rawPath: '/live/a' });
    expect(await api.eventOf('GET', '/live')).toMatchObject({ routeKey: 'GET /', rawPath: '/live' });
    expect(await api.send('GET', '/a')).toMatchObject({ status: 404 });
    expect(await api.send('GET', '/livelier/a')).toMatchObject({ status: 404 });
  });

  it('only by keys that it understands', async () => {
    await expect(api.start({ routes: routesOf('GET pets') })).rejects.toThrow('GET pets');
  });
});
