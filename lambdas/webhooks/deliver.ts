/** Delivers the events of alerts with a signed webhook: now, later, or to the dead letters. Never logs a URL, a key or a body. */
import { type Clock, DAY_MS, seconds } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import type { QueueRecord, Queues } from '../platform/queue.ts';
import { SecretNotReadable } from '../platform/secrets.ts';
import type { Failure, Post } from './post.ts';
import type { FindReceiver, WebhookSettings } from './receiver.ts';
import { signatures } from './signature.ts';

/** What the rule of an alert puts into its queue (`lib/alert-messages.ts`). */
interface Queued {
  readonly alert: string;
  readonly body: { readonly data: { readonly eventId: string } };
}

export interface DeliverContext {
  /** By the name of the alert. */
  readonly webhooks: Readonly<Record<string, WebhookSettings>>;
  readonly findReceiver: FindReceiver;
  readonly post: Post;
  readonly queues: Queues;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** As long as EventBridge tries for other alerts. */
const MAX_AGE_MS = DAY_MS;
const FIRST_WAIT_S = 5;
const MAX_WAIT_S = 600;

/** Seconds before the next attempt: twice as long each time, less up to half, so that what failed together is not sent together. */
const waitAfter = (attempts: number, random: () => number): number =>
  Math.ceil(Math.min(FIRST_WAIT_S * 2 ** (attempts - 1), MAX_WAIT_S) * (1 - random() / 2));

/** @returns why it was not delivered */
async function attempt(context: DeliverContext, { alert, body }: Queued): Promise<Failure | undefined> {
  const settings = context.webhooks[alert];
  if (!settings)
    return { code: 'NOT_CONFIGURED', message: `There is no signed webhook ${alert}.`, isTransient: false };
  try {
    const { url, keys } = await context.findReceiver(settings);
    const signed = {
      id: body.data.eventId,
      timestamp: seconds(context.clock()),
      body: JSON.stringify(body),
    };
    const headers = {
      'webhook-id': signed.id,
      'webhook-timestamp': String(signed.timestamp),
      'webhook-signature': signatures(keys, signed),
    };
    return await context.post(url, headers, signed.body);
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof SecretNotReadable) return { code: 'SECRET', message, isTransient: false };
    return { code: 'SECRET', message: `Secrets Manager failed: ${name}.`, isTransient: true };
  }
}

/** @returns whether the message is done; otherwise it stays in its queue, and is received again later */
export async function deliver(context: DeliverContext, record: QueueRecord): Promise<boolean> {
  const { clock, queues, log, random } = context;
  const queued = JSON.parse(record.body) as Queued;
  const failure = await attempt(context, queued);
  if (!failure) return true;
  const attempts = Number(record.attributes.ApproximateReceiveCount);
  const { code, message } = failure;
  const detail = { alert: queued.alert, webhookId: queued.body.data.eventId, attempts, reason: message };
  const wait = waitAfter(attempts, random);
  const isTooOld = clock() + wait * 1000 - Number(record.attributes.SentTimestamp) > MAX_AGE_MS;
  if (failure.isTransient && !isTooOld) {
    log.info('webhook-not-delivered-yet', { ...detail, waitSeconds: wait });
    await queues.setVisibilityTimeout(record, wait);
    return false;
  }
  await queues.sendToDeadLetters(record.body, {
    ALERT: queued.alert,
    ERROR_CODE: code,
    ERROR_MESSAGE: message,
    RETRY_ATTEMPTS: String(attempts - 1),
  });
  log.warn('webhook-not-delivered', detail);
  return true;
}
