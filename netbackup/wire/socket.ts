import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import WebSocket from 'ws';
import { failureReason, trusting } from './trust.ts';

/** The socket of a connection. */
export interface Socket {
  /** Sends one text message, in frames of at most `frameBytes`. */
  send(text: string, frameBytes: number): void;
  ping(): void;
  /** Starts the closing handshake. */
  close(code: number, reason: string): void;
  /** Cuts the TCP connection. */
  terminate(): void;
  /** Stops reading permanently, like a half-open connection. */
  mute(): void;
}

/** The events of a socket. `closed` is called exactly once, last. */
export interface SocketListener {
  opened(): void;
  message(data: Buffer, isBinary: boolean): void;
  ponged(): void;
  /** `closed` follows. */
  failed(error: Error): void;
  closed(code: number, reason: string): void;
}

export interface SocketOptions {
  /** PEM certificates to trust; if empty, those that this machine trusts. */
  readonly trusted: readonly string[];
  /** SHA-256 fingerprint that the server's certificate must have (EPT-5). */
  readonly fingerprint?: string;
  readonly timeoutMs: number;
}

/** Opens a socket to a `wss://` URL. Never throws: failures are reported to the listener. */
export type OpenSocket = (url: string, options: SocketOptions, listener: SocketListener) => Socket;

/** NBWSS closes the connection when a packet is larger (CMD-5). */
const MAX_INCOMING_BYTES = 2 * 1024 * 1024;

export const openTlsSocket: OpenSocket = (url, { trusted, fingerprint, timeoutMs }, listener) => {
  const options = {
    ...trusting(trusted),
    handshakeTimeout: timeoutMs,
    maxPayload: MAX_INCOMING_BYTES,
    perMessageDeflate: false,
  };
  let socket: WebSocket;
  try {
    socket = new WebSocket(url, options);
  } catch (error) {
    // A URL that is valid, but not for a WebSocket: it has a fragment (#).
    return unopened(error as Error, listener);
  }
  socket.on('upgrade', (response: IncomingMessage) => {
    const seen = (response.socket as TLSSocket).getPeerCertificate().fingerprint256;
    if (fingerprint === undefined || seen === fingerprint) return;
    listener.failed(new Error('the certificate is not the one that was stored (EPT-5)'));
    socket.terminate();
  });
  socket.on('open', () => listener.opened());
  socket.on('message', (data: Buffer, isBinary) => listener.message(data, isBinary));
  socket.on('pong', () => listener.ponged());
  socket.on('error', (error) => listener.failed(Object.assign(error, { message: failureReason(error) })));
  socket.on('close', (code, reason) => listener.closed(code, reason.toString()));
  return {
    send: (text, frameBytes) => sendInFrames(socket, text, frameBytes),
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    mute: () => socket.pause(),
  };
};

/** Reports the failure asynchronously, like other failures: not before the caller has the socket. */
function unopened(error: Error, listener: SocketListener): Socket {
  queueMicrotask(() => {
    listener.failed(error);
    listener.closed(1006, '');
  });
  const nothing = (): void => {};
  return { send: nothing, ping: nothing, close: nothing, terminate: nothing, mute: nothing };
}

function sendInFrames(socket: WebSocket, text: string, frameBytes: number): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const bytes = Buffer.from(text);
  let from = 0;
  do {
    const to = Math.min(from + frameBytes, bytes.length);
    socket.send(bytes.subarray(from, to), { binary: false, fin: to === bytes.length });
    from = to;
  } while (from < bytes.length);
}

const CLOSE_STATUS: Readonly<Record<number, string>> = {
  1000: 'NORMAL_CLOSURE',
  1001: 'GOING_AWAY',
  1002: 'PROTOCOL_ERROR',
  1003: 'CANNOT_ACCEPT',
  1005: 'NO_STATUS_CODE',
  1006: 'CLOSED_ABNORMALLY',
  1007: 'NOT_CONSISTENT',
  1008: 'VIOLATED_POLICY',
  1009: 'TOO_BIG',
  1010: 'NO_EXTENSION',
  1011: 'UNEXPECTED_CONDITION',
  1012: 'SERVICE_RESTART',
  1013: 'TRY_AGAIN_LATER',
  1015: 'TLS_HANDSHAKE_FAILURE',
};

/** NetBackup's name of a WebSocket close code, shown as `closeStatus` since 10.5. */
export function closeStatus(code: number): string {
  return CLOSE_STATUS[code] ?? 'UNKNOWN';
}
