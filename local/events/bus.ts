import { randomUUID } from 'node:crypto';
import type { Resolved } from '../assembly/intrinsics.ts';
import { AwsError } from '../errors.ts';
import type { Recorder } from '../front-door/record.ts';
import type { AwsService } from '../front-door/service.ts';
import type { Surroundings } from '../services.ts';
import { type Deliveries, refuse, type Target } from './deliver.ts';
import { isObject, patternOf } from './pattern.ts';

/** AWS::Events::Rule by the CloudFormation reference. */
export interface RuleProperties {
  readonly EventBusName?: string;
  readonly EventPattern?: unknown;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Targets?: readonly Target[];
}

/** A time as most of AWS writes it, without fractions; `ms` since the UNIX epoch. */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** An event as rules and targets see it; `ms`: its time. */
export const newEvent = (
  { region, account }: { readonly region: string; readonly account: string },
  ms: number,
  content: { source: string; 'detail-type': string; resources: readonly string[]; detail: unknown },
) => ({ version: '0', id: randomUUID(), account, time: isoSeconds(ms), region, ...content });

/** An event and the bus that it came to. */
export interface RecordedEvent {
  readonly busName: string;
  readonly event: ReturnType<typeof newEvent>;
}

/** Of PutEvents; `Time` in seconds. */
type Entry = Partial<Readonly<Record<'Source' | 'DetailType' | 'Detail' | 'EventBusName', string>>> & {
  readonly Resources?: readonly string[];
  readonly Time?: number;
};
interface PutEvents {
  readonly Entries?: readonly Entry[];
}

interface BusOptions extends Pick<Surroundings, 'activity' | 'log'> {
  readonly region: string;
  readonly account: string;
  readonly buses: readonly Resolved<unknown>[];
  readonly rules: readonly Resolved<RuleProperties>[];
  readonly deliveries: Deliveries;
  readonly recorded: Recorder<RecordedEvent>;
  readonly now: () => number;
}

/** In one request: entries, and bytes of all of them. */
const ENTRIES = 10;
const BYTES = 262_144;

/** EventBridge: buses, and rules with patterns. */
export class EventBridge implements AwsService {
  readonly #options: BusOptions;
  readonly #rules;

  constructor(options: BusOptions) {
    this.#options = options;
    for (const { logicalId, properties } of options.rules)
      for (const target of properties.Targets ?? [])
        refuse(logicalId, target, ['Input', 'InputPath', 'DeadLetterConfig']);
    this.#rules = options.rules
      .filter(({ properties: { EventPattern, State } }) => EventPattern && State !== 'DISABLED')
      .map((rule) => ({ rule, matches: patternOf(rule.logicalId, rule.properties.EventPattern) }));
  }

  access(action: string, { Entries = [] }: PutEvents) {
    if (action !== 'PutEvents')
      throw new AwsError('UnknownOperationException', `The local cloud does not emulate events:${action}.`);
    const { region, account } = this.#options;
    return Entries.map((entry) => ({
      action: 'events:PutEvents',
      resource: `arn:aws:events:${region}:${account}:event-bus/${busNameOf(entry)}`,
      context: { 'events:source': [entry.Source ?? ''], 'events:detail-type': [entry.DetailType ?? ''] },
    }));
  }

  async call(_action: string, { Entries = [] }: PutEvents, partial: boolean) {
    const count = Entries.length;
    const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    const refusal =
      (count < 1 && "'entries' must have length greater than or equal to 1") ||
      (count > ENTRIES && `'entries' must have length less than or equal to ${ENTRIES}`) ||
      (bytes > BYTES && 'Total size of the entries in the request is over the limit.');
    if (refusal) throw new AwsError('ValidationException', refusal);
    const results = Entries.map((entry, at) => {
      const fault = partial && at === count - 1 ? ['InternalFailure', 'Fault'] : faultOf(entry);
      return fault ? { ErrorCode: fault[0], ErrorMessage: fault[1] } : { EventId: this.#publish(entry) };
    });
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    return { body: { FailedEntryCount, Entries: results } };
  }

  /** Records an event and hands it to the targets of every rule that matches. @returns its id. */
  #publish(entry: Entry): string {
    const { recorded, activity, deliveries, buses, log, now } = this.#options;
    const { Source = '', DetailType = '', Detail = '', Resources = [], Time = now() / 1000 } = entry;
    const content = { source: Source, 'detail-type': DetailType, resources: Resources };
    const event = newEvent(this.#options, Time * 1000, { ...content, detail: JSON.parse(Detail) });
    const busName = busNameOf(entry);
    if (busName === 'default' || buses.some(({ name }) => name === busName)) {
      recorded.push({ busName, event });
      const rules = this.#rules.filter(({ rule }) => busNameOf(rule.properties) === busName);
      for (const { rule, matches } of rules)
        if (matches(event)) void activity.during(deliveries.deliver(rule, event));
    } else {
      // AWS accepts and drops it.
      log({ source: 'events', message: `an event went to the bus ${busName}, which does not exist` });
    }
    return event.id;
  }
}

const busNameOf = ({ EventBusName = 'default' }: Pick<Entry, 'EventBusName'>): string =>
  EventBusName.replace(/^.*event-bus\//, '');

/** Bytes that count: 14 for a time, and the UTF-8 of source, type, detail and resources. */
const sizeOf = ({ Time, Source, DetailType, Detail, Resources = [] }: Entry): number =>
  Buffer.byteLength([Source, DetailType, Detail, ...Resources].join('')) + (Time === undefined ? 0 : 14);

/** Code and message for an entry that is not taken. */
function faultOf({ Source, DetailType, Detail }: Entry): readonly string[] | undefined {
  if (!Source || !DetailType || !Detail)
    return ['InvalidArgument', 'Source, DetailType and Detail are required arguments.'];
  if (Source.startsWith('aws.')) return ['NotAuthorizedForSourceException', 'Not authorized for the source.'];
  try {
    if (isObject(JSON.parse(Detail))) return undefined;
  } catch {
    // Answered below.
  }
  return ['MalformedDetail', 'Detail is malformed.'];
}
