import { isIP } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';

interface Server {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly secureContext?: SecureContext;
}

/** The server did not present a certificate. */
export interface HandshakeError extends Error {
  /** Whether it accepted the TCP connection. */
  readonly isConnected: boolean;
}

/** Reads what a server presents over TLS, trusted or not. Rejects with a {@link HandshakeError}. */
export function readHandshake<T>(
  { host, timeoutMs, ...server }: Server,
  read: (socket: TLSSocket) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const socket = connect({
      ...server,
      host,
      rejectUnauthorized: false,
      // Names are checked separately, so that one error does not hide the other.
      checkServerIdentity: () => undefined,
      ...(isIP(host) === 0 && { servername: host }),
    });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(Object.assign(error, { isConnected }) satisfies HandshakeError);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`)));
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('the server closed the connection')));
    socket.once('secureConnect', () => {
      resolve(read(socket));
      socket.destroy();
    });
  });
}
