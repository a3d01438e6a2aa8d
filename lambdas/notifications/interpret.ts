/** Interprets a NOTIFICATION REQUEST within bounds, so that no message causes an unlimited amount of work. Pure. */
import type { QuarantineReason } from '../platform/bus/enumerations.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { timeStampOf } from '../protocol/time-stamp.ts';
import { type ReadItem, readGroup, rejected, wholeMessage } from './interpret-item.ts';
import { type Interpretation, quarantined, type RawPart, type StoredMessage } from './notification.ts';

export interface Limits {
  /** How many notifications of a message are interpreted. */
  readonly notifications: number;
  /** How many are quarantined one by one. With more, the message is quarantined once, as a whole. */
  readonly rejected: number;
}
/** Jobs have about 290 bytes and images 150 or more, so the largest message, 128 KB, has at most 900. */
export const LIMITS: Limits = { notifications: 1_000, rejected: 100 };

interface Readable {
  /** What is quarantined if there are too many notifications. */
  readonly whole: RawPart;
  readonly items: Iterable<ReadItem>;
}

function* readPayload(
  message: StoredMessage,
  timeStamp: number,
  payload: readonly unknown[],
): Generator<ReadItem, void> {
  for (const group of payload) yield* readGroup(message, timeStamp, group);
}

const readable = (message: StoredMessage): Readable => {
  const refused = (reason: QuarantineReason, whole: RawPart) => ({ whole, items: [rejected(reason, whole)] });
  const parsed = parseMessage(message.text);
  if (!parsed.ok || !isOf(parsed.message, 'NOTIFICATION', 'REQUEST'))
    return refused('not-a-notification', wholeMessage(message));
  const timeStamp = timeStampOf(parsed.message.timeStamp);
  if (timeStamp === undefined) return refused('no-time-stamp', wholeMessage(message));
  const whole = wholeMessage(message, timeStamp);
  const { payload } = parsed.message;
  if (!Array.isArray(payload)) return refused('payload-no-array', whole);
  return { whole, items: readPayload(message, timeStamp, payload) };
};

const bounded = (
  origin: Omit<StoredMessage, 'text'>,
  { whole, items }: Readable,
  limits: Limits,
): Interpretation[] => {
  const read: ReadItem[] = [];
  let count = 0;
  let rejections = 0;
  let tooMany: QuarantineReason | undefined;
  for (const item of items) {
    if (count === limits.notifications) {
      tooMany = 'too-many-notifications';
      break;
    }
    count += 1;
    if (item.kind === 'REJECTED') rejections += 1;
    if (item.kind !== 'REJECTED' || rejections <= limits.rejected) read.push(item);
  }
  const isFlood = rejections > limits.rejected;
  if (isFlood) tooMany ??= 'too-many-not-interpretable';
  const all = read.flatMap((item): Interpretation[] => {
    if (item.kind !== 'REJECTED') return [item];
    return isFlood ? [] : [quarantined(origin, item.reason, item.raw)];
  });
  return tooMany ? [...all, quarantined(origin, tooMany, whole)] : all;
};

/**
 * The notifications of a message. Never throws, and leaves nothing out: if there are too many, the last one is the whole
 * message, quarantined.
 */
export const interpret = (message: StoredMessage, limits = LIMITS): Interpretation[] =>
  bounded(message, readable(message), limits);

const ALL: Limits = { ...LIMITS, notifications: Number.POSITIVE_INFINITY };

/** The same without bounds: for work that only an operator starts. */
export const interpretAll = (message: StoredMessage): Interpretation[] => interpret(message, ALL);

/** The same for a quarantined part. */
export const interpretAgain = (origin: Omit<StoredMessage, 'text'>, raw: RawPart): Interpretation[] => {
  const { part, object = '', timeStamp, text, notificationType } = raw;
  const message = { ...origin, text };
  if (part === 'message' || timeStamp === undefined) return interpretAll(message);
  const value: unknown = JSON.parse(text);
  const group = part === 'item' ? { object, notificationType, data: [value] } : value;
  const items = readGroup(message, timeStamp, group);
  return bounded(origin, { whole: raw, items }, ALL);
};

/** Whether it is a message of which a part was applied: its other notifications follow when it is replayed. */
export const isAppliedInPart = (reason: QuarantineReason): boolean =>
  reason === 'too-many-notifications' || reason === 'too-many-not-interpretable';
