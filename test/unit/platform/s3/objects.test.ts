/** S3 over HTTP, played by a server of this test. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Objects, s3Objects } from '../../../../lambdas/platform/s3/objects.ts';

type Reply = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
let reply: Reply = (_, response) => response.end();
let server: Server;
let objects: Objects;
const requests: { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer }[] = [];
const VARIABLES = ['AWS_ENDPOINT_URL_S3', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const before = VARIABLES.map((name) => [name, process.env[name]] as const);

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await buffer(request);
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    reply(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const values = [url, 'eu-central-1', 'AKIA', 'secret'];
  for (const [index, name] of VARIABLES.entries()) process.env[name] = values[index];
  objects = s3Objects('bucket', async () => {});
});
afterAll(async () => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  requests.length = 0;
});
const status =
  (code: number, text = '', headers: Record<string, string> = {}): Reply =>
  (_, response) =>
    response.writeHead(code, headers).end(text);

it('puts bytes with their type, signed for this bucket and this content', async () => {
  reply = status(200);
  const bytes = Buffer.from([0, 255, 10, 13]);
  await objects.put('a b/ü', bytes, 'text/plain');
  expect(requests).toMatchObject([
    {
      method: 'PUT',
      url: '/bucket/a%20b/%C3%BC',
      body: bytes,
      headers: {
        'content-type': 'text/plain',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-central-1\/s3\/aws4_request/,
        ),
        'x-amz-content-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    },
  ]);
});

it('gets what is there; what is not is undefined, also for a caller that may not list', async () => {
  reply = status(200, 'content');
  expect((await objects.get('a'))?.toString()).toBe('content');
  for (const code of [404, 403]) {
    reply = status(code, '<Error><Code>AccessDenied</Code></Error>');
    expect(await objects.get('a')).toBeUndefined();
  }
});

it('deletes, and lists keys with what XML escapes', async () => {
  reply = status(204);
  await objects.delete('a');
  expect(requests[0]?.method).toBe('DELETE');
  reply = status(
    200,
    '<ListBucketResult><Contents><Key>a/1</Key></Contents><Contents><Key>a/&amp;&#39;&#x4e2d;</Key></Contents></ListBucketResult>',
  );
  expect(await objects.list('a/')).toEqual(['a/1', "a/&'中"]);
  expect(requests[1]?.url).toMatch(/^\/bucket\/?\?list-type=2&prefix=a%2F$/);
});

it.each([
  ['is busy', status(503, '<Error><Code>SlowDown</Code></Error>')],
  ['closes the connection', ((request) => request.socket.destroy()) as Reply],
])('tries again when S3 %s, three times in all', async (_, fails) => {
  let tries = 0;
  reply = (...args) => (++tries < 3 ? fails(...args) : status(200, 'content')(...args));
  expect((await objects.get('a'))?.toString()).toBe('content');
  reply = fails;
  requests.length = 0;
  await expect(objects.get('a')).rejects.toThrow();
  expect(requests).toHaveLength(3);
});

it.each<[string, () => Promise<unknown>]>([
  ['PutObject', () => objects.put('a-secret-key', Buffer.alloc(1), 'text/plain')],
  ['DeleteObject', () => objects.delete('a-secret-key')],
  ['ListObjectsV2', () => objects.list('a-secret-key')],
])('an error names %s and the code, not the key', async (operation, call) => {
  reply = status(403, '<Error><Code>AccessDenied</Code><Message>a-secret-key</Message></Error>');
  await expect(call()).rejects.toThrow(`S3 answered 403 (AccessDenied) to ${operation}.`);
  expect(requests).toHaveLength(1);
});
