import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { mapValues } from './assembly/intrinsics.ts';
import { AwsError } from './errors.ts';
import { type AwsService, notEmulated } from './front-door/service.ts';
import { visibleMessages } from './metrics/aws.ts';
import type { ServiceContext } from './service-context.ts';

const request = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().optional(),
  MaxNumberOfMessages: z.int().min(1).max(10).optional(),
  ReceiptHandle: z.string().optional(),
  MessageAttributeNames: z.array(z.literal('All')).optional(),
});
type Request = z.infer<typeof request>;

interface Message {
  readonly id: string;
  readonly queueArn: string;
  readonly body: string;
  /** Texts, by name. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Epoch ms. */
  visibleAt: number;
  /** The receipt handle of the latest receipt. */
  handle: string;
}

const MAX_MESSAGE_BYTES = 1_048_576;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Standard queues, as far as dead letters need them. Messages are stored like items. */
export async function createSqs({ resolver, store, clock, metrics }: ServiceContext) {
  const queues = resolver.all<{ VisibilityTimeout?: number }>('AWS::SQS::Queue');
  /** Of all queues, by id. All messages of an earlier run are visible. */
  const messages = new Map<string, Message>();
  for (const [, message] of await store.entries<Message>('sqs~')) messages.set(message.id, message);

  for (const { name, arn } of queues) {
    const visible = ({ queueArn, visibleAt }: Message) => queueArn === arn && visibleAt <= clock.now();
    metrics.gauge(visibleMessages(name), () => [...messages.values()].filter(visible).length);
  }

  function find(urlOrArn: string) {
    const queue = queues.find(({ ref, arn }) => ref === urlOrArn || arn === urlOrArn);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  /** Also used by other services. @returns the id of the message. */
  async function send(
    queueArn: string,
    body: string,
    attributes: Message['attributes'] = {},
  ): Promise<string> {
    if (!body || Buffer.byteLength(body) > MAX_MESSAGE_BYTES)
      throw new AwsError('InvalidParameterValue', `One message has 1 to ${MAX_MESSAGE_BYTES} bytes.`);
    const id = randomUUID();
    const queue = find(queueArn).arn;
    const message = { id, queueArn: queue, body, attributes, visibleAt: 0, handle: randomUUID() };
    await store.batch([{ type: 'put', key: `sqs~${id}`, value: message }]);
    messages.set(id, message);
    return id;
  }

  const service: AwsService = {
    access: (action, input: Request) => {
      if (!/^(Send|Receive|Delete)Message$/.test(action)) throw notEmulated(`sqs:${action}`);
      return [{ action: `sqs:${action}`, resource: find(request.parse(input).QueueUrl).arn }];
    },
    call: async (action, input: Request) => {
      const { QueueUrl, MessageBody = '', MaxNumberOfMessages = 1, ReceiptHandle } = input;
      const { arn, properties } = find(QueueUrl);
      if (action === 'SendMessage') {
        return { body: { MessageId: await send(arn, MessageBody), MD5OfMessageBody: md5(MessageBody) } };
      }
      const stored = [...messages.values()].filter(({ queueArn }) => queueArn === arn);
      if (action === 'DeleteMessage') {
        for (const { id } of stored.filter(({ handle }) => handle === ReceiptHandle)) {
          await store.batch([{ type: 'del', key: `sqs~${id}` }]);
          messages.delete(id);
        }
        return { body: {} };
      }
      const now = clock.now();
      const visible = stored.filter(({ visibleAt }) => visibleAt <= now).slice(0, MaxNumberOfMessages);
      const Messages = visible.map((message) => {
        message.visibleAt = now + (properties.VisibilityTimeout ?? 30) * 1000;
        message.handle = randomUUID();
        const { id, handle, body, attributes = {} } = message;
        const MessageAttributes = mapValues(attributes, (StringValue) => ({
          DataType: 'String',
          StringValue,
        }));
        return {
          MessageId: id,
          ReceiptHandle: handle,
          Body: body,
          MD5OfBody: md5(body),
          ...(input.MessageAttributeNames && { MessageAttributes }),
        };
      });
      return { body: visible.length > 0 ? { Messages } : {} };
    },
  };
  return { service, send };
}
