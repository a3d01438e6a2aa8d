import { randomUUID } from 'node:crypto';
import { AwsError, StartError } from '../errors.ts';
import { visibleMessages } from '../metrics/aws.ts';
import type { ServiceContext } from '../service-context.ts';

/** AWS::SQS::Queue by the CloudFormation reference. */
interface QueueProperties {
  readonly VisibilityTimeout?: number;
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

export interface Message {
  readonly id: string;
  queueArn: string;
  readonly body: string;
  /** Message attributes: texts by name. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
  /** The receipt handle of the latest receipt. */
  handle: string;
}

const MAX_MESSAGE_BYTES = 1_048_576;

export type Messages = Awaited<ReturnType<typeof createMessages>>;

/**
 * The messages of all standard queues, stored like items. A message that was received too often goes to the queue of dead letters
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).
 * @throws StartError for a queue of dead letters that is not in the assembly
 */
export async function createMessages({ resolver, store, clock, metrics }: ServiceContext) {
  const queues = resolver.all<QueueProperties>('AWS::SQS::Queue');
  /** The messages of all queues, by id. All messages of an earlier run are visible. */
  const messages = new Map<string, Message>();
  for (const [, message] of await store.entries<Message>('sqs~'))
    messages.set(message.id, { ...message, visibleAt: 0 });
  /** Called when messages of a queue become visible, by its ARN. */
  const listeners = new Map<string, () => void>();

  for (const { name, arn, logicalId, properties } of queues) {
    metrics.gauge(visibleMessages(name), () => visibleIn(arn).length);
    const target = properties.RedrivePolicy?.deadLetterTargetArn;
    if (target !== undefined && !queues.some((queue) => queue.arn === target))
      throw new StartError(
        `${logicalId} has the queue of dead letters ${target}, which is not a queue here.`,
      );
  }

  const visibleIn = (arn: string): Message[] =>
    [...messages.values()].filter(({ queueArn, visibleAt }) => queueArn === arn && visibleAt <= clock.now());
  const save = (message: Message) => store.batch([{ type: 'put', key: `sqs~${message.id}`, value: message }]);

  function find(urlOrArn: string) {
    const queue = queues.find(({ ref, arn }) => ref === urlOrArn || arn === urlOrArn);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  function hide(message: Message, seconds: number): void {
    message.visibleAt = clock.now() + seconds * 1000;
    // The queue may have changed in the meantime.
    if (listeners.size > 0)
      clock.setTimeout(() => listeners.get(message.queueArn)?.(), Math.max(0, seconds * 1000));
  }

  /** The message of a receipt, if it is still the latest receipt. */
  const held = (queueArn: string, handle: string): Message | undefined =>
    [...messages.values()].find((message) => message.queueArn === queueArn && message.handle === handle);

  return {
    find,
    /** Sends a message; also used by other services. @returns the id of the message. */
    async send(queueArn: string, body: string, attributes: Message['attributes'] = {}): Promise<string> {
      if (!body || Buffer.byteLength(body) > MAX_MESSAGE_BYTES)
        throw new AwsError('InvalidParameterValue', `One message has 1 to ${MAX_MESSAGE_BYTES} bytes.`);
      const sentAt = clock.now();
      const state = { visibleAt: 0, receiveCount: 0, handle: randomUUID() };
      const message = { id: randomUUID(), queueArn: find(queueArn).arn, body, attributes, sentAt, ...state };
      await save(message);
      messages.set(message.id, message);
      listeners.get(message.queueArn)?.();
      return message.id;
    },
    /** Receives visible messages, which are hidden then. */
    async receive(urlOrArn: string, most: number): Promise<Message[]> {
      const { arn, properties } = find(urlOrArn);
      const { VisibilityTimeout = 30, RedrivePolicy: redrive } = properties;
      const received: Message[] = [];
      for (const message of visibleIn(arn)) {
        if (received.length === most) break;
        if (redrive && message.receiveCount >= redrive.maxReceiveCount) {
          message.queueArn = redrive.deadLetterTargetArn;
          await save(message);
          listeners.get(message.queueArn)?.();
          continue;
        }
        message.receiveCount += 1;
        message.handle = randomUUID();
        hide(message, VisibilityTimeout);
        received.push(message);
        await save(message);
      }
      return received;
    },
    /** @param seconds until the message is visible again */
    delay(urlOrArn: string, handle: string, seconds: number): void {
      const message = held(find(urlOrArn).arn, handle);
      if (!message)
        throw new AwsError('ReceiptHandleIsInvalid', 'The receipt handle is not that of a received message.');
      hide(message, seconds);
    },
    async remove(urlOrArn: string, handle: string): Promise<void> {
      const message = held(find(urlOrArn).arn, handle);
      if (!message) return;
      await store.batch([{ type: 'del', key: `sqs~${message.id}` }]);
      messages.delete(message.id);
    },
    /** Calls `listener` whenever messages of a queue may have become visible. */
    onVisible: (queueArn: string, listener: () => void): void => {
      listeners.set(queueArn, listener);
    },
  };
}
