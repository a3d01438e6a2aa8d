/** The setting `signingSecret`: a queue for each webhook, and one function that may read its secrets only. */
import { synthesize } from './synthesize.ts';
import { only, type Resource, resources, type Template } from './templates.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:nbwss/key-a1b2c3';
const url = 'https://example.com/hook';
const { monitoring } = synthesize({
  alerts: [
    { name: 'one', webhook: { url, signingSecret: ARN } },
    { name: 'two', webhook: { urlSecret: 'nbwss/url', signingSecret: 'nbwss/key' } },
    { name: 'three', webhook: { url, keySecret: 'nbwss/other' } },
  ],
});
const statements = (template: Template): { Action: string | string[]; Resource: unknown }[] =>
  Object.entries(resources(template, 'AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('WebhookRole'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

test('the function may read the secrets of signed webhooks, and no other', () => {
  const reading = statements(monitoring).filter(({ Action }) => Action === 'secretsmanager:GetSecretValue');
  const byName = (name: string) => ({
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':secretsmanager:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        `:secret:${name}-??????`,
      ],
    ],
  });
  expect(reading).toEqual([
    {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: [ARN, `${ARN}-??????`, byName('nbwss/key'), byName('nbwss/url')],
    },
  ]);
});

test('besides, it may receive from its queues, send dead letters, and write its log and traces', () => {
  const actions = statements(monitoring).flatMap(({ Action }) => Action);
  expect(actions.sort()).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});

test('each has a queue of its own, whose messages are hidden longer than the function runs', () => {
  const queues = Object.entries(resources(monitoring, 'AWS::SQS::Queue'));
  const own = queues.filter(([id]) => id.startsWith('AlertsSignedQueue'));
  expect(own).toHaveLength(2);
  const { Timeout } = only(monitoring, 'AWS::Lambda::Function').Properties;
  for (const [, { Properties }] of own) {
    expect(Properties.VisibilityTimeout).toBe(6 * Timeout);
    expect(Properties.RedrivePolicy).toMatchObject({
      deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^AlertsDeadLetters/), 'Arn'] },
      maxReceiveCount: 240,
    });
    // What the function cannot even try for a day is a dead letter too, as docs/alerts.md says.
    expect(Properties.VisibilityTimeout * Properties.RedrivePolicy.maxReceiveCount).toBe(24 * 3_600);
  }
  const mappings: Resource[] = Object.values(resources(monitoring, 'AWS::Lambda::EventSourceMapping'));
  expect(mappings).toHaveLength(2);
  for (const { Properties } of mappings)
    expect(Properties).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
});

test('the template has no secret of them, and the function exists only with one', () => {
  const { WEBHOOKS } = only(monitoring, 'AWS::Lambda::Function').Properties.Environment.Variables;
  expect(JSON.parse(WEBHOOKS)).toEqual({
    one: { url, signingSecret: ARN },
    two: { urlSecret: 'nbwss/url', signingSecret: 'nbwss/key' },
  });
  expect(JSON.stringify(monitoring)).not.toMatch(/resolve:secretsmanager:nbwss\/(key|url)/);
  const { monitoring: unsigned } = synthesize({ alerts: [{ name: 'three', webhook: { url } }] });
  expect(resources(unsigned, 'AWS::Lambda::Function')).toEqual({});
  expect(resources(unsigned, 'AWS::Lambda::EventSourceMapping')).toEqual({});
});
