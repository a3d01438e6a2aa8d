import type { Resolved } from '../assembly/intrinsics.ts';
import type { Clock } from '../clock.ts';
import { StartError } from '../errors.ts';
import { newEvent, type RuleProperties } from './bus.ts';
import type { Deliveries, Target } from './deliver.ts';

/** AWS::Scheduler::Schedule, which is refused. */
export interface ScheduleProperties {
  readonly Target: Target & { readonly RoleArn?: string };
}

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function periodOf(logicalId: string, expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const period = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  if (period > 0) return period;
  throw new StartError(`${logicalId} has the schedule ${expression}, which is not known here.`);
}

/** Rules with a `rate()`: by the clock, and on demand. */
export class Schedules {
  readonly #clock: Clock;
  /** What runs, and how often, ms. */
  readonly #all: readonly { readonly period: number; readonly run: () => Promise<void> }[];

  constructor(
    rules: readonly Resolved<RuleProperties>[],
    [refused]: readonly Resolved<ScheduleProperties>[],
    clock: Clock,
    deliveries: Deliveries,
    place: { readonly region: string; readonly account: string },
  ) {
    if (refused)
      throw new StartError(`${refused.logicalId} is a schedule, which is not known here; use a rule.`);
    this.#clock = clock;
    this.#all = rules.flatMap((rule) => {
      const { ScheduleExpression, State } = rule.properties;
      if (!ScheduleExpression || State === 'DISABLED') return [];
      const event = {
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        resources: [rule.arn],
        detail: {},
      };
      const run = () => deliveries.deliver(rule, newEvent(place, clock.now(), event));
      return [{ period: periodOf(rule.logicalId, ScheduleExpression), run }];
    });
  }

  /** Lets the clock run them from now on. */
  start(): void {
    for (const { period, run } of this.#all) {
      const plan = (): void => {
        this.#clock.setTimeout(() => {
          plan();
          void run();
        }, period);
      };
      plan();
    }
  }

  /** Runs every schedule once, now; resolves when each has been tried. */
  async runAll(): Promise<void> {
    await Promise.all(this.#all.map(({ run }) => run()));
  }
}
