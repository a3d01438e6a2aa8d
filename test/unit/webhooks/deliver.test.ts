import { HOUR_MS } from '../../../lambdas/platform/clock.ts';
import type { QueueRecord } from '../../../lambdas/platform/queue.ts';
import { SecretNotReadable } from '../../../lambdas/platform/secrets.ts';
import { type DeliverContext, deliver } from '../../../lambdas/webhooks/deliver.ts';
import type { Failure } from '../../../lambdas/webhooks/post.ts';
import { fakeLog } from '../../support/fakes.ts';

const NOW = 1_800_000_000_000;
const body = { type: 'Problem Opened', data: { eventId: 'abc' } };
const record = (attempts = 1, sentAt = NOW, alert = 'tickets'): QueueRecord => ({
  messageId: 'm',
  receiptHandle: 'h',
  body: JSON.stringify({ alert, body }),
  attributes: { ApproximateReceiveCount: String(attempts), SentTimestamp: String(sentAt) },
  eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:queue',
});

const world = (change: Partial<DeliverContext> = {}, failure?: Failure) => {
  const waits: number[] = [];
  const deadLetters: Readonly<Record<string, string>>[] = [];
  const log = fakeLog();
  const posted: unknown[][] = [];
  const context: DeliverContext = {
    webhooks: { tickets: { url: 'https://example.com/hook', signingSecret: 'key' } },
    findReceiver: async () => ({ url: new URL('https://example.com/hook'), keys: [Buffer.alloc(24)] }),
    post: async (...request) => {
      posted.push(request);
      return failure;
    },
    queues: {
      setVisibilityTimeout: async (_, seconds) => void waits.push(seconds),
      sendToDeadLetters: async (_, attributes) => void deadLetters.push(attributes),
    },
    clock: () => NOW,
    random: () => 0,
    log,
    ...change,
  };
  return { context, waits, deadLetters, logged: log.lines, posted };
};
const busy: Failure = { code: 'ERROR_FROM_TARGET', message: 'The receiver answered 503.', isTransient: true };
const refused: Failure = { ...busy, message: 'The receiver answered 403.', isTransient: false };

test('the body is sent with the id of the event and the time of the attempt', async () => {
  const { context, waits, deadLetters, posted, logged } = world();
  expect(await deliver(context, record(3, NOW - HOUR_MS))).toBe(true);
  expect(posted).toEqual([
    [
      new URL('https://example.com/hook'),
      {
        'webhook-id': 'abc',
        'webhook-timestamp': '1800000000',
        'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      },
      JSON.stringify(body),
    ],
  ]);
  expect([waits, deadLetters, logged]).toEqual([[], [], []]);
});

test('what may pass is tried again, after twice as long each time, up to ten minutes', async () => {
  const { context, waits, deadLetters } = world({}, busy);
  for (let attempts = 1; attempts <= 10; attempts += 1)
    expect(await deliver(context, record(attempts))).toBe(false);
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600, 600]);
  expect(deadLetters).toEqual([]);
});

test('events that failed together are not sent together', async () => {
  const { context, waits } = world({ random: () => 0.999 }, busy);
  await deliver(context, record(1));
  await deliver(context, record(100));
  expect(waits).toEqual([3, 301]);
});

test('an event that would be older than a day at the next attempt is given up', async () => {
  const { context, waits, deadLetters } = world({}, busy);
  const oldest = NOW + 600_000 - 24 * HOUR_MS;
  expect(await deliver(context, record(150, oldest))).toBe(false);
  expect(await deliver(context, record(150, oldest - 1))).toBe(true);
  expect(waits).toEqual([600]);
  expect(deadLetters).toEqual([
    {
      ALERT: 'tickets',
      ERROR_CODE: 'ERROR_FROM_TARGET',
      ERROR_MESSAGE: 'The receiver answered 503.',
      RETRY_ATTEMPTS: '149',
    },
  ]);
});

test.each<[string, Partial<DeliverContext>, Failure | undefined, string]>([
  ['a receiver that refuses', {}, refused, 'ERROR_FROM_TARGET'],
  ['an alert that is not configured', { webhooks: {} }, undefined, 'NOT_CONFIGURED'],
  [
    'a secret that only somebody can mend',
    { findReceiver: () => Promise.reject(new SecretNotReadable('The secret key does not exist.')) },
    undefined,
    'SECRET',
  ],
])('%s is not tried again, and logged', async (_, change, failure, code) => {
  const { context, waits, deadLetters, logged } = world(change, failure);
  expect(await deliver(context, record())).toBe(true);
  expect(waits).toEqual([]);
  expect(deadLetters).toMatchObject([{ ALERT: 'tickets', ERROR_CODE: code }]);
  expect(logged).toMatchObject([
    { level: 'warn', code: 'webhook-not-delivered', detail: { alert: 'tickets', webhookId: 'abc' } },
  ]);
});

test('when Secrets Manager fails, the event waits', async () => {
  const failing = () =>
    Promise.reject(Object.assign(new Error('secret text'), { name: 'InternalServiceError' }));
  const { context, waits, logged } = world({ findReceiver: failing });
  expect(await deliver(context, record())).toBe(false);
  expect(waits).toEqual([5]);
  expect(JSON.stringify(logged)).toContain('Secrets Manager failed: InternalServiceError.');
  expect(JSON.stringify(logged)).not.toContain('secret text');
});

test('an event that cannot become a dead letter stays in its queue', async () => {
  const queues = {
    setVisibilityTimeout: async () => {},
    sendToDeadLetters: () => Promise.reject(new Error('SQS is away.')),
  };
  const { context } = world({ queues }, refused);
  await expect(deliver(context, record())).rejects.toThrow('SQS is away.');
});
