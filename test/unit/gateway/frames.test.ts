import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import WebSocket from 'ws';
import { watchFrames } from '../../../gateway/frames.ts';

const KB = 1024;

interface TestReceiver extends NodeJS.EventEmitter {
  write(chunk: Buffer): void;
  readonly errored: { code?: string } | null;
  readonly _buffers: readonly Buffer[];
}
const newReceiver = (): TestReceiver => new (Reflect.get(WebSocket, 'Receiver'))({ isServer: true });

/** One frame of a client with this payload and a mask. */
function encode(opcode: number, fin: boolean, payload: Buffer, mask: Buffer): Buffer {
  const extended = Buffer.alloc(8);
  extended.writeBigUInt64BE(BigInt(payload.length));
  const head = Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | (opcode > 8 ? payload.length : 127)]);
  const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return Buffer.concat([head, opcode > 8 ? Buffer.alloc(0) : extended, mask, masked]);
}

const sizes = fc.oneof(
  fc.nat(300),
  fc.integer({ min: 255 * KB, max: 258 * KB }),
  fc.integer({ min: 300 * KB, max: 900 * KB }),
);
const fragments = fc.array(sizes, { minLength: 1, maxLength: 4 });

it('messages of small and large frames arrive as they were sent, however the stream is cut into chunks', () => {
  const noise = randomBytes(KB * KB);
  fc.assert(
    fc.property(
      fc.array(fragments, { minLength: 1, maxLength: 3 }),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 200 * KB })), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      (messages, cuts, mask) => {
        const sent: Buffer[] = [];
        const frames = messages.flatMap((lengths) => {
          const payloads = lengths.map((length, at) => noise.subarray(at, at + length));
          sent.push(Buffer.concat(payloads));
          return payloads.flatMap((payload, at) => [
            encode(9, true, noise.subarray(0, 100), Buffer.from(mask)),
            encode(at === 0 ? 2 : 0, at === payloads.length - 1, payload, Buffer.from(mask)),
          ]);
        });
        const stream = Buffer.concat(frames);
        const receiver = newReceiver();
        const received: Buffer[] = [];
        receiver.on('message', (data: Buffer) => received.push(data));
        const seen: number[] = [];
        watchFrames({ _receiver: receiver } as never, {
          arriving: ({ messageBytes }) => void seen.push(messageBytes),
        });
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const next = at + (cuts[turn % cuts.length] ?? 1) * (stream.length / at > 50 ? 1 : 20);
          receiver.write(Buffer.from(stream.subarray(at, next)));
          at = next;
        }
        expect(receiver.errored).toBeNull();
        expect(received.length).toBe(sent.length);
        expect(received.every((data, at) => data.equals(sent[at] as Buffer))).toBe(true);
        // The length of a message so far is known before each payload.
        const sums = messages.flatMap((lengths) =>
          lengths.map((_, at) => lengths.slice(0, at + 1).reduce((sum, length) => sum + length)),
        );
        expect(seen).toEqual(sums);
      },
    ),
    { numRuns: 40 },
  );
});

it('while a large frame arrives no chunk of it is kept', () => {
  const receiver = newReceiver();
  const received: Buffer[] = [];
  receiver.on('message', (data: Buffer) => received.push(data));
  watchFrames({ _receiver: receiver } as never, { arriving: () => undefined });
  const payload = randomBytes(KB * KB);
  const frame = encode(2, true, payload, Buffer.from([1, 2, 3, 4]));
  for (let at = 0; at < frame.length - KB; at += KB) {
    receiver.write(frame.subarray(at, at + KB));
    expect(receiver._buffers.length).toBeLessThanOrEqual(1);
  }
  expect(received).toEqual([]);
  receiver.write(frame.subarray(frame.length - (frame.length % KB)));
  expect(received[0]?.equals(payload)).toBe(true);
});

it('a small fragment does not keep the chunk that it came in', () => {
  const receiver = newReceiver();
  const fragmentsOf = () => Reflect.get(receiver, '_fragments') as Buffer[];
  watchFrames({ _receiver: receiver } as never, { arriving: () => undefined });
  const mask = Buffer.alloc(4);
  const pings = Array.from({ length: 400 }, () => encode(9, true, Buffer.alloc(100), mask));
  for (let n = 0; n < 10; n += 1)
    receiver.write(Buffer.concat([encode(n === 0 ? 2 : 0, false, Buffer.from('x'), mask), ...pings]));
  const kept = fragmentsOf().map(({ buffer }) => buffer.byteLength);
  expect(kept).toHaveLength(10);
  // All but the latest.
  expect(Math.max(...kept.slice(0, -1))).toBe(1);
});
