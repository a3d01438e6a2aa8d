import { only, plain, resources, templates } from './templates.ts';

const { monitoring } = templates;
const alarms = resources(monitoring, 'AWS::CloudWatch::Alarm');
const serviceDown = only(monitoring, 'AWS::CloudWatch::CompositeAlarm').Properties;

/** The text of an `Fn::Join`, with the names of constructs in place of their ARNs. */
// biome-ignore lint/suspicious/noExplicitAny: template JSON
const joined = (value: any): string => {
  const part = (one: string | Record<string, string[]>): string =>
    typeof one === 'string' ? one : plain(one['Fn::GetAtt']?.[0] ?? '');
  return value['Fn::Join'][1].map(part).join('');
};

/** A metric with its dimensions: `Sum Errors(FunctionName=Notify)`. */
// biome-ignore lint/suspicious/noExplicitAny: template JSON
const metric = ({ Stat, Metric: { MetricName, Dimensions } }: any): string => {
  // biome-ignore lint/suspicious/noExplicitAny: template JSON
  const dimension = ({ Name, Value }: any): string => {
    const output: string = Value['Fn::GetStackOutput']?.OutputName ?? Value;
    return `${Name}=${plain(plain(output.replace(/^PublishOutput(Ref|FnGetAtt)/, '')))}`;
  };
  return `${Stat} ${MetricName}(${Dimensions.map(dimension).join(' ')})`;
};

interface MetricOfMath {
  readonly Id: string;
  readonly MetricStat: { readonly Period: number };
  readonly ReturnData: boolean;
}

/** What an alarm watches: its metric, or its expression with the metrics in place of their ids. */
// biome-ignore lint/suspicious/noExplicitAny: template JSON
const watched = (properties: any): string => {
  const { Metrics, Period, Statistic, ...Metric } = properties;
  if (Metrics === undefined) {
    expect(Period).toBe(60);
    return metric({ Stat: Statistic, Metric });
  }
  const [expression, ...metrics] = Metrics;
  return metrics.reduce((text: string, { Id, MetricStat, ReturnData }: MetricOfMath) => {
    expect([ReturnData, MetricStat.Period]).toEqual([false, 60]);
    return text.replaceAll(new RegExp(`\\b${Id}\\b`, 'g'), metric(MetricStat));
  }, expression.Expression);
};

test('the metrics, thresholds and periods of the alarms', () => {
  const table = Object.entries(alarms).map(([name, { Properties }]) => {
    const { Threshold, DatapointsToAlarm, EvaluationPeriods, ComparisonOperator } = Properties;
    const sign = { GreaterThanThreshold: '>', LessThanThreshold: '<' }[ComparisonOperator as string];
    return `${name}: ${watched(Properties)} ${sign} ${Threshold}, ${DatapointsToAlarm} of ${EvaluationPeriods} min`;
  });
  expect(table).toMatchInlineSnapshot(`
[
  "NotificationsNotStored: Sum Occurrences(code=notification-not-stored service=notify) > 0, 2 of 5 min",
  "SessionsFailing: Sum Occurrences(code=session-failed service=session) > 0, 2 of 5 min",
  "GatewayErrors: Sum ExecutionError(ApiId=WebSocketApi Stage=nbwss) > 0, 2 of 5 min",
  "IntegrationErrors: Sum IntegrationError(ApiId=WebSocketApi Stage=nbwss) - FILL(Sum Occurrences(code=address-refused service=session), 0) > 0, 2 of 5 min",
  "AcknowledgementSlow: 100 * FILL(Sum Occurrences(code=acknowledgement-slow service=notify), 0) / Sum Invocations(FunctionName=Notify) > 1, 3 of 5 min",
  "ResponsesNotStored: Sum Occurrences(code=response-not-stored service=respond) > 0, 2 of 5 min",
  "MessagesMalformed: FILL(Sum Occurrences(code=message-malformed service=session), 0) + FILL(Sum Occurrences(code=message-malformed service=notify), 0) + FILL(Sum Occurrences(code=message-malformed service=respond), 0) > 0, 2 of 5 min",
  "MessageTooLarge: Sum Occurrences(code=message-too-large service=session) > 0, 4 of 10 min",
  "DomainDisconnected: Sum Occurrences(code=domain-disconnected service=sweep) > 0, 2 of 5 min",
  "TokenExpiring: Sum Occurrences(code=token-expiring service=sweep) > 0, 1 of 1 min",
  "TokenShared: Sum Occurrences(code=token-shared service=session) > 0, 1 of 1 min",
  "CertificateExpiring: Sum Occurrences(code=certificate-expiring service=sweep) > 0, 1 of 180 min",
  "CertificateChanged: Sum Occurrences(code=certificate-changed service=sweep) > 0, 1 of 1 min",
  "CertificateNotReadable: Sum Occurrences(code=certificate-not-readable service=sweep) > 0, 2 of 180 min",
  "CertificateNotWatched: Sum Occurrences(code=certificate-not-watched service=sweep) > 0, 2 of 180 min",
  "InvitationShared: Sum Occurrences(code=invitation-shared service=api) > 0, 1 of 1 min",
  "FailedBatches: Sum OnFailureDestinationDeliveredEventCount(EventSourceMappingUUID=JournalStreamMapping) > 0, 1 of 1 min",
  "FailedBatchesLost: Sum DroppedEventCount(EventSourceMappingUUID=JournalStreamMapping) > 0, 1 of 1 min",
  "MessagesNotApplicable: Sum Occurrences(code=message-not-applicable service=project) > 0, 1 of 1 min",
  "MessagesNotQuarantined: Sum Occurrences(code=message-not-quarantined service=project) > 0, 3 of 5 min",
  "ProjectionFailing: Sum Occurrences(code=projection-failed service=project) > 0, 3 of 5 min",
  "ProjectionLate: Maximum IteratorAge(FunctionName=Project) > 300000, 3 of 5 min",
  "EventsNotPublished: FILL(Sum Occurrences(code=event-not-published service=session), 0) + FILL(Sum Occurrences(code=event-not-published service=respond), 0) + FILL(Sum Occurrences(code=event-not-published service=sweep), 0) + FILL(Sum Occurrences(code=event-not-published service=command), 0) + FILL(Sum Occurrences(code=event-not-published service=api), 0) > 0, 2 of 5 min",
  "SweepMissing: Sum Invocations(FunctionName=Sweep) < 1, 3 of 5 min",
  "SweepFailing: FILL(Sum Occurrences(code=sweep-failed service=sweep), 0) + FILL(Sum Occurrences(code=command-not-swept service=sweep), 0) + FILL(Sum Occurrences(code=close-failed service=sweep), 0) > 0, 3 of 5 min",
  "ProblemsNotEvaluated: FILL(Sum Occurrences(code=problem-not-evaluated service=sweep), 0) + FILL(Sum Occurrences(code=problems-not-evaluated service=project), 0) > 0, 3 of 5 min",
  "SweepOutOfTime: Sum Occurrences(code=sweep-out-of-time service=sweep) > 0, 3 of 5 min",
  "RequestsFailing: FILL(Sum Occurrences(code=request-failed service=api), 0) + FILL(Sum Occurrences(code=request-failed service=command), 0) + FILL(Sum Occurrences(code=batch-item-failed service=command), 0) + FILL(Sum Occurrences(code=command-not-dispatched service=command), 0) > 0, 2 of 5 min",
  "RequestsRejected: FILL(Sum Occurrences(code=requests-rejected service=api), 0) + FILL(Sum Occurrences(code=requests-rejected service=command), 0) + FILL(Sum Occurrences(code=requests-rejected service=console), 0) > 300, 3 of 5 min",
  "AuditNotStored: FILL(Sum Occurrences(code=audit-not-stored service=api), 0) + FILL(Sum Occurrences(code=audit-not-stored service=command), 0) > 0, 1 of 1 min",
  "JournalThrottled: Sum ThrottledRequests(Operation=PutItem TableName=Journal) > 0, 3 of 5 min",
  "JobsThrottled: Sum ThrottledRequests(Operation=PutItem TableName=Jobs) > 0, 3 of 5 min",
  "ImagesThrottled: Sum ThrottledRequests(Operation=PutItem TableName=Images) > 0, 3 of 5 min",
  "BackupsThrottled: Sum ThrottledRequests(Operation=PutItem TableName=Backups) > 0, 3 of 5 min",
  "GroupsThrottled: Sum ThrottledRequests(Operation=UpdateItem TableName=Groups) > 0, 3 of 5 min",
  "ConnectionsThrottled: FILL(Sum ThrottledRequests(Operation=PutItem TableName=Connections), 0) + FILL(Sum ThrottledRequests(Operation=UpdateItem TableName=Connections), 0) > 0, 3 of 5 min",
  "CommandsThrottled: FILL(Sum ThrottledRequests(Operation=PutItem TableName=Commands), 0) + FILL(Sum ThrottledRequests(Operation=UpdateItem TableName=Commands), 0) > 0, 3 of 5 min",
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
  "ConsoleErrors: Sum Errors(FunctionName=Console) > 0, 2 of 5 min",
  "ConsoleThrottles: Sum Throttles(FunctionName=Console) > 0, 1 of 1 min",
]
`);
});

test('the composite alarm is on while one of the alarms is on without which NetBackup is not served', () => {
  expect(joined(serviceDown.AlarmRule)).toMatchInlineSnapshot(
    `"(ALARM("NotificationsNotStored") OR ALARM("SessionsFailing") OR ALARM("GatewayErrors") OR ALARM("IntegrationErrors") OR ALARM("SessionErrors") OR ALARM("NotifyErrors"))"`,
  );
});

test('every alarm notifies the topic, and names the runbook', () => {
  const topic = Object.keys(monitoring.Resources).filter(
    (id) => monitoring.Resources[id]?.Type === 'AWS::SNS::Topic',
  );
  for (const properties of [serviceDown, ...Object.values(alarms).map(({ Properties }) => Properties)]) {
    expect(properties.AlarmDescription).toMatch(/^[A-Z].{20,}\. Runbook: docs\/runbook\.md#[a-z-]+$/);
    expect(properties.AlarmActions).toEqual(topic.map((id) => ({ Ref: id })));
  }
});

test('missing data means that nothing happened, except that the sweep does not run', () => {
  const breaching = Object.keys(alarms).filter(
    (id) => alarms[id]?.Properties.TreatMissingData === 'breaching',
  );
  expect(breaching).toEqual(['SweepMissing']);
  const others = Object.values(alarms).map(({ Properties }) => Properties.TreatMissingData);
  expect(new Set(others)).toEqual(new Set(['breaching', 'notBreaching']));
});

interface Widget {
  readonly annotations: { readonly alarms: string[] };
  readonly alarms: string[];
}

test('the dashboard shows every alarm, and nothing else', () => {
  const { widgets } = JSON.parse(
    joined(only(monitoring, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody),
  );
  const shown = (type: string, alarmsOf: (properties: Widget) => string[]) =>
    widgets
      .filter((widget: { type: string }) => widget.type === type)
      .flatMap(({ properties }: { properties: Widget }) => alarmsOf(properties))
      .sort();
  const ids = Object.keys(alarms).sort();
  expect(shown('metric', ({ annotations }) => annotations.alarms)).toEqual(ids);
  expect(shown('alarm', (status) => status.alarms)).toEqual([...ids, 'ServiceDown'].sort());
});

test('the cost of the alarms: each is billed for each metric that it watches', () => {
  const metrics = Object.values(alarms).map(({ Properties }) =>
    Math.max(1, (Properties.Metrics ?? []).length - 1),
  );
  const alarmMetrics = metrics.reduce((sum, count) => sum + count, 0);
  expect([metrics.length, alarmMetrics]).toEqual([53, 72]);
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
