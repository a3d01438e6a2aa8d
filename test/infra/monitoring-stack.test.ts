import { only, plain, resources, templates } from './templates.ts';

const { monitoring } = templates;
const alarms = resources(monitoring, 'AWS::CloudWatch::Alarm');

/** The metric of an alarm with its dimensions: `Errors(FunctionName=Notify)`. */
// biome-ignore lint/suspicious/noExplicitAny: template JSON
const metricOf = ({ Properties: { MetricName, Dimensions } }: any): string => {
  // biome-ignore lint/suspicious/noExplicitAny: template JSON
  const dimension = ({ Name, Value }: any): string => {
    const output: string = Value['Fn::GetStackOutput']?.OutputName ?? Value;
    return `${Name}=${plain(plain(output.replace(/^PublishOutput(Ref|FnGetAtt)/, '')))}`;
  };
  return `${MetricName}(${Dimensions.map(dimension).join(' ')})`;
};

test('the metrics, thresholds and periods of the alarms', () => {
  const table = Object.entries(alarms).map(([name, alarm]) => {
    const { Threshold, DatapointsToAlarm, EvaluationPeriods, Statistic, ExtendedStatistic, Period } =
      alarm.Properties;
    expect(Period).toBe(60);
    const often = `${DatapointsToAlarm} of ${EvaluationPeriods} min`;
    return `${name}: ${Statistic ?? ExtendedStatistic} ${metricOf(alarm)} > ${Threshold}, ${often}`;
  });
  expect(table).toMatchInlineSnapshot(`
[
  "SessionErrors: Sum Errors(FunctionName=Session) > 0, 2 of 5 min",
  "SessionThrottles: Sum Throttles(FunctionName=Session) > 0, 1 of 1 min",
  "NotifyErrors: Sum Errors(FunctionName=Notify) > 0, 2 of 5 min",
  "NotifyThrottles: Sum Throttles(FunctionName=Notify) > 0, 1 of 1 min",
  "RespondErrors: Sum Errors(FunctionName=Respond) > 0, 2 of 5 min",
  "RespondThrottles: Sum Throttles(FunctionName=Respond) > 0, 1 of 1 min",
  "ProjectErrors: Sum Errors(FunctionName=Project) > 0, 2 of 5 min",
  "ProjectThrottles: Sum Throttles(FunctionName=Project) > 0, 1 of 1 min",
  "SweepErrors: Sum Errors(FunctionName=Sweep) > 0, 2 of 5 min",
  "SweepThrottles: Sum Throttles(FunctionName=Sweep) > 0, 1 of 1 min",
  "ApiErrors: Sum Errors(FunctionName=Api) > 0, 2 of 5 min",
  "ApiThrottles: Sum Throttles(FunctionName=Api) > 0, 1 of 1 min",
  "CommandErrors: Sum Errors(FunctionName=Command) > 0, 2 of 5 min",
  "CommandThrottles: Sum Throttles(FunctionName=Command) > 0, 1 of 1 min",
  "FailedBatches: Sum OnFailureDestinationDeliveredEventCount(EventSourceMappingUUID=JournalStreamMapping) > 0, 1 of 1 min",
  "FailedBatchesLost: Sum DroppedEventCount(EventSourceMappingUUID=JournalStreamMapping) > 0, 1 of 1 min",
  "ProjectionLate: Maximum IteratorAge(FunctionName=Project) > 300000, 3 of 5 min",
  "AcknowledgementSlow: p99 Duration(FunctionName=Notify) > 2000, 3 of 5 min",
  "GatewayErrors: Sum ExecutionError(ApiId=WebSocketApi Stage=nbwss) > 0, 1 of 1 min",
  "DomainDisconnected: Sum Occurrences(code=domain-disconnected service=sweep) > 0, 2 of 5 min",
  "MessageTooLarge: Sum Occurrences(code=message-too-large service=session) > 0, 4 of 10 min",
  "JournalThrottled: Sum WriteThrottleEvents(TableName=Journal) > 0, 3 of 5 min",
  "JobsThrottled: Sum WriteThrottleEvents(TableName=Jobs) > 0, 3 of 5 min",
  "ImagesThrottled: Sum WriteThrottleEvents(TableName=Images) > 0, 3 of 5 min",
]
`);
});

test('every alarm has a description, notifies the topic, and does not go off without data', () => {
  const topic = Object.keys(monitoring.Resources).filter(
    (id) => monitoring.Resources[id]?.Type === 'AWS::SNS::Topic',
  );
  for (const { Properties } of Object.values(alarms)) {
    expect(Properties.AlarmDescription).toMatch(/^[A-Z].{20,}\.$/);
    expect(Properties.AlarmActions).toEqual(topic.map((id) => ({ Ref: id })));
    expect(Properties.TreatMissingData).toBe('notBreaching');
    expect(Properties.ComparisonOperator).toBe('GreaterThanThreshold');
  }
});

test('CloudWatch may publish to the topic, over TLS: our topic policy replaces the default one', () => {
  const { Statement } = only(monitoring, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument;
  expect(Statement).toEqual([
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }),
  ]);
});

test('the alarms import nothing from the service stack, so that it can drop a function', () => {
  expect(JSON.stringify(monitoring)).not.toContain('Fn::ImportValue');
});
