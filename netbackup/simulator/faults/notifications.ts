import { encode, type Message, type NotificationKind } from '../../wire/codec.ts';
import type { Fault } from './fault.ts';

const isNotification = ({ type, subType }: Message): boolean =>
  type === 'NOTIFICATION' && subType === 'REQUEST';

/** Each NOTIFICATION REQUEST is sent `times` times at once. */
export function resendStorm(times: number): Fault {
  return {
    name: 'resend-storm',
    outgoing: (packet) => (isNotification(packet.message) ? Array(times).fill(packet) : [packet]),
  };
}

/** Each NOTIFICATION REQUEST is padded to `kilobytes`, with an unknown field (ENV-6). */
export function oversize(kilobytes: number): Fault {
  return {
    name: 'oversize',
    outgoing: (packet) => {
      if (!isNotification(packet.message)) return [packet];
      const missing = Math.max(0, kilobytes * 1024 - Buffer.byteLength(packet.text));
      const [first, ...others] = packet.message.payload as NotificationKind[];
      if (!first) return [packet];
      const [item, ...rest] = first.data;
      const padded = { ...first, data: [{ ...item, padding: 'x'.repeat(missing) }, ...rest] };
      const message = { ...packet.message, payload: [padded, ...others] };
      return [{ ...packet, message, text: encode(message) }];
    },
  };
}

/** Before each NOTIFICATION REQUEST sends it without its last brace: invalid JSON (TRAP-4). */
export function badJson(): Fault {
  return {
    name: 'bad-json',
    outgoing: (packet) =>
      isNotification(packet.message) ? [{ ...packet, text: packet.text.slice(0, -1) }, packet] : [packet],
  };
}

/** Every message is one frame, whatever its size. */
export function singleFrame(): Fault {
  return { name: 'single-frame', frameBytes: Number.POSITIVE_INFINITY };
}

/** A minute after its start the primary's clock jumps by `seconds`; negative: back. */
export function clockJump(seconds: number): Fault {
  return { name: 'clock-jump', clockShiftMs: (elapsedMs) => (elapsedMs < JUMP_AT_MS ? 0 : seconds * 1000) };
}

const JUMP_AT_MS = 60_000;
