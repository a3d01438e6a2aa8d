import type { Resolved } from '../assembly/intrinsics.ts';
import type { Clock } from '../clock.ts';
import { StartError } from '../errors.ts';
import { inputOf, newEvent, type RuleProperties } from './bus.ts';
import type { Deliveries, Target } from './deliver.ts';

/** AWS::Scheduler::Schedule by the CloudFormation reference. */
export interface ScheduleProperties {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly State?: string;
  readonly Target: Target;
}

interface Schedule {
  readonly arn: string;
  readonly source: 'aws.events' | 'aws.scheduler';
  readonly targets: readonly Target[];
  /** The next time to run after `now`, both in ms. */
  readonly next: (now: number) => number;
}

const MINUTE = 60_000;
const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** One field of a cron expression: `*`, `?`, numbers, names, lists, ranges and steps. */
function field(
  text = '',
  first: number,
  last: number,
  names: readonly string[] = [],
): (value: number) => boolean {
  const numberOf = (word: string): number => names.indexOf(word.toUpperCase()) + 1 || Number(word);
  const parts = text.split(',').map((part) => {
    const [range = '', step = '1'] = part.split('/');
    const [from = '', to = part.includes('/') ? String(last) : from] = range.split('-');
    const any = range === '*' || range === '?';
    const [start, end] = any ? [first, last] : [numberOf(from), numberOf(to)];
    if (![start, end, Number(step)].every(Number.isInteger)) throw new Error(text);
    return { start, end, step: Number(step) };
  });
  return (value) =>
    parts.some(({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0);
}

function cron(text: string): Schedule['next'] {
  const [minute, hour, date, month, day, year] = text.trim().split(/\s+/);
  const tests: [(value: number) => boolean, (time: Date) => number][] = [
    [field(minute, 0, 59), (time) => time.getUTCMinutes()],
    [field(hour, 0, 23), (time) => time.getUTCHours()],
    [field(date, 1, 31), (time) => time.getUTCDate()],
    [field(month, 1, 12, MONTHS), (time) => time.getUTCMonth() + 1],
    [field(day, 1, 7, DAYS), (time) => time.getUTCDay() + 1],
    [field(year, 1970, 2199), (time) => time.getUTCFullYear()],
  ];
  return (now) => {
    let at = Math.floor(now / MINUTE) * MINUTE + MINUTE;
    const end = at + 366 * 24 * 60 * MINUTE;
    while (at < end && !tests.every(([test, part]) => test(part(new Date(at))))) at += MINUTE;
    return at;
  };
}

function nextOf(logicalId: string, expression: string): Schedule['next'] {
  const [, kind, inner = ''] = /^(rate|cron)\((.+)\)$/.exec(expression) ?? [];
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
  try {
    if (kind === 'cron') return cron(inner);
    const length = Number(count) * MINUTE * ({ minute: 1, hour: 60, day: 1440 }[unit] ?? Number.NaN);
    if (kind === 'rate' && length > 0) return (now) => now + length;
  } catch {
    // Refused below.
  }
  throw new StartError(`${logicalId} has the schedule ${expression}, which is not known here.`);
}

/** Rules with a schedule and EventBridge Scheduler's schedules: by the clock, and on demand. */
export class Schedules {
  readonly #all: readonly Schedule[];
  readonly #clock: Clock;
  readonly #deliveries: Deliveries;
  readonly #place: { readonly region: string; readonly account: string };

  constructor(
    rules: readonly Resolved<RuleProperties>[],
    schedules: readonly Resolved<ScheduleProperties>[],
    clock: Clock,
    deliveries: Deliveries,
    place: { readonly region: string; readonly account: string },
  ) {
    this.#clock = clock;
    this.#deliveries = deliveries;
    this.#place = place;
    const enabled = ({ properties }: Resolved<{ readonly State?: string }>) =>
      properties.State !== 'DISABLED';
    this.#all = [
      ...rules
        .filter(enabled)
        .flatMap(({ logicalId, arn, properties: { ScheduleExpression, Targets = [] } }) => {
          if (!ScheduleExpression) return [];
          return [
            {
              arn,
              source: 'aws.events',
              targets: Targets,
              next: nextOf(logicalId, ScheduleExpression),
            } as const,
          ];
        }),
      ...schedules.filter(enabled).map(({ logicalId, arn, properties }) => {
        const { ScheduleExpression, ScheduleExpressionTimezone: zone = 'UTC', Target } = properties;
        if (!/^(Etc\/)?UTC$/.test(zone))
          throw new StartError(`${logicalId} runs by ${zone}; only UTC is known here.`);
        const next = nextOf(logicalId, ScheduleExpression);
        return { arn, source: 'aws.scheduler', targets: [Target], next } as const;
      }),
    ];
  }

  /** Lets the clock run them from now on. */
  start(): void {
    for (const schedule of this.#all) {
      const plan = (): void => {
        const now = this.#clock.now();
        this.#clock.setTimeout(() => {
          plan();
          void this.#run(schedule);
        }, schedule.next(now) - now);
      };
      plan();
    }
  }

  /** Runs every schedule once, now; resolves when each has been tried. */
  async runAll(): Promise<void> {
    await Promise.all(this.#all.map((schedule) => this.#run(schedule)));
  }

  async #run({ arn, source, targets }: Schedule): Promise<void> {
    const event = newEvent(this.#place, this.#clock.now(), {
      source,
      'detail-type': 'Scheduled Event',
      resources: [arn],
      detail: source === 'aws.events' ? {} : '{}',
    });
    await Promise.all(targets.map((target) => this.#deliveries.deliver(arn, target, inputOf(target, event))));
  }
}
