import { StartError } from '../errors.ts';

/** What a resource is called once it exists. `property` gives another property of it, resolved. */
export interface Physical {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  address(): string;
  property(key: string): string;
}

type Named = (physical: Physical) => string;

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
  /** What `Ref` yields, when it is not the name. */
  readonly ref?: Named;
  readonly attributes?: Readonly<Record<string, Named>>;
}

const arn =
  (service: string, path: (name: string) => string): Named =>
  ({ name, region, account }) =>
    `arn:aws:${service}:${region}:${account}:${path(name)}`;
const global =
  (path: (name: string) => string): Named =>
  ({ name, account }) =>
    `arn:aws:iam::${account}:${path(name)}`;

const tableArn = arn('dynamodb', (name) => `table/${name}`);
/** The label never changes: a table has one stream for as long as it lives. */
const streamArn = arn('dynamodb', (name) => `table/${name}/stream/2026-01-01T00:00:00.000`);
const topicArn = arn('sns', (name) => name);
const functionArn = arn('lambda', (name) => `function:${name}`);

const table: ResourceType = {
  nameProperty: 'TableName',
  emulated: `TableName AttributeDefinitions KeySchema StreamSpecification.StreamViewType
    GlobalSecondaryIndexes.IndexName GlobalSecondaryIndexes.KeySchema GlobalSecondaryIndexes.Projection
    LocalSecondaryIndexes.IndexName LocalSecondaryIndexes.KeySchema LocalSecondaryIndexes.Projection
    TimeToLiveSpecification Replicas.Region`,
  noEffect: `BillingMode DeletionProtectionEnabled PointInTimeRecoverySpecification SSESpecification TableClass
    Tags ContributorInsightsSpecification ProvisionedThroughput OnDemandThroughput WarmThroughput
    WriteProvisionedThroughputSettings WriteOnDemandThroughputSettings
    GlobalSecondaryIndexes.ProvisionedThroughput GlobalSecondaryIndexes.OnDemandThroughput
    GlobalSecondaryIndexes.WarmThroughput GlobalSecondaryIndexes.ContributorInsightsSpecification
    GlobalSecondaryIndexes.WriteOnDemandThroughputSettings
    GlobalSecondaryIndexes.WriteProvisionedThroughputSettings
    Replicas.DeletionProtectionEnabled Replicas.PointInTimeRecoverySpecification Replicas.Tags
    Replicas.GlobalSecondaryIndexes Replicas.ContributorInsightsSpecification Replicas.TableClass
    Replicas.SSESpecification Replicas.ReadOnDemandThroughputSettings Replicas.ReadProvisionedThroughputSettings`,
  attributes: { Arn: tableArn, StreamArn: streamArn, TableId: ({ name }) => name },
};

const alarm: ResourceType = {
  nameProperty: 'AlarmName',
  emulated: 'AlarmName',
  noEffect: `ActionsEnabled AlarmActions AlarmDescription AlarmRule ComparisonOperator DatapointsToAlarm Dimensions
    EvaluateLowSampleCountPercentile EvaluationPeriods ExtendedStatistic InsufficientDataActions MetricName Metrics
    Namespace OKActions Period Statistic Tags Threshold ThresholdMetricId TreatMissingData Unit ActionsSuppressor
    ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod`,
  attributes: { Arn: arn('cloudwatch', (name) => `alarm:${name}`) },
};

const types: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    emulated: `FunctionName Code.S3Bucket Code.S3Key Handler Runtime Role Timeout MemorySize Environment.Variables
      ReservedConcurrentExecutions DeadLetterConfig.TargetArn LoggingConfig.LogGroup`,
    noEffect: `Architectures Description Tags TracingConfig LoggingConfig.LogFormat LoggingConfig.SystemLogLevel
      LoggingConfig.ApplicationLogLevel RecursiveLoop RuntimeManagementConfig`,
    attributes: { Arn: functionArn },
  },
  'AWS::Lambda::Version': {
    emulated: 'FunctionName',
    noEffect: 'CodeSha256 Description',
    ref: ({ property, region, account }) =>
      `arn:aws:lambda:${region}:${account}:function:${property('FunctionName').replace(/^.*:function:/, '')}:1`,
    attributes: { Version: () => '1' },
  },
  'AWS::Lambda::Alias': {
    nameProperty: 'Name',
    emulated: 'Name FunctionName FunctionVersion',
    noEffect: 'Description',
    ref: ({ name, property, region, account }) =>
      `arn:aws:lambda:${region}:${account}:function:${property('FunctionName').replace(/^.*:function:/, '')}:${name}`,
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
    attributes: { Arn: global((name) => `role/${name}`), RoleId: ({ name }) => name },
  },
  'AWS::IAM::Policy': { emulated: 'PolicyName PolicyDocument Roles' },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    emulated: 'ManagedPolicyName PolicyDocument Roles',
    noEffect: 'Description Path',
    ref: global((name) => `policy/${name}`),
    attributes: { PolicyArn: global((name) => `policy/${name}`) },
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    emulated: 'LogGroupName',
    noEffect: 'RetentionInDays Tags KmsKeyId LogGroupClass DataProtectionPolicy DeletionProtectionEnabled',
    attributes: { Arn: arn('logs', (name) => `log-group:${name}:*`) },
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
    attributes: { ApiEndpoint: ({ address }) => address(), ApiId: ({ name }) => name },
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
    attributes: { Arn: arn('events', (name) => `event-bus/${name}`), Name: ({ name }) => name },
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    emulated: `Name EventBusName EventPattern ScheduleExpression State Targets.Arn Targets.Id Targets.Input
      Targets.InputPath Targets.RetryPolicy Targets.DeadLetterConfig`,
    noEffect: 'Description Tags',
    attributes: {
      Arn: ({ name, region, account, property }) => {
        const bus = property('EventBusName').replace(/^.*event-bus\//, '');
        const path = bus && bus !== 'default' ? `${bus}/${name}` : name;
        return `arn:aws:events:${region}:${account}:rule/${path}`;
      },
    },
  },
  'AWS::Events::Archive': {
    nameProperty: 'ArchiveName',
    emulated: 'ArchiveName',
    noEffect: 'SourceArn EventPattern RetentionDays Description KmsKeyIdentifier',
    attributes: { Arn: arn('events', (name) => `archive/${name}`), ArchiveName: ({ name }) => name },
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    emulated: `Name ScheduleExpression ScheduleExpressionTimezone State Target.Arn Target.RoleArn Target.Input
      Target.RetryPolicy Target.DeadLetterConfig FlexibleTimeWindow.Mode GroupName`,
    noEffect: 'Description',
    attributes: { Arn: arn('scheduler', (name) => `schedule/default/${name}`) },
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    emulated: 'QueueName VisibilityTimeout',
    noEffect: `MessageRetentionPeriod SqsManagedSseEnabled KmsMasterKeyId KmsDataKeyReusePeriodSeconds Tags
      ReceiveMessageWaitTimeSeconds`,
    ref: ({ name, region, account }) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    attributes: {
      Arn: arn('sqs', (name) => name),
      QueueName: ({ name }) => name,
      QueueUrl: ({ name, region, account }) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    },
  },
  'AWS::SQS::QueuePolicy': { emulated: 'PolicyDocument Queues' },
  'AWS::KMS::Key': {
    emulated: 'KeyPolicy',
    noEffect: 'EnableKeyRotation RotationPeriodInDays Description Enabled PendingWindowInDays Tags',
    attributes: { Arn: arn('kms', (name) => `key/${name}`), KeyId: ({ name }) => name },
  },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', emulated: 'AliasName TargetKeyId' },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    emulated: 'TopicName',
    noEffect: 'DisplayName KmsMasterKeyId Tags TracingConfig SignatureVersion Subscription',
    ref: topicArn,
    attributes: { TopicArn: topicArn, TopicName: ({ name }) => name },
  },
  'AWS::SNS::TopicPolicy': { emulated: '', noEffect: 'PolicyDocument Topics' },
  'AWS::SNS::Subscription': { emulated: '', noEffect: 'Protocol Endpoint TopicArn RawMessageDelivery' },
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  'AWS::CloudWatch::Dashboard': {
    nameProperty: 'DashboardName',
    emulated: 'DashboardName',
    noEffect: 'DashboardBody',
  },
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
  const allowed = new Set(`${emulated} ${noEffect}`.split(/\s+/));
  const partly = new Set([...allowed].filter((name) => name.includes('.')).map((name) => name.split('.')[0]));
  const refuse = (property: string): never => {
    throw new StartError(
      `${resource.logicalId} (${resource.type}) has the property ${property}, which the local cloud does not know.`,
    );
  };
  for (const [property, value] of Object.entries(resource.raw)) {
    if (partly.has(property)) {
      for (const member of [value].flat()) {
        for (const key of Object.keys((member as object | null) ?? {})) {
          if (!key.startsWith('Fn::') && key !== 'Ref' && !allowed.has(`${property}.${key}`)) {
            refuse(`${property}.${key}`);
          }
        }
      }
    } else if (!allowed.has(property)) refuse(property);
  }
}
