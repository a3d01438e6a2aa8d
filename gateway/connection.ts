import type { WebSocket } from 'ws';
import type { Clock, Timer } from './clock.ts';
import type { ConnectionFacts } from './events.ts';
import { limitFrames } from './frames.ts';
import type { WebSocketLimits } from './limits.ts';
import type { ManagementAnswer } from './types.ts';

/** Close codes for errors of `ws`; all others are protocol errors, 1002. */
const CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
};

/** API Gateway's reasons where the client gave none (captured events); the one for 1006 is a guess. */
const REASONS: Readonly<Record<number, string>> = {
  1005: 'Client-side close frame status not set',
  1006: 'Connection closed abnormally',
};

export type Connection = ReturnType<typeof createConnection>;

/** One open connection, with its limits. Its end is reported once. */
export function createConnection(
  ws: WebSocket,
  facts: ConnectionFacts,
  limits: WebSocketLimits,
  clock: Clock,
  on: { message(body: string): void; end(code: number, reason: string): void },
) {
  let lastActiveAt = clock.now();
  let timer: Timer;
  let ended = false;

  limitFrames(ws, limits.frameBytes);
  ws.on('message', (data, isBinary) => {
    if (ended) return;
    if (isBinary) return end(1003);
    lastActiveAt = clock.now();
    on.message(data.toString());
  });
  ws.on('ping', () => {
    if (limits.pingCountsAsTraffic) lastActiveAt = clock.now();
  });
  ws.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    if (code.startsWith('WS_ERR')) end(CLOSE_CODES[code] ?? 1002);
  });
  ws.on('close', (code, reason) => reportEnd(code, reason.toString() || (REASONS[code] ?? '')));
  checkLimits();

  /** One timer for both limits; traffic only updates `lastActiveAt`. */
  function checkLimits(): void {
    const due = Math.min(facts.connectedAt + limits.lifeMs, lastActiveAt + limits.idleMs);
    if (due <= clock.now()) end(1001, 'Going away');
    else timer = clock.setTimeout(checkLimits, due - clock.now());
  }

  function reportEnd(code: number, reason: string): void {
    if (ended) return;
    ended = true;
    clock.clearTimeout(timer);
    on.end(code, reason);
  }

  function end(code: number, reason = ''): void {
    ws.close(code, reason);
    reportEnd(code, reason);
  }

  /** Sends one text message in one frame. */
  function send(body: Buffer | string): void {
    if (ended) return;
    lastActiveAt = clock.now();
    ws.send(body, { binary: false }, () => {});
  }

  return {
    facts,
    send,
    /** PostToConnection: 200 means that the gateway has the message, not that the client has read it. */
    post(body: Buffer): ManagementAnswer {
      if (body.length > limits.messageBytes) return { status: 413 };
      if (ws.bufferedAmount > limits.clientBufferBytes) return { status: 429 };
      send(body);
      return { status: 200 };
    },
    /** GetConnection, with its member names in JSON. */
    get(): ManagementAnswer {
      const { connectedAt, identity } = facts;
      const [since, active] = [connectedAt, lastActiveAt].map((ms) => new Date(ms).toISOString());
      return { status: 200, body: { connectedAt: since, identity, lastActiveAt: active } };
    },
    /** DeleteConnection, with its code and reason in $disconnect: boto/boto3#3789, aws/chalice#2060. */
    delete(): ManagementAnswer {
      end(1000, 'Connection Closed Normally');
      return { status: 204 };
    },
  };
}
