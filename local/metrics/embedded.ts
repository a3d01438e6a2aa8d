import { z } from 'zod';
import type { MetricStore } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const document = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** Records the metrics in a line that a function wrote, if it has some. */
export function recordEmbedded(line: string, metrics: MetricStore): void {
  if (!line.includes('"CloudWatchMetrics"')) return;
  const parsed = document.safeParse(jsonOf(line));
  if (!parsed.success) return;
  const { _aws, ...members } = parsed.data;
  for (const { Namespace: namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
    for (const names of Dimensions) {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(members[name])]));
      for (const { Name: name } of Metrics)
        for (const value of [members[name]].flat())
          metrics.record({ namespace, name, dimensions }, Number(value), _aws.Timestamp);
    }
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
