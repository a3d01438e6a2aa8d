import { StartError } from './errors.ts';
import { Recorder } from './front-door/record.ts';
import type { ServiceContext } from './service-context.ts';

interface TopicProperties {
  readonly DisplayName?: string;
  readonly KmsMasterKeyId?: string;
}
interface SubscriptionProperties {
  readonly Protocol: string;
  readonly TopicArn: string;
  readonly Endpoint: string;
}

/** An e-mail that SNS would send. */
export interface Mail {
  /** Epoch ms. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** The subject of a message that has none, such as those of EventBridge. */
const SUBJECT = 'AWS Notification Message';

/** Topics, for messages of rules only; e-mails are recorded, as if every subscription was confirmed. */
export function createSns({ resolver, iam, clock }: ServiceContext) {
  const topics = resolver.all<TopicProperties>('AWS::SNS::Topic');
  const subscriptions = resolver.all<SubscriptionProperties>('AWS::SNS::Subscription');
  const keys = resolver.all('AWS::KMS::Key').map(({ arn }) => arn);
  const mails = new Recorder<Mail>();
  const other = subscriptions.find(({ properties }) => properties.Protocol !== 'email');
  if (other)
    throw new StartError(
      `${other.logicalId} subscribes by ${other.properties.Protocol}, which the local cloud does not support.`,
    );
  return {
    mails,
    /** @throws StartError if EventBridge may not use the topic's key: it would not deliver. */
    checkKey: (topicArn: string): void => {
      const { logicalId, properties } = topics.find(({ ref }) => ref === topicArn) ?? {};
      const { KmsMasterKeyId: resource } = properties ?? {};
      // The policy of a key outside of the assembly is not known.
      if (resource === undefined || !keys.includes(resource)) return;
      const context = { 'kms:EncryptionContext:aws:sns:topicArn': [topicArn] };
      for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
        if (!iam.serviceMay('events.amazonaws.com', topicArn, { action, resource, context }))
          throw new StartError(
            `${logicalId} has a KMS key whose policy does not allow EventBridge ${action}.`,
          );
    },
    publish: (topicArn: string, text: string): void => {
      const from = topics.find(({ ref }) => ref === topicArn)?.properties.DisplayName ?? '';
      for (const { properties } of subscriptions.filter((one) => one.properties.TopicArn === topicArn))
        mails.push({ at: clock.now(), from, to: properties.Endpoint, subject: SUBJECT, text });
    },
  };
}
