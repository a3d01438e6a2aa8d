/** The facts in a stored notification. NetBackup may send anything, so every member can be missing. Pure. */
import type { Schemas } from '../../../../client/paths.ts';

export type Event = Schemas['Event'];

export type EventFacts =
  | {
      readonly kind: 'job';
      readonly jobId: number;
      readonly state?: string;
      readonly status?: number;
      readonly about: string;
    }
  | { readonly kind: 'image'; readonly backupId: string; readonly operation?: string; readonly about: string }
  | { readonly kind: 'quarantined'; readonly reason: string }
  | { readonly kind: 'other'; readonly object: string };

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const given = <Name extends string, T>(name: Name, value: T | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: T };

/** Such as "BACKUP, db01, daily". */
const aboutOf = (fields: Fields, names: readonly string[]): string =>
  names.flatMap((name) => textOf(fields[name]) ?? []).join(', ');

export const factsOf = ({ object, notification, reason }: Event): EventFacts => {
  if (reason !== undefined) return { kind: 'quarantined', reason };
  const fields: Fields = isFields(notification) ? notification : {};
  const { jobId, state, status } = fields;
  if (object === 'JOB' && typeof jobId === 'number')
    return {
      kind: 'job',
      jobId,
      about: aboutOf(fields, ['jobType', 'clientName', 'policyName']),
      ...given('state', textOf(state)),
      ...given('status', typeof status === 'number' ? status : undefined),
    };
  const backupId = textOf(fields['backupId']);
  if (object === 'IMAGE' && backupId !== undefined)
    return {
      kind: 'image',
      backupId,
      about: aboutOf(fields, ['clientName', 'policyName']),
      ...given('operation', textOf(fields['operationId'])),
    };
  return { kind: 'other', object: object ?? '' };
};

/** How many events one view holds at most; the oldest are dropped. */
export const MAX_EVENTS = 10_000;

/** The latest first, each once. @param arrived oldest first, as in the feed */
export const withArrived = (known: readonly Event[], arrived: readonly Event[]): readonly Event[] => {
  const ids = new Set(known.map(({ eventId }) => eventId));
  const added = arrived.filter(({ eventId }) => {
    const isNew = !ids.has(eventId);
    ids.add(eventId);
    return isNew;
  });
  return added.length === 0 ? known : [...added.reverse(), ...known].slice(0, MAX_EVENTS);
};
