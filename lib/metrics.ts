import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type Config, metricsNamespace } from './config.ts';
import type { FunctionName } from './functions.ts';

/** How often a function logged a warning or an error with this code, each minute (`lambdas/platform/logger.ts`). */
export const occurrences = (
  config: Config,
  service: FunctionName | 'canary' | 'console' | 'relay',
  code: string,
): Metric =>
  new Metric({
    namespace: metricsNamespace(config),
    metricName: 'Occurrences',
    dimensionsMap: { service, code },
    period: Duration.minutes(1),
    statistic: Stats.SUM,
  });

/** Metrics that the relay's tasks measure of themselves, each once a minute. */
export const relayMetric = (config: Config, metricName: 'Connections'): Metric =>
  new Metric({
    namespace: metricsNamespace(config),
    metricName,
    dimensionsMap: { service: 'relay' },
    period: Duration.minutes(1),
    statistic: Stats.SUM,
  });
