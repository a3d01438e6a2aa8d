/** The view of stored notifications, one by one. */
import { isoTime } from '../platform/clock.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { interpret } from './interpret.ts';
import type { Interpretation, StoredMessage } from './notification.ts';

/** One notification as NetBackup sent it. A notification that is sent again has the same `eventId`. */
export interface EventView {
  readonly [field: string]: unknown;
  readonly eventId: string;
  readonly groupId: string;
  /** JOB, IMAGE, or another kind that NetBackup named; absent where it could not be read. */
  readonly object?: string;
  readonly receivedAt: string;
  /** When NetBackup sent the message. */
  readonly reportedAt?: string;
  /** The notification, if it could be interpreted. */
  readonly notification?: unknown;
  /** If it could not be interpreted: the reason, and its text. */
  readonly reason?: string;
  readonly text?: string;
}

const viewOf = (groupId: string, one: Interpretation): EventView => {
  const { eventId, timeStamp } = one;
  const common = omitUndefined({
    eventId,
    groupId,
    receivedAt: isoTime(one.receivedAt),
    reportedAt: timeStamp === undefined ? undefined : isoTime(timeStamp * 1000),
  });
  if (one.kind === 'QUARANTINE') {
    const { object, reason, text } = one;
    return { ...common, ...omitUndefined({ object }), reason, text };
  }
  return { ...common, object: one.kind, notification: one.content };
};

/** The message that was viewed last, with its events: a reader with small pages comes back to it for each page. */
let latest: { readonly message: StoredMessage; readonly events: readonly EventView[] } | undefined;

const isSame = (one: StoredMessage, other: StoredMessage): boolean =>
  one.groupId === other.groupId && one.receivedAt === other.receivedAt && one.text === other.text;

/** The notifications of one message, in its order. A repeated one is one event. */
export const eventsOf = ({ groupId, receivedAt, text }: StoredMessage): readonly EventView[] => {
  const message = { groupId, receivedAt, text };
  if (latest && isSame(latest.message, message)) return latest.events;
  const distinct = new Map(interpret(message).map((one) => [one.eventId, one]));
  const events = [...distinct.values()].map((one) => viewOf(groupId, one));
  latest = { message, events };
  return events;
};
