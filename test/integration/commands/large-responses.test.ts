/** Responses above the size of an item, as the relay delivers them: from the events of `respond` to the caller. */
import { createHash } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { registerCall } from '../../../bin/nbwss/commands/call.ts';
import { registerCommands } from '../../../bin/nbwss/commands/commands.ts';
import type { Deployment } from '../../support/deployment.ts';
import { messageEvent } from '../../support/fakes.ts';
import { type LargeDeployment, startWithLargeResponses } from '../../support/large-responses.ts';
import type { RawClient } from '../../support/raw-client.ts';
import { runCommand } from '../../support/run-command.ts';

const MB = 1024 * 1024;
let large: LargeDeployment;
let deployment: Deployment;
let primary: RawClient;
let connectionId: string;
let s3: S3Client;
let dynamodb: DynamoDBClient;

const physicalId = (part: string, type: string): string =>
  Object.entries(deployment.cloud.resources).find(
    ([id, resource]) => resource.type === type && id.includes(part),
  )?.[1].physicalId ?? '';
const connections = async (): Promise<{ id: string; state: string }[]> => {
  const TableName = physicalId('Connections', 'AWS::DynamoDB::Table');
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
  return Items.map(({ connectionId: id, state }) => ({ id: id?.S ?? '', state: state?.S ?? '' }));
};

beforeAll(async () => {
  large = await startWithLargeResponses();
  deployment = large.deployment;
  const { endpointUrl: endpoint, region, credentials } = deployment.cloud;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  dynamodb = new DynamoDBClient({ endpoint, region, credentials });
  primary = await deployment.connect(await deployment.createGroup('demo'));
  connectionId = (await connections()).find(({ state }) => state === 'AUTHENTICATED')?.id ?? '';
});
afterAll(async () => {
  s3.destroy();
  dynamodb.destroy();
  await large.stop();
});

const keysIn = async (prefix = ''): Promise<string[]> => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: large.bucket, Prefix: prefix }));
  return Contents.map(({ Key = '' }) => Key);
};
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Invokes `respond` as the relay does. @returns the status codes */
const deliver = async (message: string, from = connectionId, partBytes = 4 * MB): Promise<number[]> => {
  const bytes = Buffer.from(message);
  const count = Math.ceil(bytes.length / partBytes);
  const statuses: number[] = [];
  for (let index = 0; index < count; index++) {
    const content = bytes.subarray(index * partBytes, (index + 1) * partBytes);
    const event = messageEvent('COMMAND', content.toString('base64'), from);
    const part = { digest: sha256(bytes), index, count, bytes: bytes.length };
    const requestContext = { ...event.requestContext, part };
    const result = await deployment.cloud.lambda.invoke(physicalId('Respond', 'AWS::Lambda::Function'), {
      ...event,
      requestContext,
      isBase64Encoded: true,
    });
    statuses.push((result as unknown as { payload: { statusCode: number } }).payload.statusCode);
  }
  return statuses;
};
const messageFor = (id: unknown, body: string, responseCode = 200): string =>
  JSON.stringify({
    ...{ version: '1.0', id, type: 'COMMAND', subType: 'RESPONSE', timeStamp: 1 },
    payload: { responseCode, headers: { 'Content-Type': 'application/json' }, body },
  });
/** Answers the next command with this body, through the relay's events. */
const answerNext = async (body: string, responseCode = 200, partBytes?: number): Promise<number[]> => {
  const { id } = await primary.next(({ type, subType }) => type === 'COMMAND' && subType === 'REQUEST');
  return deliver(messageFor(id, body, responseCode), connectionId, partBytes);
};
const submit = async (uri = '/netbackup/catalog/x', method = 'GET') => {
  const answer = await deployment.http('POST', '/v1/groups/demo/commands', { body: { method, uri } });
  return answer.headers.get('location')?.replace(/^.*(?=\/v1\/)/, '') ?? '';
};
const read = async (path: string) => (await deployment.http('GET', path)).json;

/** What a command of the command line prints. */
const printedBy = async (args: readonly string[]): Promise<string> => {
  const printed: string[] = [];
  const output = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => printed.push(String(text)) > 0);
  process.env['NBWSS_API_KEY'] = deployment.adminKey;
  try {
    const register = (program: Command) => {
      registerCommands(program);
      registerCall(program);
    };
    await runCommand(register, [...args, '--url', deployment.cloud.apiUrl]);
  } finally {
    output.mockRestore();
    delete process.env['NBWSS_API_KEY'];
  }
  return printed.join('');
};

/** Random enough to have a digest of its own; with characters of three bytes. */
const bodyOf = (bytes: number, text = '夜'): string =>
  JSON.stringify({ at: Date.now(), data: text.repeat(Math.floor(bytes / Buffer.byteLength(text))) });

test('64 MB arrive whole at a presigned location', async () => {
  const path = await submit();
  const body = bodyOf(64 * MB - 1_000, 'abcd');
  expect(await answerNext(body)).toEqual(Array(16).fill(200));
  const { state, response } = await read(path);
  expect(state).toBe('completed');
  expect(response).toMatchObject({ status: 200, location: { bytes: Buffer.byteLength(body) } });
  expect(response).not.toHaveProperty('body');
  const stored = await fetch(response.location.url);
  expect(stored.headers.get('content-type')).toBe('application/json');
  expect(sha256(Buffer.from(await stored.arrayBuffer()))).toBe(sha256(body));
  expect(await keysIn('parts/')).toEqual([]);
});

test('a body that an answer can carry is in the answer of both APIs', async () => {
  const path = await submit();
  const body = bodyOf(3 * MB);
  await answerNext(body, 200, MB);
  expect((await read(path)).response.body).toBe(body);
  const [answer] = await Promise.all([
    deployment.http('GET', '/v1/groups/demo/netbackup/catalog/y'),
    answerNext(body, 200, MB),
  ]);
  expect([answer.status, answer.text]).toEqual([200, body]);
});

test('the proxy leads to any other one, and the command line follows without its key', async () => {
  const body = bodyOf(7 * MB);
  const request = { headers: { 'x-api-key': deployment.adminKey } };
  const url = `${deployment.cloud.apiUrl}/v1/groups/demo/netbackup/catalog/z`;
  const [answer] = await Promise.all([fetch(url, { ...request, redirect: 'manual' }), answerNext(body)]);
  expect(answer.status).toBe(303);
  expect(await answer.json()).toMatchObject({ code: 'answer-elsewhere', status: 303 });
  const located = await fetch(answer.headers.get('location') ?? '');
  expect(sha256(await located.text())).toBe(sha256(body));

  const shown = JSON.parse(
    await printedBy(['commands', 'get', 'demo', answer.headers.get('x-nbwss-command-id') ?? '']),
  );
  expect(sha256(shown.response.body)).toBe(sha256(body));
  expect(shown.response).not.toHaveProperty('location');

  await deployment.http('PUT', '/v1/groups/demo/netbackup-credential', { body: { apiKey: 'planted-key' } });
  const [printed] = await Promise.all([
    printedBy(['call', 'demo', 'GET', '/netbackup/catalog/images']),
    answerNext(body),
  ]);
  expect(JSON.parse(printed)).toEqual(JSON.parse(body));
});

test('I-6 a response that may hold a credential is stored encrypted, and delivered once', async () => {
  const path = await submit('/netbackup/login', 'POST');
  const body = bodyOf(2 * MB, 'planted-secret ');
  await answerNext(body, 201, MB);
  const [key = '', ...others] = await keysIn(`bodies/demo/${path.split('/').at(-1)}`);
  expect(others).toEqual([]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: large.bucket, Key: key }));
  expect(await Body?.transformToString('latin1')).not.toContain('planted-secret');
  expect((await read(path)).response.body).toBe(body);
  expect((await read(path)).response).toEqual({
    status: 201,
    headers: { 'content-type': 'application/json' },
  });
  expect(await keysIn(key)).toEqual([]);
});

test('I-6 parts are stored encrypted, each until the message is whole', async () => {
  const path = await submit();
  const { id } = await primary.next(({ type }) => type === 'COMMAND');
  const message = messageFor(id, bodyOf(3 * MB, 'planted-secret '));
  // Without the last part.
  const bytes = Buffer.from(message);
  const part = { digest: sha256(bytes), index: 0, count: 2, bytes: bytes.length };
  const event = messageEvent('COMMAND', bytes.subarray(0, 2 * MB).toString('base64'), connectionId);
  await deployment.cloud.lambda.invoke(physicalId('Respond', 'AWS::Lambda::Function'), {
    ...event,
    requestContext: { ...event.requestContext, part },
    isBase64Encoded: true,
  });
  const [key = '', ...others] = await keysIn('parts/');
  expect(others).toEqual([]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: large.bucket, Key: key }));
  expect(await Body?.transformToString('latin1')).not.toContain('planted-secret');
  expect(await deliver(message, connectionId, 2 * MB)).toEqual([200, 200]);
  expect((await read(path)).state).toBe('completed');
  expect(await keysIn('parts/')).toEqual([]);
});

test('I-13 nothing is stored for a connection that is not authenticated, and no other group completes a command', async () => {
  const before = await keysIn();
  await deployment.open();
  const pending = (await connections()).find(({ state }) => state === 'PENDING')?.id ?? '';
  expect(pending).not.toBe('');
  await deliver(messageFor('A', bodyOf(3 * MB)), pending, MB);
  expect(await keysIn()).toEqual(before);

  await deployment.connect(await deployment.createGroup('other'));
  const authenticated = (await connections()).filter(({ state }) => state === 'AUTHENTICATED');
  const stranger = authenticated.find(({ id }) => id !== connectionId)?.id ?? '';
  const path = await submit();
  const { id } = await primary.next(({ type }) => type === 'COMMAND');
  await deliver(messageFor(id, bodyOf(3 * MB)), stranger, MB);
  expect((await read(path)).state).toBe('sent');
  await deliver(messageFor(id, bodyOf(3 * MB)), connectionId, MB);
  expect((await read(path)).state).toBe('completed');
});

test('while S3 does not answer, a part is not answered as received, and can be delivered again', async () => {
  const path = await submit();
  const { id } = await primary.next(({ type }) => type === 'COMMAND');
  const message = messageFor(id, bodyOf(3 * MB));
  const fault = deployment.cloud.faults.add({
    service: 's3',
    action: 'PutObject',
    do: 'fail',
    count: Infinity,
  });
  expect(await deliver(message, connectionId, 2 * MB)).toEqual([503, 200]);
  fault.remove();
  expect(await deliver(message, connectionId, 2 * MB)).toEqual([200, 200]);
  expect((await read(path)).state).toBe('completed');
});

test('a location is for one object, and for 15 minutes', async () => {
  const path = await submit();
  await answerNext(bodyOf(8 * MB));
  const { url } = (await read(path)).response.location;
  expect((await fetch(url)).status).toBe(200);
  const other = new URL(url);
  other.pathname = `/${large.bucket}/bodies/other/x`;
  expect((await fetch(other)).status).toBe(403);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  deployment.clock.advance(15 * 60_000 + 1_000);
  expect((await fetch(url)).status).toBe(403);
  expect((await fetch((await read(path)).response.location.url)).status).toBe(200);
});

test('the objects of a group are deleted with it, and no permission of the bucket was useless', async () => {
  expect(await keysIn('bodies/demo/')).not.toEqual([]);
  await deployment.http('DELETE', '/v1/groups/demo?force=true');
  await deployment.sweep();
  expect(await keysIn('bodies/demo/')).toEqual([]);
  const unused = deployment.cloud
    .unusedGrants()
    .filter(
      ({ resources, statement }) =>
        resources.some((one) => one.includes(large.bucket)) || JSON.stringify(statement).includes('"slice"'),
    );
  expect(unused.map(({ role, action, resources }) => [role, action, resources])).toEqual([]);
});
