import { StartError } from '../errors.ts';
import { containerAttributes, containerNames, containerProperties } from './container-types.ts';

/** A table has one stream during all its life, so the label in its ARN never changes. */
export const STREAM_LABEL = '/stream/2026-01-01T00:00:00.000';

/** Types, and properties of any type, that have no effect on a single machine. A boundary is a policy outside of the assembly. */
const noEffect = `AWS::ApiGateway::Account AWS::CloudWatch::Dashboard AWS::CodeDeploy::Application
  AWS::CodeDeploy::DeploymentGroup AWS::Events::Archive AWS::Events::EventBusPolicy AWS::Logs::LogGroup AWS::Route53::RecordSet
  AccessLogSettings AlarmActions Architectures AutoDeploy
  BillingMode BucketEncryption DeletionProtectionEnabled Description EnableKeyRotation InvocationRateLimitPerSecond IpAddressType LifecycleConfiguration LoggingConfig
  MessageRetentionPeriod MetricsConfig PermissionsBoundary PointInTimeRecoverySpecification PublicAccessBlockConfiguration SqsManagedSseEnabled
  Tags TracingConfig`.split(/\s+/);

/** Supported properties. `A.B`: only this member of A (an object, or each object of a list). */
const properties: Readonly<Record<string, string>> = {
  ...containerProperties,
  'AWS::ApiGatewayV2::Api':
    'Name ProtocolType RouteSelectionExpression CorsConfiguration DisableExecuteApiEndpoint',
  'AWS::ApiGatewayV2::ApiMapping': 'ApiId DomainName Stage ApiMappingKey',
  // Names lead to this machine, and the certificate is that of the local cloud.
  'AWS::ApiGatewayV2::DomainName': 'DomainName DomainNameConfigurations',
  'AWS::ApiGatewayV2::Integration': `ApiId IntegrationType IntegrationUri PayloadFormatVersion IntegrationMethod
    ConnectionType ConnectionId`,
  'AWS::ApiGatewayV2::Route': 'ApiId RouteKey Target RouteResponseSelectionExpression AuthorizationType',
  'AWS::ApiGatewayV2::RouteResponse': 'ApiId RouteId RouteResponseKey',
  'AWS::ApiGatewayV2::Stage': 'ApiId StageName DefaultRouteSettings RouteSettings',
  'AWS::CloudWatch::Alarm': `AlarmName AlarmDescription ComparisonOperator Threshold DatapointsToAlarm
    EvaluationPeriods TreatMissingData Namespace MetricName Dimensions.Name Dimensions.Value Period Statistic
    Metrics.Id Metrics.Expression Metrics.MetricStat Metrics.ReturnData`,
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName AlarmDescription AlarmRule',
  'AWS::DynamoDB::Table': `TableName AttributeDefinitions KeySchema StreamSpecification.StreamViewType
    GlobalSecondaryIndexes.IndexName GlobalSecondaryIndexes.KeySchema GlobalSecondaryIndexes.Projection
    SSESpecification.SSEEnabled SSESpecification.SSEType SSESpecification.KMSMasterKeyId TimeToLiveSpecification`,
  'AWS::Events::ApiDestination': 'Name ConnectionArn HttpMethod InvocationEndpoint',
  'AWS::Events::Connection': 'Name AuthorizationType AuthParameters.ApiKeyAuthParameters',
  'AWS::Events::EventBus': 'Name KmsKeyIdentifier',
  // Which targets may have which members is in events/targets.ts.
  'AWS::Events::Rule': `EventBusName EventPattern ScheduleExpression State Targets.Arn Targets.Id Targets.RoleArn
    Targets.InputTransformer Targets.HttpParameters Targets.DeadLetterConfig Targets.RetryPolicy`,
  'AWS::IAM::Policy': 'PolicyName PolicyDocument Roles',
  // AWS's own policies are not known here: a function with one would be denied what the policy allows.
  'AWS::IAM::Role': 'RoleName AssumeRolePolicyDocument Policies ManagedPolicyArns',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::Lambda::Alias': 'FunctionName FunctionVersion Name',
  'AWS::Lambda::EventInvokeConfig': `FunctionName Qualifier MaximumRetryAttempts MaximumEventAgeInSeconds
    DestinationConfig.OnFailure`,
  'AWS::Lambda::EventSourceMapping': `EventSourceArn FunctionName BatchSize MaximumBatchingWindowInSeconds
    BisectBatchOnFunctionError FunctionResponseTypes MaximumRecordAgeInSeconds MaximumRetryAttempts
    ParallelizationFactor StartingPosition FilterCriteria.Filters DestinationConfig.OnFailure
    ScalingConfig.MaximumConcurrency`,
  'AWS::Lambda::Function': `FunctionName Code.S3Bucket Code.S3Key Handler Runtime Role Timeout MemorySize
    Environment.Variables ReservedConcurrentExecutions DeadLetterConfig.TargetArn`,
  'AWS::Lambda::Permission': 'Action FunctionName Principal SourceArn',
  'AWS::Lambda::Version': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::S3::BucketPolicy': 'Bucket PolicyDocument',
  'AWS::Scheduler::Schedule': `Name ScheduleExpression ScheduleExpressionTimezone State FlexibleTimeWindow.Mode
    Target.Arn Target.RoleArn Target.Input Target.RetryPolicy Target.DeadLetterConfig`,
  'AWS::SNS::Subscription': 'Protocol TopicArn Endpoint',
  'AWS::SNS::Topic': 'TopicName DisplayName KmsMasterKeyId',
  'AWS::SNS::TopicPolicy': 'PolicyDocument Topics',
  'AWS::SQS::Queue':
    'QueueName VisibilityTimeout RedrivePolicy.deadLetterTargetArn RedrivePolicy.maxReceiveCount',
  'AWS::SQS::QueuePolicy': 'PolicyDocument Queues',
};

const nameProperties: Readonly<Record<string, string>> = {
  ...containerNames,
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::ApiGatewayV2::DomainName': 'DomainName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::Events::ApiDestination': 'Name',
  'AWS::Events::Connection': 'Name',
  'AWS::Events::EventBus': 'Name',
};

/** The property that holds an explicit name: `TableName` of a table, and so on. */
export const nameProperty = (type: string): string =>
  nameProperties[type] ?? `${type.split('::').at(-1)}Name`;

const TABLE_ARN = 'arn:aws:dynamodb:{region}:{account}:table/{name}';
const ALARM_ARN = 'arn:aws:cloudwatch:{region}:{account}:alarm:{name}';
const QUEUE_URL = 'https://sqs.{region}.amazonaws.com/{account}/{name}';

/** The values of `Fn::GetAtt`, and under `.Ref` that of `Ref` where it is not the name. */
export const attributes: Readonly<Record<string, string>> = {
  ...containerAttributes,
  'AWS::ApiGatewayV2::Api.ApiEndpoint': '{address}',
  'AWS::CloudWatch::Alarm.Arn': ALARM_ARN,
  'AWS::CloudWatch::CompositeAlarm.Arn': ALARM_ARN,
  'AWS::ApiGatewayV2::DomainName.RegionalDomainName': '{name}',
  'AWS::ApiGatewayV2::DomainName.RegionalHostedZoneId': 'Z0000000000LOCAL',
  'AWS::DynamoDB::Table.Arn': TABLE_ARN,
  'AWS::DynamoDB::Table.StreamArn': TABLE_ARN + STREAM_LABEL,
  // Followed by an id that EventBridge chooses.
  'AWS::Events::ApiDestination.Arn': 'arn:aws:events:{region}:{account}:api-destination/{name}/local',
  'AWS::Events::Connection.Arn': 'arn:aws:events:{region}:{account}:connection/{name}/local',
  'AWS::Events::EventBus.Arn': 'arn:aws:events:{region}:{account}:event-bus/{name}',
  'AWS::Events::Rule.Arn': 'arn:aws:events:{region}:{account}:rule/{bus}{name}',
  'AWS::IAM::Role.Arn': 'arn:aws:iam::{account}:role/{name}',
  'AWS::KMS::Key.Arn': 'arn:aws:kms:{region}:{account}:key/{name}',
  'AWS::Lambda::Alias.Ref': 'arn:aws:lambda:{region}:{account}:function:{function}:{alias}',
  'AWS::Lambda::Function.Arn': 'arn:aws:lambda:{region}:{account}:function:{name}',
  'AWS::Lambda::Version.Version': '1',
  'AWS::Logs::LogGroup.Arn': 'arn:aws:logs:{region}:{account}:log-group:{name}:*',
  'AWS::S3::Bucket.Arn': 'arn:aws:s3:::{name}',
  'AWS::Scheduler::Schedule.Arn': 'arn:aws:scheduler:{region}:{account}:schedule/default/{name}',
  'AWS::SNS::Topic.Ref': 'arn:aws:sns:{region}:{account}:{name}',
  'AWS::SQS::Queue.Arn': 'arn:aws:sqs:{region}:{account}:{name}',
  'AWS::SQS::Queue.QueueName': '{name}',
  'AWS::SQS::Queue.Ref': QUEUE_URL,
};

/** @throws StartError that names the type or property, if it is not listed above. */
export function checkProperties(resource: { logicalId: string; type: string; raw: object }): void {
  const { logicalId, type, raw } = resource;
  if (noEffect.includes(type)) return;
  const refused = (what: string) =>
    new StartError(`${logicalId} ${what}, which the local cloud does not support.`);
  const listed = properties[type];
  if (listed === undefined) throw refused(`is of type ${type}`);
  const allowed = [...listed.split(/\s+/), ...noEffect];
  const found = Object.entries(raw).flatMap(([property, value]) => {
    if (!allowed.some((name) => name.startsWith(`${property}.`))) return property;
    const members = [value].flat().flatMap((part) => Object.keys(part ?? {}));
    return members.map((member) => `${property}.${member}`);
  });
  const unknown = found.find((name) => !allowed.includes(name));
  if (unknown) throw refused(`(${type}) has the property ${unknown}`);
}
