/** The metrics of the local cloud, and its evaluation of alarms. */
import { Resolver } from '../../../local/assembly/intrinsics.ts';
import { type AlarmChange, createAlarms } from '../../../local/metrics/alarms.ts';
import { recordEmbedded } from '../../../local/metrics/embedded.ts';
import { compile } from '../../../local/metrics/math.ts';
import { createMetricStore, MINUTE_MS } from '../../../local/metrics/store.ts';
import { ManualClock } from '../../support/clocks.ts';

const NOON = Date.UTC(2026, 3, 12, 12);
const errors = { namespace: 'App', name: 'Errors', dimensions: { service: 'a' } };
const basic = {
  Namespace: 'App',
  MetricName: 'Errors',
  Dimensions: [{ Name: 'service', Value: 'a' }],
  Period: 60,
  Statistic: 'Sum',
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  EvaluationPeriods: 5,
  DatapointsToAlarm: 2,
  TreatMissingData: 'notBreaching',
};

/** Alarms with these properties, at noon. */
function started(properties: Readonly<Record<string, object>>) {
  const metrics = createMetricStore();
  const clock = new ManualClock(NOON);
  const Resources = Object.fromEntries(
    Object.entries(properties).map(([id, Properties]) => {
      const Type = 'AlarmRule' in Properties ? 'AWS::CloudWatch::CompositeAlarm' : 'AWS::CloudWatch::Alarm';
      return [id, { Type, Properties: Properties as Record<string, unknown> }];
    }),
  );
  const stack = {
    name: 'App',
    region: 'eu-central-1',
    account: '1',
    template: { Resources },
    assets: new Map(),
    images: new Map(),
  };
  const alarms = createAlarms(new Resolver([stack], () => ''), metrics, clock);
  const changes: AlarmChange[] = [];
  alarms.onChange((change) => changes.push(change));
  /** The states after each of these minutes, in which there was so much of `Errors`; undefined: no data. */
  const statesAfter = (values: readonly (number | undefined)[]) =>
    values.map((value) => {
      if (value !== undefined) metrics.record(errors, value, clock.now());
      clock.advance(MINUTE_MS);
      return Object.values(alarms.states()).join();
    });
  return { metrics, clock, alarms, changes, statesAfter };
}

describe('an alarm', () => {
  test('is on while enough of the last minutes breach', () => {
    const { statesAfter } = started({ A: basic });
    expect(statesAfter([1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0])).toEqual([
      'OK',
      'OK',
      'OK',
      'OK',
      'OK',
      'OK',
      'ALARM',
      'ALARM',
      'ALARM',
      'ALARM',
      'OK',
    ]);
  });

  test('reports each change once, with the minutes and values that breach', () => {
    const { statesAfter, changes } = started({ A: { ...basic, AlarmDescription: 'Bad.' } });
    statesAfter([3, undefined, 4, undefined, undefined, undefined]);
    expect(changes.map(({ at, ...change }) => ({ ...change, minute: (at - NOON) / MINUTE_MS }))).toEqual([
      {
        logicalId: 'A',
        name: expect.stringMatching(/^App-A-/),
        description: 'Bad.',
        state: 'ALARM',
        reason: '12:02 4, 12:00 3',
        minute: 3,
      },
      expect.objectContaining({ state: 'OK', minute: 6 }),
    ]);
  });

  test('is raised on missing data if that breaches, but not for the time before the start', () => {
    const low = {
      ...basic,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    };
    expect(started({ A: low }).statesAfter([undefined, undefined])).toEqual(['OK', 'ALARM']);
    expect(started({ A: low }).statesAfter([1, undefined, 1, 0])).toEqual(['OK', 'OK', 'OK', 'ALARM']);
    expect(started({ A: basic }).statesAfter([undefined, undefined])).toEqual(['OK', 'OK']);
  });

  test('is evaluated at every full minute of a jump of the clock', () => {
    const { metrics, clock, alarms, changes } = started({ A: basic });
    for (const minute of [1, 2]) metrics.record(errors, 1, NOON + minute * MINUTE_MS);
    clock.advance(60 * MINUTE_MS);
    expect(alarms.states()).toEqual({ A: 'OK' });
    expect(changes.map(({ state, at }) => `${state} ${(at - NOON) / MINUTE_MS}`)).toEqual([
      'ALARM 3',
      'OK 7',
    ]);
  });

  test('by the clock needs nobody who asks', () => {
    const { metrics, clock, alarms, changes } = started({ A: { ...basic, DatapointsToAlarm: 1 } });
    alarms.start();
    metrics.record(errors, 1, NOON);
    clock.advance(MINUTE_MS);
    expect(changes.map(({ state }) => state)).toEqual(['ALARM']);
  });

  test('watches other dimensions and statistics apart', () => {
    const Dimensions = [{ Name: 'service', Value: 'b' }];
    const { statesAfter } = started({
      Other: { ...basic, Dimensions },
      Max: { ...basic, Statistic: 'Maximum', Threshold: 4 },
    });
    expect(statesAfter([3, 3])).toEqual(['OK,OK', 'OK,OK']);
  });

  test('sums metrics by an expression, also where only one has data', () => {
    const { Namespace, MetricName, Dimensions: _, Period, Statistic: Stat, ...rest } = basic;
    const stat = (Id: string, Value: string) => {
      const Metric = { Namespace, MetricName, Dimensions: [{ Name: 'service', Value }] };
      return { Id, MetricStat: { Metric, Period, Stat }, ReturnData: false };
    };
    const Metrics = [{ Id: 'e', Expression: 'FILL(m0, 0) + FILL(m1, 0)' }, stat('m0', 'a'), stat('m1', 'b')];
    expect(started({ A: { ...rest, Metrics } }).statesAfter([1, 1])).toEqual(['OK', 'ALARM']);
  });

  test('a composite alarm is on while one of its alarms is', () => {
    const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
    const AlarmRule = { 'Fn::Join': ['', ['(ALARM("', arn('A'), '") OR ALARM("', arn('B'), '"))']] };
    const never = { ...basic, Threshold: 1_000 };
    expect(started({ A: never, B: basic, All: { AlarmRule } }).statesAfter([1, 1, 0, 0, 0, 0])).toEqual([
      'OK,OK,OK',
      'OK,ALARM,ALARM',
      'OK,ALARM,ALARM',
      'OK,ALARM,ALARM',
      'OK,ALARM,ALARM',
      'OK,OK,OK',
    ]);
  });

  test.each<[string, object]>([
    ['another period', { ...basic, Period: 300 }],
    ['data that may be missing', { ...basic, TreatMissingData: 'ignore' }],
    ['a percentile', { ...basic, Statistic: 'p99' }],
    ['another rule', { AlarmRule: 'NOT ALARM("a")' }],
  ])('with %s is refused', (_, properties) => {
    expect(() => started({ Odd: properties })).toThrow(/Odd.* does not evaluate/s);
  });
});

test.each<[string, number | undefined]>([
  ['a + b * 2', 16],
  ['(a + b) * 2', 22],
  ['100 * FILL(none, 3) / a', 50],
  ['a - FILL(b, 0) - 1', 0],
  ['a + none', undefined],
  ['b / (a - 6)', undefined],
])('the expression %s is %p', (expression, value) => {
  const values: Record<string, number> = { a: 6, b: 5 };
  expect(compile(expression, ['a', 'b', 'none'])((id) => values[id])).toBe(value);
});

test.each(['SUM(METRICS())', 'a +', '(a', 'a b', 'FILL(a, REPEAT)', 'c', 'a > 1', ''])(
  'the expression %j is refused',
  (expression) => {
    expect(() => compile(expression, ['a', 'b'])).toThrow('does not evaluate');
  },
);

test('a line in the embedded metric format is recorded by its dimensions, at its time', () => {
  const metrics = createMetricStore();
  const line = {
    _aws: {
      Timestamp: NOON,
      CloudWatchMetrics: [
        { Namespace: 'App', Dimensions: [['service']], Metrics: [{ Name: 'Errors', Unit: 'Count' }] },
      ],
    },
    service: 'a',
    Errors: [1, 2],
  };
  recordEmbedded(JSON.stringify(line), metrics);
  recordEmbedded('{"CloudWatchMetrics"', metrics);
  recordEmbedded(JSON.stringify({ message: '"CloudWatchMetrics"' }), metrics);
  expect(metrics.value(errors, 'Sum', NOON)).toBe(3);
  expect(metrics.value(errors, 'SampleCount', NOON)).toBe(2);
  expect(metrics.value(errors, 'Sum', NOON + MINUTE_MS)).toBeUndefined();
});

test('a gauge has the values of the end of each minute: none, one or several', () => {
  const metrics = createMetricStore();
  let values: number | number[] = [];
  metrics.gauge(errors, () => values);
  metrics.sample(NOON);
  values = 3;
  metrics.sample(NOON + MINUTE_MS);
  values = [4, 9];
  metrics.sample(NOON + 2 * MINUTE_MS);
  const of = (statistic: 'Minimum' | 'Maximum') =>
    [0, 1, 2].map((minute) => metrics.value(errors, statistic, NOON + minute * MINUTE_MS));
  expect(of('Minimum')).toEqual([undefined, 3, 4]);
  expect(of('Maximum')).toEqual([undefined, 3, 9]);
});
