import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import type { ManagementAnswer } from '../types.ts';
import type { ConnectionFacts } from './events.ts';
import { FrameSizes } from './frames.ts';
import type { WebSocketLimits } from './limits.ts';
import type { Pump } from './pump.ts';

/** Events that may wait before the client is no longer read: a bound on this machine's memory, not one of AWS. */
const WAITING = 64;

/** Close codes for what `ws` itself refuses; everything else it refuses is a protocol error, 1002. */
const CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
};

/** Reasons that API Gateway gives where the client gave none (captured events); the one for 1006 is a guess. */
const REASONS: Readonly<Record<number, string>> = {
  1005: 'Client-side close frame status not set',
  1006: 'Connection closed abnormally',
};

/** One open connection: its limits, what is sent to it, and its end, which is told once. */
export class Connection {
  readonly facts: ConnectionFacts;
  readonly pump: Pump;
  readonly #ws: WebSocket;
  readonly #clock: Clock;
  readonly #limits: WebSocketLimits;
  readonly #onEnd: (code: number, reason: string) => void;
  #lastActiveAt: number;
  #timer: Timer | undefined;
  #ended = false;

  constructor(
    ws: WebSocket,
    socket: Duplex,
    options: {
      readonly facts: ConnectionFacts;
      readonly pump: Pump;
      readonly clock: Clock;
      readonly limits: WebSocketLimits;
      readonly onMessage: (body: string) => void;
      readonly onEnd: (code: number, reason: string) => void;
    },
  ) {
    this.facts = options.facts;
    this.pump = options.pump;
    this.#ws = ws;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#onEnd = options.onEnd;
    this.#lastActiveAt = options.clock.now();
    const sizes = new FrameSizes(options.limits.frameBytes);
    let received = 0;
    let allowed = Number.POSITIVE_INFINITY;
    const watch = (chunk: Buffer) => {
      if (!sizes.exceeds(chunk)) return;
      socket.removeListener('data', watch);
      // Messages before the frame that is too large, in the same chunk even, still count.
      allowed = sizes.messages;
      process.nextTick(() => this.end(1009, ''));
    };
    // Ahead of the listener of `ws`, which has not seen a byte yet.
    socket.prependListener('data', watch);
    ws.on('message', (data: Buffer, isBinary) => {
      if (this.#ended || ++received > allowed) return;
      if (isBinary) return this.end(1003, '');
      this.#lastActiveAt = this.#clock.now();
      options.onMessage(data.toString());
      if (this.pump.length > WAITING) this.#ws.pause();
    });
    ws.on('ping', () => {
      if (this.#limits.pingCountsAsTraffic) this.#lastActiveAt = this.#clock.now();
    });
    ws.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('WS_ERR')) this.end(CLOSE_CODES[error.code] ?? 1002, '');
    });
    ws.on('close', (code, reason) => this.#tell(code, reason.toString() || (REASONS[code] ?? '')));
    this.#watchTime();
  }

  /** Reads on, if the client was held back and its events have been dealt with. */
  drained(): void {
    if (this.#ws.isPaused && this.pump.length <= WAITING / 2) this.#ws.resume();
  }

  /** Sends one text message in one frame. */
  send(body: Buffer | string): void {
    if (this.#ended) return;
    this.#lastActiveAt = this.#clock.now();
    this.#ws.send(body, { binary: false }, () => {});
  }

  /** PostToConnection: 200 says that the gateway has it, not that the client has read it. */
  post(body: Buffer): ManagementAnswer {
    if (body.length > this.#limits.messageBytes) return { status: 413 };
    if (this.#ws.bufferedAmount > this.#limits.clientBufferBytes) return { status: 429 };
    this.send(body);
    return { status: 200 };
  }

  /** GetConnection, with the members as they are on the wire. */
  describe(): ManagementAnswer {
    return {
      status: 200,
      body: {
        connectedAt: new Date(this.facts.connectedAt).toISOString(),
        identity: this.facts.identity,
        lastActiveAt: new Date(this.#lastActiveAt).toISOString(),
      },
    };
  }

  /** Closes from the gateway's side. */
  end(code: number, reason: string): void {
    this.#ws.resume();
    this.#ws.close(code, reason);
    this.#tell(code, reason);
  }

  #tell(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#clock.clearTimeout(this.#timer);
    this.#onEnd(code, reason);
  }

  /** One timer for both limits; traffic only moves a date, so that it costs nothing. */
  #watchTime(): void {
    const { idleMs, lifeMs } = this.#limits;
    const due = () => Math.min(this.facts.connectedAt + lifeMs, this.#lastActiveAt + idleMs);
    this.#timer = this.#clock.setTimeout(() => {
      if (due() <= this.#clock.now()) this.end(1001, 'Going away');
      else this.#watchTime();
    }, due() - this.#clock.now());
  }
}
