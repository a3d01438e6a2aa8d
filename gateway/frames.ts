import type { WebSocket } from 'ws';

/** Members of the receiver of `ws` (lib/receiver.js), which are private: check them when `ws` is updated. */
interface Receiver {
  readonly _payloadLength: number;
  /** Called when the length of a frame is known, before its payload is read. */
  haveLength(fail: (error: Error) => void): void;
  createError(type: ErrorConstructor, message: string, prefix: boolean, status: number, code: string): Error;
}

/**
 * Rejects a frame of more than `limit` bytes like `ws` rejects a message that is too large: `ws` has no limit for frames,
 * and API Gateway's is smaller than the one for messages. Earlier messages are still delivered.
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
