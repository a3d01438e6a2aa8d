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

interface ConnectionOptions {
  readonly facts: ConnectionFacts;
  readonly pump: Pump;
  readonly clock: Clock;
  readonly limits: WebSocketLimits;
  readonly onMessage: (body: string) => void;
  /** Told once. */
  readonly onEnd: (code: number, reason: string) => void;
}

export type Connection = ReturnType<typeof createConnection>;

/** One open connection: its limits, what is sent to it, and its end. */
export function createConnection(ws: WebSocket, socket: Duplex, options: ConnectionOptions) {
  const { facts, pump, clock, limits, onMessage, onEnd } = options;
  const sizes = new FrameSizes(limits.frameBytes);
  let received = 0;
  let allowed = Number.POSITIVE_INFINITY;
  let lastActiveAt = clock.now();
  let timer: Timer;
  let ended = false;

  const watchFrames = (chunk: Buffer): void => {
    if (!sizes.exceeds(chunk)) return;
    socket.removeListener('data', watchFrames);
    // Messages before the frame that is too large, in the same chunk even, still count.
    allowed = sizes.messages;
    process.nextTick(() => end(1009));
  };
  // Ahead of the listener of `ws`, which has not seen a byte yet.
  socket.prependListener('data', watchFrames);
  ws.on('message', (data: Buffer, isBinary) => {
    received += 1;
    if (ended || received > allowed) return;
    if (isBinary) return end(1003);
    lastActiveAt = clock.now();
    onMessage(data.toString());
    if (pump.length > WAITING) ws.pause();
  });
  ws.on('ping', () => {
    if (limits.pingCountsAsTraffic) lastActiveAt = clock.now();
  });
  ws.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    if (code.startsWith('WS_ERR')) end(CLOSE_CODES[code] ?? 1002);
  });
  ws.on('close', (code, reason) => tell(code, reason.toString() || (REASONS[code] ?? '')));
  watchTime();

  /** One timer for both limits; traffic only moves a date, so that it costs nothing. */
  function watchTime(): void {
    const due = () => Math.min(facts.connectedAt + limits.lifeMs, lastActiveAt + limits.idleMs);
    timer = clock.setTimeout(() => {
      if (due() <= clock.now()) end(1001, 'Going away');
      else watchTime();
    }, due() - clock.now());
  }

  function tell(code: number, reason: string): void {
    if (ended) return;
    ended = true;
    clock.clearTimeout(timer);
    onEnd(code, reason);
  }

  /** Closes from the gateway's side. */
  function end(code: number, reason = ''): void {
    ws.resume();
    ws.close(code, reason);
    tell(code, reason);
  }

  /** Sends one text message in one frame. */
  function send(body: Buffer | string): void {
    if (ended) return;
    lastActiveAt = clock.now();
    ws.send(body, { binary: false }, () => {});
  }

  return {
    facts,
    end,
    send,
    /** Reads on, if the client was held back and its events have been dealt with. */
    drained(): void {
      if (ws.isPaused && pump.length <= WAITING / 2) ws.resume();
    },
    /** PostToConnection: 200 says that the gateway has it, not that the client has read it. */
    post(body: Buffer): ManagementAnswer {
      if (body.length > limits.messageBytes) return { status: 413 };
      if (ws.bufferedAmount > limits.clientBufferBytes) return { status: 429 };
      send(body);
      return { status: 200 };
    },
    /** GetConnection, with the members as they are on the wire. */
    describe(): ManagementAnswer {
      const { connectedAt, identity } = facts;
      const [since, active] = [connectedAt, lastActiveAt].map((ms) => new Date(ms).toISOString());
      return { status: 200, body: { connectedAt: since, identity, lastActiveAt: active } };
    },
  };
}
