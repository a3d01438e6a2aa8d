import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaCode, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface FailedJobsFunctionProps extends StackProps {
  /** The output `EventBusName` of the deployment. */
  readonly eventBusName: string;
  /** The folder with the function's `index.mjs`. */
  readonly code: string;
}

/** A function that is invoked for every failed job. Lambda tries each event three times, and then keeps it in a queue. */
export class FailedJobsFunctionStack extends Stack {
  constructor(scope: Construct, id: string, props: FailedJobsFunctionProps) {
    super(scope, id, props);
    const handler = new LambdaCode(this, 'Handler', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(props.code),
      retryAttempts: 2,
      deadLetterQueue: new Queue(this, 'NotProcessed', { retentionPeriod: Duration.days(14) }),
    });
    new Rule(this, 'Rule', {
      eventBus: EventBus.fromEventBusName(this, 'EventBus', props.eventBusName),
      eventPattern: { source: ['nbwss'], detailType: ['Job Completed'], detail: { outcome: ['failed'] } },
      targets: [new LambdaFunction(handler)],
    });
  }
}
