import { once } from 'node:events';
import { createServer } from 'node:http';
import { endPrograms } from '../../support/process.ts';
import { FakeAws } from '../../support/relay/fake-aws.ts';
import { nextAddress, Relay } from '../../support/relay/relay.ts';

let aws: FakeAws;
beforeAll(async () => {
  aws = await new FakeAws().start();
});
beforeEach(() => {
  aws.invocations.length = 0;
  aws.answer = () => ({ statusCode: 200 });
});
afterEach(endPrograms);
afterAll(() => aws.stop());

const events = () => aws.invocations.map(({ event }) => event.requestContext);

it('is healthy when it has started', async () => {
  const relay = await Relay.start({ aws });
  expect(await relay.http('GET', '/health')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  expect(relay.lines('started')).toMatchObject([
    { level: 'INFO', service: 'relay', address: relay.address, port: 8443, managementPort: 8081 },
  ]);
});

it('drains on SIGTERM: health, what is under way, close with 1012, $disconnect, end with 0', async () => {
  const relay = await Relay.start({ aws });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  aws.answer = async ({ requestContext }) => {
    if (requestContext.routeKey === 'NOTIFICATION') await held;
    return { statusCode: 200, body: '{"acknowledged":true}' };
  };
  const [busy, idle] = await Promise.all([relay.connect(), relay.connect()]);
  busy.send({ type: 'NOTIFICATION' });
  const { requestContext } = await aws.event((event) => event.requestContext.routeKey === 'NOTIFICATION');
  relay.program.child.kill('SIGTERM');

  expect(await idle.closed).toEqual({ code: 1012, reason: 'Service Restart' });
  expect(await relay.http('GET', '/health')).toMatchObject({ status: 503, body: '{"status":"draining"}' });
  await expect(relay.connect()).rejects.toThrow('ECONNREFUSED');
  // Functions still reach the connection that is busy.
  const path = `/@connections/${requestContext.connectionId}`;
  expect(await relay.http('POST', path, { body: '{"command":1}' })).toMatchObject({ status: 200 });
  expect(await busy.next()).toEqual({ command: 1 });
  release();
  expect(await busy.next()).toEqual({ acknowledged: true });
  expect(await busy.closed).toEqual({ code: 1012, reason: 'Service Restart' });

  expect(await relay.program.ended).toBe(0);
  const ended = events().filter(({ eventType }) => eventType === 'DISCONNECT');
  expect(ended.map(({ disconnectStatusCode }) => disconnectStatusCode)).toEqual([1012, 1012]);
  expect(relay.program.output.match(/"code":"(draining|drained)"/g)).toEqual([
    '"code":"draining"',
    '"code":"drained"',
  ]);
});

it('closes what is still busy when the time is over, and ends without the function that does not', async () => {
  const relay = await Relay.start({ aws, environment: { RELAY_DRAIN_SECONDS: '1' } });
  aws.answer = ({ requestContext }) =>
    requestContext.routeKey === 'NOTIFICATION' ? new Promise(() => {}) : { statusCode: 200 };
  const client = await relay.connect();
  client.send({ type: 'NOTIFICATION' });
  await aws.event((event) => event.requestContext.routeKey === 'NOTIFICATION');
  relay.program.child.kill('SIGTERM');
  expect(await client.closed).toEqual({ code: 1012, reason: 'Service Restart' });
  expect(await relay.program.ended).toBe(0);
  // The function that does not end kept $disconnect waiting.
  expect(relay.lines('drain-incomplete')).toHaveLength(1);
});

it('drains on SIGINT too, and ends at once on a second signal', async () => {
  const relay = await Relay.start({ aws });
  aws.answer = () => new Promise(() => {});
  relay.connect().catch(() => {});
  await aws.event(({ requestContext }) => requestContext.eventType === 'CONNECT');
  relay.program.child.kill('SIGINT');
  await relay.program.says(/"code":"draining"/);
  relay.program.child.kill('SIGINT');
  expect(await relay.program.ended).toBe(130);
});

it('ends at once on a signal before it has started', async () => {
  aws.secret = new Promise(() => {});
  const relay = await Relay.launch({ aws, environment: { RELAY_TLS: 'secret:relay/tls' } });
  await aws.called('secretsmanager.GetSecretValue', 1);
  relay.program.child.kill('SIGTERM');
  expect(await relay.program.ended).toBe(0);
});

it('a task that is killed says nothing: its connections end with 1006, and nothing is invoked', async () => {
  const relay = await Relay.start({ aws });
  const client = await relay.connect();
  relay.program.child.kill('SIGKILL');
  expect((await client.closed).code).toBe(1006);
  expect(events().map(({ eventType }) => eventType)).toEqual(['CONNECT']);
});

it('does not start with a setting that is wrong, and says which in one line', async () => {
  const relay = await Relay.launch({ aws, environment: { RELAY_TLS: 'on' } });
  expect(await relay.program.ended).toBe(1);
  expect(relay.lines('bad-settings')).toMatchObject([
    {
      level: 'ERROR',
      errorMessage: expect.stringMatching(/^The environment variable RELAY_TLS must be .+\.$/),
    },
  ]);
  expect(relay.program.output.trim().split('\n')).toHaveLength(1);
});

it('does not start when a port is in use', async () => {
  const server = createServer();
  const address = nextAddress();
  server.listen(8081, address);
  await once(server, 'listening');
  const relay = await Relay.launch({ aws, environment: { RELAY_ADDRESS: address } });
  expect(await relay.program.ended).toBe(1);
  expect(relay.lines('start-failed')).toMatchObject([
    { errorMessage: expect.stringContaining('EADDRINUSE') },
  ]);
  server.close();
});

it('writes its metrics when it ends: what happened since the last time, and the connections', async () => {
  const relay = await Relay.start({ aws });
  const client = await relay.connect();
  client.send({ type: 'COMMAND' });
  await aws.event((event) => event.requestContext.routeKey === 'COMMAND');
  await client.close();
  await relay.program.interrupt();
  const occurrences = Object.fromEntries(
    relay.program.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((line) => line.Occurrences !== undefined)
      .map(({ code, Occurrences }) => [code, Occurrences]),
  );
  expect(occurrences).toMatchObject({ connects: 1, drain: 1 });
  expect(occurrences['messages']).toBeGreaterThanOrEqual(1);
  expect(relay.program.output).toMatch(/"service":"relay","Connections":0/);
});

it('writes an error that nothing has caught, and ends with 1', async () => {
  // In the place of a fault of the program.
  const fault = "process.on('SIGUSR2', () => { throw new RangeError('out of order'); });";
  const relay = await Relay.start({ aws, nodeOptions: ['--import', `data:text/javascript,${fault}`] });
  relay.program.child.kill('SIGUSR2');
  expect(await relay.program.ended).toBe(1);
  expect(relay.lines('uncaught-error')).toMatchObject([
    { level: 'ERROR', errorName: 'RangeError', errorMessage: 'out of order' },
  ]);
});
