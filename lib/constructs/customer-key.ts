import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';

/**
 * The KMS key that encrypts tables, bus, alarm topic and logs; undefined if AWS's own keys are used. The policy of an existing key must
 * have the same statements: docs/deploy.md lists them.
 */
export function customerKey(scope: Construct, setting: Config['customerManagedKey']): IKey | undefined {
  if (setting === false) return undefined;
  if (setting !== true) return Key.fromKeyArn(scope, 'CustomerKey', setting);
  const key = new Key(scope, 'CustomerKey', {
    description: 'Encrypts tables, events, alarms and logs',
    enableKeyRotation: true,
    // Like the tables: without it, they can never be read again.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const statement of [...serviceStatements(Stack.of(scope)), forCallersOfDynamoDb()])
    key.addToResourcePolicy(statement);
  return key;
}

/** The permissions that AWS's services need. */
function serviceStatements(stack: Stack): PolicyStatement[] {
  const { account, region } = stack;
  const anyBus = stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: '*' });
  const anyTopic = stack.formatArn({ service: 'sns', resource: '*' });
  const anyLogGroup = `${stack.formatArn({ service: 'logs', resource: 'log-group' })}:*`;
  const statement = (
    service: string,
    actions: string[],
    conditions: Record<string, Record<string, string>>,
  ) =>
    new PolicyStatement({
      principals: [new ServicePrincipal(service)],
      actions: actions.map((action) => `kms:${action}`),
      resources: ['*'],
      conditions,
    });
  return [
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html: also for the bus.
    statement('events.amazonaws.com', ['DescribeKey'], {}),
    statement('events.amazonaws.com', ['Decrypt', 'GenerateDataKey', 'ReEncrypt*'], {
      ArnLike: { 'kms:EncryptionContext:aws:events:event-bus:arn': anyBus },
    }),
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html: also for rules that send to a topic.
    statement('events.amazonaws.com', ['Decrypt', 'GenerateDataKey*'], {
      ArnLike: { 'kms:EncryptionContext:aws:sns:topicArn': anyTopic },
    }),
    statement('cloudwatch.amazonaws.com', ['Decrypt', 'GenerateDataKey*'], {
      StringEquals: { 'aws:SourceAccount': account },
    }),
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    statement(
      `logs.${region}.amazonaws.com`,
      ['Encrypt', 'Decrypt', 'ReEncrypt*', 'GenerateDataKey*', 'DescribeKey'],
      { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': anyLogGroup } },
    ),
  ];
}

/** The actions by which DynamoDB uses a key for its callers. */
const DYNAMODB_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const VIA_DYNAMODB = { 'kms:ViaService': `dynamodb.${Aws.REGION}.amazonaws.com` };

/** The statement for the role of a function: only through DynamoDB. */
export const throughDynamoDb = (key: IKey): PolicyStatement =>
  new PolicyStatement({
    actions: DYNAMODB_ACTIONS,
    resources: [key.keyArn],
    conditions: { StringEquals: VIA_DYNAMODB },
  });

/**
 * The statement for the key: everyone in the account who may use a table. The tables get the key before the functions get permission, and
 * must work in between. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const forCallersOfDynamoDb = (): PolicyStatement =>
  new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: DYNAMODB_ACTIONS,
    resources: ['*'],
    conditions: { StringEquals: { ...VIA_DYNAMODB, 'kms:CallerAccount': Aws.ACCOUNT_ID } },
  });
