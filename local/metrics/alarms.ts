import type { Clock } from '../../gateway/clock.ts';
import type { Resolver } from '../assembly/intrinsics.ts';
import { type AlarmSpec, compositeAlarms, type MetricAlarmSpec, metricAlarms } from './specs.ts';
import { type MetricStore, MINUTE_MS, minuteOf } from './store.ts';

export type AlarmState = 'OK' | 'ALARM';

/** A change of an alarm's state. */
export interface AlarmChange {
  readonly logicalId: string;
  readonly name: string;
  readonly description: string;
  readonly state: AlarmState;
  /** The minutes that breach, with their values. */
  readonly reason: string;
  /** Epoch ms, a full minute. */
  readonly at: number;
}

const breaches: Readonly<
  Record<MetricAlarmSpec['comparison'], (value: number, threshold: number) => boolean>
> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** After a longer jump of the clock only the last minutes are evaluated. */
const MAX_MINUTES = 180;

/**
 * Evaluates the alarms of an assembly at every full minute over the minutes before it
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html). Unlike CloudWatch it has no wider
 * evaluation range, in which older data replaces missing data.
 * @throws StartError for alarms that cannot be evaluated
 */
export function createAlarms(resolver: Resolver, metrics: MetricStore, clock: Clock) {
  const alarms = metricAlarms(resolver);
  const composites = compositeAlarms(resolver);
  const states = new Map<string, AlarmState>([...alarms, ...composites].map(({ arn }) => [arn, 'OK']));
  const listeners: ((change: AlarmChange) => void)[] = [];
  /** The first minute that is evaluated: before the start nothing is missing. */
  const startedAt = minuteOf(clock.now());
  let evaluatedAt = startedAt;

  function set({ logicalId, name, arn, description }: AlarmSpec, on: boolean, at: number, reason: string) {
    const state = on ? 'ALARM' : 'OK';
    if (states.get(arn) === state) return;
    states.set(arn, state);
    for (const listener of listeners) listener({ logicalId, name, description, state, reason, at });
  }

  function evaluate(alarm: MetricAlarmSpec, at: number): void {
    const { periods, datapoints, threshold, comparison, missingBreaches } = alarm;
    const found: string[] = [];
    for (let start = at - MINUTE_MS; start >= at - periods * MINUTE_MS; start -= MINUTE_MS) {
      if (start < startedAt) break;
      const value = alarm.value(metrics, start);
      const isBreaching = value === undefined ? missingBreaches : breaches[comparison](value, threshold);
      if (isBreaching) found.push(`${new Date(start).toISOString().slice(11, 16)} ${value ?? 'no data'}`);
    }
    set(alarm, found.length >= datapoints, at, found.join(', '));
  }

  /** Evaluates every full minute up to now. */
  function update(): void {
    const now = minuteOf(clock.now());
    evaluatedAt = Math.max(evaluatedAt, now - MAX_MINUTES * MINUTE_MS);
    while (evaluatedAt < now) {
      metrics.sample(evaluatedAt);
      evaluatedAt += MINUTE_MS;
      for (const alarm of alarms) evaluate(alarm, evaluatedAt);
      for (const composite of composites) {
        const on = alarms.filter(({ arn }) => composite.anyOf.includes(arn) && states.get(arn) === 'ALARM');
        set(composite, on.length > 0, evaluatedAt, on.map(({ name }) => name).join(', '));
      }
    }
  }

  return {
    /** From now on evaluates by the clock, at each full minute. */
    start: (): void => {
      const schedule = (): void => {
        clock.setTimeout(
          () => {
            update();
            schedule();
          },
          MINUTE_MS - (clock.now() % MINUTE_MS),
        );
      };
      schedule();
    },
    /** The current state of each alarm, by logical id. */
    states: (): Readonly<Record<string, AlarmState>> => {
      update();
      return Object.fromEntries(
        [...alarms, ...composites].map(({ logicalId, arn }) => [logicalId, states.get(arn) ?? 'OK']),
      );
    },
    /** Calls the listener for every later change of a state. */
    onChange: (listener: (change: AlarmChange) => void): void => {
      listeners.push(listener);
    },
  };
}
