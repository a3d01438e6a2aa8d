import { encode, type Message } from '../../wire/codec.ts';
import type { Timer } from '../clock.ts';
import type { Connection } from './connection.ts';
import type { ConnectionContext } from './context.ts';
import type { Executor } from './executor.ts';
import { type Entry, isExact, Outbox, toPayload } from './outbox.ts';

/** What a delivery tells. `items` counts notifications; `attempt` is 1 for the first sending. */
export interface DeliveryListener {
  sent(connection: Connection, message: Message, items: number, bytes: number, attempt: number): void;
  acknowledged(connection: Connection, id: string, items: number, ms: number): void;
  /** An acknowledgement that changed nothing: too late (NOT-4), or one more of the same. */
  ignored(connection: Connection, id: string, why: string): void;
}

interface Outstanding {
  id: string;
  timeStamp: number;
  entries: Entry[];
  attempts: number;
  sentAt: number;
  isExact: boolean;
}

/** Remembered ids, so that a repeated acknowledgement is told from an answer to nobody. */
const MAX_KNOWN_IDS = 1000;

/** Delivers one server group's notifications: one at a time, again until acknowledged (NOT-4), whatever happens (NOT-5). */
export class Delivery {
  readonly #context: ConnectionContext;
  readonly #executor: Executor;
  readonly #listener: DeliveryListener;
  readonly #outbox = new Outbox();
  readonly #knownIds = new Set<string>();
  #connection: Connection | undefined;
  #outstanding: Outstanding | undefined;
  /** What went out on this connection and has no answer yet; the nth acknowledgement of an id answers its nth sending. */
  #unanswered: { id: string; entries: readonly Entry[] }[] = [];
  #previous: { id: string; timeStamp: number } | undefined;
  /** Ends the exchange that is waiting; its thread is free again. */
  #endExchange: (() => void) | undefined;
  #isQueued = false;

  constructor(context: ConnectionContext, executor: Executor, listener: DeliveryListener) {
    this.#context = context;
    this.#executor = executor;
    this.#listener = listener;
  }

  /** Notifications not yet acknowledged, those in flight included. */
  get pending(): number {
    return this.#outbox.size;
  }

  add(content: Entry['content'], dueAt: number): void {
    this.#outbox.add({ content, dueAt });
  }

  attach(connection: Connection): void {
    this.#connection = connection;
    this.#unanswered = [];
  }

  detach(): void {
    this.#connection = undefined;
    this.#endExchange?.();
  }

  /** Forgets what is in flight, as a restart of NBWSS does; the notifications stay and are batched anew. */
  forget(): void {
    this.detach();
    this.#outstanding = undefined;
    this.#previous = undefined;
  }

  /** One look for notifications (PRP-3). */
  tick(): void {
    if (!this.#connection || this.#endExchange || this.#isQueued) return;
    this.#isQueued = true;
    this.#executor.submit((done) => {
      this.#isQueued = false;
      this.#exchange(done);
    });
  }

  /** Takes a NOTIFICATION RESPONSE. False when its id was never sent: an answer to nobody (ENV-4). */
  acknowledge(connection: Connection, id: string): boolean {
    const index = this.#unanswered.findIndex((sent) => sent.id === id);
    const [sent] = index < 0 ? [] : this.#unanswered.splice(index, 1);
    if (!sent) {
      if (this.#knownIds.has(id)) this.#listener.ignored(connection, id, 'acknowledged already');
      return this.#knownIds.has(id);
    }
    const outstanding = this.#outstanding;
    const isOpen = outstanding?.entries.some((entry) => sent.entries.includes(entry)) ?? false;
    if (!outstanding || !isOpen) {
      this.#listener.ignored(connection, id, 'acknowledged already');
    } else if (!this.#endExchange && this.#context.assumptions.lateAcknowledgement === 'ignored') {
      this.#listener.ignored(connection, id, 'too late (NOT-4)');
    } else {
      this.#confirm(connection, outstanding, sent.entries);
    }
    return true;
  }

  #confirm(connection: Connection, outstanding: Outstanding, entries: readonly Entry[]): void {
    this.#outbox.remove(entries);
    outstanding.entries = outstanding.entries.filter((entry) => !entries.includes(entry));
    const ms = this.#context.clock.now() - outstanding.sentAt;
    const isWhole = outstanding.entries.length === 0;
    if (isWhole) this.#outstanding = undefined;
    this.#listener.acknowledged(connection, outstanding.id, countItems(entries), ms);
    const end = this.#endExchange;
    if (!end || !isWhole) return;
    end();
    this.tick();
  }

  #exchange(done: () => void): void {
    const connection = this.#connection;
    if (!connection) {
      done();
      return;
    }
    const outstanding = this.#outstanding ? this.#again(this.#outstanding) : this.#next(connection);
    if (!outstanding) {
      done();
      return;
    }
    const { clock, properties } = this.#context;
    let timer: Timer | undefined;
    this.#endExchange = () => {
      clock.clearTimeout(timer);
      this.#endExchange = undefined;
      done();
    };
    timer = clock.setTimeout(() => this.#endExchange?.(), properties.sendTimeoutMs);
    this.#send(connection, outstanding);
  }

  #send(connection: Connection, outstanding: Outstanding): void {
    const { id, timeStamp, entries } = outstanding;
    outstanding.attempts++;
    outstanding.sentAt = this.#context.clock.now();
    this.#previous = { id, timeStamp };
    this.#remember(id);
    this.#unanswered.push({ id, entries: [...entries] });
    if (this.#unanswered.length > MAX_KNOWN_IDS) this.#unanswered.shift();
    const message: Message = {
      version: '1.0',
      id,
      type: 'NOTIFICATION',
      subType: 'REQUEST',
      timeStamp,
      payload: toPayload(entries),
    };
    const text = encode(message);
    const bytes = Buffer.byteLength(text);
    this.#listener.sent(connection, message, countItems(entries), bytes, outstanding.attempts);
    connection.send(message, text);
  }

  /** The message that was not acknowledged, as the assumptions let it be sent again. */
  #again(outstanding: Outstanding): Outstanding {
    const { assumptions, clock } = this.#context;
    if (assumptions.resendId === 'new') outstanding.id = this.#context.newId();
    if (assumptions.resendTimeStamp === 'new') outstanding.timeStamp = this.#context.stamp();
    if (assumptions.resendBatch === 'merged' && !outstanding.isExact) {
      const due = this.#outbox.due(clock.now(), assumptions.batchLimit);
      if (due.length > outstanding.entries.length) outstanding.entries = due;
    }
    return outstanding;
  }

  #next(connection: Connection): Outstanding | undefined {
    const { assumptions, clock, quirks } = this.#context;
    for (;;) {
      let entries = this.#outbox.due(clock.now(), assumptions.batchLimit);
      const first = entries[0]?.content;
      if (!first) return undefined;
      const timeStamp = this.#context.stamp();
      if (!isExact(first)) {
        if (quirks.repeatedIds) entries = entries.filter(({ content }) => sameKind(content, first));
        const isSameSecond = quirks.repeatedIds && this.#previous?.timeStamp === timeStamp;
        const id = (isSameSecond && this.#previous?.id) || this.#context.newId();
        this.#outstanding = { id, timeStamp, entries, attempts: 0, sentAt: 0, isExact: false };
        return this.#outstanding;
      }
      if (first.text === undefined) {
        const shared = first.sharesId && quirks.repeatedIds ? this.#previous?.id : undefined;
        const id = first.id ?? shared ?? this.#context.newId();
        this.#outstanding = { id, timeStamp, entries, attempts: 0, sentAt: 0, isExact: true };
        return this.#outstanding;
      }
      this.#outbox.remove(entries);
      connection.sendText(first.text);
    }
  }

  #remember(id: string): void {
    this.#knownIds.delete(id);
    this.#knownIds.add(id);
    const [oldest] = this.#knownIds;
    if (this.#knownIds.size > MAX_KNOWN_IDS && oldest !== undefined) this.#knownIds.delete(oldest);
  }
}

function sameKind(content: Entry['content'], other: Entry['content']): boolean {
  if (isExact(content) || isExact(other)) return false;
  return content.object === other.object && content.notificationType === other.notificationType;
}

function countItems(entries: readonly Entry[]): number {
  return toPayload(entries).reduce((sum, kind) => sum + (Array.isArray(kind.data) ? kind.data.length : 0), 0);
}
