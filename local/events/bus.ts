import { randomUUID } from 'node:crypto';
import type { Activity } from '../activity.ts';
import type { RuleSpec, TargetSpec } from '../assembly/specs.ts';
import { AwsError, StartError } from '../errors.ts';
import type { Access } from '../front-door/iam.ts';
import type { Recorder } from '../front-door/record.ts';
import type { Answer, AwsService } from '../front-door/service.ts';
import type { LocalLog } from '../types.ts';
import type { Deliveries } from './deliver.ts';
import { compilePattern, type Matcher } from './pattern.ts';

/** An event as rules and targets see it, and the bus that it came to. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface RecordedEvent {
  readonly busName: string;
  readonly event: BusEvent;
}

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  /** Seconds. */
  readonly Time?: number;
}

export interface BusOptions {
  readonly region: string;
  readonly account: string;
  /** Name -> ARN; the default bus is always there. */
  readonly buses: ReadonlyMap<string, string>;
  readonly rules: readonly RuleSpec[];
  readonly deliveries: Deliveries;
  readonly recorded: Recorder<RecordedEvent>;
  readonly activity: Activity;
  readonly log: LocalLog;
  readonly now: () => number;
}

/** PutEvents: entries in one request, and bytes of all of them. */
const ENTRIES = 10;
const BYTES = 262_144;

/** EventBridge: buses, rules with patterns, and their targets. */
export class EventBridge implements AwsService {
  readonly #options: BusOptions;
  readonly #rules: readonly { spec: RuleSpec; matches: Matcher }[];

  constructor(options: BusOptions) {
    this.#options = options;
    this.#rules = options.rules.flatMap((spec) => {
      if (spec.pattern === undefined) return [];
      try {
        return [{ spec, matches: compilePattern(spec.pattern) }];
      } catch (error) {
        throw new StartError(
          `${spec.logicalId} matches by ${(error as Error).message}, which is not known here.`,
        );
      }
    });
  }

  access(action: string, input: { Entries?: readonly Entry[] }): readonly Access[] {
    if (action !== 'PutEvents') {
      throw new AwsError('UnknownOperationException', `The local cloud does not emulate events:${action}.`);
    }
    return (input.Entries ?? []).map((entry) => ({
      action: 'events:PutEvents',
      resource: this.#arnOf(busNameOf(entry)),
      context: {
        'events:source': [entry.Source ?? ''],
        'events:detail-type': [entry.DetailType ?? ''],
      },
    }));
  }

  async call(_action: string, input: { Entries?: readonly Entry[] }, partial: boolean): Promise<Answer> {
    const entries = input.Entries ?? [];
    if (entries.length < 1 || entries.length > ENTRIES) {
      const bound = entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${ENTRIES}`;
      throw new AwsError(
        'ValidationException',
        "1 validation error detected: Value at 'entries' failed to satisfy constraint: " +
          `Member must have length ${bound}`,
      );
    }
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > BYTES) {
      throw new AwsError(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    }
    const results = entries.map((entry, at) => {
      if (partial && at === entries.length - 1)
        return { ErrorCode: 'InternalFailure', ErrorMessage: 'Fault' };
      const wrong = faultOf(entry);
      if (wrong) return wrong;
      const event = this.#eventOf(entry);
      this.publish(busNameOf(entry), event);
      return { EventId: event.id };
    });
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    return { body: { FailedEntryCount, Entries: results } };
  }

  /** Records an event and hands it to every target of every rule that matches. */
  publish(busName: string, event: BusEvent): void {
    const { recorded, activity, deliveries, buses, log } = this.#options;
    if (busName !== 'default' && !buses.has(busName)) {
      // AWS accepts and drops it.
      log({ source: 'events', message: `an event went to the bus ${busName}, which does not exist` });
      return;
    }
    recorded.push({ busName, event });
    for (const { spec, matches } of this.#rules) {
      if (spec.busName !== busName || !matches(event)) continue;
      for (const target of spec.targets) {
        const sender = { service: 'events.amazonaws.com', arn: spec.arn, target } as const;
        void activity.during(deliveries.deliver(sender, inputOf(target, event)));
      }
    }
  }

  #arnOf(busName: string): string {
    const { region, account, buses } = this.#options;
    return buses.get(busName) ?? `arn:aws:events:${region}:${account}:event-bus/${busName}`;
  }

  #eventOf(entry: Entry): BusEvent {
    const { region, account, now } = this.#options;
    const time = entry.Time === undefined ? now() : entry.Time * 1000;
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      account,
      time: `${new Date(time).toISOString().slice(0, 19)}Z`,
      region,
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail ?? '{}'),
    };
  }
}

const busNameOf = ({ EventBusName = 'default' }: Entry): string => EventBusName.replace(/^.*event-bus\//, '');

/** Bytes that count: 14 for a time, and the UTF-8 of source, type, detail and resources. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function faultOf(entry: Entry): { ErrorCode: string; ErrorMessage: string } | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
      return { ErrorCode: 'InvalidArgument', ErrorMessage };
    }
  }
  if (entry.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  try {
    const detail: unknown = JSON.parse(entry.Detail ?? '');
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // Answered below.
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

/** What a target receives: the event, a part of it (`$.detail.id`), or a constant. */
export function inputOf({ input, inputPath }: TargetSpec, event: BusEvent): unknown {
  if (input !== undefined) return JSON.parse(input);
  const path = (inputPath ?? '$').split('.').slice(1);
  return path.reduce((part: unknown, key) => (part as Record<string, unknown> | undefined)?.[key], event);
}
