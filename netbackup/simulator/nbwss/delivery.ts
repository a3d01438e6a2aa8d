import { encode, type Message } from '../../wire/codec.ts';
import type { Timer } from '../clock.ts';
import type { Connection } from './connection.ts';
import type { ConnectionContext } from './context.ts';
import type { Executor } from './executor.ts';
import { type Entry, isExact, Outbox, toPayload } from './outbox.ts';

/** The events of a delivery. `items` is the number of notifications; `attempt` is 1 for the first one. */
export interface DeliveryListener {
  sent(connection: Connection, message: Message, items: number, bytes: number, attempt: number): void;
  acknowledged(connection: Connection, id: string, items: number, ms: number): void;
  /** An acknowledgement without effect: too late (NOT-4), or repeated. */
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

/** Recent ids, to distinguish a repeated acknowledgement from one without a request. */
const MAX_KNOWN_IDS = 1000;

/** Delivers one server group's notifications: one at a time, resent until acknowledged (NOT-4), also over new connections (NOT-5). */
export class Delivery {
  readonly #context: ConnectionContext;
  readonly #executor: Executor;
  readonly #listener: DeliveryListener;
  readonly #outbox = new Outbox();
  readonly #knownIds = new Set<string>();
  #connection: Connection | undefined;
  #outstanding: Outstanding | undefined;
  /** Unanswered messages of this connection; the nth acknowledgement of an id belongs to its nth message. */
  #unanswered: { id: string; entries: readonly Entry[] }[] = [];
  #previous: { id: string; timeStamp: number } | undefined;
  /** Ends the waiting exchange and frees its thread. */
  #endExchange: (() => void) | undefined;
  #isQueued = false;

  constructor(context: ConnectionContext, executor: Executor, listener: DeliveryListener) {
    this.#context = context;
    this.#executor = executor;
    this.#listener = listener;
  }

  /** The number of unacknowledged notifications, including those in flight. */
  get pending(): number {
    return this.#outbox.size;
  }

  add(entry: Entry): void {
    this.#outbox.add(entry);
  }

  attach(connection: Connection): void {
    this.#connection = connection;
    this.#unanswered = [];
  }

  detach(): void {
    this.#connection = undefined;
    this.#endExchange?.();
  }

  /** Resets the message in flight, like a restart of NBWSS; its notifications are sent in new messages. */
  reset(): void {
    this.detach();
    this.#outstanding = undefined;
    this.#previous = undefined;
  }

  /** Sends the next message, if any (PRP-3). */
  tick(): void {
    if (!this.#connection || this.#endExchange || this.#isQueued) return;
    this.#isQueued = true;
    this.#executor.submit((done) => {
      this.#isQueued = false;
      this.#exchange(done);
    });
  }

  /** Handles a NOTIFICATION RESPONSE. False when its id was never sent (ENV-4). */
  acknowledge(connection: Connection, id: string): boolean {
    const index = this.#unanswered.findIndex((sent) => sent.id === id);
    const [sent] = index < 0 ? [] : this.#unanswered.splice(index, 1);
    if (!sent) {
      if (this.#knownIds.has(id)) this.#listener.ignored(connection, id, 'already acknowledged');
      return this.#knownIds.has(id);
    }
    const outstanding = this.#outstanding;
    const isOpen = outstanding?.entries.some((entry) => sent.entries.includes(entry)) ?? false;
    if (!outstanding || !isOpen) {
      this.#listener.ignored(connection, id, 'already acknowledged');
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
    const isComplete = outstanding.entries.length === 0;
    if (isComplete) this.#outstanding = undefined;
    this.#listener.acknowledged(connection, outstanding.id, countItems(entries), ms);
    const end = this.#endExchange;
    if (!end || !isComplete) return;
    end();
    this.tick();
  }

  #exchange(done: () => void): void {
    const connection = this.#connection;
    if (!connection) {
      done();
      return;
    }
    const outstanding = this.#outstanding ? this.#prepareResend(this.#outstanding) : this.#next(connection);
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

  /** The unacknowledged message, changed by the assumptions about resends. */
  #prepareResend(outstanding: Outstanding): Outstanding {
    const { assumptions, clock } = this.#context;
    if (assumptions.resendId === 'new') outstanding.id = this.#context.newId();
    if (assumptions.resendTimeStamp === 'new') outstanding.timeStamp = this.#context.timeStamp();
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
      const timeStamp = this.#context.timeStamp();
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
