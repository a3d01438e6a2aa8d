import fc from 'fast-check';
import { WebSocket } from 'ws';
import { closeReason, isCloseCode, textStart } from '../../../gateway/close.ts';

it('a reason has at most 123 bytes, and is the beginning of what was given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const reason = closeReason(text);
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
      expect(text.startsWith(reason)).toBe(true);
      // No more than one character of up to four bytes is left out without need.
      if (reason !== text) expect(Buffer.byteLength(reason)).toBeGreaterThan(123 - 4);
    }),
  );
});

it.each([
  ['a', 1, 'a'],
  ['aü', 2, 'a'],
  ['aü', 3, 'aü'],
  ['€€', 5, '€'],
  ['€', 2, ''],
  ['😀', 3, ''],
  ['', 10, ''],
])('the start of %j in %d bytes is %j', (text, bytes, start) => {
  expect(textStart(Buffer.from(text), bytes)).toBe(start);
});

it('a close code is one that ws sends', () => {
  const { Sender } = WebSocket as unknown as {
    Sender: new (socket: object) => { close(code: number): void };
  };
  const sends = (code: number) => {
    const socket = { cork() {}, uncork() {}, write() {} };
    try {
      new Sender(socket).close(code);
      return true;
    } catch {
      return false;
    }
  };
  for (let code = 0; code < 6_000; code += 1) expect([code, isCloseCode(code)]).toEqual([code, sends(code)]);
});
