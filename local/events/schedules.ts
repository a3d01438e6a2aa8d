import { StartError } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import { type Deliver, newEvent, rulesOf } from './bus.ts';

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function periodOf(logicalId: string, expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const period = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  if (period > 0) return period;
  throw new StartError(
    `${logicalId} has the schedule ${expression}, which the local cloud does not support.`,
  );
}

/** Rules with a `rate()`, run by the clock or on demand. */
export function createSchedules({ resolver, model, clock }: ServiceContext, deliver: Deliver) {
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
    /** From now on runs the rules by the clock. */
    start: () => {
      for (const { period, run } of schedules) {
        const schedule = (): void => {
          clock.setTimeout(() => {
            schedule();
            void run();
          }, period);
        };
        schedule();
      }
    },
    /** Runs every schedule once, now; resolves after the first attempt of each. */
    runAll: async () => {
      await Promise.all(schedules.map(({ run }) => run()));
    },
  };
}
