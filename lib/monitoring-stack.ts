import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { DataStack } from './data-stack.ts';
import { occurrences } from './metrics.ts';
import type { ServiceStack } from './service-stack.ts';

export interface MonitoringStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly service: ServiceStack;
}

interface AlarmDescription {
  readonly metric: IMetric;
  /** The alarm goes off above this value... */
  readonly above: number;
  /** ...in this many of the last `of` periods. */
  readonly periods?: number;
  readonly of?: number;
  /** The text of the e-mail: what it means and where to look. */
  readonly meaning: string;
}

const MINUTE = Duration.minutes(1);

/** Alarms for faults that need an operator. */
export class MonitoringStack extends Stack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    // With an export, the service stack could not drop a function that has an alarm.
    this.node.setContext('@aws-cdk/core:defaultCrossStackReferences', 'weak');
    this.topic = this.#alarmTopic(props.config.alarmEmail, props.data);
    this.#functionAlarms(props.service);
    this.#notificationAlarms(props.service);
    this.#domainAlarms(props.config);
    this.#tableAlarms(props.data);
    new CfnOutput(this, 'AlarmTopic', {
      value: this.topic.topicArn,
      description: 'SNS topic of the alarms; subscribe to it',
    });
  }

  #alarmTopic(email: string | undefined, { customerKey }: DataStack): Topic {
    const topic = new Topic(this, 'Alarms', {
      displayName: 'NBWSS endpoint',
      enforceSSL: true,
      ...(customerKey && { masterKey: customerKey }),
    });
    // enforceSSL creates a policy, which replaces the default one that allows CloudWatch.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }

  #functionAlarms(service: ServiceStack): void {
    for (const handler of Object.values(service.functions)) {
      const name = handler.node.id;
      this.#alarm(`${name}Errors`, {
        metric: handler.metricErrors({ period: MINUTE }),
        above: 0,
        periods: 2,
        of: 5,
        meaning: `Function ${name} fails or times out repeatedly; see its log.`,
      });
      this.#alarm(`${name}Throttles`, {
        metric: handler.metricThrottles({ period: MINUTE }),
        above: 0,
        meaning: `Function ${name} was throttled; the account's concurrency quota is too small.`,
      });
    }
  }

  #notificationAlarms({ functions, webSocket, deadLetters }: ServiceStack): void {
    this.#alarm('DeadLetters', {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: MINUTE,
        statistic: Stats.MAXIMUM,
      }),
      above: 0,
      meaning: 'Notifications were stored but could not be projected: they are missing in jobs and images.',
    });
    this.#alarm('ProjectionLate', {
      metric: functions.project.metric('IteratorAge', { period: MINUTE, statistic: Stats.MAXIMUM }),
      above: Duration.minutes(5).toMilliseconds(),
      periods: 3,
      of: 5,
      meaning: 'Jobs and images are more than five minutes behind; the stream keeps its records for a day.',
    });
    this.#alarm('AcknowledgementSlow', {
      metric: functions.notify.metricDuration({ period: MINUTE, statistic: Stats.percentile(99) }),
      // Contract PRP-2.
      above: Duration.seconds(2).toMilliseconds(),
      periods: 3,
      of: 5,
      meaning: 'NetBackup waits two seconds for an acknowledgement, then sends the notifications again.',
    });
    this.#alarm('GatewayErrors', {
      metric: webSocket.executionErrors(MINUTE),
      above: 0,
      // Contract ENV-5.
      meaning:
        'API Gateway could not call a function; it sent an error, at which NetBackup closes the connection.',
    });
  }

  #domainAlarms(config: Config): void {
    // Counted every minute for each disconnected domain: the alarm lasts as long as there is one.
    this.#alarm('DomainDisconnected', {
      metric: occurrences(config, 'sweep', 'domain-disconnected'),
      above: 0,
      periods: 2,
      of: 5,
      meaning: `A NetBackup domain has not been connected for ${config.disconnectedMinutes} minutes; GET /v1/groups shows which, and why.`,
    });
    // NetBackup sends the same message again every minute (contract NOT-4, PRP-7); a single one is a large response.
    this.#alarm('MessageTooLarge', {
      metric: occurrences(config, 'session', 'message-too-large'),
      above: 0,
      periods: 4,
      of: 10,
      meaning:
        'A NetBackup domain repeatedly sends a message that is too large for the gateway; it may be stuck. GET /v1/groups shows which.',
    });
  }

  /** Of the tables that are written for each notification. */
  #tableAlarms({ tables }: DataStack): void {
    for (const table of [tables.journal, tables.jobs, tables.images]) {
      this.#alarm(`${table.node.id}Throttled`, {
        metric: table.metric('WriteThrottleEvents', { period: MINUTE, statistic: Stats.SUM }),
        above: 0,
        periods: 3,
        of: 5,
        meaning: `Table ${table.node.id} throttles writes repeatedly; one group may write too much for one partition.`,
      });
    }
  }

  #alarm(id: string, { metric, above, periods = 1, of = periods, meaning }: AlarmDescription): void {
    new Alarm(this, id, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: periods,
      evaluationPeriods: of,
      // No data means no traffic.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: meaning,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}
