import { WebSocket } from 'ws';
import { codeOfError } from './close.ts';

/** The events of a socket. */
export interface SocketListener {
  /** A whole message. */
  received(data: Buffer, isBinary: boolean): void;
  pinged(): void;
  /** The socket closes by itself, because of an error of the client. */
  failed(code: number): void;
  closed(code: number, reason: string): void;
}

/** A WebSocket of the server whose listeners are shared by all, so that an idle connection has no closures. */
export class GatewaySocket extends WebSocket {
  listener: SocketListener | undefined;

  listen(listener: SocketListener): void {
    this.listener = listener;
    this.on('message', onMessage).on('ping', onPing).on('error', onError).on('close', onClose);
  }
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  listenerOf(this)?.received(data as Buffer, isBinary);
}
function onPing(this: WebSocket): void {
  listenerOf(this)?.pinged();
}
function onError(this: WebSocket, { code = '' }: NodeJS.ErrnoException): void {
  if (code.startsWith('WS_ERR')) listenerOf(this)?.failed(codeOfError(code));
}
function onClose(this: WebSocket, code: number, reason: Buffer): void {
  listenerOf(this)?.closed(code, reason.toString());
}
const listenerOf = (ws: WebSocket): SocketListener | undefined => (ws as GatewaySocket).listener;
