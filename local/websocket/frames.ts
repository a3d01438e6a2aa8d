import type { WebSocket } from 'ws';

/** What is needed of the receiver of `ws` (lib/receiver.js). It is private: have a look when `ws` is updated. */
interface Receiver {
  readonly _payloadLength: number;
  /** Called when the length of a frame is known and nothing of its payload has been read. */
  haveLength(fail: (error: Error) => void): void;
  createError(type: ErrorConstructor, message: string, prefix: boolean, status: number, code: string): Error;
}

/**
 * Refuses a frame of more than `limit` bytes as `ws` itself refuses a message that is too large: `ws` has no limit for
 * frames, and that of API Gateway is smaller than the one for messages. Messages before it still count.
 */
export function limitFrames(ws: WebSocket, limit: number): void {
  const receiver: Receiver = Reflect.get(ws, '_receiver');
  const haveLength = receiver.haveLength.bind(receiver);
  receiver.haveLength = (fail) => {
    if (receiver._payloadLength <= limit) return haveLength(fail);
    const code = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    fail(receiver.createError(RangeError, 'Max frame size exceeded', false, 1009, code));
  };
}
