/** The queue of what no alert could deliver. */
import type { Deployment } from '../../support/deployment.ts';

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly StringValue: string }>>;
}

export interface DeadLetter {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies that they then assert on
  readonly event: any;
  readonly attributes: Readonly<Record<string, string>>;
}

const sqs = async (
  { cloud: { endpointUrl, credentials, resources } }: Deployment,
  action: string,
  input: object,
): Promise<{ readonly Messages?: readonly Message[] }> => {
  const [, queue] = Object.entries(resources).find(([id]) => /^AlertsDeadLetters[0-9A-F]{8}$/.test(id)) ?? [];
  const response = await fetch(endpointUrl, {
    method: 'POST',
    headers: {
      'x-amz-target': `AmazonSQS.${action}`,
      'content-type': 'application/x-amz-json-1.0',
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20260101/us-east-1/sqs/aws4_request, Signature=0`,
    },
    body: JSON.stringify({ QueueUrl: queue?.physicalId, ...input }),
  });
  return (await response.json()) as { readonly Messages?: readonly Message[] };
};

/** Takes a message out of the queue of dead letters. */
export const takeDeadLetter = async (deployment: Deployment): Promise<DeadLetter | undefined> => {
  const received = await sqs(deployment, 'ReceiveMessage', { MessageAttributeNames: ['All'] });
  const [message] = received.Messages ?? [];
  if (!message) return undefined;
  await sqs(deployment, 'DeleteMessage', { ReceiptHandle: message.ReceiptHandle });
  const attributes = Object.entries(message.MessageAttributes);
  return {
    event: JSON.parse(message.Body),
    attributes: Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue])),
  };
};
