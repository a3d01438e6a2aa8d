import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { deleteEndpoint } from '../../../../lambdas/endpoints/delete-endpoint.ts';
import { despiteConflicts } from '../../../../lambdas/platform/dynamodb/conflict.ts';
import { sessionWorld } from '../../../support/sessions.ts';

const metadata = { $metadata: {}, message: 'refused' };
const conflict = () => new TransactionConflictException(metadata);
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({ ...metadata, CancellationReasons: codes.map((Code) => ({ Code })) });

describe('despiteConflicts', () => {
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  /** Fails with these in turn, then goes through. */
  const failing = (...errors: Error[]) => {
    const left = [...errors];
    return async () => {
      const error = left.shift();
      if (error) throw error;
      return 'written';
    };
  };

  it.each([
    ['a single write', conflict()],
    ['a transaction', cancelled('None', 'TransactionConflict')],
  ])('tries %s again that collided', async (_, error) => {
    expect(await despiteConflicts(failing(error, error), wait)).toBe('written');
  });

  it.each([
    ['a failed condition', new ConditionalCheckFailedException(metadata)],
    ['a failed condition beside a conflict', cancelled('ConditionalCheckFailed', 'TransactionConflict')],
    ['a throttle', cancelled('ThrottlingError')],
    ['anything else', new Error('lost')],
  ])('lets %s through at once', async (_, error) => {
    await expect(despiteConflicts(failing(error), wait)).rejects.toBe(error);
  });

  it('gives up on a conflict that does not end, having waited a little longer each time', async () => {
    waits.length = 0;
    const errors = Array.from({ length: 9 }, conflict);
    await expect(despiteConflicts(failing(...errors), wait)).rejects.toBe(errors[5]);
    expect(waits).toHaveLength(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(320);
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

it('an endpoint is not "gone already" because a CONNECT was being answered when it was deleted', async () => {
  const world = sessionWorld();
  world.dynamodb.set('groups', { ...world.group(), endpointId: 'abcdefghijkmnpqr' });
  once(world, 'TransactWriteItems', cancelled('TransactionConflict', 'None'));
  const endpoint = { groupId: 'demo', endpointId: 'abcdefghijkmnpqr' };
  expect(await deleteEndpoint(world.context, endpoint)).toBe(true);
  expect(world.dynamodb.items('endpoints')).toEqual([]);
});

it('I-5 a session becomes ready though another CONNECT of the group is just being decided', async () => {
  const world = sessionWorld();
  await world.open('c1');
  world.dynamodb.set('groups', { ...world.group(), session: { connectionId: 'c1', ready: false } });
  once(world, 'UpdateItem', conflict());
  expect(await world.context.groups.markReady('demo', 'c1')).toBe(true);
});
