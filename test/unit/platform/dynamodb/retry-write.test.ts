import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { deleteEndpoint } from '../../../../lambdas/endpoints/delete-endpoint.ts';
import { fullJitter } from '../../../../lambdas/platform/backoff.ts';
import { retryWrite } from '../../../../lambdas/platform/dynamodb/retry-write.ts';
import { sessionWorld } from '../../../support/sessions.ts';

const metadata = { $metadata: {}, message: 'refused' };
const conflict = () => new TransactionConflictException(metadata);
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({ ...metadata, CancellationReasons: codes.map((Code) => ({ Code })) });

describe('retryWrite', () => {
  const waits: number[] = [];
  const backoff = fullJitter(20, { wait: async (ms) => void waits.push(ms), random: () => 1 });
  /** Fails with each of these errors, then succeeds. */
  const failing = (...errors: Error[]) => {
    const left = [...errors];
    return async () => {
      const error = left.shift();
      if (error) throw error;
      return 'written';
    };
  };

  it.each([
    ['a single write that conflicted', conflict()],
    ['a transaction that conflicted', cancelled('None', 'TransactionConflict')],
    ['a transaction that was throttled', cancelled('None', 'ThrottlingError')],
    ['a transaction beyond provisioned throughput', cancelled('ProvisionedThroughputExceeded', 'None')],
    ['a transaction with both', cancelled('TransactionConflict', 'ThrottlingError')],
  ])('retries %s', async (_, error) => {
    expect(await retryWrite(failing(error, error), backoff)).toBe('written');
  });

  it.each([
    ['a failed condition', new ConditionalCheckFailedException(metadata)],
    ['a failed condition beside a conflict', cancelled('ConditionalCheckFailed', 'TransactionConflict')],
    ['a failed condition beside throttling', cancelled('ConditionalCheckFailed', 'ThrottlingError')],
    ['a step that DynamoDB rejects, beside throttling', cancelled('ValidationError', 'ThrottlingError')],
    ['a transaction without reasons', cancelled()],
    ['anything else', new Error('lost')],
  ])('does not retry %s', async (_, error) => {
    await expect(retryWrite(failing(error), backoff)).rejects.toBe(error);
  });

  it('rethrows the sixth conflict, after exponential waits', async () => {
    waits.length = 0;
    const errors = Array.from({ length: 9 }, conflict);
    await expect(retryWrite(failing(...errors), backoff)).rejects.toBe(errors[5]);
    expect(waits).toEqual([20, 40, 80, 160, 320]);
  });
});

/** Fails the first call of this kind. */
const once = (world: ReturnType<typeof sessionWorld>, kind: string, error: Error) => {
  let failed = false;
  world.dynamodb.before = (call) => {
    if (failed || call !== kind) return;
    failed = true;
    throw error;
  };
};

it('an endpoint is deleted although a CONNECT is being processed at the same time', async () => {
  const world = sessionWorld();
  world.dynamodb.set('groups', { ...world.group(), endpointId: 'abcdefghijkmnpqr' });
  once(world, 'TransactWriteItems', cancelled('TransactionConflict', 'None'));
  const endpoint = { groupId: 'demo', endpointId: 'abcdefghijkmnpqr' };
  expect(await deleteEndpoint(world.context, endpoint)).toBe(true);
  expect(world.dynamodb.items('endpoints')).toEqual([]);
});

it('I-5 a session becomes ready although another CONNECT of the group is being processed', async () => {
  const world = sessionWorld();
  await world.open('c1');
  world.dynamodb.set('groups', { ...world.group(), session: { connectionId: 'c1', ready: false } });
  once(world, 'UpdateItem', conflict());
  expect(await world.context.groups.markReady('demo', 'c1')).toBe(true);
});
