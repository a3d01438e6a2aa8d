import { readFile } from 'node:fs/promises';
import { connect as connectTls } from 'node:tls';
import { testCertificate } from '../../support/tls.ts';
import {
  addressOf,
  Client,
  containerAssembly,
  type Edit,
  edited,
  manage,
  startContainers,
} from './containers.ts';
import { startCloud, stopAll } from './support.ts';

afterEach(stopAll);

const attribute =
  (Key: string, Value: string): Edit =>
  (template) => {
    const group = template.Resources['Targets'] as unknown as {
      Properties: { TargetGroupAttributes: object[] };
    };
    group.Properties.TargetGroupAttributes.push({ Key, Value });
  };
const KEEPS_UNHEALTHY = 'target_health_state.unhealthy.connection_termination.enabled';

test('passes bytes on to a target, which sees the address of the client', async () => {
  const cloud = await startContainers();
  const client = Client.connect(cloud, '127.0.0.9');
  await client.receives(new RegExp(`^127.0.0.9 at ${addressOf(cloud)}\n`));
  const text = 'x'.repeat(1_000_000);
  client.socket.write(`${text}<end>`);
  expect(await client.receives(/<end>$/)).toContain(text);
  client.socket.end();
  expect(await client.ended).toBe('end');
});

test('a target group that does not preserve the address hides it', async () => {
  const cloud = await startContainers(edited('Targets.Properties.TargetGroupAttributes', []));
  await Client.connect(cloud, '127.0.0.9').receives(/^127.0.0.1 at /);
});

test('connections go to the healthy targets in turns', async () => {
  const cloud = await startContainers();
  await cloud.tasks.scale(2);
  const texts = await Promise.all([1, 2, 3, 4].map(() => Client.connect(cloud).receives(/at .*\n/)));
  for (const { address } of cloud.tasks.list())
    expect(texts.filter((text) => text.endsWith(`at ${address}\n`))).toHaveLength(2);
});

test('values of the assembly name the balancer by its local address', async () => {
  const cloud = await startContainers();
  const { port } = new URL(cloud.balancerUrl);
  expect(cloud.balancerUrl).toBe(`wss://localhost:${port}/path`);
  // There is no WebSocket API.
  expect(cloud.webSocketUrl).toBe(cloud.balancerUrl);
  expect(cloud.outputs['Ship']).toMatchObject({ Entry: cloud.balancerUrl, Target: `localhost:${port}` });
});

test('without a healthy target a connection is closed', async () => {
  const cloud = await startContainers();
  await cloud.tasks.scale(0);
  expect(await Client.connect(cloud).ended).toMatch(/end|close|ECONNRESET/);
});

test('an unhealthy target is replaced, and its connections are reset', async () => {
  const cloud = await startContainers();
  const [before] = cloud.tasks.list();
  const client = Client.connect(cloud);
  await client.receives(/ at /);
  await manage(addressOf(cloud), '/sicken');
  expect(await client.ended).toMatch(/close|ECONNRESET/);
  expect(client.text).not.toMatch(/good bye/);
  await cloud.tasks.steady();
  expect(cloud.tasks.list().map(({ id }) => id)).not.toContain(before?.id);
});

test('connections of an unhealthy target stay open if the target group says so', async () => {
  const cloud = await startContainers(attribute(KEEPS_UNHEALTHY, 'false'));
  const client = Client.connect(cloud);
  await client.receives(/ at /);
  await manage(addressOf(cloud), '/sicken');
  // It is replaced: the task itself ends the connection.
  expect(await client.receives(/good bye/)).toMatch(/good bye\n$/);
});

test('a target that dies resets its connections', async () => {
  const cloud = await startContainers();
  const client = Client.connect(cloud);
  await client.receives(/ at /);
  await cloud.tasks.kill(cloud.tasks.list()[0]?.id ?? '');
  expect(await client.ended).toMatch(/end|close|ECONNRESET/);
});

test('a TLS listener has the certificate of the local cloud, and targets get what is inside', async () => {
  const { caFile } = await testCertificate();
  const cloud = await startContainers((template) => {
    edited('Listener.Properties.Protocol', 'TLS')(template);
    edited('Listener.Properties.Certificates', [{ CertificateArn: 'arn:aws:acm:x' }])(template);
  });
  const port = Number(new URL(cloud.balancerUrl).port);
  const client = new Client(
    connectTls({ host: '127.0.0.1', servername: 'localhost', port, ca: await readFile(caFile, 'utf8') }),
  );
  await client.receives(/^127.0.0.1 at /);
  client.socket.write('inside');
  await client.receives(/inside$/);
});

test.each<[string, Edit, RegExp]>([
  ['proxy protocol', attribute('proxy_protocol_v2.enabled', 'true'), /proxy_protocol_v2.enabled true/],
  ['an attribute that is not known', attribute('other', '1'), /attribute other 1/],
  ['targets by instance', edited('Targets.Properties.TargetType', 'instance'), /target type instance/],
  ['UDP', edited('Targets.Properties.Protocol', 'UDP'), /protocol UDP/],
  ['a UDP listener', edited('Listener.Properties.Protocol', 'UDP'), /Listener does not forward TCP or TLS/],
  [
    'an application load balancer',
    edited('Balancer.Properties.Type', 'application'),
    /Balancer is not a Network/,
  ],
])('refuses %s', async (_what, edit, message) => {
  await expect(startCloud({ assembly: await containerAssembly(edit) })).rejects.toThrow(message);
});
