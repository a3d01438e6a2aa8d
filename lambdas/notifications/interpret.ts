/** What a NOTIFICATION REQUEST says, notification by notification (contract NOT-1, NOT-2, TRAP-6). Pure. */
import * as z from 'zod/mini';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { canonicalJson, contentId, hasInexactNumber } from './canonical.ts';
import { isTimeStamp } from './time-stamp.ts';

/** DynamoDB's limit for a sort key, in bytes. */
const KEY_BYTES = 1024;

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
    z.refine((text) => text.isWellFormed() && Buffer.byteLength(text) <= KEY_BYTES),
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
export interface Uninterpreted {
  readonly kind: 'QUARANTINE';
  readonly eventId: string;
  readonly reason: string;
  readonly receivedAt: number;
  readonly text: string;
}
export type Interpreted = JobNotification | ImageNotification | Uninterpreted;

/** A journal entry, as far as it is read here. */
export interface Source {
  readonly groupId: string;
  readonly text: string;
  readonly receivedAt: number;
}

const aside = (source: Source, reason: string, text: string): Uninterpreted => ({
  kind: 'QUARANTINE',
  eventId: contentId(source.groupId, 'QUARANTINE', text),
  reason,
  receivedAt: source.receivedAt,
  text,
});

/** A part's text for the quarantine; what cannot be written down again as it came is kept as the whole message. */
const textOf = (value: unknown, source: Source): string => {
  try {
    return hasInexactNumber(value) ? source.text : JSON.stringify(value);
  } catch {
    return source.text;
  }
};

const interpretItem = (source: Source, timeStamp: number, object: string, item: unknown): Interpreted => {
  if (hasInexactNumber(item)) return aside(source, 'inexact-number', source.text);
  const content = canonicalJson(item);
  const { receivedAt } = source;
  const said = { eventId: contentId(source.groupId, object, content), timeStamp, receivedAt, content };
  if (object === 'JOB') {
    const job = jobSchema.safeParse(item);
    return job.success
      ? { kind: 'JOB', jobId: job.data.jobId, ...said }
      : aside(source, 'not-a-job', content);
  }
  if (object === 'IMAGE') {
    const image = imageSchema.safeParse(item);
    return image.success
      ? { kind: 'IMAGE', backupId: image.data.backupId, ...said }
      : aside(source, 'not-an-image', content);
  }
  return aside(source, 'unknown-object', textOf({ object, item }, source));
};

const interpretGroup = (source: Source, timeStamp: number, group: unknown): Interpreted[] => {
  const parsed = groupedSchema.safeParse(group);
  if (!parsed.success) return [aside(source, 'no-data-array', textOf(group, source))];
  return parsed.data.data.map((item) => {
    try {
      return interpretItem(source, timeStamp, parsed.data.object, item);
    } catch {
      // Nesting too deep for the stack is the one known cause; the neighbours must not pay for it.
      return aside(source, 'cannot-be-read', textOf(item, source));
    }
  });
};

/** Everything that a journal entry says. Never throws, and leaves nothing out. */
export const interpret = (source: Source): Interpreted[] => {
  const parsed = parseMessage(source.text);
  if (!parsed.ok || !isOf(parsed.message, 'NOTIFICATION', 'REQUEST'))
    return [aside(source, 'not-a-notification', source.text)];
  const { timeStamp, payload } = parsed.message;
  if (!isTimeStamp(timeStamp)) return [aside(source, 'no-time-stamp', source.text)];
  if (!Array.isArray(payload)) return [aside(source, 'payload-no-array', source.text)];
  return payload.flatMap((group) => interpretGroup(source, timeStamp, group));
};
