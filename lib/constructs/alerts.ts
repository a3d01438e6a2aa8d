import { Duration, SecretValue, Validations } from 'aws-cdk-lib';
import {
  ApiDestination,
  Authorization,
  Connection,
  type EventBus,
  type IApiDestination,
  type IRuleTarget,
  Rule,
  type RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { emailText, queuedWebhook, slackBody, teamsBody, webhookBody } from '../alert-messages.ts';
import { type Alert, patternOf } from '../alert-settings.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { SignedWebhooks, type WebhookFunction } from './signed-webhooks.ts';

export interface AlertsProps {
  readonly alerts: readonly Alert[];
  readonly eventBus: EventBus;
  /** The key that encrypts the topics, if there is one. */
  readonly customerKey: IKey | undefined;
  readonly apiUrl: string;
  /** Creates the function that signs, if a webhook has a signing secret. */
  readonly webhookFunction: WebhookFunction;
}

interface Endpoint {
  readonly url: string;
  readonly body: RuleTargetInput;
  /** Requests a second; EventBridge delays events above this rate. */
  readonly rate: number;
  readonly authorization: Authorization;
}

/** A rule on the bus for each alert, with its targets, and one queue for events that could not be delivered. */
export class Alerts extends Construct {
  /** Events that a receiver refused, or that were not delivered within a day. */
  readonly deadLetters: Queue;
  readonly #props: AlertsProps;
  readonly #signed: SignedWebhooks | undefined;

  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    this.#props = props;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is the dead-letter queue, of EventBridge instead of another queue.',
    });
    const { alerts, webhookFunction } = props;
    this.#signed = alerts.some(({ webhook }) => webhook?.signingSecret !== undefined)
      ? new SignedWebhooks(this, 'Signed', { alerts, deadLetters: this.deadLetters, webhookFunction })
      : undefined;
    const rules = alerts.map(
      (alert) =>
        new Rule(this, `Rule-${alert.name}`, {
          description: `Alert ${alert.name}`,
          eventBus: props.eventBus,
          eventPattern: patternOf(alert),
          targets: [this.#withDeadLetters(this.#targetOf(alert))],
        }),
    );
    const { queueArn } = this.deadLetters;
    this.deadLetters.addToResourcePolicy(
      eventBridgeMay(
        'sqs:SendMessage',
        queueArn,
        rules.map(({ ruleArn }) => ruleArn),
      ),
    );
  }

  /**
   * One policy for all rules. The CDK's targets would each add a statement; a queue's policy has 20 statements, 10 conditions and 8 192 bytes:
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
   */
  #withDeadLetters(target: IRuleTarget): IRuleTarget {
    const deadLetterConfig = { arn: this.deadLetters.queueArn };
    return { bind: (rule, id) => ({ ...target.bind(rule, id), deadLetterConfig }) };
  }

  #targetOf(alert: Alert): IRuleTarget {
    if (alert.email) {
      const topic = this.#topic(alert.name, alert.email);
      return topicTarget(topic, emailText(this.#props.apiUrl));
    }
    const queue = this.#signed?.queueOf(alert.name);
    if (queue) return new SqsQueue(queue, { message: queuedWebhook(alert.name) });
    const { url, body, rate, authorization } = endpointOf(alert);
    const connection = new Connection(this, `Connection-${alert.name}`, {
      description: `Alert ${alert.name}`,
      authorization,
    });
    const destination = new ApiDestination(this, `Destination-${alert.name}`, {
      description: `Alert ${alert.name}`,
      connection,
      endpoint: url,
      rateLimitPerSecond: rate,
    });
    return new ApiTarget(destination as IApiDestination, {
      event: body,
      // The id is stable when an event is published or delivered again: receivers recognise repetitions.
      headerParameters: { 'webhook-id': '$.detail.eventId' },
    });
  }

  #topic(name: string, addresses: readonly string[]): Topic {
    const { customerKey } = this.#props;
    const topic = new Topic(this, `Topic-${name}`, {
      displayName: `NBWSS alert ${name}`,
      enforceSSL: true,
      ...omitUndefined({ masterKey: customerKey }),
    });
    // Without a condition, because EventBridge does not document that it passes the rule to SNS.
    topic.addToResourcePolicy(eventBridgeMay('sns:Publish', topic.topicArn));
    for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }
}

const eventBridgeMay = (action: string, resource: string, ruleArns?: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: [action],
    resources: [resource],
    ...(ruleArns && { conditions: { ArnEquals: { 'aws:SourceArn': ruleArns } } }),
  });

/** The CDK's own target would also let EventBridge use the topic's KMS key for everything. */
const topicTarget = (topic: Topic, input: RuleTargetInput): IRuleTarget => ({
  bind: () => ({ arn: topic.topicArn, input }),
});

/** CloudFormation reads the secret when it deploys; the template has a reference to it. */
const secretOf = (name: string): SecretValue => SecretValue.secretsManager(name);

function endpointOf({ name, webhook, slack, teams }: Alert): Endpoint {
  // A connection needs at least one header.
  const unkeyed = Authorization.apiKey('x-nbwss-alert', SecretValue.unsafePlainText(name));
  const chat = slack ?? teams;
  if (chat)
    return {
      url: secretOf(chat.urlSecret).unsafeUnwrap(),
      body: slack ? slackBody() : teamsBody(),
      // Slack accepts one message a second: https://docs.slack.dev/apis/web-api/rate-limits
      rate: 1,
      authorization: unkeyed,
    };
  const { url, urlSecret = '', keySecret, header = '' } = webhook ?? {};
  return {
    url: url ?? secretOf(urlSecret).unsafeUnwrap(),
    body: webhookBody(),
    rate: 10,
    authorization: keySecret === undefined ? unkeyed : Authorization.apiKey(header, secretOf(keySecret)),
  };
}
