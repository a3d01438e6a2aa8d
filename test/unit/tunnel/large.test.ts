/** Answers that are more than one answer of the API can carry: the client of the tunnel simply gets them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { asProblem, type ReceivedRequest, Rig, refused } from './tunnel-rig.ts';

const ID = '7C9E6679-7425-40DE-944B-E07FC1F90AE7';
const COMMAND = `/v1/groups/demo/commands/${ID}`;
const BODY = Buffer.from(JSON.stringify({ data: '夜'.repeat(100_000) }));

let rig: Rig;
let s3: Server;
let storage: RequestListener;
let url: string;
const asked: IncomingMessage[] = [];
beforeEach(async () => {
  rig = await Rig.start();
  asked.length = 0;
  storage = (_, response) => void response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
  s3 = createServer((request, response) => {
    asked.push(request);
    storage(request, response);
  });
  await new Promise<void>((ready) => s3.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(s3.address() as AddressInfo).port}/bodies/demo/x?X-Amz-Signature=abc`;
});
afterEach(async () => {
  await rig.stop();
  s3.closeAllConnections();
  await new Promise((closed) => s3.close(closed));
});

/** The API: the proxy leads elsewhere, and the command shows where. */
const api = (change: object = {}, method = 'GET') => {
  const response = {
    status: 200,
    headers: { 'content-type': 'application/vnd.netbackup+json;version=12.0', etag: '"1"' },
    location: { url, bytes: BODY.length, expiresAt: '2026-01-01T00:15:00.000Z' },
  };
  const command = {
    ...{ commandId: ID, groupId: 'demo', state: 'completed', response },
    ...{ request: { method, uri: '/netbackup/catalog/images' }, ...change },
  };
  rig.onRequest = (received: ReceivedRequest) => {
    if (received.path === COMMAND || received.path.endsWith('/commands'))
      return received.answer(200, command);
    const headers = { ...asProblem, location: url, 'x-nbwss-command-id': ID };
    received.answer(303, refused('answer-elsewhere'), headers);
  };
};
const headers = { authorization: 'planted-secret', cookie: 'a=planted-secret' };

test.each([
  ['through the proxy', '/netbackup/catalog/images'],
  ['as a command', '/netbackup/catalog/a%2Fb'],
])('the whole body arrives, with NetBackup’s status and headers, %s', async (_, path) => {
  api();
  const answer = await rig.call('GET', path, headers);
  expect(answer.status).toBe(200);
  expect(Buffer.from(answer.text).equals(BODY)).toBe(true);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/vnd.netbackup+json;version=12.0',
    'content-length': String(BODY.length),
    etag: '"1"',
    'x-nbwss-command-id': ID,
  });
  expect(answer.headers).not.toHaveProperty('location');
  expect(rig.lines.at(-1)).toContain(' 200 293 KB ');
});

test('neither our key nor NetBackup’s credential is sent to S3', async () => {
  api();
  await rig.call('GET', '/netbackup/catalog/images', headers);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.url).toBe('/bodies/demo/x?X-Amz-Signature=abc');
  const text = JSON.stringify(asked[0]?.rawHeaders);
  expect(text).not.toMatch(/planted-secret|nbk_|x-api-key|authorization|cookie/i);
});

test('the body is passed on while it arrives', async () => {
  api();
  let rest = () => {};
  storage = (_, response) => {
    response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 10));
    rest = () => response.end(BODY.subarray(10));
  };
  const socket = connect(rig.port, '127.0.0.1', () =>
    socket.write('GET /netbackup/catalog/images HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
  );
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    // Only now S3 sends the rest.
    if (received.includes('{"data"')) rest();
  });
  await once(socket, 'close');
  expect(received.slice(received.indexOf('\r\n\r\n') + 4)).toBe(BODY.toString('latin1'));
});

test('a body that ends too early closes the connection of the client', async () => {
  api();
  storage = (_, response) => {
    response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 10));
    setImmediate(() => response.destroy());
  };
  const text = await rig.raw('GET /netbackup/catalog/images HTTP/1.1\r\nhost: localhost\r\n\r\n');
  expect(text).toContain(`content-length: ${BODY.length}`);
  expect(text.length).toBeLessThan(BODY.length);
});

test.each<[string, RequestListener]>([
  ['S3 refuses', (_, response) => void response.writeHead(403).end('expired')],
  [
    'it has another length',
    (_, response) => void response.writeHead(200, { 'content-length': 5 }).end('12345'),
  ],
  ['S3 does not answer', (request) => void request.socket.destroy()],
])('if %s, the client gets a problem', async (_, listener) => {
  api();
  storage = listener;
  const answer = await rig.call('GET', '/netbackup/catalog/images');
  expect([answer.status, answer.json.code]).toEqual([502, 'answer-not-readable']);
});

test('if the command is no longer shown, the client gets a problem', async () => {
  rig.onRequest = (received) =>
    received.path === COMMAND
      ? received.answer(404, refused('command-not-found'), asProblem)
      : received.answer(303, refused('answer-elsewhere'), {
          ...asProblem,
          location: url,
          'x-nbwss-command-id': ID,
        });
  const answer = await rig.call('GET', '/netbackup/catalog/images');
  expect([answer.status, answer.json.code]).toEqual([502, 'answer-not-readable']);
  expect(asked).toEqual([]);
});

test('a redirection of NetBackup itself is passed on, not followed', async () => {
  rig.onRequest = (received) =>
    received.answer(303, '', { location: url, 'x-nbwss-command-id': ID, 'content-type': 'application/json' });
  const answer = await rig.call('GET', '/netbackup/x');
  expect([answer.status, answer.headers['location']]).toEqual([303, url]);
  expect(asked).toEqual([]);
});

test('a client that disconnects ends the reading', async () => {
  api();
  const closed = new Promise<void>((resolve) => {
    storage = (request, response) => {
      request.socket.once('close', () => resolve());
      response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 10));
      client.disconnect();
    };
  });
  const client = rig.openRequest('GET /netbackup/catalog/images HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await closed;
  await rig.until(() => rig.lines.length === 1);
});
