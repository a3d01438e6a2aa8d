/** Interprets one object of a payload, notification by notification (contract NOT-1, NOT-2, TRAP-6). Pure. */
import * as z from 'zod/mini';
import type { QuarantineReason } from '../platform/bus/enumerations.ts';
import { canonical, canonicalJson } from '../platform/canonical-json.ts';
import { hasInexactNumber } from '../platform/json-text.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { GATEWAY_MESSAGE_BYTES, utf8Bytes } from '../protocol/limits.ts';
import {
  type ImageNotification,
  INFO,
  type JobNotification,
  type Notification,
  notificationOf,
  type RawPart,
  rawType,
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
    // DynamoDB refuses a key with a lone surrogate, so the message could never be applied.
    z.refine((text) => text.isWellFormed() && Buffer.byteLength(text) <= BACKUP_ID_BYTES),
  ),
  operationId: z.string().check(z.minLength(1)),
});
const groupedSchema = z.looseObject({ object: z.string(), data: z.array(z.unknown()) });
/** The members that a group of notifications has in common. */
interface Kind {
  readonly object: string;
  readonly notificationType: string;
}

/** What could not be interpreted, and why. It has no `eventId` yet, since computing many for one message is expensive. */
export interface Rejected {
  readonly kind: 'REJECTED';
  readonly reason: QuarantineReason;
  readonly raw: RawPart;
}
export type ReadItem = JobNotification | ImageNotification | Rejected;

export const rejected = (reason: QuarantineReason, raw: RawPart): Rejected => ({
  kind: 'REJECTED',
  reason,
  raw,
});

export const wholeMessage = ({ text }: StoredMessage, timeStamp?: number): RawPart =>
  omitUndefined({ part: 'message' as const, text, timeStamp });

/** Whether a text has become larger than a message can be. Numbers like 1e15 grow when they are serialized again. */
const isTooLarge = (text: string): boolean => utf8Bytes(text) > GATEWAY_MESSAGE_BYTES;

/** The text to store for a part: the whole message if serializing the part would change it or is impossible. */
const rawPart = (message: StoredMessage, part: Omit<RawPart, 'text'>, value: unknown): RawPart => {
  try {
    if (hasInexactNumber(value)) return wholeMessage(message, part.timeStamp);
    const text = canonicalJson(value);
    return isTooLarge(text) ? wholeMessage(message, part.timeStamp) : { ...part, text };
  } catch {
    return wholeMessage(message, part.timeStamp);
  }
};

const readItem = (
  message: StoredMessage,
  timeStamp: number,
  { object, notificationType }: Kind,
  item: unknown,
): ReadItem => {
  if (hasInexactNumber(item)) return rejected('inexact-number', wholeMessage(message, timeStamp));
  const sorted = canonical(item as Notification['content']);
  const { text } = sorted;
  if (isTooLarge(text)) return rejected('cannot-be-stored', wholeMessage(message, timeStamp));
  const { groupId, receivedAt } = message;
  const raw: RawPart = { part: 'item', object, timeStamp, text, ...rawType(notificationType) };
  const notification = (): Notification =>
    notificationOf(groupId, object, sorted, { timeStamp, receivedAt }, notificationType);
  if (object === 'JOB') {
    const job = jobSchema.safeParse(item);
    return job.success
      ? { kind: 'JOB', jobId: job.data.jobId, ...notification() }
      : rejected('not-a-job', raw);
  }
  if (object === 'IMAGE') {
    const image = imageSchema.safeParse(item);
    return image.success
      ? { kind: 'IMAGE', backupId: image.data.backupId, ...notification() }
      : rejected('not-an-image', raw);
  }
  return rejected('unknown-object', raw);
};

/** The `notificationType` as text; undefined if it is nested too deep. */
const readType = (given: unknown): string | undefined => {
  const type = given ?? INFO;
  try {
    return (typeof type === 'string' ? type : canonicalJson(type)).toWellFormed();
  } catch {
    return undefined;
  }
};

/** Yields one after the other: a reader that has enough causes no more work. */
export function* readGroup(
  message: StoredMessage,
  timeStamp: number,
  group: unknown,
): Generator<ReadItem, void> {
  const parsed = groupedSchema.safeParse(group);
  if (!parsed.success) {
    yield rejected('no-data-array', rawPart(message, { part: 'group', timeStamp }, group));
    return;
  }
  // DynamoDB refuses a lone surrogate.
  const object = parsed.data.object.toWellFormed();
  const notificationType = readType(parsed.data['notificationType']);
  if (notificationType === undefined) {
    yield rejected('cannot-be-read', rawPart(message, { part: 'group', timeStamp }, group));
    return;
  }
  for (const item of parsed.data.data) {
    let read: ReadItem;
    try {
      read = readItem(message, timeStamp, { object, notificationType }, item);
    } catch {
      // Nesting too deep for the stack is the one known cause; the other items must not be lost with this one.
      read = rejected(
        'cannot-be-read',
        rawPart(message, { part: 'item', object, timeStamp, ...rawType(notificationType) }, item),
      );
    }
    yield read;
  }
}
