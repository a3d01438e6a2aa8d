import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { type AlarmFact, descriptionOf, SERVICE_DOWN } from './alarm-fact.ts';
import { metricOf, type Watched } from './alarm-metrics.ts';
import { alarmsOf } from './alarms.ts';
import { metricsNamespace } from './config.ts';
import { Alerts } from './constructs/alerts.ts';
import { type Bundles, bundledCode } from './constructs/bundle.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { addDashboard, type DashboardAlarm } from './dashboard.ts';
import type { DataStack } from './data-stack.ts';
import { webhookFunction } from './functions.ts';
import { omitUndefined } from './omit-undefined.ts';
import type { ServiceStack } from './service-stack.ts';

export interface MonitoringStackProps extends StackProps, Watched {
  readonly data: DataStack;
  readonly service: ServiceStack;
  readonly bundles: Bundles;
}

/** Alarms for faults that need an operator, a dashboard of them, and the alerts about problems. */
export class MonitoringStack extends Stack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    // With an export, the service stack could not drop a function that has an alarm.
    this.node.setContext('@aws-cdk/core:defaultCrossStackReferences', 'weak');
    this.topic = this.#alarmTopic(props.config.alarmEmail, props.data);
    const watched = { ...props, alerts: this.#alerts(props) };
    const alarms = alarmsOf(props.config).map((fact) => ({ ...fact, alarm: this.#alarm(fact, watched) }));
    const { deploymentFailing } = props.service;
    addDashboard(this, alarms, [
      this.#serviceDown(alarms),
      ...(deploymentFailing ? [deploymentFailing] : []),
    ]);
    new CfnOutput(this, 'AlarmTopic', {
      value: this.topic.topicArn,
      description: 'SNS topic of the alarms; subscribe to it',
    });
  }

  #alarmTopic(email: string | undefined, { customerKey }: DataStack): Topic {
    const topic = new Topic(this, 'Alarms', {
      displayName: 'NBWSS endpoint',
      enforceSSL: true,
      ...omitUndefined({ masterKey: customerKey }),
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

  #alerts(props: MonitoringStackProps): Alerts | undefined {
    const { alerts } = props.config;
    if (alerts.length === 0) return undefined;
    const { eventBus, customerKey } = props.data;
    const created = new Alerts(this, 'Alerts', {
      alerts,
      eventBus,
      customerKey,
      apiUrl: props.service.http.url,
      webhookFunction: (variables, secrets) => this.#webhookFunction(props, variables, secrets),
    });
    new CfnOutput(this, 'AlertsQueue', {
      value: created.deadLetters.queueUrl,
      description:
        'SQS queue of the events that no alert could deliver: docs/runbook.md#alerts-not-delivered',
    });
    return created;
  }

  #webhookFunction(
    { config, data, bundles }: MonitoringStackProps,
    variables: Readonly<Record<string, string>>,
    secrets: readonly string[],
  ): ServiceFunction {
    const declaration = webhookFunction(secrets);
    return new ServiceFunction(this, 'Webhook', {
      declaration,
      code: bundledCode(bundles, declaration.entry),
      memoryMb: config.functionMemoryMb,
      logRetention: config.logRetentionDays,
      tables: data.tables,
      eventBus: data.eventBus,
      commandKey: data.commandKey,
      customerKey: data.customerKey,
      gateways: [],
      settings: {
        LOG_LEVEL: config.logLevel,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(config),
        ...variables,
      },
    });
  }

  #alarm(fact: AlarmFact, watched: Watched): Alarm {
    const { id, signal, above, below, minutes, of, missingBreaches } = fact;
    const alarm = new Alarm(this, id, {
      metric: metricOf(watched, signal),
      threshold: above ?? below ?? 0,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      datapointsToAlarm: minutes,
      evaluationPeriods: of,
      treatMissingData: missingBreaches ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      alarmDescription: descriptionOf(fact),
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }

  #serviceDown(alarms: readonly DashboardAlarm[]): CompositeAlarm {
    const down = alarms.filter(({ isDown }) => isDown).map(({ alarm }) => alarm);
    const alarm = new CompositeAlarm(this, SERVICE_DOWN.id, {
      alarmRule: AlarmRule.anyOf(...down),
      alarmDescription: descriptionOf(SERVICE_DOWN),
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }
}
