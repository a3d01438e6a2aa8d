import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { LocalCloud } from '../../../local/cloud.ts';
import type { StreamRecord } from '../../../local/streams/record.ts';
import { testCertificate } from '../../support/tls.ts';
import { dynamo, fixture, kept, nameOf, startCloud, stopAll, temporaryFolder } from './support.ts';

afterEach(stopAll);

const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const stored = async (cloud: LocalCloud, pk: string) =>
  (await dynamo(cloud).send(new GetItemCommand({ TableName: nameOf(cloud, 'Things'), Key: item(pk) }))).Item;
const delivered = async (cloud: LocalCloud) =>
  (await kept<StreamRecord[]>(cloud, 'batch')).flat().map(({ dynamodb }) => dynamodb.Keys['pk']?.['S']);

test('items survive a restart, and records that were processed are not delivered again', async () => {
  const dataDir = await temporaryFolder();
  const first = await startCloud({ dataDir });
  await dynamo(first).send(new PutItemCommand({ TableName: nameOf(first, 'Things'), Item: item('a') }));
  await first.drained();
  await first.stop();
  const second = await startCloud({ dataDir });
  await second.drained();
  expect(await stored(second, 'a')).toEqual(item('a'));
  expect(await delivered(second)).toEqual(['a']);
});

test('without a data directory nothing is kept', async () => {
  const first = await startCloud();
  await dynamo(first).send(new PutItemCommand({ TableName: nameOf(first, 'Things'), Item: item('quiet') }));
  await first.stop();
  expect(await stored(await startCloud(), 'quiet')).toBeUndefined();
});

const childrenOf = (parent: number | undefined): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? pid : []));

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Polls until the condition holds, for five seconds at most. */
async function settled<T>(read: () => T, isExpected: (value: T) => boolean): Promise<T> {
  const until = Date.now() + 5_000;
  let value = read();
  while (!isExpected(value) && Date.now() < until) {
    await setTimeout(50);
    value = read();
  }
  return value;
}

test('after kill -9, acknowledged items are stored and their records are delivered', async () => {
  const [dataDir, certificates] = [await temporaryFolder(), await temporaryFolder()];
  const { cert, key, caFile } = await testCertificate();
  await writeFile(path.join(certificates, 'cert.pem'), cert);
  await writeFile(path.join(certificates, 'key.pem'), key);
  const files = ['cert.pem', 'key.pem'].map((file) => path.join(certificates, file));
  const script = path.join(__dirname, 'crash-run.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, fixture, dataDir, ...files, caFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { endpointUrl: endpoint, credentials, resources } = JSON.parse(line) as LocalCloud;
  const client = new DynamoDBClient({ endpoint, credentials, region: 'us-east-1', maxAttempts: 1 });
  const TableName = resources['Things']?.physicalId ?? '';
  for (const pk of ['a', 'b', 'c']) await client.send(new PutItemCommand({ TableName, Item: item(pk) }));
  client.destroy();
  const functions = await settled(
    () => childrenOf(child.pid),
    (pids) => pids.length > 0,
  );
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  // Nothing reads the functions' output: they must end by themselves.
  const survivors = await settled(
    () => functions.filter(isAlive),
    (pids) => pids.length === 0,
  );
  for (const pid of survivors) process.kill(pid, 'SIGKILL');
  expect([functions.length > 0, survivors]).toEqual([true, []]);
  const cloud = await startCloud({ dataDir });
  await cloud.drained();
  expect((await delivered(cloud)).sort()).toEqual(['a', 'b', 'c']);
  expect(await Promise.all(['a', 'b', 'c'].map((pk) => stored(cloud, pk)))).toEqual(
    ['a', 'b', 'c'].map(item),
  );
});
