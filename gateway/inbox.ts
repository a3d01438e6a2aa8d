import type { Activity } from './activity.ts';
import type { Clock } from './clock.ts';
import { BUSY, type Close, FRAGMENTED, STALLED, tooLarge } from './close.ts';
import { bytesRead, type FrameHead, type FrameWatch, watchFrames } from './frames.ts';
import { type Job, JobQueue, type QueueOptions } from './job-queue.ts';
import type { WebSocketLimits } from './limits.ts';
import { Message } from './message.ts';
import { watchProgress } from './progress.ts';
import type { Slot, Slots } from './slots.ts';
import type { GatewaySocket } from './socket.ts';
import type { GatewayCount } from './types.ts';

/** What the inboxes of all connections share. */
export interface InboxShared {
  readonly limits: WebSocketLimits;
  readonly clock: Clock;
  readonly queue: QueueOptions;
  readonly slots: Slots;
  readonly activity: Activity;
  /** How much input of clients that have not been accepted is kept; bytes. */
  readonly unauthenticated: { bytes: number };
  readonly count: (metric: GatewayCount) => void;
}

/** The connection of an inbox. */
export interface InboxOwner {
  /** Whether the client may send large messages. */
  readonly accepted: boolean;
  readonly ended: boolean;
  end(close: Close): void;
  /** Its socket is read again. */
  active(): void;
  handle(message: Message): Promise<void>;
  /** A message has been handled. */
  settled(): void;
}

/** What a frame or a message needs beside its bytes. */
const OVERHEAD_BYTES = 256;
/** What a stranger may have sent even when all of them have sent too much: a CONNECT. In small frames or messages more is not less. */
const OWN_BYTES = 4096 + OVERHEAD_BYTES;

/** The messages of one connection from their first frame until they have been handled, in bounded memory. */
export class Inbox implements FrameWatch {
  readonly #ws: GatewaySocket;
  readonly #owner: InboxOwner;
  readonly #shared: InboxShared;
  readonly #queue: JobQueue;
  /** Of the message that is arriving. */
  #arrivingBytes = 0;
  #slot: Slot | undefined;
  #stopWatching: (() => void) | undefined;
  #waitingBytes = 0;
  #handledBytes = 0;
  /** Part of `unauthenticated.bytes`. */
  #chargedBytes = 0;
  #inBackground = 0;
  #isDropped = false;
  #pauses = 0;

  constructor(ws: GatewaySocket, owner: InboxOwner, shared: InboxShared) {
    this.#ws = ws;
    this.#owner = owner;
    this.#shared = shared;
    this.#queue = new JobQueue(shared.queue);
    watchFrames(ws, this);
  }

  /** Whether a message is arriving, waits or is being handled. */
  get busy(): boolean {
    return this.#arrivingBytes > 0 || this.#queue.size > 0 || this.#inBackground > 0;
  }

  get arrivingBytes(): number {
    return this.#arrivingBytes;
  }

  arriving({ frameBytes, messageBytes, fragments }: FrameHead): number | undefined {
    const { limits, count, unauthenticated } = this.#shared;
    const { accepted, ended } = this.#owner;
    if (ended) return 1000;
    const maxBytes = accepted
      ? limits.messageBytes
      : Math.min(limits.messageBytes, limits.unauthenticatedMessageBytes);
    if (messageBytes > maxBytes || frameBytes > limits.frameBytes) {
      count('MessageTooLarge');
      const what =
        messageBytes > maxBytes ? tooLarge('Message', maxBytes) : tooLarge('Frame', limits.frameBytes);
      return this.#refuse(what);
    }
    this.#arrivingBytes = messageBytes + (fragments + 1) * OVERHEAD_BYTES;
    this.#charge();
    if (unauthenticated.bytes > limits.unauthenticatedBytes && this.#chargedBytes > OWN_BYTES)
      return this.#refuse(BUSY);
    if (this.#arrivingBytes <= limits.slotBytes + OVERHEAD_BYTES || this.#slot) return undefined;
    if (!accepted) return this.#refuse(FRAGMENTED);
    this.#takeSlot();
    return undefined;
  }

  /** Queues a whole message. */
  received(body: Buffer): void {
    const { clock, activity } = this.#shared;
    const message = new Message(body, clock.now(), this.#slot);
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#slot = undefined;
    this.#arrivingBytes = 0;
    const bytes = body.length + OVERHEAD_BYTES;
    this.#waitingBytes += bytes;
    const done = activity.begin();
    this.#queue.add(async () => {
      this.#waitingBytes -= bytes;
      this.#handledBytes += bytes;
      this.#flow();
      if (this.#isDropped) message.slot?.release();
      else await this.#run(message);
      this.#handledBytes -= bytes;
      this.#charge();
      done();
    });
    this.#charge();
    this.#flow();
  }

  /** Queues what follows the last message. */
  last(job: Job): void {
    this.#queue.add(job);
  }

  /**
   * The connection has ended: nothing more is received, and what has arrived of a message is not kept.
   * @param drops whether the messages that wait are not handled either: a stranger who was disconnected costs nothing more
   */
  close(drops: boolean): void {
    this.#isDropped = drops;
    this.#stopWatching?.();
    this.#slot?.release();
    this.#slot = undefined;
    this.#arrivingBytes = 0;
    this.#charge();
    this.#flow();
  }

  async #run(message: Message): Promise<void> {
    await this.#owner.handle(message);
    // The rest of a large message is stored behind its answer; that does not delay the next message.
    this.#inBackground += 1;
    const settle = () => {
      message.slot?.release();
      this.#inBackground -= 1;
      // Behind the end of this job.
      setImmediate(() => {
        this.#flow();
        this.#owner.settled();
      });
    };
    if (!message.background) settle();
    else this.#shared.activity.during(message.background).then(settle);
    setImmediate(() => this.#flow());
  }

  #takeSlot(): void {
    const { slots, count, clock, limits } = this.#shared;
    const watch = () => {
      const state = () => ({ bytes: bytesRead(this.#ws), pauses: this.#pauses, paused: this.#ws.isPaused });
      this.#stopWatching = watchProgress(clock, limits, state, () => this.#owner.end(STALLED));
    };
    const slot = slots.request(() => {
      // A message whose last frame came in the same chunk was complete before: nothing more of it arrives.
      if (this.#slot !== slot) return;
      this.#flow();
      watch();
    });
    this.#slot = slot;
    if (slot.held) {
      watch();
      return;
    }
    count('SlotWait');
    this.#flow();
  }

  /** Stops and starts reading from the socket. Pings are not read then either. */
  #flow(): void {
    const waitsForSlot = this.#slot !== undefined && !this.#slot.held;
    const isFull = this.#queue.running > 0 && this.#waitingBytes > this.#shared.limits.waitingBytes;
    const pause = !this.#owner.ended && (waitsForSlot || isFull);
    if (pause === this.#ws.isPaused) return;
    if (pause) {
      this.#pauses += 1;
      this.#ws.pause();
    } else {
      this.#owner.active();
      this.#ws.resume();
    }
  }

  #charge(): void {
    const { unauthenticated } = this.#shared;
    const now = this.#owner.accepted ? 0 : this.#arrivingBytes + this.#waitingBytes + this.#handledBytes;
    unauthenticated.bytes += now - this.#chargedBytes;
    this.#chargedBytes = now;
  }

  #refuse(close: Close): number {
    this.#owner.end(this.#shared.limits.closeReasons ? close : { ...close, reason: '' });
    return close.code;
  }
}
