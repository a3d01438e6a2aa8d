import { createHash, randomUUID } from 'node:crypto';
import type { QueueSpec } from './assembly/specs.ts';
import type { Store } from './dynamodb/store.ts';
import { AwsError } from './errors.ts';
import type { Access } from './front-door/iam.ts';
import type { Answer, AwsService } from './front-door/service.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
}

interface Held {
  readonly message: Message;
  readonly key: string;
  /** Not to be received before this time, ms. */
  visibleAt: number;
  receives: number;
  handle: string;
}

interface Request {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly MessageBody?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
  readonly AttributeNames?: readonly string[];
}

const actions = [
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'PurgeQueue',
];
/** Largest message, bytes. */
const MESSAGE_BYTES = 1_048_576;

/** Standard queues, as far as dead letters and their reading need them; messages last like items do. */
export class Sqs implements AwsService {
  readonly #queues: readonly QueueSpec[];
  readonly #store: Store;
  readonly #now: () => number;
  readonly #held = new Map<string, Held[]>();

  constructor(queues: readonly QueueSpec[], store: Store, now: () => number) {
    this.#queues = queues;
    this.#store = store;
    this.#now = now;
  }

  /** Finds again what an earlier run left. */
  async resume(): Promise<void> {
    for (const queue of this.#queues) {
      const held = (await this.#store.entries(`sqs~${queue.name}~`)).map(([key, message]) =>
        hold(key, message as Message),
      );
      this.#held.set(queue.arn, held);
    }
  }

  access(action: string, input: Request): readonly Access[] {
    if (!actions.includes(action)) {
      throw new AwsError('UnsupportedOperation', `The local cloud does not emulate sqs:${action}.`);
    }
    return [{ action: `sqs:${action}`, resource: this.#queue(input).arn }];
  }

  async call(action: string, input: Request): Promise<Answer> {
    const queue = this.#queue(input);
    const held = this.#held.get(queue.arn) ?? [];
    switch (action) {
      case 'SendMessage': {
        const body = input.MessageBody ?? '';
        const MessageId = await this.send(queue.arn, body);
        return { body: { MessageId, MD5OfMessageBody: md5(body) } };
      }
      case 'ReceiveMessage':
        return { body: this.#receive(queue, held, input) };
      case 'DeleteMessage':
        await this.#remove(queue, ({ handle }) => handle === input.ReceiptHandle);
        return { body: {} };
      case 'PurgeQueue':
        await this.#remove(queue, () => true);
        return { body: {} };
      case 'GetQueueUrl':
        return { body: { QueueUrl: queue.url } };
      default: {
        const visible = held.filter(({ visibleAt }) => visibleAt <= this.#now()).length;
        const attributes = {
          QueueArn: queue.arn,
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(held.length - visible),
          VisibilityTimeout: String(queue.visibilitySeconds),
        };
        const wanted = input.AttributeNames ?? [];
        const chosen = Object.entries(attributes).filter(
          ([name]) => wanted.includes('All') || wanted.includes(name),
        );
        return { body: { Attributes: Object.fromEntries(chosen) } };
      }
    }
  }

  /** Puts a message into a queue for another service. @returns its id. */
  async send(queueArn: string, body: string): Promise<string> {
    const queue = this.#queues.find(({ arn }) => arn === queueArn);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    if (!body || Buffer.byteLength(body) > MESSAGE_BYTES) {
      throw new AwsError('InvalidParameterValue', `One message has 1 to ${MESSAGE_BYTES} bytes.`);
    }
    const message = { id: randomUUID(), body, sentAt: this.#now() };
    const key = `sqs~${queue.name}~${String(message.sentAt).padStart(15, '0')}~${message.id}`;
    await this.#store.batch([{ type: 'put', key, value: message }]);
    this.#held.set(queueArn, [...(this.#held.get(queueArn) ?? []), hold(key, message)]);
    return message.id;
  }

  #queue({ QueueUrl, QueueName }: Request): QueueSpec {
    const queue = this.#queues.find(({ url, name }) => url === QueueUrl || name === QueueName);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  #receive(queue: QueueSpec, held: readonly Held[], input: Request): object {
    const now = this.#now();
    const visible = held.filter(({ visibleAt }) => visibleAt <= now).slice(0, input.MaxNumberOfMessages ?? 1);
    const Messages = visible.map((one) => {
      one.visibleAt = now + (input.VisibilityTimeout ?? queue.visibilitySeconds) * 1000;
      one.receives += 1;
      one.handle = randomUUID();
      const { id, body, sentAt } = one.message;
      return {
        MessageId: id,
        ReceiptHandle: one.handle,
        Body: body,
        MD5OfBody: md5(body),
        Attributes: { ApproximateReceiveCount: String(one.receives), SentTimestamp: String(sentAt) },
      };
    });
    return Messages.length > 0 ? { Messages } : {};
  }

  async #remove(queue: QueueSpec, which: (held: Held) => boolean): Promise<void> {
    const held = this.#held.get(queue.arn) ?? [];
    await this.#store.batch(held.filter(which).map(({ key }) => ({ type: 'del', key })));
    this.#held.set(
      queue.arn,
      (this.#held.get(queue.arn) ?? []).filter((one) => !held.includes(one) || !which(one)),
    );
  }
}

const hold = (key: string, message: Message): Held => ({
  key,
  message,
  visibleAt: 0,
  receives: 0,
  handle: '',
});
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
