import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Records durations as metrics, each in a log line of its own. */
export interface DurationMetrics {
  /** @param dimension name and value of the dimension that distinguishes the durations; @param ms whole milliseconds */
  duration(metric: string, dimension: readonly [name: string, value: string], ms: number): void;
}

/** @param service the function's name, a dimension of each metric. Their namespace is in POWERTOOLS_METRICS_NAMESPACE. */
export const createDurationMetrics = (service: string): DurationMetrics => {
  const metrics = new Metrics({ serviceName: service });
  return {
    duration: (metric, [name, value], ms) => {
      const single = metrics.singleMetric();
      single.addDimension(name, value);
      single.addMetric(metric, MetricUnit.Milliseconds, ms);
    },
  };
};
