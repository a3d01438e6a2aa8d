import type { Slot } from './slots.ts';

/** One message of a client, while it waits and is handled. It stays bytes until its event is made. */
export class Message {
  /** Epoch ms. */
  readonly arrivedAt: number;
  /** The slot of a large message; held until the message has been handled, also in the background. */
  readonly slot: Slot | undefined;
  /** Work that continues after the message has been answered. Never rejects. */
  background: Promise<void> | undefined;
  #body: Buffer | undefined;

  constructor(body: Buffer, arrivedAt: number, slot?: Slot) {
    this.#body = body;
    this.arrivedAt = arrivedAt;
    this.slot = slot;
  }

  /** Bytes of its text. */
  get length(): number {
    return this.#body?.length ?? 0;
  }

  /** Its text. The message keeps no reference, so that a large one is freed when its handler no longer needs it. */
  take(): Buffer {
    const body = this.#body ?? Buffer.alloc(0);
    this.#body = undefined;
    return body;
  }
}
