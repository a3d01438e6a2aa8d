/** The stored notifications themselves, one by one. Pure. */
import { isoTime } from '../platform/clock.ts';
import { type Interpreted, interpret } from './interpret.ts';
import type { JournalEntry } from './journal-store.ts';

/** One notification as NetBackup sent it. The same one sent again has the same `eventId`. */
export interface EventView {
  readonly [field: string]: unknown;
  readonly eventId: string;
  readonly groupId: string;
  /** JOB, IMAGE, or what NetBackup named; absent where it could not be read. */
  readonly object?: string;
  readonly receivedAt: string;
  /** When NetBackup sent the message. */
  readonly reportedAt?: string;
  /** The notification, where it could be interpreted. */
  readonly notification?: unknown;
  /** Why it could not, and the text of it. */
  readonly reason?: string;
  readonly text?: string;
}

const viewOf = (groupId: string, said: Interpreted): EventView => {
  const { eventId, timeStamp } = said;
  const common = {
    eventId,
    groupId,
    receivedAt: isoTime(said.receivedAt),
    ...(timeStamp === undefined ? {} : { reportedAt: isoTime(timeStamp * 1000) }),
  };
  if (said.kind === 'QUARANTINE') {
    const { object, reason, text } = said;
    return { ...common, ...(object === undefined ? {} : { object }), reason, text };
  }
  return { ...common, object: said.kind, notification: JSON.parse(said.content) };
};

/** What one message says, in its own order. What it says several times is one event. */
export const eventsOf = (entry: JournalEntry): EventView[] => {
  const distinct = new Map(interpret(entry).map((said) => [said.eventId, said]));
  return [...distinct.values()].map((said) => viewOf(entry.groupId, said));
};
