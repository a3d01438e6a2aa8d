/** Interprets a NOTIFICATION REQUEST, notification by notification (contract NOT-1, NOT-2, TRAP-6). Pure. */
import * as z from 'zod/mini';
import { canonicalJson } from '../platform/canonical-json.ts';
import { hasInexactNumber } from '../platform/json-text.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { GATEWAY_MESSAGE_BYTES, utf8Bytes } from '../protocol/limits.ts';
import { timeStampOf } from '../protocol/time-stamp.ts';
import {
  type Interpretation,
  type Notification,
  notificationOf,
  quarantined,
  type RawPart,
  type StoredMessage,
} from './notification.ts';

/** A sort key of DynamoDB has up to 1 024 bytes; in the indexes the time precedes the id. */
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
    // DynamoDB refuses a key with a lone surrogate, and the whole message would never be applied.
    z.refine((text) => text.isWellFormed() && Buffer.byteLength(text) <= BACKUP_ID_BYTES),
  ),
  operationId: z.string().check(z.minLength(1)),
});
const groupedSchema = z.looseObject({ object: z.string(), data: z.array(z.unknown()) });

const wholeMessage = ({ text }: StoredMessage, timeStamp?: number): RawPart =>
  omitUndefined({ part: 'message' as const, text, timeStamp });

/** Whether a text has become larger than a message can be. Numbers like 1e15 grow when they are serialized again. */
const isTooLarge = (text: string): boolean => utf8Bytes(text) > GATEWAY_MESSAGE_BYTES;

/** A part as it is stored; the whole message where serializing the part would change it or is impossible. */
const rawPart = (message: StoredMessage, part: Omit<RawPart, 'text'>, value: unknown): RawPart => {
  try {
    if (hasInexactNumber(value)) return wholeMessage(message, part.timeStamp);
    const text = canonicalJson(value);
    return isTooLarge(text) ? wholeMessage(message, part.timeStamp) : { ...part, text };
  } catch {
    return wholeMessage(message, part.timeStamp);
  }
};

const interpretItem = (
  message: StoredMessage,
  timeStamp: number,
  object: string,
  item: unknown,
): Interpretation => {
  if (hasInexactNumber(item)) return quarantined(message, 'inexact-number', wholeMessage(message, timeStamp));
  const text = canonicalJson(item);
  if (isTooLarge(text)) return quarantined(message, 'cannot-be-stored', wholeMessage(message, timeStamp));
  const { groupId, receivedAt } = message;
  const raw = { part: 'item', object, timeStamp, text } as const;
  const notification = (): Notification => notificationOf(groupId, object, text, { timeStamp, receivedAt });
  if (object === 'JOB') {
    const job = jobSchema.safeParse(item);
    return job.success
      ? { kind: 'JOB', jobId: job.data.jobId, ...notification() }
      : quarantined(message, 'not-a-job', raw);
  }
  if (object === 'IMAGE') {
    const image = imageSchema.safeParse(item);
    return image.success
      ? { kind: 'IMAGE', backupId: image.data.backupId, ...notification() }
      : quarantined(message, 'not-an-image', raw);
  }
  return quarantined(message, 'unknown-object', raw);
};

const interpretGroup = (message: StoredMessage, timeStamp: number, group: unknown): Interpretation[] => {
  const parsed = groupedSchema.safeParse(group);
  if (!parsed.success)
    return [quarantined(message, 'no-data-array', rawPart(message, { part: 'group', timeStamp }, group))];
  const { data } = parsed.data;
  // DynamoDB refuses a lone surrogate.
  const object = parsed.data.object.toWellFormed();
  return data.map((item) => {
    try {
      return interpretItem(message, timeStamp, object, item);
    } catch {
      // Nesting too deep for the stack is the one known cause; the other items must not be lost with this one.
      const raw = rawPart(message, { part: 'item', object, timeStamp }, item);
      return quarantined(message, 'cannot-be-read', raw);
    }
  });
};

/** Every notification of a message. Never throws, and leaves nothing out. */
export const interpret = (message: StoredMessage): Interpretation[] => {
  const parsed = parseMessage(message.text);
  if (!parsed.ok || !isOf(parsed.message, 'NOTIFICATION', 'REQUEST'))
    return [quarantined(message, 'not-a-notification', wholeMessage(message))];
  const timeStamp = timeStampOf(parsed.message.timeStamp);
  if (timeStamp === undefined) return [quarantined(message, 'no-time-stamp', wholeMessage(message))];
  const { payload } = parsed.message;
  if (!Array.isArray(payload))
    return [quarantined(message, 'payload-no-array', wholeMessage(message, timeStamp))];
  return payload.flatMap((group) => interpretGroup(message, timeStamp, group));
};

/** The same for a part that was quarantined. */
export const interpretAgain = (origin: Omit<StoredMessage, 'text'>, raw: RawPart): Interpretation[] => {
  const { part, object = '', timeStamp, text } = raw;
  if (part === 'message' || timeStamp === undefined) return interpret({ ...origin, text });
  const value: unknown = JSON.parse(text);
  const group = part === 'item' ? { object, data: [value] } : value;
  return interpretGroup({ ...origin, text }, timeStamp, group);
};
