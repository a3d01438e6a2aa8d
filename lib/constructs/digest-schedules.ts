import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, ContextAttribute } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DigestSetting } from '../digest-settings.ts';

export interface DigestSchedulesProps {
  readonly digest: LambdaFunction;
  readonly digests: readonly DigestSetting[];
}

/** A digest that comes later than this is not useful. */
const MAX_AGE = Duration.hours(4);

/** Starts each digest at its local time. */
export class DigestSchedules extends Construct {
  /**
   * Digests that could not be sent: EventBridge Scheduler could not invoke the function, or the function failed three times.
   */
  readonly unsent: Queue;

  constructor(scope: Construct, id: string, { digest, digests }: DigestSchedulesProps) {
    super(scope, id);
    this.unsent = new Queue(this, 'Unsent', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.unsent).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself: nothing receives from it, so nothing fails to.',
    });
    // Scheduler invokes the function asynchronously, so that only Lambda sees its errors and repeats it.
    digest.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: MAX_AGE,
      onFailure: { bind: () => ({ destination: this.unsent.queueArn }) },
    });
    const mayKeep = () =>
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.unsent.queueArn] });
    digest.addToRolePolicy(mayKeep());
    const role = new Role(this, 'Role', {
      description: 'Starts the digests',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [digest.functionArn] }),
    );
    role.addToPolicy(mayKeep());
    for (const setting of digests) this.#schedule(setting, digest, role);
  }

  /** How many unsent digests the queue has. */
  metric(): Metric {
    return this.unsent.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: Stats.MAXIMUM,
    });
  }

  #schedule({ at, ...setting }: DigestSetting, digest: LambdaFunction, role: Role): void {
    const [hour = 0, minute = 0] = at.split(':').map(Number);
    const schedule = new CfnSchedule(this, `Schedule-${setting.name}`, {
      description: `Sends the digest ${setting.name}`,
      scheduleExpression: `cron(${minute} ${hour} * * ? *)`,
      scheduleExpressionTimezone: setting.timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: digest.functionArn,
        roleArn: role.roleArn,
        // The due time is the same in each repetition: it decides the day of the digest.
        input: JSON.stringify({ ...setting, scheduledTime: ContextAttribute.scheduledTime }),
        retryPolicy: { maximumEventAgeInSeconds: MAX_AGE.toSeconds(), maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: this.unsent.queueArn },
      },
    });
    // Scheduler checks the role's permissions when it creates the schedule.
    schedule.node.addDependency(role);
  }
}
