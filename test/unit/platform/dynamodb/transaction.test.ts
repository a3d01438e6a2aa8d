import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type TransactionStep, transact } from '../../../../lambdas/platform/dynamodb/transaction.ts';

const failing = (error: unknown): TransactionStep => ({
  client: { send: async () => Promise.reject(error) } as unknown as DynamoDBClient,
  item: {},
});
const cancelled = (...codes: (string | undefined)[]) =>
  new TransactionCanceledException({
    $metadata: {},
    message: 'cancelled',
    CancellationReasons: codes.map((code) => (code === undefined ? {} : { Code: code })),
  });

it.each([
  [['None', 'ConditionalCheckFailed']],
  [['TransactionConflict', undefined, 'ConditionalCheckFailed']],
])('%j is a failed condition', async (codes) => {
  expect(await transact(failing(cancelled(...codes)))).toEqual({ ok: false });
});

it.each([
  ['a step that was throttled', cancelled('ConditionalCheckFailed', 'ThrottlingError')],
  ['a step that DynamoDB rejects', cancelled('ValidationError')],
  ['no reason', cancelled()],
  ['something else', new Error('planted')],
])('throws %s', async (_, error) => {
  await expect(transact(failing(error))).rejects.toBe(error);
});

it('sends a throttled transaction again', async () => {
  const answers = [cancelled('None', 'ThrottlingError'), undefined];
  const send = async () => {
    const error = answers.shift();
    if (error) throw error;
  };
  expect(await transact({ client: { send } as unknown as DynamoDBClient, item: {} })).toEqual({ ok: true });
  expect(answers).toEqual([]);
});
