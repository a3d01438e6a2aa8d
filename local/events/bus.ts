import { randomUUID } from 'node:crypto';
import type { Resolved, Resolver } from '../assembly/intrinsics.ts';
import { AwsError, StartError } from '../errors.ts';
import type { Iam } from '../front-door/iam.ts';
import type { Recorder } from '../front-door/record.ts';
import type { AwsService } from '../front-door/service.ts';
import type { ServiceContext } from '../service-context.ts';
import { isObject, patternOf } from './pattern.ts';
import { checkTargets, type Target } from './targets.ts';

/** AWS::Events::Rule by the CloudFormation reference. */
export interface RuleProperties {
  readonly EventBusName?: string;
  readonly EventPattern?: unknown;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Targets?: readonly Target[];
}

/** ISO time without fractions; `ms` since the UNIX epoch. */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** An event as rules and targets receive it; `ms`: its time. */
export const newEvent = (
  { region, account }: { readonly region: string; readonly account: string },
  ms: number,
  content: { source: string; 'detail-type': string; resources: readonly string[]; detail: unknown },
) => ({ version: '0', id: randomUUID(), account, time: isoSeconds(ms), region, ...content });
export type BusEvent = ReturnType<typeof newEvent>;

/** Sends an event to each target of a rule. Resolves after the first attempts; never rejects. */
export type Deliver = (rule: Resolved<RuleProperties>, event: BusEvent) => Promise<void>;

/** An event and the bus on which it was published. */
export interface RecordedEvent {
  readonly busName: string;
  readonly event: BusEvent;
}

type Texts = Partial<Readonly<Record<'Source' | 'DetailType' | 'Detail' | 'EventBusName', string>>>;
/** An entry of PutEvents; `Time` in seconds. */
type Entry = Texts & { readonly Resources?: readonly string[]; readonly Time?: number };
interface PutEvents {
  readonly Entries?: readonly Entry[];
}

/** The limits of one request: entries, and bytes of all entries. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 262_144;

const busNameOf = ({ EventBusName = 'default' }: Pick<Entry, 'EventBusName'>): string =>
  EventBusName.replace(/^.*event-bus\//, '');

/** The bytes of an entry: 14 for a time, and the UTF-8 of source, type, detail and resources. */
const sizeOf = ({ Time, Source, DetailType, Detail, Resources = [] }: Entry): number =>
  Buffer.byteLength([Source, DetailType, Detail, ...Resources].join('')) + (Time === undefined ? 0 : 14);

/** The enabled rules. @throws StartError for targets that are not supported. */
export function rulesOf(resolver: Resolver): readonly Resolved<RuleProperties>[] {
  const rules = resolver.all<RuleProperties>('AWS::Events::Rule');
  for (const rule of rules) checkTargets(rule);
  return rules.filter(({ properties }) => properties.State !== 'DISABLED');
}

interface BusProperties {
  readonly KmsKeyIdentifier?: string;
}

/** @throws StartError when EventBridge may not use the key of a bus: it would accept events and lose them. */
function checkKeyOf(
  { logicalId, arn, properties }: Resolved<BusProperties>,
  keys: readonly string[],
  iam: Iam,
): void {
  const { KmsKeyIdentifier: resource } = properties;
  // The policy of a key outside of the assembly is not known.
  if (resource === undefined || !keys.includes(resource)) return;
  const context = { 'kms:EncryptionContext:aws:events:event-bus:arn': [arn] };
  for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
    if (!iam.serviceMay('events.amazonaws.com', arn, { action, resource, context }))
      throw new StartError(`${logicalId} has a KMS key whose policy does not allow EventBridge ${action}.`);
}

/** EventBridge: published events are added to `recorded`, and sent to the targets of the rules that match. */
export function createEventBridge(
  { resolver, model, iam, clock, activity, log }: ServiceContext,
  deliver: Deliver,
  recorded: Recorder<RecordedEvent>,
) {
  const created = resolver.all<BusProperties>('AWS::Events::EventBus');
  const keys = resolver.all('AWS::KMS::Key').map(({ arn }) => arn);
  for (const bus of created) checkKeyOf(bus, keys, iam);
  const buses = ['default', ...created.map(({ name }) => name)];
  const rules = rulesOf(resolver)
    .filter(({ properties }) => properties.EventPattern)
    .map((rule) => ({ rule, matches: patternOf(rule.logicalId, rule.properties.EventPattern) }));

  /** @returns the id of the event. */
  function publish(entry: Entry): string {
    const { Source = '', DetailType = '', Detail = '', Resources = [], Time = clock.now() / 1000 } = entry;
    const content = { source: Source, 'detail-type': DetailType, resources: Resources };
    const event = newEvent(model, Time * 1000, { ...content, detail: JSON.parse(Detail) });
    publishOn(busNameOf(entry), event);
    return event.id;
  }

  /** @returns false when the bus does not exist */
  function publishOn(busName: string, event: BusEvent): boolean {
    const exists = buses.includes(busName);
    // AWS accepts and drops events for a bus that does not exist.
    if (exists) recorded.push({ busName, event });
    else
      log({
        source: 'events',
        message: `an event was published on the bus ${busName}, which does not exist`,
      });
    for (const { rule, matches } of rules) {
      const isMatch = busNameOf(rule.properties) === busName && matches(event);
      if (isMatch) void activity.during(deliver(rule, event));
    }
    return exists;
  }

  const service: AwsService = {
    access: (action, { Entries = [] }: PutEvents) => {
      if (action !== 'PutEvents')
        throw new AwsError('UnknownOperationException', `The local cloud does not emulate events:${action}.`);
      return Entries.map((entry) => ({
        action: 'events:PutEvents',
        resource: `arn:aws:events:${model.region}:${model.account}:event-bus/${busNameOf(entry)}`,
        context: { 'events:source': [entry.Source ?? ''], 'events:detail-type': [entry.DetailType ?? ''] },
      }));
    },
    call: async (_action, { Entries = [] }: PutEvents, { partial }) => {
      const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      const refusal =
        (Entries.length < 1 && "'entries' must have length greater than or equal to 1") ||
        (Entries.length > MAX_ENTRIES && `'entries' must have length less than or equal to ${MAX_ENTRIES}`) ||
        (bytes > MAX_BYTES && 'Total size of the entries in the request is over the limit.');
      if (refusal) throw new AwsError('ValidationException', refusal);
      const results = Entries.map((entry, at) => {
        const lost = partial && at === Entries.length - 1;
        const error = lost ? ['InternalFailure', 'Fault'] : errorOf(entry);
        return error ? { ErrorCode: error[0], ErrorMessage: error[1] } : { EventId: publish(entry) };
      });
      const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
      return { body: { FailedEntryCount, Entries: results } };
    },
  };
  /** An event of another bus, whose rule has this bus as a target. */
  const receive = (busArn: string, event: BusEvent): boolean =>
    publishOn(busNameOf({ EventBusName: busArn }), event);
  return { service, receive };
}

/** The code and message for an entry that is rejected. */
function errorOf({ Source, DetailType, Detail }: Entry): readonly string[] | undefined {
  if (!Source || !DetailType || !Detail)
    return ['InvalidArgument', 'Source, DetailType and Detail are required arguments.'];
  if (Source.startsWith('aws.')) return ['NotAuthorizedForSourceException', 'Not authorized for the source.'];
  try {
    if (isObject(JSON.parse(Detail))) return undefined;
  } catch {
    // Handled below.
  }
  return ['MalformedDetail', 'Detail is malformed.'];
}
