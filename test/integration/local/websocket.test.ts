import { once } from 'node:events';
import WebSocket from 'ws';
import type { LocalCloud } from '../../../local/cloud.ts';
import { testCertificate } from '../../support/tls.ts';
import { nameOf, startCloud, stopAll } from './support.ts';

let cloud: LocalCloud;
let ca: string;
beforeAll(async () => {
  cloud = await startCloud();
  ca = (await testCertificate()).cert;
});
afterAll(stopAll);

async function connect(): Promise<{
  socket: WebSocket;
  say(message: object): void;
  hear(): Promise<object>;
}> {
  const socket = new WebSocket(cloud.webSocketUrl, { ca });
  const heard: object[] = [];
  const waiting: ((message: object) => void)[] = [];
  socket.on('message', (data) => {
    const message = parsed(String(data));
    const next = waiting.shift();
    if (next) next(message);
    else heard.push(message);
  });
  await once(socket, 'open');
  return {
    socket,
    say: (message) => socket.send(JSON.stringify(message)),
    hear: async () => heard.shift() ?? new Promise((resolve) => waiting.push(resolve)),
  };
}
const parsed = (text: string): object => {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
};

test.each(['CALLBACK', 'ENDPOINT'])(
  'a function posts to a connection by the URL that %s resolved to',
  async (from) => {
    const client = await connect();
    client.say({ type: 'x', post: 'hello', from });
    expect([await client.hear(), await client.hear()]).toEqual(
      expect.arrayContaining([{ text: 'hello' }, { routeKey: '$default' }]),
    );
    expect(cloud.calls.all.at(-1)).toMatchObject({
      functionName: nameOf(cloud, 'Socket'),
      service: 'execute-api',
      action: 'PostToConnection',
      resource: expect.stringMatching(
        /^arn:aws:execute-api:us-east-1:000000000000:\w+\/live\/POST\/@connections\/.+/,
      ),
      status: 200,
    });
    client.socket.terminate();
  },
);

test('a call that the policy does not grant is refused: it may post, not delete', async () => {
  const client = await connect();
  client.say({ type: 'x', close: true });
  expect(await client.hear()).toEqual({
    error: 'AccessDeniedException',
    message: expect.stringMatching(
      /execute-api:ManageConnections on resource: \S+\/live\/DELETE\/@connections\//,
    ),
  });
  client.socket.terminate();
});

test('a route without permission answers with the error frame of the gateway', async () => {
  const client = await connect();
  client.say({ type: 'STRANGE' });
  expect(await client.hear()).toMatchObject({ message: 'Internal server error' });
  client.socket.terminate();
});

test('faults also apply to the @connections API', async () => {
  const fault = cloud.faults.add({ service: 'execute-api', do: 'throttle' });
  const client = await connect();
  client.say({ type: 'x', post: 'hello' });
  expect(await client.hear()).toMatchObject({ error: 'LimitExceededException' });
  fault.remove();
  client.socket.terminate();
});
