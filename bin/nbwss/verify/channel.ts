/** A WebSocket client that can do what NetBackup never does: binary messages, frames of any size, a close without a code. */
import WebSocket from 'ws';
import { trusting } from '../../../netbackup/wire/trust.ts';

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface Channel {
  /** All messages received so far. */
  readonly received: readonly string[];
  /** Resolves when the connection has ended. */
  readonly closed: Promise<Closed>;
  readonly isOpen: boolean;
  send(text: string, frameBytes?: number): void;
  sendBinary(bytes: Buffer): void;
  /** The first message that matches, including earlier ones; undefined when the connection is closed or after `ms`. */
  next(matches: (text: string) => boolean, ms: number): Promise<string | undefined>;
  /** Whether a pong came within `ms`. */
  ping(ms: number): Promise<boolean>;
  /** Starts the closing handshake; without a code, the frame has none. */
  close(code?: number): void;
  /** Ends the TCP connection without a close frame. */
  cut(): void;
}

/** The handshake was answered with an HTTP status. */
export class HandshakeRefused extends Error {
  override readonly name = 'HandshakeRefused';
  readonly status: number;

  constructor(status: number) {
    super(`the handshake was refused with ${status}`);
    this.status = status;
  }
}

const FRAME_BYTES = 16_000;

function sendFrames(socket: WebSocket, text: string, frameBytes: number): void {
  const bytes = Buffer.from(text);
  for (let from = 0; from === 0 || from < bytes.length; from += frameBytes) {
    const to = Math.min(from + frameBytes, bytes.length);
    // A message that is not sent shows as a close, or as a missing answer.
    socket.send(bytes.subarray(from, to), { binary: false, fin: to === bytes.length }, () => {});
  }
}

/** Opens a connection. Rejects with {@link HandshakeRefused}, or with the error of the network. */
export function openChannel(url: string, trusted: readonly string[], timeoutMs: number): Promise<Channel> {
  const socket = new WebSocket(url, {
    ...trusting(trusted),
    handshakeTimeout: timeoutMs,
    perMessageDeflate: false,
  });
  const received: string[] = [];
  const changed = new Set<() => void>();
  const change = () => {
    for (const listener of [...changed]) listener();
  };
  let pongs = 0;
  socket.on('message', (data) => {
    received.push(data.toString());
    change();
  });
  socket.on('pong', () => {
    pongs += 1;
    change();
  });
  const closed = new Promise<Closed>((resolve) =>
    socket.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      change();
    }),
  );
  const isOpen = () => socket.readyState === WebSocket.OPEN;

  /** Calls `find` after each event. */
  const until = <T>(find: () => T | undefined, ms: number): Promise<T | undefined> =>
    new Promise((resolve) => {
      const finish = (value: T | undefined) => {
        clearTimeout(timer);
        changed.delete(check);
        resolve(value);
      };
      const check = () => {
        const found = find();
        if (found !== undefined || socket.readyState === WebSocket.CLOSED) finish(found);
      };
      const timer = setTimeout(() => finish(find()), ms);
      changed.add(check);
      check();
    });

  const channel: Channel = {
    received,
    closed,
    get isOpen() {
      return isOpen();
    },
    send: (text, frameBytes = FRAME_BYTES) => sendFrames(socket, text, frameBytes),
    sendBinary: (bytes) => socket.send(bytes, { binary: true }, () => {}),
    next: (matches, ms) => until(() => received.find((text) => matches(text)), ms),
    async ping(ms) {
      const expected = pongs + 1;
      if (isOpen()) socket.ping();
      return (await until(() => (pongs >= expected ? true : undefined), ms)) ?? false;
    },
    close: (code) => (code === undefined ? socket.close() : socket.close(code)),
    cut: () => socket.terminate(),
  };
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(channel));
    socket.on('unexpected-response', (_request, response) => {
      reject(new HandshakeRefused(response.statusCode ?? 0));
      response.destroy();
    });
    // After the handshake `close` follows.
    socket.on('error', reject);
  });
}
