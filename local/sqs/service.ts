import { createHash } from 'node:crypto';
import { z } from 'zod';
import { mapValues } from '../assembly/intrinsics.ts';
import { type AwsService, notEmulated } from '../front-door/service.ts';
import type { Messages } from './messages.ts';

const attribute = z.strictObject({ DataType: z.literal('String'), StringValue: z.string().min(1) });
const request = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().optional(),
  MessageAttributes: z.record(z.string(), attribute).optional(),
  MaxNumberOfMessages: z.int().min(1).max(10).optional(),
  ReceiptHandle: z.string().optional(),
  MessageAttributeNames: z.array(z.literal('All')).optional(),
  VisibilityTimeout: z.int().min(0).max(43_200).optional(),
});
type Request = z.infer<typeof request>;

/** The requests that have a visibility timeout here. */
const CHANGE = 'ChangeMessageVisibility';
export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** SQS behind the front door: standard queues, as dead letters and event sources need them. */
export function createSqs({ find, send, receive, delay, remove }: Messages): AwsService {
  return {
    access: (action, input: Request) => {
      if (!/^((Send|Receive|Delete)Message|ChangeMessageVisibility)$/.test(action))
        throw notEmulated(`sqs:${action}`);
      const { QueueUrl, VisibilityTimeout } = request.parse(input);
      if ((action === CHANGE) !== (VisibilityTimeout !== undefined))
        throw notEmulated(`sqs:${action} ${action === CHANGE ? 'without' : 'with'} VisibilityTimeout`);
      return [{ action: `sqs:${action}`, resource: find(QueueUrl).arn }];
    },
    call: async (action, input: Request) => {
      const { QueueUrl, MessageBody = '', MaxNumberOfMessages = 1, ReceiptHandle = '' } = input;
      if (action === 'SendMessage') {
        const texts = mapValues(input.MessageAttributes ?? {}, ({ StringValue }) => StringValue);
        const MessageId = await send(QueueUrl, MessageBody, texts);
        return { body: { MessageId, MD5OfMessageBody: md5(MessageBody) } };
      }
      if (action === 'DeleteMessage') {
        await remove(QueueUrl, ReceiptHandle);
        return { body: {} };
      }
      if (action === CHANGE) {
        delay(QueueUrl, ReceiptHandle, input.VisibilityTimeout ?? 0);
        return { body: {} };
      }
      const received = await receive(QueueUrl, MaxNumberOfMessages);
      const Messages = received.map(({ id, handle, body, attributes = {} }) => ({
        MessageId: id,
        ReceiptHandle: handle,
        Body: body,
        MD5OfBody: md5(body),
        ...(input.MessageAttributeNames && {
          MessageAttributes: mapValues(attributes, (StringValue) => ({ DataType: 'String', StringValue })),
        }),
      }));
      return { body: Messages.length > 0 ? { Messages } : {} };
    },
  };
}
