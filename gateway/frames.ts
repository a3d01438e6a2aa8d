import type { WebSocket } from 'ws';

/** Members of the receiver of `ws` (lib/receiver.js), which are private: check them when `ws` is updated. */
interface Receiver {
  readonly _state: number;
  readonly _opcode: number;
  readonly _payloadLength: number;
  readonly _totalPayloadLength: number;
  _fragments: Buffer[];
  _buffers: Buffer[];
  _bufferedBytes: number;
  _maxBufferedChunks: number;
  /** Called when the length of a frame is known, before its payload is read. */
  haveLength(fail: (error: Error) => void): void;
  createError(type: ErrorConstructor, message: string, prefix: boolean, status: number, code: string): Error;
  _write(chunk: Buffer, encoding: string, done: () => void): void;
  /** Reads frames from `_buffers`. */
  startLoop(done: () => void): void;
  [WATCH]: FrameWatch;
  [PAYLOAD]?: { readonly bytes: Buffer; filled: number } | undefined;
}

/** The facts about a data frame before its payload is read; bytes. */
export interface FrameHead {
  readonly frameBytes: number;
  /** The size of the message so far, including this frame. */
  readonly messageBytes: number;
  /** How many frames of the message came before this one. */
  readonly fragments: number;
}

export interface FrameWatch {
  /** @returns the close code if the frame is refused */
  arriving(head: FrameHead): number | undefined;
}

const WATCH = Symbol('watch');
/** The state of a large frame that is arriving. */
const PAYLOAD = Symbol('payload');
/** The state of a receiver that reads a frame's payload. */
const GET_DATA = 4;
/** A frame above this size is assembled as it arrives. */
const LARGE_FRAME_BYTES = 256 * 1024;
const FIRST_CONTROL_OPCODE = 0x08;

/**
 * Lets `watch` see each data frame before its payload is read, and refuse it: `ws` has no limit for frames, and API Gateway's is
 * smaller than the one for messages. Earlier messages are still delivered. Nothing is allocated for each connection.
 */
export function watchFrames(ws: WebSocket, watch: FrameWatch): void {
  const receiver = receiverOf(ws);
  receiver[WATCH] = watch;
  receiver.haveLength = haveLength;
  receiver._write = write;
}

/**
 * Copies each chunk of a large frame to its place. `ws` keeps the chunks until the frame is complete, and copies them then: that needs
 * twice the memory, and more for small chunks.
 */
function write(this: Receiver, chunk: Buffer, encoding: string, done: () => void): void {
  const isInLargeFrame = this._state === GET_DATA && this._payloadLength > LARGE_FRAME_BYTES;
  if (!isInLargeFrame) {
    (Object.getPrototypeOf(this) as Receiver)._write.call(this, chunk, encoding, done);
    return;
  }
  const payload = this[PAYLOAD] ?? { bytes: Buffer.allocUnsafeSlow(this._payloadLength), filled: 0 };
  this[PAYLOAD] = payload;
  // Its first bytes came in the same chunk as its head.
  for (const first of this._buffers) payload.filled += first.copy(payload.bytes, payload.filled);
  const copied = chunk.copy(payload.bytes, payload.filled);
  payload.filled += copied;
  this._buffers = [];
  this._bufferedBytes = 0;
  if (payload.filled < payload.bytes.length) {
    done();
    return;
  }
  this[PAYLOAD] = undefined;
  const rest = chunk.subarray(copied);
  this._buffers = rest.length > 0 ? [payload.bytes, rest] : [payload.bytes];
  this._bufferedBytes = payload.bytes.length + rest.length;
  this.startLoop(done);
}

function haveLength(this: Receiver, fail: (error: Error) => void): void {
  const refused = this._opcode < FIRST_CONTROL_OPCODE && refusal(this);
  const code = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  if (refused) fail(this.createError(RangeError, 'Frame refused', false, refused, code));
  else (Object.getPrototypeOf(this) as Receiver).haveLength.call(this, fail);
}

function refusal(receiver: Receiver): number | undefined {
  const { _payloadLength: frameBytes, _totalPayloadLength: before, _fragments: fragments } = receiver;
  unpin(fragments);
  return receiver[WATCH].arriving({
    frameBytes,
    messageBytes: before + frameBytes,
    fragments: fragments.length,
  });
}

/** A small fragment is a view of a whole chunk of the socket, and would keep that in memory until its message is complete. */
function unpin(fragments: Buffer[]): void {
  const last = fragments.at(-1);
  if (!last || last.buffer.byteLength <= 2 * last.length) return;
  const own = Buffer.allocUnsafeSlow(last.length);
  last.copy(own);
  fragments[fragments.length - 1] = own;
}

/** In how many chunks of the socket one frame may arrive: each needs memory, however small it is. */
export function limitChunks(ws: WebSocket, count: number): void {
  receiverOf(ws)._maxBufferedChunks = count;
}

/** Frees what has arrived of a message, ignores everything that follows, and ends the sending side after the close frame. */
export function discardInput(ws: WebSocket): void {
  const receiver = receiverOf(ws);
  receiver._write = (_chunk, _encoding, done) => done();
  receiver._buffers = [];
  receiver._fragments = [];
  receiver[PAYLOAD] = undefined;
  socketOf(ws).end();
}

/** How much the client has sent, in bytes. */
export const bytesRead = (ws: WebSocket): number => socketOf(ws).bytesRead;

const receiverOf = (ws: WebSocket): Receiver => Reflect.get(ws, '_receiver');
const socketOf = (ws: WebSocket): { readonly bytesRead: number; end(): void } => Reflect.get(ws, '_socket');
