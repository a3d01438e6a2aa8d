/**
 * Metrics as lines in CloudWatch's embedded metric format, from which CloudWatch Logs makes metrics
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * Counts have the form of the functions' counts: `Occurrences` by `service` and `code`.
 */

export type Metrics = ReturnType<typeof createMetrics>;

/** @param namespace without it nothing is written */
export function createMetrics(
  write: (line: string) => void,
  namespace: string | undefined,
  now: () => number,
) {
  const counts = new Map<string, number>();

  function emit(name: string, value: number, dimensions: Readonly<Record<string, string>>): void {
    if (!namespace) return;
    const directive = {
      Namespace: namespace,
      Dimensions: [Object.keys(dimensions)],
      Metrics: [{ Name: name, Unit: 'Count' }],
    };
    const _aws = { Timestamp: now(), CloudWatchMetrics: [directive] };
    write(JSON.stringify({ _aws, ...dimensions, [name]: value }));
  }

  return {
    /** Counts one; the count is written with the next `flush`. */
    count: (code: string): void => {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    },
    /** Writes a value immediately. */
    gauge: (name: string, value: number): void => emit(name, value, { service: 'relay' }),
    /** Writes what was counted since the last `flush`: one line for each code. */
    flush(): void {
      for (const [code, value] of counts) emit('Occurrences', value, { service: 'relay', code });
      counts.clear();
    },
  };
}
