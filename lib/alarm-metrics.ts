import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { LogCode, Signal } from './alarm-fact.ts';
import { type Config, metricsNamespace } from './config.ts';
import type { Alerts } from './constructs/alerts.ts';
import type { DataStack } from './data-stack.ts';
import type { FunctionName } from './functions.ts';
import { occurrences } from './metrics.ts';
import type { RelayStack } from './relay-stack.ts';
import type { ServiceStack } from './service-stack.ts';

const period = Duration.minutes(1);

/** The resources that are watched. */
export interface Watched {
  readonly config: Config;
  readonly data: Pick<DataStack, 'tables'>;
  readonly service: Pick<
    ServiceStack,
    'functions' | 'console' | 'webSocket' | 'journalStream' | 'deploymentFailing' | 'digests'
  >;
  readonly relay?: Pick<RelayStack, 'metric'> | undefined;
  readonly alerts?: Pick<Alerts, 'deadLetters'> | undefined;
}

const logged = (config: Config, code: LogCode): Metric => {
  const [service, name] = code.split('/') as [FunctionName | 'canary' | 'console' | 'relay', string];
  return occurrences(config, service, name);
};

const math = (expression: string, usingMetrics: Record<string, IMetric>): MathExpression =>
  new MathExpression({ expression, usingMetrics, period });

/** A minute in which only some of the metrics have data also has a sum. */
const sum = (metrics: readonly Metric[]): IMetric => {
  const [only, ...more] = metrics;
  if (only && more.length === 0) return only;
  const named = metrics.map((metric, index) => [`m${index}`, metric] as const);
  return math(named.map(([id]) => `FILL(${id}, 0)`).join(' + '), Object.fromEntries(named));
};

/** The metric of an alarm. The sum of several metrics is a math expression, for which CloudWatch bills each of them. */
export const metricOf = ({ config, data, service, relay, alerts }: Watched, signal: Signal): IMetric => {
  if ('logged' in signal) return sum(signal.logged.map((code) => logged(config, code)));
  if ('percentLogged' in signal)
    return math('100 * FILL(logged, 0) / invocations', {
      logged: logged(config, signal.percentLogged),
      invocations: service.functions[signal.of].metricInvocations({ period }),
    });
  if ('lambda' in signal) {
    const watched = { ...service.functions, console: service.console }[signal.of];
    if (!watched) throw new Error('This deployment has no console.');
    return watched.metric(signal.lambda, { period, statistic: Stats.SUM });
  }
  if ('streamAgeOf' in signal)
    return service.functions[signal.streamAgeOf].metric('IteratorAge', { period, statistic: Stats.MAXIMUM });
  if ('gateway' in signal) {
    if (!service.webSocket) throw new Error('This deployment has no WebSocket API.');
    const errors = service.webSocket.errors(signal.gateway, period);
    if (signal.except === undefined) return errors;
    return math('errors - FILL(expected, 0)', { errors, expected: logged(config, signal.except) });
  }
  if ('throttled' in signal) {
    const { tableName } = data.tables[signal.throttled];
    // `WriteThrottleEvents` of a table leaves out its indexes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    return sum(
      signal.operations.map(
        (Operation) =>
          new Metric({
            namespace: 'AWS/DynamoDB',
            metricName: 'ThrottledRequests',
            dimensionsMap: { TableName: tableName, Operation },
            period,
            statistic: Stats.SUM,
          }),
      ),
    );
  }
  if ('canary' in signal)
    return new Metric({
      namespace: metricsNamespace(config),
      metricName: 'CanaryMilliseconds',
      dimensionsMap: { service: 'canary', step: signal.canary },
      period,
      statistic: signal.statistic,
    });
  if ('deadLetters' in signal) {
    if (!alerts) throw new Error('A deployment without alerts has no dead letters.');
    return alerts.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM });
  }
  if ('relay' in signal) {
    if (!relay) throw new Error('This deployment has no relay.');
    return relay.metric(signal.relay, { period, statistic: signal.statistic });
  }
  if ('stream' in signal) return service.journalStream.metric(signal.stream);
  if (!service.digests) throw new Error('This deployment sends no digests.');
  return service.digests.metric();
};
