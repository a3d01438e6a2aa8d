import type { NotificationKind } from '../../wire/codec.ts';

/** One notification (NOT-2) with the kind that it belongs to (NOT-1). */
export interface Notification {
  readonly notificationType: string;
  readonly object: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A message that is sent unchanged. */
export interface ExactMessage {
  readonly payload: readonly NotificationKind[];
  readonly id?: string;
  /** Has the id of the previous message (TRAP-1), if that quirk is on. */
  readonly sharesId?: boolean;
  /** Any text, sent instead of a message, without an acknowledgement. */
  readonly text?: string;
}

/** An entry of the outbox: one notification, or one exact message. */
export interface Entry {
  /** The earliest time to send it, in epoch ms (PRP-4). */
  readonly dueAt: number;
  readonly content: Notification | ExactMessage;
}

export function isExact(content: Entry['content']): content is ExactMessage {
  return 'payload' in content;
}

/** The unacknowledged notifications of one server group, in order; kept over connections and restarts (NOT-5). */
export class Outbox {
  #entries: Entry[] = [];

  /** Adds an entry; they are sent in the order in which they become due. */
  add(entry: Entry): void {
    const index = this.#entries.findLastIndex(({ dueAt }) => dueAt <= entry.dueAt);
    this.#entries.splice(index + 1, 0, entry);
  }

  get size(): number {
    return this.#entries.length;
  }

  /** The entries of the next message: one exact message, or all due notifications up to `limit`. */
  due(now: number, limit: number): Entry[] {
    const batch: Entry[] = [];
    for (const entry of this.#entries) {
      if (entry.dueAt > now || batch.length >= limit) break;
      if (isExact(entry.content)) return batch.length > 0 ? batch : [entry];
      batch.push(entry);
    }
    return batch;
  }

  remove(entries: Iterable<Entry>): void {
    const removed = new Set(entries);
    this.#entries = this.#entries.filter((entry) => !removed.has(entry));
  }
}

/** A message's payload: one object per kind, each with all notifications of that kind (NOT-1). */
export function toPayload(entries: readonly Entry[]): readonly NotificationKind[] {
  const kinds = new Map<string, { notificationType: string; object: string; data: Notification['data'][] }>();
  for (const { content } of entries) {
    if (isExact(content)) return content.payload;
    const { notificationType, object, data } = content;
    const key = JSON.stringify([notificationType, object]);
    const kind = kinds.get(key) ?? { notificationType, object, data: [] };
    kind.data.push(data);
    kinds.set(key, kind);
  }
  return [...kinds.values()];
}
