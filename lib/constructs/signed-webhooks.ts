import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Alert, signedWebhooks } from '../alert-settings.ts';

/** Creates the function with these variables and the permission to read these secrets. */
export type WebhookFunction = (
  variables: Readonly<Record<string, string>>,
  secrets: readonly string[],
) => LambdaFunction;

export interface SignedWebhooksProps {
  readonly alerts: readonly Alert[];
  /** The queue for messages that are given up. */
  readonly deadLetters: Queue;
  readonly webhookFunction: WebhookFunction;
}

/** Six times the function's time-out: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY = Duration.minutes(6);
/**
 * The function gives up after a day, which is about 200 attempts: their waits are 450 s on average. More receipts: it cannot run. Throttled
 * or crashing, the function receives a message every six minutes, so this is also a day.
 */
const MAX_RECEIVE_COUNT = 240;

/** A queue for each signed webhook, so that a receiver that hangs delays no other one, and one function that sends them. */
export class SignedWebhooks extends Construct {
  readonly #queues: ReadonlyMap<string, Queue>;

  constructor(scope: Construct, id: string, { alerts, deadLetters, webhookFunction }: SignedWebhooksProps) {
    super(scope, id);
    const webhooks = signedWebhooks(alerts);
    const secrets = Object.values(webhooks).flatMap(({ urlSecret, signingSecret }) => [
      signingSecret,
      ...(urlSecret === undefined ? [] : [urlSecret]),
    ]);
    const sender = webhookFunction(
      { WEBHOOKS: JSON.stringify(webhooks), DEAD_LETTERS: deadLetters.queueUrl },
      [...new Set(secrets)].sort(),
    );
    this.#queues = new Map(Object.keys(webhooks).map((name) => [name, this.#queue(name, deadLetters)]));
    const allow = (actions: readonly string[], queues: readonly Queue[]) =>
      sender.addToRolePolicy(
        new PolicyStatement({ actions: [...actions], resources: queues.map(({ queueArn }) => queueArn) }),
      );
    const receive = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes', 'ChangeMessageVisibility'];
    allow(
      receive.map((action) => `sqs:${action}`),
      [...this.#queues.values()],
    );
    allow(['sqs:SendMessage'], [deadLetters]);
    for (const [name, queue] of this.#queues) {
      const mapping = new EventSourceMapping(this, `Mapping-${name}`, {
        target: sender,
        eventSourceArn: queue.queueArn,
        // Each message waits for its own receiver.
        batchSize: 1,
        reportBatchItemFailures: true,
        // The minimum that Lambda accepts.
        maxConcurrency: 2,
      });
      // Lambda checks the role's permissions when it creates the mapping.
      mapping.node.addDependency(sender.role ?? sender);
    }
  }

  /** Undefined for an alert without a signed webhook. */
  queueOf(alert: string): Queue | undefined {
    return this.#queues.get(alert);
  }

  #queue(name: string, deadLetters: Queue): Queue {
    return new Queue(this, `Queue-${name}`, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }
}
