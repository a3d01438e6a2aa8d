import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface JournalStreamProps {
  readonly journal: ITable;
  readonly project: IFunction;
  /** How many batches of one shard are processed at the same time. */
  readonly parallelization: number;
  /** How long batches are kept that could not be projected: as long as jobs and images. */
  readonly retention: Duration;
}

/** A metric of the mapping; `metricsConfig` switches these metrics on. */
export type MappingMetric = 'OnFailureDestinationDeliveredEventCount' | 'DroppedEventCount';

/** Sends the journal to the projection. */
export class JournalStream extends Construct {
  /**
   * Batches that could not be projected. S3 gets the whole invocation, so `npx nbwss redrive` can repeat it.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
   */
  readonly failedBatches: Bucket;
  readonly #mapping: EventSourceMapping;

  constructor(scope: Construct, id: string, props: JournalStreamProps) {
    super(scope, id);
    const { journal, project } = props;
    this.failedBatches = this.#bucket(props.retention);
    const streamArn = journal.tableStreamArn ?? '';
    // The CDK's own grants would allow ListStreams on every table, and reading and deleting in the bucket.
    const allow = (actions: readonly string[], resource: string) =>
      project.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
    allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      streamArn,
    );
    allow(['s3:ListBucket'], this.failedBatches.bucketArn);
    allow(['s3:PutObject'], this.failedBatches.arnForObjects('*'));
    const bucketId = Stack.of(this).getLogicalId(this.failedBatches.node.defaultChild as CfnBucket);
    if (project.role)
      Validations.of(project.role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/*]`,
        reason: 'Lambda chooses the key of each object. The bucket has no others.',
      });
    this.#mapping = new EventSourceMapping(this, 'Mapping', {
      target: project,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      // Insertions only: expiry also writes to the stream.
      filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT') })],
      // Texts are compressed, so their 6 MB no longer bound a batch: 25 messages have at most 25 000 notifications.
      batchSize: 25,
      maxBatchingWindow: Duration.seconds(1),
      parallelizationFactor: props.parallelization,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // Bounded by age, not by number, because an outage can last long. A message that fails for a reason of its own is quarantined, so it
      // is not tried again. The stream keeps records for 24 hours; four of them are left to bring a backlog to the bucket.
      retryAttempts: -1,
      maxRecordAge: Duration.hours(20),
      onFailure: { bind: () => ({ destination: this.failedBatches.bucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    // Lambda checks the role's permissions when it creates the mapping.
    this.#mapping.node.addDependency(project.role ?? project);
  }

  /** The number of records each minute. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  metric(metricName: MappingMetric): Metric {
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { EventSourceMappingUUID: this.#mapping.eventSourceMappingId },
      period: Duration.minutes(1),
      statistic: Stats.SUM,
    });
  }

  #bucket(retention: Duration): Bucket {
    const bucket = new Bucket(this, 'FailedBatches', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: retention, abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Access logs need another bucket. Lambda alone writes here, and only after an outage.',
    });
    return bucket;
  }
}
