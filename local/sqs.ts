import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Resolved } from './assembly/intrinsics.ts';
import type { Store } from './dynamodb/store.ts';
import { AwsError } from './errors.ts';
import type { Access } from './front-door/iam.ts';
import { type Answer, type AwsService, notEmulated } from './front-door/service.ts';

type QueueSpec = Resolved<{ readonly VisibilityTimeout?: number }>;

const request = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1).max(1_048_576).optional(),
  MaxNumberOfMessages: z.int().min(1).max(10).optional(),
  ReceiptHandle: z.string().optional(),
});
type Request = z.infer<typeof request>;

interface Message {
  readonly id: string;
  readonly queueArn: string;
  readonly body: string;
  /** Not to be received before this time, ms. */
  visibleAt: number;
  /** Of the latest receipt. */
  handle: string;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Standard queues, as far as dead letters and their reading need them; messages last like items do. */
export class Sqs implements AwsService {
  readonly #queues: readonly QueueSpec[];
  readonly #store: Store;
  readonly #now: () => number;
  /** Of all queues, by id. */
  readonly #messages = new Map<string, Message>();

  constructor(queues: readonly QueueSpec[], store: Store, now: () => number) {
    this.#queues = queues;
    this.#store = store;
    this.#now = now;
  }

  /** Finds again what an earlier run left; all of it can be received. */
  async resume(): Promise<void> {
    for (const [, message] of await this.#store.entries<Message>('sqs~')) {
      this.#messages.set(message.id, message);
    }
  }

  access(action: string, input: Request): readonly Access[] {
    if (!/^(Send|Receive|Delete)Message$/.test(action)) throw notEmulated(`sqs:${action}`);
    return [{ action: `sqs:${action}`, resource: this.#find(request.parse(input).QueueUrl).arn }];
  }

  async call(action: string, input: Request): Promise<Answer> {
    const { QueueUrl, MessageBody = '', MaxNumberOfMessages = 1, ReceiptHandle } = input;
    const { arn, properties } = this.#find(QueueUrl);
    if (action === 'SendMessage') {
      return { body: { MessageId: await this.send(arn, MessageBody), MD5OfMessageBody: md5(MessageBody) } };
    }
    const messages = [...this.#messages.values()].filter(({ queueArn }) => queueArn === arn);
    if (action === 'DeleteMessage') {
      for (const { id } of messages.filter(({ handle }) => handle === ReceiptHandle)) {
        await this.#store.batch([{ type: 'del', key: `sqs~${id}` }]);
        this.#messages.delete(id);
      }
      return { body: {} };
    }
    const now = this.#now();
    const visible = messages.filter(({ visibleAt }) => visibleAt <= now).slice(0, MaxNumberOfMessages);
    const Messages = visible.map((message) => {
      message.visibleAt = now + (properties.VisibilityTimeout ?? 30) * 1000;
      message.handle = randomUUID();
      const { id, handle, body } = message;
      return { MessageId: id, ReceiptHandle: handle, Body: body, MD5OfBody: md5(body) };
    });
    return { body: visible.length > 0 ? { Messages } : {} };
  }

  /** Puts a message into a queue, also for another service. @returns its id. */
  async send(queueArn: string, body: string): Promise<string> {
    const id = randomUUID();
    const message = { id, queueArn: this.#find(queueArn).arn, body, visibleAt: 0, handle: randomUUID() };
    await this.#store.batch([{ type: 'put', key: `sqs~${id}`, value: message }]);
    this.#messages.set(id, message);
    return id;
  }

  #find(urlOrArn: string): QueueSpec {
    const queue = this.#queues.find(({ ref, arn }) => ref === urlOrArn || arn === urlOrArn);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }
}
