import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { timeouts } from './timeouts.ts';

/** A message that Lambda has received (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    /** How often it was received, as a text. */
    readonly ApproximateReceiveCount: string;
    /** Epoch milliseconds, as a text. */
    readonly SentTimestamp: string;
  };
  readonly eventSourceARN: string;
}

export interface Queues {
  /** Shows a message again only after so many seconds. */
  setVisibilityTimeout(record: QueueRecord, seconds: number): Promise<void>;
  /** Puts a message into the queue of dead letters. */
  sendToDeadLetters(body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
}

/** @param deadLetters URL of the queue of dead letters; the other queues are in the same account and Region */
export const sqs = (deadLetters: string): Queues => {
  const client = new SQSClient({
    // The SDK would send to the host of the queue's URL, whatever endpoint is set.
    useQueueUrlAsEndpoint: false,
    requestHandler: timeouts(),
  });
  return {
    async setVisibilityTimeout({ eventSourceARN, receiptHandle }, seconds) {
      const name = eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1);
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: deadLetters.replace(/[^/]+$/, name),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },
    async sendToDeadLetters(body, attributes) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      await client.send(
        new SendMessageCommand({ QueueUrl: deadLetters, MessageBody: body, MessageAttributes }),
      );
    },
  };
};
