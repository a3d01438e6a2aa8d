/** CloudWatch's basic period. */
export const MINUTE_MS = 60_000;
/** Older minutes are forgotten: no alarm looks back so far. */
const RETENTION_MINUTES = 300;

/** A metric: `Errors` of `AWS/Lambda` with its dimensions. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export type Statistic = 'Sum' | 'Maximum' | 'Minimum' | 'Average' | 'SampleCount';

interface Minute {
  count: number;
  sum: number;
  max: number;
  min: number;
}

const statistics: Readonly<Record<Statistic, (minute: Minute) => number>> = {
  Sum: ({ sum }) => sum,
  Maximum: ({ max }) => max,
  Minimum: ({ min }) => min,
  Average: ({ sum, count }) => sum / count,
  SampleCount: ({ count }) => count,
};
export const isStatistic = (name: string): name is Statistic => name in statistics;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

const keyOf = ({ namespace, name, dimensions }: Metric): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);

export type MetricStore = ReturnType<typeof createMetricStore>;

/** The values of all metrics, by minute. */
export function createMetricStore() {
  const metrics = new Map<string, Map<number, Minute>>();
  const gauges: { readonly metric: Metric; readonly read: () => number | readonly number[] }[] = [];

  function record(metric: Metric, value: number, at: number): void {
    const key = keyOf(metric);
    const minutes = metrics.get(key) ?? new Map<number, Minute>();
    metrics.set(key, minutes);
    const start = minuteOf(at);
    const { count, sum, max, min } = minutes.get(start) ?? { count: 0, sum: 0, max: value, min: value };
    minutes.set(start, {
      count: count + 1,
      sum: sum + value,
      max: Math.max(max, value),
      min: Math.min(min, value),
    });
    for (const old of minutes.keys()) {
      if (old >= start - RETENTION_MINUTES * MINUTE_MS) break;
      minutes.delete(old);
    }
  }

  return {
    /** @param at epoch ms */
    record,
    /** Adds a metric with one value or several: `read` is called at the end of each minute. */
    gauge: (metric: Metric, read: () => number | readonly number[]): void => {
      gauges.push({ metric, read });
    },
    /** Records the gauges in the minute that begins then, epoch ms. */
    sample: (start: number): void => {
      for (const { metric, read } of gauges)
        for (const value of [read()].flat()) record(metric, value, start);
    },
    /** @returns undefined without data in the minute that begins then */
    value: (metric: Metric, statistic: Statistic, start: number): number | undefined => {
      const minute = metrics.get(keyOf(metric))?.get(start);
      return minute && statistics[statistic](minute);
    },
  };
}
