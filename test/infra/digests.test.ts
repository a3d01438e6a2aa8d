import { specificationProblems } from './specification.ts';
import { synthesize } from './synthesize.ts';
import { plain, resources, templates } from './templates.ts';

const digest = { at: '07:05', timeZone: 'Asia/Tokyo', from: 'backup@example.com', to: ['ops@example.com'] };
const { service } = synthesize({
  digests: [
    { ...digest, name: 'acme', labels: ['customer=acme'], language: 'ja' },
    { ...digest, name: 'Role', to: ['a@example.org', 'b@example.org'] },
  ],
});

test('without the setting there is neither a function nor a schedule', () => {
  const ids = Object.keys(templates.service.Resources).filter((id) => id.startsWith('Digest'));
  expect([ids, resources(templates.service, 'AWS::Scheduler::Schedule')]).toEqual([[], {}]);
});

test('each digest is started at its local time, with its settings and the time when it was due', () => {
  const schedules = Object.values(resources(service, 'AWS::Scheduler::Schedule')).map(
    ({ Properties }) => Properties,
  );
  expect(schedules).toHaveLength(2);
  expect(schedules[0]).toMatchObject({
    ScheduleExpression: 'cron(5 7 * * ? *)',
    ScheduleExpressionTimezone: 'Asia/Tokyo',
    FlexibleTimeWindow: { Mode: 'OFF' },
  });
  expect(JSON.parse(schedules[0]?.Target.Input)).toEqual({
    name: 'acme',
    timeZone: 'Asia/Tokyo',
    labels: ['customer=acme'],
    language: 'ja',
    from: 'backup@example.com',
    to: ['ops@example.com'],
    whenAllIsWell: false,
    scheduledTime: '<aws.scheduler.scheduled-time>',
  });
  expect(specificationProblems(service)).toEqual([]);
});

test('what Scheduler cannot hand over and what the function cannot send goes to one queue', () => {
  const [queue] = Object.keys(resources(service, 'AWS::SQS::Queue')).filter((id) => /Unsent/.test(id));
  const target = (arn: { 'Fn::GetAtt': string[] }) => plain(arn['Fn::GetAtt'][0] ?? '');
  for (const { Properties } of Object.values(resources(service, 'AWS::Scheduler::Schedule')))
    expect(target(Properties.Target.DeadLetterConfig.Arn)).toBe(queue);
  const [config] = Object.values(resources(service, 'AWS::Lambda::EventInvokeConfig')).filter(
    ({ Properties }) => plain(Properties.FunctionName.Ref) === 'Digest',
  );
  expect(config?.Properties.MaximumRetryAttempts).toBe(2);
  expect(target(config?.Properties.DestinationConfig.OnFailure.Destination)).toBe(queue);
});

test('it may send from the address to the recipients of a digest only, and write to its own items only', () => {
  const [policy] = Object.entries(resources(service, 'AWS::IAM::Policy')).flatMap(([id, { Properties }]) =>
    id.startsWith('DigestRole') ? [Properties.PolicyDocument.Statement] : [],
  );
  const of = (service: string) =>
    policy.filter(({ Action }: { Action: unknown }) => String(Action).startsWith(`${service}:`));
  const only = (to: string | string[]) => ({
    StringEquals: { 'ses:FromAddress': 'backup@example.com' },
    'ForAllValues:StringEquals': { 'ses:Recipients': [to].flat() },
  });
  expect(of('ses').map(({ Condition }: { Condition: unknown }) => Condition)).toEqual([
    only('ops@example.com'),
    only(['a@example.org', 'b@example.org']),
  ]);
  const writes = of('dynamodb').filter(({ Action }: { Action: unknown }) =>
    /(Put|Update|Delete)Item/.test(String(Action)),
  );
  expect(writes.map(({ Condition }: { Condition: unknown }) => Condition)).toEqual([
    { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['digest~acme', 'digest~Role'] } },
  ]);
});
