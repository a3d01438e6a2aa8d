import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface CanaryScheduleProps {
  readonly canary: LambdaFunction;
  readonly minutes: number;
}

/** Starts the canary every few minutes, without retries: a repeated round would hide a fault. */
export class CanarySchedule extends Construct {
  constructor(scope: Construct, id: string, { canary, minutes }: CanaryScheduleProps) {
    super(scope, id);
    canary.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'Rule', {
      description: 'Starts the canary',
      schedule: Schedule.rate(Duration.minutes(minutes)),
      targets: [new LambdaTarget(canary)],
    });
  }
}
