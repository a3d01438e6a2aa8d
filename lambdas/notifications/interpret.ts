/** What a NOTIFICATION REQUEST says, notification by notification (contract NOT-1, NOT-2, TRAP-6). Pure. */
import * as z from 'zod/mini';
import { canonicalJson, contentId, hasInexactNumber } from '../platform/canonical-json.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { GATEWAY_MESSAGE_BYTES, utf8Bytes } from '../protocol/limits.ts';
import { timeStampOf } from '../protocol/time-stamp.ts';

/** A sort key of DynamoDB has 1 024 bytes at most; in the indexes the time stands before the id. */
export const BACKUP_ID_BYTES = 1_000;

const wholeNumber = z.number().check(z.int(), z.nonnegative());
/** Ids are numbers (NOT-2); digits in quotes are the same id. */
const idSchema = z.union([
  wholeNumber,
  z.pipe(
    z.string().check(z.regex(/^\d{1,15}$/)),
    z.transform((text: string) => Number(text)),
  ),
]);
const jobSchema = z.looseObject({ jobId: idSchema, state: z.string().check(z.minLength(1)) });
const imageSchema = z.looseObject({
  backupId: z.string().check(
    z.minLength(1),
    // A lone surrogate has no UTF-8: DynamoDB could not take it as a key, and its message would never be projected.
    z.refine((text) => text.isWellFormed() && Buffer.byteLength(text) <= BACKUP_ID_BYTES),
  ),
  operationId: z.string().check(z.minLength(1)),
});
const groupedSchema = z.looseObject({ object: z.string(), data: z.array(z.unknown()) });

/** One notification. `eventId` depends on group, kind and content alone, so a resend has the same. */
interface Said {
  readonly eventId: string;
  /** Epoch seconds at which NetBackup sent it. */
  readonly timeStamp: number;
  /** Epoch ms at which it arrived. */
  readonly receivedAt: number;
  /** The notification as NetBackup sent it, canonical JSON. */
  readonly content: string;
}
export interface JobNotification extends Said {
  readonly kind: 'JOB';
  readonly jobId: number;
}
export interface ImageNotification extends Said {
  readonly kind: 'IMAGE';
  readonly backupId: string;
}
/** What could not be interpreted: kept as text, with the reason. */
export interface Uninterpreted extends RawPart {
  readonly kind: 'QUARANTINE';
  readonly eventId: string;
  readonly reason: Reason;
  readonly receivedAt: number;
}
export type Interpreted = JobNotification | ImageNotification | Uninterpreted;

/** Why something could not be interpreted; part of the API. */
export const REASONS = [
  'not-a-notification',
  'no-time-stamp',
  'payload-no-array',
  'no-data-array',
  'unknown-object',
  'not-a-job',
  'not-an-image',
  'inexact-number',
  'cannot-be-read',
  'cannot-be-stored',
] as const;
export type Reason = (typeof REASONS)[number];

/** What is kept of it: enough to interpret it again, should that be possible one day. */
export interface RawPart {
  /** A whole message, one object of its payload, or one member of that object's `data`. */
  readonly part: 'message' | 'group' | 'item';
  readonly text: string;
  /** Of the message, as far as it had one. */
  readonly timeStamp?: number;
  /** Of a member of `data`: the object that it stood under. */
  readonly object?: string;
}

/** A journal entry, as far as it is read here. */
export interface Source {
  readonly groupId: string;
  readonly text: string;
  readonly receivedAt: number;
}

const aside = (source: Omit<Source, 'text'>, reason: Reason, kept: RawPart): Uninterpreted => {
  const { groupId, receivedAt } = source;
  const { part, object = '', text } = kept;
  return {
    kind: 'QUARANTINE',
    eventId: contentId(groupId, 'QUARANTINE', part, object, text),
    reason,
    receivedAt,
    ...kept,
  };
};

/** A notification that was interpreted and yet cannot be stored. */
export const unstorable = (
  groupId: string,
  { kind, timeStamp, receivedAt, content }: JobNotification | ImageNotification,
): Uninterpreted => {
  const kept = { part: 'item', object: kind, timeStamp, text: content } as const;
  return aside({ groupId, receivedAt }, 'cannot-be-stored', kept);
};

const whole = ({ text }: Source, timeStamp?: number): RawPart => ({
  part: 'message',
  text,
  ...(timeStamp === undefined ? {} : { timeStamp }),
});

/** Written down again, numbers like 1e15 grow: to more than a message can be, up to what no table and no bus would take. */
const hasGrown = (text: string): boolean => utf8Bytes(text) > GATEWAY_MESSAGE_BYTES;

/** A part as it is kept; what cannot be written down again as it came is kept as the whole message. */
const keptOf = (source: Source, part: Omit<RawPart, 'text'>, value: unknown): RawPart => {
  try {
    if (hasInexactNumber(value)) return whole(source, part.timeStamp);
    const text = canonicalJson(value);
    return hasGrown(text) ? whole(source, part.timeStamp) : { ...part, text };
  } catch {
    return whole(source, part.timeStamp);
  }
};

const interpretItem = (source: Source, timeStamp: number, object: string, item: unknown): Interpreted => {
  if (hasInexactNumber(item)) return aside(source, 'inexact-number', whole(source, timeStamp));
  const content = canonicalJson(item);
  if (hasGrown(content)) return aside(source, 'cannot-be-stored', whole(source, timeStamp));
  const { receivedAt } = source;
  const said = { eventId: contentId(source.groupId, object, content), timeStamp, receivedAt, content };
  const kept = { part: 'item', object, timeStamp, text: content } as const;
  if (object === 'JOB') {
    const job = jobSchema.safeParse(item);
    return job.success ? { kind: 'JOB', jobId: job.data.jobId, ...said } : aside(source, 'not-a-job', kept);
  }
  if (object === 'IMAGE') {
    const image = imageSchema.safeParse(item);
    return image.success
      ? { kind: 'IMAGE', backupId: image.data.backupId, ...said }
      : aside(source, 'not-an-image', kept);
  }
  return aside(source, 'unknown-object', kept);
};

const interpretGroup = (source: Source, timeStamp: number, group: unknown): Interpreted[] => {
  const parsed = groupedSchema.safeParse(group);
  if (!parsed.success)
    return [aside(source, 'no-data-array', keptOf(source, { part: 'group', timeStamp }, group))];
  const { data } = parsed.data;
  // A lone surrogate has no UTF-8: no table takes it.
  const object = parsed.data.object.toWellFormed();
  return data.map((item) => {
    try {
      return interpretItem(source, timeStamp, object, item);
    } catch {
      // Nesting too deep for the stack is the one known cause; the neighbours must not pay for it.
      return aside(source, 'cannot-be-read', keptOf(source, { part: 'item', object, timeStamp }, item));
    }
  });
};

/** Everything that a journal entry says. Never throws, and leaves nothing out. */
export const interpret = (source: Source): Interpreted[] => {
  const parsed = parseMessage(source.text);
  if (!parsed.ok || !isOf(parsed.message, 'NOTIFICATION', 'REQUEST'))
    return [aside(source, 'not-a-notification', whole(source))];
  const timeStamp = timeStampOf(parsed.message.timeStamp);
  if (timeStamp === undefined) return [aside(source, 'no-time-stamp', whole(source))];
  const { payload } = parsed.message;
  if (!Array.isArray(payload)) return [aside(source, 'payload-no-array', whole(source, timeStamp))];
  return payload.flatMap((group) => interpretGroup(source, timeStamp, group));
};

/** The same for something that was set aside. */
export const interpretAgain = (source: Omit<Source, 'text'>, kept: RawPart): Interpreted[] => {
  const { part, object = '', timeStamp, text } = kept;
  if (part === 'message' || timeStamp === undefined) return interpret({ ...source, text });
  const value: unknown = JSON.parse(text);
  return interpretGroup({ ...source, text }, timeStamp, part === 'item' ? { object, data: [value] } : value);
};
