import { createHash, randomUUID } from 'node:crypto';
import type { Resolved } from './assembly/intrinsics.ts';
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

interface Queue {
  readonly spec: Resolved<{ readonly VisibilityTimeout?: number }>;
  readonly visibilitySeconds: number;
  /** In the order of their sending. */
  held: Held[];
}

interface Request {
  readonly QueueUrl?: string;
  readonly MessageBody?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
  readonly AttributeNames?: readonly string[];
}

/** Largest message, bytes. */
const MESSAGE_BYTES = 1_048_576;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const hold = (key: string, message: Message): Held => ({
  key,
  message,
  visibleAt: 0,
  receives: 0,
  handle: '',
});

/** Standard queues, as far as dead letters and their reading need them; messages last like items do. */
export class Sqs implements AwsService {
  readonly #queues: readonly Queue[];
  readonly #store: Store;
  readonly #now: () => number;

  constructor(specs: readonly Queue['spec'][], store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#queues = specs.map((spec) => {
      return { spec, visibilitySeconds: spec.properties.VisibilityTimeout ?? 30, held: [] };
    });
  }

  /** Finds again what an earlier run left. */
  async resume(): Promise<void> {
    for (const queue of this.#queues) {
      const stored = await this.#store.entries<Message>(`sqs~${queue.spec.name}~`);
      queue.held = stored.map(([key, message]) => hold(key, message));
    }
  }

  access(action: string, { QueueUrl }: Request): readonly Access[] {
    if (!/^((Send|Receive|Delete)Message|GetQueueAttributes)$/.test(action)) {
      throw new AwsError('UnsupportedOperation', `The local cloud does not emulate sqs:${action}.`);
    }
    return [{ action: `sqs:${action}`, resource: this.#find(QueueUrl).spec.arn }];
  }

  async call(action: string, input: Request): Promise<Answer> {
    const queue = this.#find(input.QueueUrl);
    switch (action) {
      case 'SendMessage': {
        const MessageId = await this.send(queue.spec.arn, input.MessageBody ?? '');
        return { body: { MessageId, MD5OfMessageBody: md5(input.MessageBody ?? '') } };
      }
      case 'ReceiveMessage':
        return { body: this.#receive(queue, input) };
      case 'DeleteMessage': {
        const done = queue.held.filter(({ handle }) => handle === input.ReceiptHandle);
        queue.held = queue.held.filter((one) => !done.includes(one));
        await this.#store.batch(done.map(({ key }) => ({ type: 'del', key })));
        return { body: {} };
      }
      default: {
        const visible = queue.held.filter(({ visibleAt }) => visibleAt <= this.#now()).length;
        const attributes = Object.entries({
          QueueArn: queue.spec.arn,
          ApproximateNumberOfMessages: visible,
          ApproximateNumberOfMessagesNotVisible: queue.held.length - visible,
          VisibilityTimeout: queue.visibilitySeconds,
        }).filter(([name]) => ['All', name].some((wanted) => input.AttributeNames?.includes(wanted)));
        return {
          body: { Attributes: Object.fromEntries(attributes.map(([name, value]) => [name, String(value)])) },
        };
      }
    }
  }

  /** Puts a message into a queue, also for another service. @returns its id. */
  async send(queueArn: string, body: string): Promise<string> {
    const queue = this.#find(queueArn);
    if (!body || Buffer.byteLength(body) > MESSAGE_BYTES) {
      throw new AwsError('InvalidParameterValue', `One message has 1 to ${MESSAGE_BYTES} bytes.`);
    }
    const message = { id: randomUUID(), body, sentAt: this.#now() };
    const key = `sqs~${queue.spec.name}~${String(message.sentAt).padStart(15, '0')}~${message.id}`;
    await this.#store.batch([{ type: 'put', key, value: message }]);
    queue.held.push(hold(key, message));
    return message.id;
  }

  #find(urlOrArn: string | undefined): Queue {
    const queue = this.#queues.find(({ spec: { ref, arn } }) => [ref, arn].includes(urlOrArn ?? ''));
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  #receive(
    queue: Queue,
    { MaxNumberOfMessages = 1, VisibilityTimeout = queue.visibilitySeconds }: Request,
  ): object {
    const now = this.#now();
    const Messages = queue.held
      .filter(({ visibleAt }) => visibleAt <= now)
      .slice(0, MaxNumberOfMessages)
      .map((one) => {
        const { id: MessageId, body: Body, sentAt } = one.message;
        const handle = randomUUID();
        Object.assign(one, { visibleAt: now + VisibilityTimeout * 1000, receives: one.receives + 1, handle });
        const Attributes = { ApproximateReceiveCount: String(one.receives), SentTimestamp: String(sentAt) };
        return { MessageId, ReceiptHandle: handle, Body, MD5OfBody: md5(Body), Attributes };
      });
    return Messages.length > 0 ? { Messages } : {};
  }
}
