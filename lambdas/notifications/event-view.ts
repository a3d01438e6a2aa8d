/** The view of stored notifications, one by one. */
import { isoTime } from '../platform/clock.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { interpret } from './interpret.ts';
import type { Interpretation, StoredMessage } from './notification.ts';

/** As the API shows it, whose schema it is compared with. The same notification sent again has the same `eventId`. */
export type EventView = ReturnType<typeof viewOf>;

const viewOf = (groupId: string, one: Interpretation) => {
  const { eventId, timeStamp } = one;
  const { object, reason, text, notification } =
    one.kind === 'QUARANTINE'
      ? { ...one, notification: undefined }
      : { object: one.kind, notification: one.content };
  return omitUndefined({
    eventId,
    groupId,
    receivedAt: isoTime(one.receivedAt),
    reportedAt: timeStamp === undefined ? undefined : isoTime(timeStamp * 1000),
    object,
    reason,
    text,
    notification,
  });
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
