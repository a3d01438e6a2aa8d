import { taskOf } from '../../../relay/connection-id.ts';
import { endPrograms } from '../../support/process.ts';
import { FakeAws } from '../../support/relay/fake-aws.ts';
import { Relay } from '../../support/relay/relay.ts';

let aws: FakeAws;
let relay: Relay;
beforeAll(async () => {
  aws = await new FakeAws().start();
  relay = await Relay.start({ aws });
});
beforeEach(() => {
  aws.invocations.length = 0;
  aws.answer = () => ({ statusCode: 200 });
});
afterAll(async () => {
  await endPrograms();
  await aws.stop();
});

it('asks $connect with the headers and the address of the client, under an id that names the task', async () => {
  const client = await relay.connect('', '127.0.0.77');
  const { name, event } = aws.invocations[0] ?? fail('nothing was invoked');
  expect(name).toBe('session');
  const { connectionId, ...context } = event.requestContext;
  expect(taskOf(connectionId)).toEqual({ address: relay.address, port: 8081 });
  expect(context).toMatchObject({
    eventType: 'CONNECT',
    routeKey: '$connect',
    stage: 'prod',
    domainName: relay.address,
    identity: { sourceIp: '127.0.0.77' },
  });
  expect(event.headers).toMatchObject({ Host: `${relay.address}:8443`, 'X-Forwarded-For': '127.0.0.77' });
  await client.close();
});

it.each([
  [{ statusCode: 403 }, 403],
  [{ statusCode: 503 }, 503],
  [{ refused: 500 }, 502],
])('refuses the handshake when $connect answers %j', async (answer, status) => {
  aws.answer = () => answer;
  await expect(relay.connect()).rejects.toThrow(String(status));
});

it('invokes a function once more when the connection to Lambda is lost, also for a CONNECT', async () => {
  const attempts = new Map<string, number>();
  aws.answer = ({ requestContext: { routeKey } }) => {
    const attempt = (attempts.get(routeKey) ?? 0) + 1;
    attempts.set(routeKey, attempt);
    return attempt === 1 ? { lost: true } : { statusCode: 200 };
  };
  const client = await relay.connect();
  client.send({ type: 'CONNECT', subType: 'REQUEST' });
  await aws.event(() => attempts.get('CONNECT') === 2);
  expect(attempts.get('$connect')).toBe(2);
  await client.close();
});

it("gives each message to its type's function, and sends only a two-way route's response", async () => {
  aws.answer = (event) => ({ statusCode: 200, body: `{"for":"${event.requestContext.routeKey}"}` });
  const client = await relay.connect();
  client.send({ type: 'CONNECT', subType: 'REQUEST' });
  client.send({ type: 'COMMAND', subType: 'RESPONSE' });
  client.send('not JSON');
  client.send({ type: 'NOTIFICATION', subType: 'REQUEST' });
  expect(await client.next()).toEqual({ for: 'NOTIFICATION' });
  const messages = aws.invocations.filter(({ event }) => event.requestContext.eventType === 'MESSAGE');
  expect(messages.map(({ name, event }) => [name, event.requestContext.routeKey, event.body])).toEqual([
    ['session', 'CONNECT', '{"type":"CONNECT","subType":"REQUEST"}'],
    ['respond', 'COMMAND', '{"type":"COMMAND","subType":"RESPONSE"}'],
    ['session', '$default', 'not JSON'],
    ['notify', 'NOTIFICATION', '{"type":"NOTIFICATION","subType":"REQUEST"}'],
  ]);
  await client.close();
  expect(client.unexpected).toEqual([]);
});

it('invokes $disconnect with the code and the reason of the client', async () => {
  const client = await relay.connect();
  await client.close(4321, 'enough');
  const { requestContext } = await aws.event((event) => event.requestContext.disconnectStatusCode === 4321);
  expect(requestContext).toMatchObject({ eventType: 'DISCONNECT', disconnectReason: 'enough' });
});

it('sends nothing of its own when a function fails, and repeats a NOTIFICATION while NetBackup waits', async () => {
  let times = 0;
  aws.answer = ({ requestContext }) => {
    if (requestContext.routeKey === 'CONNECT') return { refused: 500 };
    if (requestContext.routeKey !== 'NOTIFICATION') return { statusCode: 200 };
    times += 1;
    return times === 1 ? { refused: 429 } : { statusCode: 200, body: '{"acknowledged":true}' };
  };
  const client = await relay.connect();
  client.send({ type: 'CONNECT', subType: 'REQUEST' });
  client.send({ type: 'NOTIFICATION', subType: 'REQUEST' });
  expect(await client.next()).toEqual({ acknowledged: true });
  expect(times).toBe(2);
  await client.close();
  expect(client.received).toHaveLength(1);
});

describe('a request that is not for a WebSocket', () => {
  it('gets 426 at the path of the stage', async () => {
    const answer = await relay.http('GET', '/prod', { port: 8443 });
    expect(answer).toMatchObject({
      status: 426,
      headers: { upgrade: 'websocket' },
      body: '{"message":"Upgrade Required"}',
    });
  });

  it.each(['/', '/health', '/@connections/x', '/production'])('gets 404 at %s', async (path) => {
    expect(await relay.http('GET', path, { port: 8443 })).toMatchObject({
      status: 404,
      body: '{"message":"Not Found"}',
    });
  });
});

it('refuses a WebSocket at another path than that of the stage', async () => {
  const other = { ...relay, url: relay.url.replace('/prod', '/test') };
  await expect(Relay.prototype.connect.call(other)).rejects.toThrow('403');
  expect(aws.invocations).toEqual([]);
});
