import { StartError } from '../errors.ts';

interface ResourceType {
  /** The property that holds an explicit name, if the type has one. */
  readonly nameProperty?: string;
  /**
   * Properties whose meaning the local cloud reproduces; a dotted name admits one member of an object (or of every
   * object of a list) and thereby refuses the members that are not named.
   */
  readonly emulated: string;
  /** Properties that are deliberately without effect on a single machine. */
  readonly noEffect?: string;
  /** The ARN as `service:path`; `{name}` is what the resource is called. */
  readonly arn?: string;
  /** What `Ref` yields, when it is not the name. */
  readonly ref?: string;
  /** What `Fn::GetAtt` yields besides `Arn`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A table has one stream for as long as it lives, so the label of its ARN never changes. */
export const STREAM_LABEL = '/stream/2026-01-01T00:00:00.000';

const table: ResourceType = {
  nameProperty: 'TableName',
  emulated: `TableName AttributeDefinitions KeySchema StreamSpecification.StreamViewType TimeToLiveSpecification
    GlobalSecondaryIndexes.IndexName GlobalSecondaryIndexes.KeySchema GlobalSecondaryIndexes.Projection
    LocalSecondaryIndexes Replicas.Region`,
  noEffect: `BillingMode DeletionProtectionEnabled PointInTimeRecoverySpecification SSESpecification TableClass
    Tags ContributorInsightsSpecification ProvisionedThroughput OnDemandThroughput WarmThroughput
    WriteProvisionedThroughputSettings WriteOnDemandThroughputSettings
    GlobalSecondaryIndexes.ProvisionedThroughput GlobalSecondaryIndexes.OnDemandThroughput
    GlobalSecondaryIndexes.WarmThroughput GlobalSecondaryIndexes.ContributorInsightsSpecification
    Replicas.DeletionProtectionEnabled Replicas.PointInTimeRecoverySpecification Replicas.Tags
    Replicas.GlobalSecondaryIndexes Replicas.ContributorInsightsSpecification Replicas.TableClass
    Replicas.SSESpecification Replicas.ReadOnDemandThroughputSettings`,
  arn: 'dynamodb:table/{name}',
  attributes: { StreamArn: `{arn}${STREAM_LABEL}`, TableId: '{name}' },
};

const alarm: ResourceType = {
  nameProperty: 'AlarmName',
  emulated: 'AlarmName',
  noEffect: `ActionsEnabled AlarmActions AlarmDescription AlarmRule ComparisonOperator DatapointsToAlarm Dimensions
    EvaluateLowSampleCountPercentile EvaluationPeriods ExtendedStatistic InsufficientDataActions MetricName Metrics
    Namespace OKActions Period Statistic Tags Threshold ThresholdMetricId TreatMissingData Unit`,
  arn: 'cloudwatch:alarm:{name}',
};

const types: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    emulated: `FunctionName Code.S3Bucket Code.S3Key Handler Runtime Role Timeout MemorySize Environment.Variables
      ReservedConcurrentExecutions DeadLetterConfig.TargetArn`,
    noEffect: `Architectures Description Tags TracingConfig LoggingConfig RecursiveLoop RuntimeManagementConfig`,
    arn: 'lambda:function:{name}',
  },
  'AWS::Lambda::Permission': { emulated: 'Action FunctionName Principal SourceArn SourceAccount' },
  'AWS::Lambda::EventInvokeConfig': {
    emulated: `FunctionName Qualifier MaximumRetryAttempts MaximumEventAgeInSeconds
      DestinationConfig.OnFailure`,
  },
  'AWS::Lambda::EventSourceMapping': {
    emulated: `EventSourceArn FunctionName BatchSize MaximumBatchingWindowInSeconds BisectBatchOnFunctionError
      FunctionResponseTypes MaximumRetryAttempts MaximumRecordAgeInSeconds ParallelizationFactor StartingPosition
      FilterCriteria.Filters DestinationConfig.OnFailure Enabled`,
    noEffect: 'Tags MetricsConfig',
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    emulated: 'RoleName AssumeRolePolicyDocument Policies ManagedPolicyArns',
    noEffect: 'Description Tags MaxSessionDuration Path',
    arn: 'iam:role/{name}',
    attributes: { RoleId: '{name}' },
  },
  'AWS::IAM::Policy': { emulated: 'PolicyName PolicyDocument Roles' },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    emulated: 'ManagedPolicyName PolicyDocument Roles',
    noEffect: 'Description Path',
    arn: 'iam:policy/{name}',
    ref: '{arn}',
    attributes: { PolicyArn: '{arn}' },
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    emulated: 'LogGroupName',
    noEffect: 'RetentionInDays Tags KmsKeyId LogGroupClass DataProtectionPolicy DeletionProtectionEnabled',
    arn: 'logs:log-group:{name}:*',
  },
  'AWS::Logs::MetricFilter': {
    emulated: '',
    noEffect: 'FilterPattern FilterName LogGroupName MetricTransformations',
  },
  'AWS::ApiGatewayV2::Api': {
    emulated: `ProtocolType RouteSelectionExpression CorsConfiguration.AllowOrigins CorsConfiguration.AllowMethods
      CorsConfiguration.AllowHeaders CorsConfiguration.ExposeHeaders CorsConfiguration.MaxAge
      CorsConfiguration.AllowCredentials`,
    noEffect: 'Name Description Tags IpAddressType',
    attributes: { ApiEndpoint: '{address}', ApiId: '{name}' },
  },
  'AWS::ApiGatewayV2::Stage': {
    nameProperty: 'StageName',
    emulated: 'ApiId StageName',
    noEffect: 'AutoDeploy Description AccessLogSettings DefaultRouteSettings RouteSettings Tags DeploymentId',
  },
  'AWS::ApiGatewayV2::Route': {
    emulated: 'ApiId RouteKey Target RouteResponseSelectionExpression AuthorizationType',
    noEffect: 'OperationName',
  },
  'AWS::ApiGatewayV2::RouteResponse': { emulated: 'ApiId RouteId RouteResponseKey' },
  'AWS::ApiGatewayV2::Integration': {
    emulated: 'ApiId IntegrationType IntegrationUri PayloadFormatVersion',
    noEffect: 'IntegrationMethod Description ConnectionType',
  },
  'AWS::ApiGatewayV2::Deployment': { emulated: 'ApiId', noEffect: 'Description StageName' },
  'AWS::ApiGateway::Account': { emulated: '', noEffect: 'CloudWatchRoleArn' },
  'AWS::Events::EventBus': {
    nameProperty: 'Name',
    emulated: 'Name',
    noEffect: 'Description Tags LogConfig',
    arn: 'events:event-bus/{name}',
    attributes: { Name: '{name}' },
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    emulated: `Name EventBusName EventPattern ScheduleExpression State Targets.Arn Targets.Id Targets.Input
      Targets.InputPath Targets.DeadLetterConfig`,
    noEffect: 'Description Tags Targets.RetryPolicy',
    arn: 'events:rule/{bus}{name}',
  },
  'AWS::Events::Archive': {
    nameProperty: 'ArchiveName',
    emulated: 'ArchiveName',
    noEffect: 'SourceArn EventPattern RetentionDays Description KmsKeyIdentifier',
    arn: 'events:archive/{name}',
    attributes: { ArchiveName: '{name}' },
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    emulated: `Name ScheduleExpression ScheduleExpressionTimezone State Target.Arn Target.RoleArn Target.Input
      Target.DeadLetterConfig`,
    noEffect: 'Description FlexibleTimeWindow Target.RetryPolicy',
    arn: 'scheduler:schedule/default/{name}',
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    emulated: 'QueueName VisibilityTimeout',
    noEffect: `MessageRetentionPeriod SqsManagedSseEnabled KmsMasterKeyId KmsDataKeyReusePeriodSeconds Tags
      ReceiveMessageWaitTimeSeconds`,
    arn: 'sqs:{name}',
    ref: 'https://sqs.{region}.amazonaws.com/{account}/{name}',
    attributes: { QueueName: '{name}', QueueUrl: 'https://sqs.{region}.amazonaws.com/{account}/{name}' },
  },
  'AWS::SQS::QueuePolicy': { emulated: 'PolicyDocument Queues' },
  'AWS::KMS::Key': {
    emulated: 'KeyPolicy',
    noEffect: 'EnableKeyRotation RotationPeriodInDays Description Enabled PendingWindowInDays Tags',
    arn: 'kms:key/{name}',
    attributes: { KeyId: '{name}' },
  },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', emulated: 'AliasName TargetKeyId' },
  // Alarms may publish to a topic; nothing is delivered here.
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    emulated: 'TopicName',
    noEffect: 'DisplayName KmsMasterKeyId Tags TracingConfig SignatureVersion Subscription',
    arn: 'sns:{name}',
    ref: '{arn}',
    attributes: { TopicArn: '{arn}', TopicName: '{name}' },
  },
  'AWS::SNS::TopicPolicy': { emulated: '', noEffect: 'PolicyDocument Topics' },
  'AWS::SNS::Subscription': { emulated: '', noEffect: 'Protocol Endpoint TopicArn RawMessageDelivery' },
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  'AWS::CloudWatch::Dashboard': { emulated: '', noEffect: 'DashboardName DashboardBody' },
  'AWS::CDK::Metadata': { emulated: '', noEffect: 'Analytics' },
};

interface Described {
  readonly logicalId: string;
  readonly type: string;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The catalogue's entry for a resource; a type that is not in it stops the start. */
export function resourceType({ logicalId, type }: Described): ResourceType {
  const known = types[type];
  if (!known) throw new StartError(`${logicalId} is of type ${type}, which the local cloud does not know.`);
  return known;
}

/** Refuses, by name, every property of the resource that the catalogue does not list. */
export function checkProperties(resource: Described): void {
  const { emulated, noEffect = '' } = resourceType(resource);
  const allowed = `${emulated} ${noEffect}`.split(/\s+/);
  for (const [property, value] of Object.entries(resource.raw)) {
    const byMember = allowed.some((name) => name.startsWith(`${property}.`));
    const members = [value].flat().flatMap((part) => Object.keys((part as object | null) ?? {}));
    const found = byMember ? members.map((member) => `${property}.${member}`) : [property];
    const unknown = found.find((name) => !allowed.includes(name) && !/\.(Fn::|Ref$)/.test(name));
    if (!unknown) continue;
    const what = `${resource.logicalId} (${resource.type}) has the property ${unknown}`;
    throw new StartError(`${what}, which the local cloud does not know.`);
  }
}
