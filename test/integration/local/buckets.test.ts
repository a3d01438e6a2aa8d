/** A bucket as the failure destination of a stream, and how its objects are read, given back to the function and deleted. */
import { createHash, createHmac } from 'node:crypto';
import { type AttributeValue, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import type { LocalCloud, LocalCloudOptions } from '../../../local/cloud.ts';
import type { StreamRecord } from '../../../local/streams/record.ts';
import { ManualClock } from '../../support/clocks.ts';
import {
  dynamo,
  editedAssembly,
  kept,
  nameOf,
  set,
  startCloud,
  stopAll,
  temporaryFolder,
} from './support.ts';

const opened: { destroy(): void }[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) client.destroy();
  await stopAll();
});

const BUCKET_ARN = { 'Fn::GetAtt': ['Failed', 'Arn'] };
/** The fixture, with a bucket in place of the queue that gets what cannot be delivered. */
const startWithBucket = async (
  options: Partial<LocalCloudOptions> = {},
  mapping: Readonly<Record<string, unknown>> = {},
  actions: readonly string[] = ['s3:ListBucket', 's3:PutObject'],
) => {
  const assembly = await editedAssembly((_, front) => {
    set(front, 'Failed', { Type: 'AWS::S3::Bucket', Properties: {} });
    set(front, 'Feed.Properties.DestinationConfig.OnFailure.Destination', BUCKET_ARN);
    for (const [name, value] of Object.entries(mapping)) set(front, `Feed.Properties.${name}`, value);
    set(front, 'ConsumerPolicy.Properties.PolicyDocument.Statement.2', {
      Effect: 'Allow',
      Action: actions,
      Resource: [BUCKET_ARN, { 'Fn::Join': ['', [BUCKET_ARN, '/*']] }],
    });
  });
  return startCloud({ assembly, ...options });
};

const clientFor = ({ endpointUrl: endpoint, region, credentials }: LocalCloud) => {
  const options = { endpoint, region, credentials, maxAttempts: 1 };
  const clients = { s3: new S3Client(options), lambda: new LambdaClient(options) };
  opened.push(clients.s3, clients.lambda);
  return clients;
};
const item = (sk: string, behaviour?: string): Record<string, AttributeValue> => ({
  pk: { S: 'p' },
  sk: { S: sk },
  ...(behaviour === undefined ? {} : { behaviour: { S: behaviour } }),
});
const write = (cloud: LocalCloud, items: readonly Record<string, AttributeValue>[]) =>
  dynamo(cloud).send(
    new TransactWriteItemsCommand({
      TransactItems: items.map((Item) => ({ Put: { TableName: nameOf(cloud, 'Things'), Item } })),
    }),
  );
const keysOf = async (cloud: LocalCloud): Promise<string[]> => {
  const Bucket = nameOf(cloud, 'Failed');
  const { Contents = [] } = await clientFor(cloud).s3.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key = '' }) => Key);
};
const read = async (cloud: LocalCloud, Key: string) => {
  const Bucket = nameOf(cloud, 'Failed');
  const { Body } = await clientFor(cloud).s3.send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
};

test('a bucket gets the whole invocation under the documented key, which the function takes again', async () => {
  const cloud = await startWithBucket();
  await write(cloud, [item('a'), item('b', 'throw'), item('c')]);
  await cloud.drained();
  const [key = '', ...others] = await keysOf(cloud);
  expect(others).toEqual([]);
  expect(key).toMatch(
    /^aws\/lambda\/[^/]+\/shardId-\d{20}-0{8}\/(\d{4})\/(\d\d)\/(\d\d)\/\1-\2-\3T\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
  );
  const { payload, ...metadata } = await read(cloud, key);
  expect(metadata).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted' },
    DDBStreamBatchInfo: { batchSize: 1 },
  });
  const { Records } = JSON.parse(payload) as { Records: StreamRecord[] };
  expect(Records.map(({ dynamodb }) => dynamodb.NewImage)).toEqual([item('b', 'throw')]);

  const { lambda, s3 } = clientFor(cloud);
  const invoke = (Payload: string) =>
    lambda.send(new InvokeCommand({ FunctionName: nameOf(cloud, 'Consumer'), Payload }));
  const failed = await invoke(payload);
  expect([failed.StatusCode, failed.FunctionError]).toEqual([200, 'Unhandled']);
  expect(JSON.parse(Buffer.from(failed.Payload ?? []).toString())).toMatchObject({
    errorMessage: 'as expected',
  });
  const done = await invoke(JSON.stringify({ Records: Records.map((one) => withoutBehaviour(one)) }));
  expect([done.FunctionError, Buffer.from(done.Payload ?? []).toString()]).toEqual([
    undefined,
    '{"batchItemFailures":[]}',
  ]);
  await s3.send(new DeleteObjectCommand({ Bucket: nameOf(cloud, 'Failed'), Key: key }));
  expect(await keysOf(cloud)).toEqual([]);
});

const withoutBehaviour = (record: StreamRecord): unknown => ({
  ...record,
  dynamodb: { ...record.dynamodb, NewImage: item('b') },
});

test('records are tried again until they are older than the mapping says; those that are not go on', async () => {
  const clock = new ManualClock();
  const mapping = { MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: 600, BatchSize: 2 };
  const cloud = await startWithBucket({ clock }, mapping);
  const tries = async (sk: string) =>
    (await kept<StreamRecord[]>(cloud, 'batch')).filter((records) =>
      records.some(({ dynamodb }) => dynamodb.Keys['sk']?.['S'] === sk),
    ).length;
  await write(cloud, [item('old', 'report')]);
  await cloud.lambda.idle();
  for (let minute = 0; minute < 9; minute++) {
    clock.advance(60_000);
    await cloud.lambda.idle();
  }
  expect(await tries('old')).toBeGreaterThan(3);
  await write(cloud, [item('new', 'report 1')]);
  expect(await keysOf(cloud)).toEqual([]);
  clock.advance(61_000);
  // The new record is not tried before the old one is given up.
  const draining = cloud.drained();
  for (let round = 0; round < 10 && (await tries('new')) < 2; round++) {
    await cloud.lambda.idle();
    clock.advance(1_000);
  }
  await draining;
  expect(await tries('new')).toBe(2);
  const [key = '', ...others] = await keysOf(cloud);
  expect(others).toEqual([]);
  const { requestContext, payload } = await read(cloud, key);
  expect(requestContext.condition).toBe('RecordAgeExceeded');
  expect(JSON.parse(payload).Records).toHaveLength(1);
});

test('objects are listed page by page and by prefix, and are kept in the data directory', async () => {
  const dataDir = await temporaryFolder();
  const first = await startWithBucket({ dataDir }, { BatchSize: 1 });
  await write(
    first,
    ['a', 'b', 'c'].map((sk) => item(sk, 'throw')),
  );
  await first.drained();
  const keys = await keysOf(first);
  expect(keys).toHaveLength(3);
  await first.stop();
  const cloud = await startWithBucket({ dataDir }, { BatchSize: 1 });
  const { s3 } = clientFor(cloud);
  const Bucket = nameOf(cloud, 'Failed');
  const page = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, Prefix: 'aws/' }));
  expect([page.IsTruncated, page.Contents?.map(({ Key }) => Key)]).toEqual([true, keys.slice(0, 2)]);
  const ContinuationToken = page.NextContinuationToken;
  const rest = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
  expect([rest.IsTruncated, rest.Contents?.map(({ Key }) => Key)]).toEqual([false, keys.slice(2)]);
  expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'other/' }))).Contents).toBeUndefined();
});

test('errors have the codes of S3 and Lambda, and what is not emulated is refused', async () => {
  const cloud = await startWithBucket();
  const { s3, lambda } = clientFor(cloud);
  const Bucket = nameOf(cloud, 'Failed');
  const nameOfError = (work: Promise<unknown>) => work.then(String, ({ name }: Error) => name);
  expect(await nameOfError(s3.send(new GetObjectCommand({ Bucket, Key: 'none' })))).toBe('NoSuchKey');
  expect(await nameOfError(s3.send(new ListObjectsV2Command({ Bucket: 'none' })))).toBe('NoSuchBucket');
  expect(await nameOfError(s3.send(new CreateBucketCommand({ Bucket: 'new' })))).toBe(
    'UnknownOperationException',
  );
  expect(await nameOfError(lambda.send(new InvokeCommand({ FunctionName: 'none' })))).toBe(
    'ResourceNotFoundException',
  );
  const event = { FunctionName: nameOf(cloud, 'Consumer'), InvocationType: 'Event' } as const;
  expect(await nameOfError(lambda.send(new InvokeCommand(event)))).toBe('UnknownOperationException');
  cloud.faults.add({ service: 's3', do: 'fail' });
  expect(await nameOfError(s3.send(new ListObjectsV2Command({ Bucket })))).toBe('InternalError');
});

test('a function that may not list its bucket has no mapping; one that may not write to it loses the batch', async () => {
  await expect(startWithBucket({}, {}, ['s3:PutObject'])).rejects.toThrow('s3:ListBucket');
  const messages: string[] = [];
  const log = ({ message }: { message: string }) => messages.push(message);
  const cloud = await startWithBucket({ log }, {}, ['s3:ListBucket']);
  await write(cloud, [item('a', 'throw')]);
  await cloud.drained();
  expect(await keysOf(cloud)).toEqual([]);
  expect(messages).toContainEqual(expect.stringContaining('not authorized to perform: s3:PutObject'));
});

test('an object has the bytes and the type that it was put with, and is kept in the data directory', async () => {
  const dataDir = await temporaryFolder();
  const first = await startWithBucket({ dataDir });
  const Bucket = nameOf(first, 'Failed');
  const Body = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
  const object = { Bucket, Key: 'a b/ü' };
  await clientFor(first).s3.send(new PutObjectCommand({ ...object, Body, ContentType: 'text/csv' }));
  await first.stop();
  const cloud = await startWithBucket({ dataDir });
  const { s3 } = clientFor(cloud);
  const found = await s3.send(new GetObjectCommand(object));
  expect([found.ContentType, found.ContentLength]).toEqual(['text/csv', Body.length]);
  expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents).toMatchObject([{ Key: 'a b/ü', Size: Body.length, ETag: found.ETag }]);
});

describe('a presigned URL', () => {
  const clock = new ManualClock();
  let cloud: LocalCloud;
  /** A URL for this object, as SDKs sign it. */
  const urlFor = async (Key: string, method = 'GET', secret?: string): Promise<string> => {
    const { endpointUrl, region, credentials } = cloud;
    const { protocol, hostname, port, host } = new URL(endpointUrl);
    const signer = new SignatureV4({
      ...{ service: 's3', region, uriEscapePath: false },
      credentials: { ...credentials, ...(secret && { secretAccessKey: secret }) },
      sha256: class {
        readonly #hash;
        constructor(key?: unknown) {
          this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key as Buffer);
        }
        update = (data: Uint8Array) => void this.#hash.update(data);
        digest = async () => this.#hash.digest();
        reset = () => {};
      },
    });
    const { path, query = {} } = await signer.presign(
      {
        ...{ method, protocol, hostname, port: Number(port), query: {} },
        path: `/${nameOf(cloud, 'Failed')}/${Key}`,
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      },
      { expiresIn: 60, signingDate: new Date(clock.now()) },
    );
    return `${endpointUrl}${path}?${new URLSearchParams(query as Record<string, string>)}`;
  };
  const codeOf = async (url: string, init?: RequestInit) => {
    const answer = await fetch(url, init);
    return [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]];
  };

  beforeEach(async () => {
    cloud = await startWithBucket({ clock });
    const object = { Bucket: nameOf(cloud, 'Failed'), Key: 'a' };
    await clientFor(cloud).s3.send(new PutObjectCommand({ ...object, Body: 'content' }));
  });

  test('is for anybody, one object, one method and its time', async () => {
    const url = await urlFor('a');
    expect(await (await fetch(url)).text()).toBe('content');
    expect(await codeOf(url, { method: 'DELETE' })).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await codeOf(url.replace('/a?', '/b?'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await codeOf(await urlFor('a', 'GET', 'another secret'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await codeOf(await urlFor('none'))).toEqual([404, 'NoSuchKey']);
    clock.advance(60_000);
    expect(await codeOf(url)).toEqual([403, 'AccessDenied']);
    expect((await fetch(await urlFor('a'))).status).toBe(200);
  });

  test('may do what its signer may, with other methods too', async () => {
    expect(await codeOf(await urlFor('b', 'PUT'), { method: 'PUT', body: 'put' })).toEqual([200, undefined]);
    expect(await (await fetch(await urlFor('b'))).text()).toBe('put');
    expect(await codeOf(await urlFor('b', 'DELETE'), { method: 'DELETE' })).toEqual([204, undefined]);
    expect(await codeOf(await urlFor('b'))).toEqual([404, 'NoSuchKey']);
  });
});
