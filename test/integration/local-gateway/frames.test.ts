import fc from 'fast-check';
import WebSocket from 'ws';
import { limitFrames } from '../../../gateway/frames.ts';

interface Frame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly length: number;
}

/** One frame of a client. 0xff in payload and mask: read as a header by mistake, it would be a very large frame. */
function encode({ fin, opcode, length }: Frame): Buffer {
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const extended = Buffer.alloc(short < 126 ? 0 : short === 126 ? 2 : 8);
  if (short === 126) extended.writeUInt16BE(length);
  if (short === 127) extended.writeBigUInt64BE(BigInt(length));
  const head = Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | short]);
  return Buffer.concat([head, extended, Buffer.alloc(4 + length, 0xff)]);
}

/** A text message in some frames, a ping before each. */
const message = fc
  .array(fc.tuple(fc.nat(125), fc.oneof(fc.nat(130), fc.nat(70_000))), { minLength: 1, maxLength: 3 })
  .map((lengths) =>
    lengths.flatMap(([ping, length], index): Frame[] => [
      { fin: true, opcode: 9, length: ping },
      { fin: index === lengths.length - 1, opcode: index === 0 ? 1 : 0, length },
    ]),
  );

it('a frame above the limit fails, and messages before it count, however the stream is cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 125, max: 70_000 }),
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 50 }),
      (messages, limit, cuts) => {
        const frames = messages.flat();
        const offending = frames.findIndex(({ length }) => length > limit);
        const before = frames.slice(0, offending < 0 ? frames.length : offending);
        const stream = Buffer.concat(frames.map(encode));
        const receiver = new (Reflect.get(WebSocket, 'Receiver'))({ isServer: true });
        let received = 0;
        receiver.on('message', () => received++);
        receiver.on('error', () => {});
        limitFrames({ _receiver: receiver } as never, limit);
        for (let at = 0, turn = 0; at < stream.length && !receiver.errored; turn++) {
          const next = at + (cuts[turn % cuts.length] as number);
          receiver.write(stream.subarray(at, next));
          at = next;
        }
        expect(receiver.errored?.code).toBe(offending < 0 ? undefined : 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH');
        expect(received).toBe(before.filter(({ fin, opcode }) => fin && opcode < 8).length);
      },
    ),
  );
});
