import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { createHttpApi, type LocalHttpApi } from '../../../local/http-api/http-api.ts';
import type { FunctionSpec, HttpApiSpec } from '../../../local/types.ts';
import { ManualClock } from '../../support/clocks.ts';
import {
  contextOf,
  FUNCTION,
  type Functions,
  functionSpec,
  listen,
  scripted,
  startFunctions,
} from './support.ts';

const routesOf = (...routeKeys: string[]) =>
  routeKeys.map((routeKey) => ({ routeKey, functionArn: FUNCTION }));

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('the local HTTP API', () => {
  const clock = new ManualClock();
  let functions: Functions;
  let api: LocalHttpApi;
  let server: Server;
  let port: number;
  let agent: Agent;

  const start = async (spec: Partial<HttpApiSpec> = {}, specs?: readonly FunctionSpec[]) => {
    functions = startFunctions(clock, specs);
    const { lambda } = functions;
    const base = {
      logicalId: 'Api',
      apiId: 'h1h2h3h4h5',
      stageName: '$default',
      routes: routesOf('$default'),
    };
    api = createHttpApi({ ...base, ...spec }, { lambda, clock, log: (entry) => functions.log.push(entry) });
    server = createServer((req, res) => api.handle(req, res));
    port = await listen(server);
    agent = new Agent({ keepAlive: true });
  };
  afterEach(async () => {
    api.stop();
    await functions.lambda.stop();
    agent.destroy();
    server.close();
  });

  /** One request with its path as it is written: `fetch` would tidy it up. */
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string | string[]> = {},
    body?: string | Buffer,
  ): Promise<Answer> => {
    const req = request({ host: '127.0.0.1', port, method, path, headers, agent });
    req.end(body);
    const [response] = await once(req, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return {
      status: response.statusCode,
      headers: response.headers,
      body: Buffer.concat(chunks).toString(),
    };
  };
  const eventOf = async (...args: Parameters<typeof send>) => {
    await send(...args);
    return functions.events.next();
  };

  describe('hands on a request', () => {
    it('in payload format 2.0', async () => {
      await start();
      const path = '/a%20b/%C3%BC/c%3Fd?x=1&x=2&y=%20+z&empty';
      const event = await eventOf(
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
      const now = clock.now();
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
      await start();
      const event = await eventOf('GET', '/');
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
    ])('with path %s as %s', async (path, rawPath) => {
      await start();
      expect(await eventOf('GET', path)).toMatchObject({ rawPath });
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
      await start();
      const event = await eventOf('POST', '/', type === undefined ? {} : { 'Content-Type': type }, 'text');
      expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'dGV4dA==' : 'text' });
    });

    it('up to 10 MB in size, and of 6 MB for the function', async () => {
      await start();
      const binary = { 'Content-Type': 'application/octet-stream' };
      const tooLarge = { status: 413, body: '{"message":"Request Entity Too Large"}' };
      expect(await send('POST', '/', binary, Buffer.alloc(10 * 1024 * 1024 + 1))).toMatchObject(tooLarge);
      const chunked = { ...binary, 'Transfer-Encoding': 'chunked' };
      expect(await send('POST', '/', chunked, Buffer.alloc(10 * 1024 * 1024 + 1))).toMatchObject(tooLarge);
      expect(await send('POST', '/', binary, Buffer.alloc(5 * 1024 * 1024))).toMatchObject(tooLarge);
      expect(functions.lambda.environments()).toHaveLength(0);
      expect(await send('POST', '/', binary, Buffer.alloc(4 * 1024 * 1024))).toMatchObject({ status: 200 });
    });

    it('with headers up to 10 240 bytes', async () => {
      await start();
      expect(await send('GET', '/', { 'X-Long': 'x'.repeat(10_240) })).toMatchObject({ status: 431 });
      expect(await send('GET', '/', { 'X-Long': 'x'.repeat(10_000) })).toMatchObject({ status: 200 });
    });
  });

  describe('selects a route', () => {
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
      await start({ routes: routesOf(...keys) });
      const event = await eventOf(method, path);
      expect([event['routeKey'], event['pathParameters']]).toEqual([routeKey, pathParameters]);
      expect(contextOf(event)['routeKey']).toBe(routeKey);
    });

    it('$default for everything else, or none: 404', async () => {
      await start({ routes: routesOf('GET /only', '$default') });
      expect(await eventOf('POST', '/only')).toMatchObject({ routeKey: '$default' });
      await functions.lambda.stop();
      server.close();
      await start({ routes: routesOf('GET /only') });
      for (const [method, path] of [
        ['POST', '/only'],
        ['GET', '/only/'],
        ['GET', '/'],
      ] as const) {
        expect(await send(method, path)).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
      }
    });

    it('below the name of its stage', async () => {
      await start({ stageName: 'live', routes: routesOf('GET /', 'GET /a') });
      expect(await eventOf('GET', '/live/a')).toMatchObject({ routeKey: 'GET /a', rawPath: '/live/a' });
      expect(await eventOf('GET', '/live')).toMatchObject({ routeKey: 'GET /', rawPath: '/live' });
      expect(await send('GET', '/a')).toMatchObject({ status: 404 });
      expect(await send('GET', '/livelier/a')).toMatchObject({ status: 404 });
    });

    it('only by keys that it understands', async () => {
      await start();
      const spec = { logicalId: 'Api', apiId: 'a', stageName: '$default', routes: routesOf('GET pets') };
      const { lambda } = functions;
      expect(() => createHttpApi(spec, { lambda, clock, log: () => {} })).toThrow('GET pets');
    });
  });

  describe('answers', () => {
    const answer = (value: unknown) => send('GET', `/${scripted({ do: 'return', value })}`);

    it('what the function says: status, headers, cookies, body', async () => {
      await start();
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
      await start();
      const { headers, body } = await answer({ statusCode: 200, body: 'dGV4dA==', isBase64Encoded: true });
      expect([headers['content-type'], body]).toEqual(['text/plain; charset=utf-8', 'text']);
    });

    it.each([
      ['an object', { hello: 'world' }, '{"hello":"world"}'],
      ['a text', 'hello', 'hello'],
      ['nothing', null, 'null'],
    ])('200 and JSON for %s without a status', async (_name, value, text) => {
      await start();
      const { status, headers, body } = await answer(value);
      expect([status, headers['content-type'], body]).toEqual([200, 'application/json', text]);
    });

    it('204 without a body', async () => {
      await start();
      expect(await answer({ statusCode: 204 })).toMatchObject({ status: 204, body: '' });
    });

    it.each([
      ['an error', { do: 'throw' }],
      ['a crash', { do: 'exit', code: 1 }],
      ['more than 6 MB', { do: 'big', bytes: 6_300_000 }],
      ['a status that is none', { do: 'return', value: { statusCode: 'fine' } }],
      ['a body that is no text', { do: 'return', value: { statusCode: 200, body: {} } }],
      ['a header that is none', { do: 'return', value: { statusCode: 200, headers: { 'a b': '1' } } }],
    ])('500 for %s', async (_name, script) => {
      await start();
      const { status, headers, body } = await send('GET', `/${scripted(script)}`);
      expect([status, headers['content-type'], body]).toEqual([
        500,
        'application/json',
        '{"message":"Internal Server Error"}',
      ]);
      expect(await send('GET', '/')).toMatchObject({ status: 200 });
    });

    it('503 after 30 s, and 500 when the time of the function is over before', async () => {
      await start({}, [
        functionSpec(),
        functionSpec('scripted', { functionName: 'short', timeoutSeconds: 3 }),
      ]);
      const late = send('GET', `/${scripted({ do: 'hang' })}`);
      await functions.events.next();
      clock.advance(29_999);
      clock.advance(1);
      expect(await late).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
      await functions.lambda.stop();
      server.close();
      await start({}, [functionSpec('scripted', { timeoutSeconds: 3 })]);
      const tooLong = send('GET', `/${scripted({ do: 'hang' })}`);
      await functions.events.next();
      clock.advance(3_000);
      expect(await tooLong).toMatchObject({ status: 500 });
    });

    it('503 when the function is throttled', async () => {
      await start({}, [functionSpec('scripted', { reservedConcurrency: 0 })]);
      expect(await send('GET', '/')).toMatchObject({
        status: 503,
        body: '{"message":"Service Unavailable"}',
      });
    });

    it('nobody who went away or came after stop(), and goes on', async () => {
      await start();
      const leaving = request({ host: '127.0.0.1', port, path: `/${scripted({ do: 'hang' })}`, agent });
      leaving.on('error', () => {});
      leaving.end();
      await functions.events.next();
      leaving.destroy();
      const half = request({
        host: '127.0.0.1',
        port,
        method: 'POST',
        headers: { 'Content-Length': 9 },
        agent,
      });
      half.on('error', () => {});
      half.write('half');
      await once(server, 'request');
      half.destroy();
      expect(await send('GET', '/')).toMatchObject({ status: 200 });
      api.stop();
      expect(await send('GET', '/')).toMatchObject({ status: 503 });
    });
  });

  describe('does CORS as configured', () => {
    const cors = {
      allowOrigins: ['https://console.example.com', 'http://*'],
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['x-api-key'],
      exposeHeaders: ['x-request-id'],
      maxAge: 300,
      allowCredentials: true,
    };
    const preflight = (origin: string) =>
      send('OPTIONS', '/anywhere', { Origin: origin, 'Access-Control-Request-Method': 'POST' });
    const corsOf = ({ headers }: Answer) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

    it('answering preflights itself', async () => {
      await start({ cors });
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
      expect(functions.lambda.environments()).toHaveLength(0);
    });

    it('in place of what the function says', async () => {
      await start({ cors: { ...cors, allowOrigins: ['*'], exposeHeaders: [], allowCredentials: false } });
      const value = { statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://mine' } };
      const path = `/${scripted({ do: 'return', value })}`;
      expect(corsOf(await send('GET', path, { Origin: 'https://any' }))).toEqual({
        'access-control-allow-origin': '*',
      });
      expect(corsOf(await send('GET', path))).toEqual({});
    });

    it('or not at all: then OPTIONS is a request and the function says', async () => {
      await start();
      expect((await preflight('https://any')).status).toBe(200);
      expect(await functions.events.next()).toMatchObject({ rawPath: '/anywhere' });
      const value = { statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://mine' } };
      expect(corsOf(await send('GET', `/${scripted({ do: 'return', value })}`))).toEqual({
        'access-control-allow-origin': 'https://mine',
      });
    });
  });
});
