import { randomUUID } from 'node:crypto';
import type { RuleSpec } from '../assembly/specs.ts';
import type { Clock } from '../clock.ts';
import { StartError } from '../errors.ts';
import { type BusEvent, inputOf } from './bus.ts';
import type { Deliveries } from './deliver.ts';

const MINUTE = 60_000;
/** The next time to run after `now`, both in ms. */
type Next = (now: number) => number;

const names = {
  month: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '),
  day: 'SUN MON TUE WED THU FRI SAT'.split(' '),
};

/** One field of a cron expression: `*`, `?`, numbers, names, lists, ranges and steps. */
function field(
  text: string,
  first: number,
  last: number,
  words: readonly string[] = [],
): (value: number) => boolean {
  const numberOf = (word: string): number => {
    const at = words.indexOf(word.toUpperCase());
    return at >= 0 ? at + 1 : Number(word);
  };
  const parts = text.split(',').map((part) => {
    const [range = '', step = '1'] = part.split('/');
    const [from = '', to = from] = range.split('-');
    const any = range === '*' || range === '?';
    const start = any ? first : numberOf(from);
    const end = any || (part.includes('/') && !range.includes('-')) ? last : numberOf(to);
    if (![start, end, Number(step)].every(Number.isInteger)) throw new Error(text);
    return { start, end, step: Number(step) };
  });
  return (value) =>
    parts.some(({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0);
}

function cron(text: string): Next {
  const [minute = '', hour = '', date = '', month = '', day = '', year = ''] = text.trim().split(/\s+/);
  const tests = {
    minute: field(minute, 0, 59),
    hour: field(hour, 0, 23),
    date: field(date, 1, 31),
    month: field(month, 1, 12, names.month),
    day: field(day, 1, 7, names.day),
    year: field(year, 1970, 2199),
  };
  return (now) => {
    const end = now + 366 * 24 * 60 * MINUTE;
    for (let at = Math.floor(now / MINUTE) * MINUTE + MINUTE; at < end; at += MINUTE) {
      const time = new Date(at);
      if (
        tests.minute(time.getUTCMinutes()) &&
        tests.hour(time.getUTCHours()) &&
        tests.date(time.getUTCDate()) &&
        tests.month(time.getUTCMonth() + 1) &&
        tests.day(time.getUTCDay() + 1) &&
        tests.year(time.getUTCFullYear())
      ) {
        return at;
      }
    }
    return end;
  };
}

function nextOf({ logicalId, schedule = '' }: RuleSpec): Next {
  const [, kind, inner = ''] = /^(rate|cron)\((.+)\)$/.exec(schedule) ?? [];
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
  try {
    if (kind === 'cron') return cron(inner);
    if (kind === 'rate' && count) {
      const length = Number(count) * MINUTE * { minute: 1, hour: 60, day: 1440 }[unit as 'minute'];
      return (now) => now + length;
    }
  } catch {
    // Refused below.
  }
  throw new StartError(`${logicalId} has the schedule ${schedule}, which is not known here.`);
}

/** Rules with a schedule and EventBridge Scheduler's schedules: by the clock, and on demand. */
export class Schedules {
  readonly #specs: readonly RuleSpec[];
  readonly #clock: Clock;
  readonly #deliveries: Deliveries;
  readonly #place: { readonly region: string; readonly account: string };

  constructor(
    rules: readonly RuleSpec[],
    clock: Clock,
    deliveries: Deliveries,
    place: { readonly region: string; readonly account: string },
  ) {
    this.#specs = rules.filter(({ schedule }) => schedule !== undefined);
    this.#clock = clock;
    this.#deliveries = deliveries;
    this.#place = place;
    for (const spec of this.#specs) nextOf(spec);
  }

  /** Lets the clock run them from now on. */
  start(): void {
    for (const spec of this.#specs) {
      const next = nextOf(spec);
      const plan = (): void => {
        const now = this.#clock.now();
        this.#clock.setTimeout(() => {
          plan();
          void this.#run(spec);
        }, next(now) - now);
      };
      plan();
    }
  }

  /** Runs every schedule once, now; resolves when each has been tried. */
  async runAll(): Promise<void> {
    await Promise.all(this.#specs.map((spec) => this.#run(spec)));
  }

  async #run(spec: RuleSpec): Promise<void> {
    const service = spec.kind === 'rule' ? 'events.amazonaws.com' : 'scheduler.amazonaws.com';
    const sender = { service, arn: spec.arn } as const;
    await Promise.all(
      spec.targets.map((target) =>
        this.#deliveries.deliver({ ...sender, target }, inputOf(target, this.#event(spec))),
      ),
    );
  }

  /** EventBridge's own event; the Scheduler sends the same without `Input` except for its source. */
  #event({ arn, kind }: RuleSpec): BusEvent {
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: kind === 'rule' ? 'aws.events' : 'aws.scheduler',
      account: this.#place.account,
      time: `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`,
      region: this.#place.region,
      resources: [arn],
      detail: kind === 'rule' ? {} : '{}',
    };
  }
}
