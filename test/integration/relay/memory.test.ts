/** What a task of 0.5 GB holds: the smallest that Fargate offers. Linux only, because the memory of a process is read from /proc. */
import { readFileSync } from 'node:fs';
import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { endPrograms, Program } from '../../support/process.ts';
import type { RawClient } from '../../support/raw-client.ts';
import { FakeAws, type RelayEvent } from '../../support/relay/fake-aws.ts';
import { newCertificate, Relay, writeTestFile } from '../../support/relay/relay.ts';

const MB = 2 ** 20;
const TASK_BYTES = 512 * MB;
/** As in a task of 0.5 GB (`lib/constructs/relay-task.ts`). */
const NODE_OPTIONS = ['--max-old-space-size=256', '--max-semi-space-size=4'];
const PROCESSES = 4;

let aws: FakeAws;
beforeAll(async () => {
  aws = await new FakeAws().start();
});
afterEach(endPrograms);
afterAll(() => aws.stop());

const bytesOf = ({ program }: Relay, field: 'VmRSS' | 'VmHWM'): number => {
  const status = readFileSync(`/proc/${program.child.pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
};

const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux.each(['tls', 'tcp'])(
  'as many idle connections over %s as a task of 0.5 GB accepts fit into it',
  async (kind) => {
    const { cert, key } = await newCertificate();
    const files = `file:${writeTestFile('memory.pem', cert)},${writeTestFile('memory.key', key)}`;
    const environment = {
      RELAY_TLS: kind === 'tls' ? files : 'off',
      ECS_CONTAINER_METADATA_URI_V4: aws.taskMetadata(512),
    };
    const relay = await Relay.start({ aws, nodeOptions: NODE_OPTIONS, environment });
    const [{ connections } = fail('it has not started')] = relay.lines('started');
    const empty = bytesOf(relay, 'VmRSS');
    const script = new URL('../../support/relay/crowd.mjs', `file://${__filename}`).pathname;
    const args = [script, relay.address, '8443', kind, String(Number(connections) / PROCESSES)];
    const crowds = Array.from({ length: PROCESSES }, () => new Program(args));
    await Promise.all(crowds.map((crowd) => crowd.says(/^open$/m)));
    const [full, peak] = [bytesOf(relay, 'VmRSS'), bytesOf(relay, 'VmHWM')];
    const each = Math.round((full - empty) / Number(connections));
    process.stdout.write(
      `${connections} over ${kind}: ${Math.round(full / MB)} MB, peak ${Math.round(peak / MB)} MB, ${each} bytes per connection\n`,
    );
    expect(peak).toBeLessThan(TASK_BYTES);
    expect(crowds.map(({ output }) => output)).toEqual(crowds.map(() => 'open\n'));
  },
);

/** A connection that may send large messages: a function has posted the CONNECT RESPONSE. */
const accepted = async (relay: Relay): Promise<RawClient> => {
  const [client, ConnectionId] = await relay.connectWithId();
  const Data = JSON.stringify({ type: 'CONNECT', subType: 'RESPONSE', payload: { valid: true } });
  await relay.sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));
  await client.next();
  return client;
};

onLinux(
  'three messages of 64 MB at once need less than a task of 0.5 GB: they wait for the one slot',
  async () => {
    const relay = await Relay.start({
      aws,
      nodeOptions: NODE_OPTIONS,
      environment: { ECS_CONTAINER_METADATA_URI_V4: aws.taskMetadata(512) },
    });
    expect(relay.lines('started')).toMatchObject([{ memoryMb: 512, slots: 1 }]);
    const clients = [await accepted(relay), await accepted(relay), await accepted(relay)];
    const envelope = (text: string) => `{"type":"COMMAND","subType":"RESPONSE","payload":"${text}"}`;
    const large = envelope('x'.repeat(64 * MB - envelope('').length));
    for (const client of clients) client.send(large);
    const connections = new Set<string>();
    const isLast = ({ requestContext: { part } }: RelayEvent) => part?.index === (part?.count ?? 0) - 1;
    while (connections.size < 3) {
      const { requestContext } = await aws.event(
        (event) => isLast(event) && !connections.has(event.requestContext.connectionId),
      );
      connections.add(requestContext.connectionId);
    }
    const peak = bytesOf(relay, 'VmHWM');
    process.stdout.write(`three messages of 64 MB: peak ${Math.round(peak / MB)} MB\n`);
    expect(peak).toBeLessThan(TASK_BYTES);
    for (const client of clients) await client.close();
  },
);
