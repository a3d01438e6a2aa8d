/** The function that sends signed webhooks: the queues of their alerts invoke it, with one message. */
import { systemClock } from '../platform/clock.ts';
import { optionalJson, required } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { type QueueRecord, sqs } from '../platform/queue.ts';
import { secretsManager } from '../platform/secrets.ts';
import { type DeliverContext, deliver } from '../webhooks/deliver.ts';
import { createPost } from '../webhooks/post.ts';
import { createFindReceiver, type WebhookSettings } from '../webhooks/receiver.ts';

const log = createLog('webhook');
const context: DeliverContext = {
  webhooks: optionalJson<Record<string, WebhookSettings>>('WEBHOOKS') ?? {},
  findReceiver: createFindReceiver(secretsManager(), systemClock),
  post: createPost(),
  queues: sqs(required('DEAD_LETTERS')),
  clock: systemClock,
  random: Math.random,
  log,
};

interface Failures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Lambda deletes the messages that are not reported as failures. */
export const handler = async ({
  Records,
}: {
  readonly Records: readonly QueueRecord[];
}): Promise<Failures> => {
  const failed: { itemIdentifier: string }[] = [];
  for (const record of Records)
    if (!(await deliver(context, record))) failed.push({ itemIdentifier: record.messageId });
  return { batchItemFailures: failed };
};
