import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { loadOrCreateCertificate } from '../../../bin/nbwss/certificate.ts';
import type { LocalCloud } from '../../../local/cloud.ts';
import type { StreamRecord } from '../../../local/streams/log.ts';
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

test('killed without warning: what was acknowledged is there, and its record is delivered', async () => {
  const [dataDir, certificates] = [await temporaryFolder(), await temporaryFolder()];
  const { cert, key, caFile } = await loadOrCreateCertificate(certificates, ['localhost']);
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
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  const cloud = await startCloud({ dataDir });
  await cloud.drained();
  expect((await delivered(cloud)).sort()).toEqual(['a', 'b', 'c']);
  expect(await Promise.all(['a', 'b', 'c'].map((pk) => stored(cloud, pk)))).toEqual(
    ['a', 'b', 'c'].map(item),
  );
});
