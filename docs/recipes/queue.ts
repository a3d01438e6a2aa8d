import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface ProblemQueueProps extends StackProps {
  /** The output `EventBusName` of the deployment. */
  readonly eventBusName: string;
}

/** Problems of all domains in a queue, for a program that polls. What the queue refuses is kept for two weeks. */
export class ProblemQueueStack extends Stack {
  constructor(scope: Construct, id: string, props: ProblemQueueProps) {
    super(scope, id, props);
    const queue = new Queue(this, 'Problems', { retentionPeriod: Duration.days(4) });
    const deadLetterQueue = new Queue(this, 'NotDelivered', { retentionPeriod: Duration.days(14) });
    new Rule(this, 'Rule', {
      eventBus: EventBus.fromEventBusName(this, 'EventBus', props.eventBusName),
      eventPattern: { source: ['nbwss'], detailType: ['Problem Opened', 'Problem Recovered'] },
      targets: [new SqsQueue(queue, { deadLetterQueue, maxEventAge: Duration.hours(24) })],
    });
  }
}
