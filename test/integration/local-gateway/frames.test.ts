import fc from 'fast-check';
import { FrameSizes } from '../../../local/websocket/frames.ts';

interface Frame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

function encode({ fin, opcode, masked, payload }: Frame): Buffer {
  const { length } = payload;
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const extended = Buffer.alloc(short < 126 ? 0 : short === 126 ? 2 : 8);
  if (short === 126) extended.writeUInt16BE(length);
  if (short === 127) extended.writeBigUInt64BE(BigInt(length));
  const head = Buffer.from([(fin ? 0x80 : 0) | opcode, (masked ? 0x80 : 0) | short]);
  return Buffer.concat([head, extended, Buffer.alloc(masked ? 4 : 0, 0xff), payload]);
}

const frame = fc.record({
  fin: fc.boolean(),
  opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
  masked: fc.boolean(),
  // 0xff in payloads and masks: read as a header by mistake, it would be a very large frame.
  payload: fc.oneof(fc.nat(130), fc.nat(70_000)).map((length) => Buffer.alloc(length, 0xff)),
});

it('frame sizes are read off a stream however it is cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 100, max: 70_000 }),
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 50 }),
      (frames, limit, cuts) => {
        const offending = frames.findIndex(({ payload }) => payload.length > limit);
        const before = frames.slice(0, offending < 0 ? frames.length : offending);
        const stream = Buffer.concat(frames.map(encode));
        const sizes = new FrameSizes(limit);
        let exceeds = false;
        for (let at = 0, turn = 0; at < stream.length && !exceeds; turn++) {
          const next = at + (cuts[turn % cuts.length] as number);
          exceeds = sizes.exceeds(stream.subarray(at, next));
          at = next;
        }
        expect(exceeds).toBe(offending >= 0);
        expect(sizes.messages).toBe(before.filter(({ fin, opcode }) => fin && opcode < 8).length);
      },
    ),
  );
});
