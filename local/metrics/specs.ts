import { z } from 'zod';
import type { Resolved, Resolver } from '../assembly/intrinsics.ts';
import { StartError } from '../errors.ts';
import { compile, type Value } from './math.ts';
import { isStatistic, type Metric, type MetricStore, type Statistic } from './store.ts';

/** AWS::CloudWatch::Alarm and AWS::CloudWatch::CompositeAlarm by the CloudFormation reference: the properties that are evaluated. */
const metricShape = {
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
};
const statistic = z.string().refine(isStatistic) as z.ZodType<Statistic>;
const period = z.literal(60);
const metricStat = z.object({ Metric: z.object(metricShape), Period: period, Stat: statistic });
const query = z.union([
  z.object({ Id: z.string(), ReturnData: z.literal(false), MetricStat: metricStat }),
  z.object({ Id: z.string(), ReturnData: z.literal(true).optional(), Expression: z.string() }),
]);
const common = z.object({
  AlarmDescription: z.string().default(''),
  Threshold: z.number(),
  ComparisonOperator: z.enum([
    'GreaterThanThreshold',
    'GreaterThanOrEqualToThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  TreatMissingData: z.enum(['breaching', 'notBreaching']),
});
const watched = z.union([
  z.object({ Metrics: z.array(query) }),
  z.object({ ...metricShape, Period: period, Statistic: statistic }),
]);
const composite = z.object({ AlarmDescription: z.string().default(''), AlarmRule: z.string() });

export interface AlarmSpec extends Pick<Resolved<unknown>, 'logicalId' | 'name' | 'arn'> {
  readonly description: string;
}
export interface MetricAlarmSpec extends AlarmSpec {
  readonly threshold: number;
  readonly comparison: z.infer<typeof common>['ComparisonOperator'];
  /** How many of the last `periods` minutes must breach. */
  readonly datapoints: number;
  readonly periods: number;
  readonly missingBreaches: boolean;
  /** The value in the minute that begins then, epoch ms. */
  readonly value: (metrics: MetricStore, start: number) => Value;
}
export interface CompositeAlarmSpec extends AlarmSpec {
  /** The ARNs of alarms: the composite alarm is on while one of them is on. */
  readonly anyOf: readonly string[];
}

type Shape = z.infer<typeof metricStat>['Metric'];
const metricOf = ({ Namespace, MetricName, Dimensions }: Shape): Metric => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Object.fromEntries(Dimensions.map(({ Name, Value: text }) => [Name, text])),
});

function readerOf(properties: z.infer<typeof watched>): MetricAlarmSpec['value'] {
  if (!('Metrics' in properties))
    return (metrics, start) => metrics.value(metricOf(properties), properties.Statistic, start);
  const stats = new Map(
    properties.Metrics.flatMap((one) => ('MetricStat' in one ? [[one.Id, one.MetricStat] as const] : [])),
  );
  const [result, ...more] = properties.Metrics.flatMap((one) => ('Expression' in one ? one.Expression : []));
  if (result === undefined || more.length > 0)
    throw new StartError('An alarm needs exactly one expression in the local cloud.');
  const evaluate = compile(result, [...stats.keys()]);
  return (metrics, start) =>
    evaluate((id) => {
      const { Metric: shape, Stat } = stats.get(id) as z.infer<typeof metricStat>;
      return metrics.value(metricOf(shape), Stat, start);
    });
}

function parse<T>(schema: z.ZodType<T>, { logicalId, properties }: Resolved<unknown>): T {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new StartError(
    `${logicalId} is an alarm that the local cloud does not evaluate: ${z.prettifyError(parsed.error)}`,
  );
}

/** @throws StartError for alarms that the local cloud does not evaluate */
export const metricAlarms = (resolver: Resolver): MetricAlarmSpec[] =>
  resolver.all('AWS::CloudWatch::Alarm').map((resource) => {
    const { logicalId, name, arn } = resource;
    const properties = parse(common, resource);
    return {
      logicalId,
      name,
      arn,
      description: properties.AlarmDescription,
      threshold: properties.Threshold,
      comparison: properties.ComparisonOperator,
      datapoints: properties.DatapointsToAlarm ?? properties.EvaluationPeriods,
      periods: properties.EvaluationPeriods,
      missingBreaches: properties.TreatMissingData === 'breaching',
      value: readerOf(parse(watched, resource)),
    };
  });

const ANY_OF = /^\(?ALARM\("[^"]+"\)( OR ALARM\("[^"]+"\))*\)?$/;

/** @throws StartError for rules other than `ALARM("…") OR ALARM("…")` */
export const compositeAlarms = (resolver: Resolver): CompositeAlarmSpec[] =>
  resolver.all('AWS::CloudWatch::CompositeAlarm').map((resource) => {
    const { logicalId, name, arn } = resource;
    const { AlarmRule: rule, AlarmDescription: description } = parse(composite, resource);
    if (!ANY_OF.test(rule))
      throw new StartError(`${logicalId} has a rule that the local cloud does not evaluate: ${rule}`);
    const anyOf = [...rule.matchAll(/ALARM\("([^"]+)"\)/g)].map(([, alarm = '']) => alarm);
    return { logicalId, name, arn, description, anyOf };
  });
