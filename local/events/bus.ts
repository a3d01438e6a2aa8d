import { randomUUID } from 'node:crypto';
import type { Activity } from '../activity.ts';
import type { Resolved } from '../assembly/intrinsics.ts';
import { AwsError, StartError } from '../errors.ts';
import type { Access } from '../front-door/iam.ts';
import type { Recorder } from '../front-door/record.ts';
import type { Answer, AwsService } from '../front-door/service.ts';
import type { LocalLog } from '../types.ts';
import type { Deliveries, Target } from './deliver.ts';
import { compilePattern, type Matcher } from './pattern.ts';

/** An event as rules and targets see it. */
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

/** An event and the bus that it came to. */
export interface RecordedEvent {
  readonly busName: string;
  readonly event: BusEvent;
}

/** AWS::Events::Rule by the CloudFormation reference. */
export interface RuleProperties {
  readonly EventBusName?: string;
  readonly EventPattern?: unknown;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Targets?: readonly Target[];
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

interface PutEvents {
  readonly Entries?: readonly Entry[];
}

export interface BusOptions {
  readonly region: string;
  readonly account: string;
  readonly buses: readonly Resolved<unknown>[];
  readonly rules: readonly Resolved<RuleProperties>[];
  readonly deliveries: Deliveries;
  readonly recorded: Recorder<RecordedEvent>;
  readonly activity: Activity;
  readonly log: LocalLog;
  readonly now: () => number;
}

/** PutEvents: entries in one request, and bytes of all of them. */
const ENTRIES = 10;
const BYTES = 262_144;

/** A new event, with the time in seconds as AWS sends it. */
export const newEvent = (
  { region, account }: { readonly region: string; readonly account: string },
  ms: number,
  event: Pick<BusEvent, 'source' | 'detail-type' | 'resources' | 'detail'>,
): BusEvent => {
  const time = `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return { version: '0', id: randomUUID(), account, time, region, ...event };
};

/** What a target receives: the event, a part of it (`$.detail.id`), or a constant. */
export function inputOf({ Input, InputPath = '$' }: Target, event: BusEvent): unknown {
  if (Input !== undefined) return JSON.parse(Input);
  const path = InputPath.split('.').slice(1);
  return path.reduce((part: unknown, key) => (part as Record<string, unknown> | undefined)?.[key], event);
}

/** EventBridge: buses, rules with patterns, and their targets. */
export class EventBridge implements AwsService {
  readonly #options: BusOptions;
  readonly #rules: readonly { rule: Resolved<RuleProperties>; busName: string; matches: Matcher }[];

  constructor(options: BusOptions) {
    this.#options = options;
    const rules = options.rules.filter(
      ({ properties }) => properties.EventPattern && properties.State !== 'DISABLED',
    );
    this.#rules = rules.map((rule) => {
      try {
        const matches = compilePattern(rule.properties.EventPattern);
        return { rule, busName: busNameOf(rule.properties), matches };
      } catch (error) {
        throw new StartError(
          `${rule.logicalId} matches by ${(error as Error).message}, which is not known here.`,
        );
      }
    });
  }

  access(action: string, { Entries = [] }: PutEvents): readonly Access[] {
    if (action !== 'PutEvents') {
      throw new AwsError('UnknownOperationException', `The local cloud does not emulate events:${action}.`);
    }
    const { region, account } = this.#options;
    return Entries.map((entry) => ({
      action: 'events:PutEvents',
      resource: `arn:aws:events:${region}:${account}:event-bus/${busNameOf(entry)}`,
      context: { 'events:source': [entry.Source ?? ''], 'events:detail-type': [entry.DetailType ?? ''] },
    }));
  }

  async call(_action: string, { Entries = [] }: PutEvents, partial: boolean): Promise<Answer> {
    const count = Entries.length;
    if (count < 1 || count > ENTRIES) {
      const bound = count < 1 ? 'greater than or equal to 1' : `less than or equal to ${ENTRIES}`;
      const where = "1 validation error detected: Value at 'entries' failed to satisfy constraint:";
      throw new AwsError('ValidationException', `${where} Member must have length ${bound}`);
    }
    if (Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > BYTES) {
      throw new AwsError(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    }
    const results = Entries.map((entry, at) => {
      if (partial && at === count - 1) return { ErrorCode: 'InternalFailure', ErrorMessage: 'Fault' };
      return faultOf(entry) ?? { EventId: this.#publish(entry) };
    });
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    return { body: { FailedEntryCount, Entries: results } };
  }

  /** Records an event and hands it to every target of every rule that matches. @returns its id. */
  #publish(entry: Entry): string {
    const { recorded, activity, deliveries, buses, log, now } = this.#options;
    const busName = busNameOf(entry);
    const event = newEvent(this.#options, entry.Time === undefined ? now() : entry.Time * 1000, {
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail ?? '{}'),
    });
    if (busName !== 'default' && !buses.some(({ name }) => name === busName)) {
      // AWS accepts and drops it.
      log({ source: 'events', message: `an event went to the bus ${busName}, which does not exist` });
      return event.id;
    }
    recorded.push({ busName, event });
    for (const { rule, matches } of this.#rules.filter((each) => each.busName === busName)) {
      for (const target of matches(event) ? (rule.properties.Targets ?? []) : []) {
        void activity.during(deliveries.deliver(rule.arn, target, inputOf(target, event)));
      }
    }
    return event.id;
  }
}

const busNameOf = ({ EventBusName = 'default' }: { readonly EventBusName?: string }): string =>
  EventBusName.replace(/^.*event-bus\//, '');

/** Bytes that count: 14 for a time, and the UTF-8 of source, type, detail and resources. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  return (
    Buffer.byteLength([Source, DetailType, Detail, ...Resources].join('')) + (Time === undefined ? 0 : 14)
  );
}

function faultOf(entry: Entry): { ErrorCode: string; ErrorMessage: string } | undefined {
  const missing = (['Source', 'DetailType', 'Detail'] as const).find((name) => !entry[name]);
  if (missing) {
    const ErrorMessage = `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage };
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
