import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface JournalStreamProps {
  readonly journal: ITable;
  readonly project: IFunction;
  /** Concurrent batches of one shard. */
  readonly parallelization: number;
}

/** Sends the journal to the projection. */
export class JournalStream extends Construct {
  /**
   * Batches that could not be projected: SQS gets positions in the stream, not records. The journal still has the
   * messages, so they can be projected again.
   */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: JournalStreamProps) {
    super(scope, id);
    const { journal, project } = props;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // The journal has all of its messages.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is the dead-letter queue: of the journal stream.',
    });
    const streamArn = journal.tableStreamArn ?? '';
    // The CDK's own grant would allow ListStreams on every table.
    project.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [streamArn],
      }),
    );
    project.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    const mapping = new EventSourceMapping(this, 'Mapping', {
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
      // Unlimited by default: a message that cannot be projected would stop its shard for a day.
      retryAttempts: 10,
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    });
    // Lambda checks the role's permissions when it creates the mapping.
    mapping.node.addDependency(project.role ?? project);
  }
}
