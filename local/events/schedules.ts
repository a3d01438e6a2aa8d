import { StartError } from '../errors.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Deliver, newEvent, rulesOf } from './bus.ts';

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function periodOf(logicalId: string, expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const period = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  if (period > 0) return period;
  throw new StartError(`${logicalId} has the schedule ${expression}, which is not known here.`);
}

/** Rules with a `rate()`: by the clock, and on demand. */
export function createSchedules({ resolver, model, clock }: Surroundings, deliver: Deliver) {
  const schedules = rulesOf(resolver).flatMap((rule) => {
    const { ScheduleExpression } = rule.properties;
    if (!ScheduleExpression) return [];
    const content = {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: [rule.arn],
      detail: {},
    };
    const run = () => deliver(rule, newEvent(model, clock.now(), content));
    return [{ period: periodOf(rule.logicalId, ScheduleExpression), run }];
  });
  return {
    /** Lets the clock run them from now on. */
    start: () => {
      for (const { period, run } of schedules) {
        const plan = (): void => {
          clock.setTimeout(() => {
            plan();
            void run();
          }, period);
        };
        plan();
      }
    },
    /** Runs every schedule once, now; resolves when each has been tried. */
    runAll: async () => {
      await Promise.all(schedules.map(({ run }) => run()));
    },
  };
}
