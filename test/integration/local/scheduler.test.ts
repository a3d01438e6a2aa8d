/** EventBridge Scheduler, and what becomes of asynchronous invocations that are given up. */
import { startLocalCloud } from '../../../local/cloud.ts';
import { ManualClock } from '../../support/clocks.ts';
import { testCertificate } from '../../support/tls.ts';
import { callJson, editedAssembly, kept, nameOf, set, startCloud, stopAll } from './support.ts';

afterEach(stopAll);

const NOTE = { 'Fn::GetAtt': ['Note', 'Arn'] };
const DEAD = { 'Fn::GetAtt': ['Dead', 'Arn'] };
const allow = (Action: string, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

interface Edits {
  readonly statements?: readonly object[];
  readonly service?: string;
  readonly schedule?: object;
  readonly onFailure?: boolean;
}

const assembly = ({
  statements = [allow('lambda:InvokeFunction', NOTE), allow('sqs:SendMessage', DEAD)],
  service = 'scheduler.amazonaws.com',
  schedule = {},
  onFailure = false,
}: Edits = {}) =>
  editedAssembly((_, front) => {
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } };
    const Policies = [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }];
    set(front, 'DailyRole', {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Statement: [trust] }, Policies },
    });
    set(front, 'Daily', {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'cron(30 7 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: NOTE,
          RoleArn: { 'Fn::GetAtt': ['DailyRole', 'Arn'] },
          Input: '{"due":"<aws.scheduler.scheduled-time>","detail":{"fail":false}}',
          DeadLetterConfig: { Arn: DEAD },
        },
        ...schedule,
      },
    });
    if (!onFailure) return;
    set(front, 'NoteRetries.Properties.DestinationConfig', { OnFailure: { Destination: DEAD } });
    set(front, 'NoteRole.Properties.Policies', [
      ...(front.Resources['NoteRole']?.Properties['Policies'] ?? []),
      { PolicyName: 'dead', PolicyDocument: { Statement: [allow('sqs:SendMessage', DEAD)] } },
    ]);
  });

const HOUR = 3_600_000;
/** A cloud in which the schedules run by a clock that stands at a time. */
const start = async (at: string, edits: Edits = {}) => {
  const clock = new ManualClock(Date.parse(at));
  const cloud = await startCloud({ clock, schedules: 'clock', assembly: await assembly(edits) });
  const advance = async (ms: number) => {
    clock.advance(ms);
    await cloud.drained();
  };
  const dues = async () =>
    (await kept<{ due?: string }>(cloud, 'note')).flatMap(({ due }) => (due === undefined ? [] : [due]));
  const dead = async () => {
    const input = { QueueUrl: nameOf(cloud, 'Dead'), MaxNumberOfMessages: 10 };
    const { body } = await callJson(cloud, 'AmazonSQS.ReceiveMessage', input);
    return ((body['Messages'] ?? []) as { Body: string }[]).map(({ Body }) => JSON.parse(Body));
  };
  return { cloud, advance, dues, dead };
};

test('a schedule invokes its function at the local time, with the time when it was due', async () => {
  const { cloud, advance, dues } = await start('2026-11-28T05:30:00Z');
  expect(cloud.dueSchedules()).toEqual({ Daily: Date.parse('2026-11-28T06:30:00Z') });
  await advance(HOUR - 1);
  expect(await dues()).toEqual([]);
  await advance(1);
  expect(await dues()).toEqual(['2026-11-28T06:30:00Z']);
  expect(cloud.dueSchedules()).toEqual({ Daily: Date.parse('2026-11-29T06:30:00Z') });
});

test('without the permission to invoke, the input goes to the dead-letter queue', async () => {
  const { advance, dues, dead } = await start('2026-11-28T06:29:00Z', {
    statements: [allow('sqs:SendMessage', DEAD)],
  });
  await advance(60_000);
  expect(await dues()).toEqual([]);
  expect(await dead()).toEqual([{ due: '2026-11-28T06:30:00Z', detail: { fail: false } }]);
});

test('an invocation that fails each time goes to the destination for failures, with what was tried', async () => {
  const { advance, dues, dead } = await start('2026-11-28T06:29:00Z', {
    onFailure: true,
    schedule: {
      Target: {
        Arn: NOTE,
        RoleArn: { 'Fn::GetAtt': ['DailyRole', 'Arn'] },
        Input: '{"due":"<aws.scheduler.scheduled-time>","detail":{"fail":true}}',
      },
    },
  });
  await advance(60_000);
  expect([(await dues()).length, await dead()]).toEqual([1, []]);
  await advance(60_000);
  expect(await dues()).toHaveLength(2);
  expect(await dead()).toMatchObject([
    {
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { due: '2026-11-28T06:30:00Z' },
      responsePayload: { errorMessage: 'as expected' },
    },
  ]);
});

test.each<[string, Edits, RegExp]>([
  ['a flexible window', { schedule: { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } } }, /Daily has the schedule/],
  [
    'more than one time a day',
    { schedule: { ScheduleExpression: 'cron(0 7,8 * * ? *)' } },
    /only once a day/,
  ],
  ['a rate', { schedule: { ScheduleExpression: 'rate(1 day)' } }, /only once a day/],
  ['a role of another service', { service: 'lambda.amazonaws.com' }, /Daily cannot assume DailyRole/],
  ['a property that is not known', { schedule: { StartDate: '2026-01-01T00:00:00Z' } }, /property StartDate/],
])('a schedule with %s is refused at the start', async (_, edits, message) => {
  const options = { assembly: await assembly(edits), tls: await testCertificate() };
  await expect(startLocalCloud(options)).rejects.toThrow(message);
});
