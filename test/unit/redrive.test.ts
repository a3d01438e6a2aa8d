import type { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { applyEvent } from '../../bin/nbwss/redrive/apply.ts';
import { listBatches, readBatch, type StreamEvent } from '../../bin/nbwss/redrive/failed-batches.ts';

const event = (...numbers: string[]): StreamEvent => ({
  Records: numbers.map((SequenceNumber) => ({ dynamodb: { SequenceNumber } })),
});
const bucketWith = (text: string) =>
  ({ send: async () => ({ Body: { transformToString: async () => text } }) }) as unknown as S3Client;

it.each([
  ['text', JSON.stringify(event('1', '2'))],
  ['an object', event('1', '2')],
])('reads a batch whose payload is %s', async (_, payload) => {
  const s3 = bucketWith(JSON.stringify({ version: '1.0', payload }));
  expect(await readBatch(s3, 'b', 'k')).toEqual(event('1', '2'));
});

it.each([
  ['no JSON', 'hello'],
  ['positions only, as a queue gets them', JSON.stringify({ DDBStreamBatchInfo: { batchSize: 2 } })],
  ['no records', JSON.stringify({ payload: '{"Records":[]}' })],
  ['records of another service', JSON.stringify({ payload: '{"Records":[{"s3":{}}]}' })],
])('refuses an object with %s, so that it stays', async (_, text) => {
  await expect(readBatch(bucketWith(text), 'b', 'k')).rejects.toThrow('not a batch');
});

it('lists the objects of all pages, the oldest first', async () => {
  const object = (Key: string, second: number) => ({ Key, LastModified: new Date(second * 1000) });
  const pages = [
    { Contents: [object('b', 3), object('c', 1)], IsTruncated: true, NextContinuationToken: 'next' },
    { Contents: [object('a', 3), object('d', 2)] },
  ];
  const s3 = new S3Client({ region: 'us-east-1' });
  jest.spyOn(s3, 'send').mockImplementation(async () => pages.shift());
  expect(await listBatches(s3, 'bucket')).toEqual(['c', 'd', 'a', 'b']);
});

const functionThat = (...answers: object[]) => {
  const payloads: StreamEvent[] = [];
  const send = async ({ input }: { input: { Payload: string } }) => {
    payloads.push(JSON.parse(input.Payload));
    const { FunctionError, ...answer } = (answers.shift() ?? { batchItemFailures: [] }) as {
      FunctionError?: string;
    };
    return { FunctionError, Payload: Buffer.from(JSON.stringify(answer)) };
  };
  return { payloads, lambda: { send } as unknown as LambdaClient };
};

it('a batch is applied when the function names no failed record', async () => {
  const { lambda, payloads } = functionThat();
  await applyEvent(lambda, 'project', event('1', '2'));
  expect(payloads).toEqual([event('1', '2')]);
});

it.each([
  ['a failed record', { batchItemFailures: [{ itemIdentifier: '2' }] }, 'Record 2'],
  ['an error', { FunctionError: 'Unhandled', errorMessage: 'Task timed out' }, 'Task timed out'],
  ['an answer of another function', { statusCode: 200 }, 'batchItemFailures'],
])('is not applied when it answers with %s', async (_, answer, message) => {
  const { lambda } = functionThat(answer);
  await expect(applyEvent(lambda, 'project', event('1', '2'))).rejects.toThrow(message);
});

it('what is too large for one request is sent in several', async () => {
  const { lambda, payloads } = functionThat();
  const large: StreamEvent = {
    Records: ['1', '2', '3', '4'].map((SequenceNumber) => ({
      dynamodb: { SequenceNumber, NewImage: 'x'.repeat(2_000_000) },
    })),
  };
  await applyEvent(lambda, 'project', large);
  const sent = payloads.map(({ Records }) => Records.map(({ dynamodb }) => dynamodb.SequenceNumber));
  expect(sent).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
});
