/** Several tasks: a request reaches the task that has the connection, by one hop at most, and nothing else. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { newConnectionId } from '../../../relay/connection-id.ts';
import { endPrograms } from '../../support/process.ts';
import type { RawClient } from '../../support/raw-client.ts';
import { FakeAws } from '../../support/relay/fake-aws.ts';
import { nextAddress, Relay } from '../../support/relay/relay.ts';

let aws: FakeAws;
let one: Relay;
let other: Relay;
beforeAll(async () => {
  aws = await new FakeAws().start();
  [one, other] = await Promise.all([Relay.start({ aws }), Relay.start({ aws })]);
});
afterAll(async () => {
  await endPrograms();
  await aws.stop();
});

const connect = async (relay: Relay): Promise<readonly [client: RawClient, path: string]> => {
  const [client, id] = await relay.connectWithId();
  return [client, `/@connections/${id}`];
};

it('passes on a POST, a GET and a DELETE with its header to the task of the connection', async () => {
  const [client, path] = await connect(other);
  expect(await one.http('POST', path, { body: '{"a":"ä"}' })).toMatchObject({ status: 200, body: '' });
  expect(await client.next()).toEqual({ a: 'ä' });
  const read = await one.http('GET', path);
  expect(JSON.parse(read.body)).toEqual({
    connectedAt: expect.any(String),
    lastActiveAt: expect.any(String),
    identity: { sourceIp: expect.any(String) },
  });
  const headers = { 'x-relay-close': '4001 superseded' };
  expect(await one.http('DELETE', path, { headers })).toMatchObject({ status: 204 });
  expect(await client.closed).toEqual({ code: 4001, reason: 'superseded' });
  expect(await one.http('POST', path, { body: '{}' })).toMatchObject({
    status: 410,
    headers: { 'x-amzn-errortype': 'GoneException' },
  });
});

it('passes on a message of 2 MB', async () => {
  const [client, path] = await connect(other);
  const text = JSON.stringify('x'.repeat(2 * 2 ** 20 - 2));
  expect(await one.http('POST', path, { body: text })).toMatchObject({ status: 200 });
  expect(JSON.stringify(await client.next())).toBe(text);
  await client.close();
});

it('does not pass on what was passed on', async () => {
  const [client, path] = await connect(other);
  const headers = { 'x-relay-passed-on': '1' };
  expect(await one.http('POST', path, { body: '{}', headers })).toMatchObject({ status: 410 });
  expect(await other.http('POST', path, { body: '{"b":1}', headers })).toMatchObject({ status: 200 });
  expect(await client.next()).toEqual({ b: 1 });
  await client.close();
});

it('answers 410 for a task that was killed, and the client sees its end', async () => {
  const victim = await Relay.start({ aws });
  const [client, path] = await connect(victim);
  expect(await one.http('GET', path)).toMatchObject({ status: 200 });
  victim.program.child.kill('SIGKILL');
  await victim.program.ended;
  expect((await client.closed).code).toBe(1006);
  for (const method of ['POST', 'GET', 'DELETE'])
    expect(await one.http(method, path)).toMatchObject({ status: 410 });
});

/** A server in place of a task, and the path of a connection that it could have. */
const pretend = async (
  answer: (request: IncomingMessage) => { status: number; body: string } | undefined,
) => {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const { status, body } = answer(request) ?? {};
    if (status === undefined) request.socket.destroy();
    else response.writeHead(status).end(body);
  });
  const address = nextAddress();
  server.listen(8081, address);
  await once(server, 'listening');
  const path = `/@connections/${newConnectionId({ address, port: 8081 })}`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { requests, path, stop };
};

it.each([
  ['ends the connection without an answer', undefined],
  ['answers what no task answers', { status: 302, body: '' }],
  ['answers without an end', { status: 200, body: 'x'.repeat(100_000) }],
])('answers 504 when the other task %s: the message may have been sent', async (_, answer) => {
  const task = await pretend(() => answer);
  expect(await one.http('POST', task.path, { body: '{}' })).toMatchObject({ status: 504 });
  expect(task.requests).toHaveLength(1);
  await task.stop();
});

it('answers 504 when the other task does not answer at all', async () => {
  const silent = createTcpServer(() => {});
  const address = nextAddress();
  silent.listen(8081, address);
  await once(silent, 'listening');
  const path = `/@connections/${newConnectionId({ address, port: 8081 })}`;
  expect(await one.http('POST', path, { body: '{}' })).toMatchObject({ status: 504 });
  silent.close();
});

it('passes on only what the other task needs', async () => {
  const task = await pretend(() => ({ status: 200, body: '' }));
  const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=…'.slice(0, 27), cookie: 'a=b' };
  await one.http('POST', task.path, { body: '{}', headers });
  expect(Object.keys(task.requests[0]?.headers ?? {}).sort()).toEqual([
    'connection',
    'content-length',
    'host',
    'x-relay-passed-on',
  ]);
  await task.stop();
});

it('sends nothing to an address that is not one of its neighbours', async () => {
  // In this network tasks have loopback addresses; a request to these would run into a time-out instead of 410 at once.
  for (const address of ['169.254.170.2', '169.254.169.254', '192.0.2.1', '10.0.0.1', '0.0.0.0']) {
    const path = `/@connections/${newConnectionId({ address, port: 8081 })}`;
    expect(await one.http('POST', path, { body: '{}' })).toMatchObject({ status: 410 });
  }
  expect(one.lines('task-gone').filter(({ task }) => !String(task).startsWith('127.'))).toEqual([]);
});
