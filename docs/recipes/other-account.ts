import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnEventBusPolicy, EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface ReceivingBusProps extends StackProps {
  /** The account of the deployment. */
  readonly sender: string;
  readonly busName: string;
}

/** In the account that receives: a bus that accepts only events of nbwss from the sender, and an example of a rule on it. */
export class ReceivingBusStack extends Stack {
  constructor(scope: Construct, id: string, props: ReceivingBusProps) {
    super(scope, id, props);
    const eventBus = new EventBus(this, 'Bus', { eventBusName: props.busName });
    new CfnEventBusPolicy(this, 'Policy', {
      eventBusName: eventBus.eventBusName,
      statementId: 'nbwss',
      statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${props.sender}:root` },
        Action: 'events:PutEvents',
        Resource: eventBus.eventBusArn,
        Condition: { StringEquals: { 'events:source': 'nbwss' } },
      },
    });
    new Rule(this, 'Rule', {
      eventBus,
      eventPattern: { source: ['nbwss'], detailType: ['Problem Opened'] },
      targets: [new SqsQueue(new Queue(this, 'Received'))],
    });
  }
}

export interface ForwardingProps extends StackProps {
  /** The output `EventBusName` of the deployment. */
  readonly eventBusName: string;
  /** `arn:aws:events:REGION:ACCOUNT:event-bus/NAME` of the bus that receives. */
  readonly receiverArn: string;
}

/** In the account of the deployment: sends problems to the other bus. What it refuses is kept in a queue. */
export class ForwardingStack extends Stack {
  constructor(scope: Construct, id: string, props: ForwardingProps) {
    super(scope, id, props);
    const receiver = EventBus.fromEventBusArn(this, 'Receiver', props.receiverArn);
    new Rule(this, 'Rule', {
      eventBus: EventBus.fromEventBusName(this, 'EventBus', props.eventBusName),
      eventPattern: { source: ['nbwss'], detailType: Match.prefix('Problem ') },
      targets: [new EventBusTarget(receiver, { deadLetterQueue: new Queue(this, 'NotDelivered') })],
    });
  }
}
