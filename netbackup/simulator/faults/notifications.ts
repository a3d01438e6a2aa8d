import { encode, type Message, type NotificationKind } from '../../wire/codec.ts';
import type { Fault, FaultContext } from './fault.ts';

const isNotification = ({ type, subType }: Message): boolean =>
  type === 'NOTIFICATION' && subType === 'REQUEST';

/** Each NOTIFICATION REQUEST is sent `times` times in succession. */
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

/** All notifications of `seconds` are held back, and arrive together at the end of that time (TRAP-3). */
export function late(seconds: number): Fault {
  const periodMs = Math.max(1, seconds * 1000);
  return { name: 'late', delaysMs: ({ clock }) => [periodMs - (clock.now() % periodMs)] };
}

/** Each notification is held back for a random time of up to `seconds`; every second one arrives again, in another message. */
export function shuffled(seconds: number): Fault {
  return {
    name: 'shuffled',
    delaysMs: ({ random }) => {
      const delay = (): number => random.next() * seconds * 1000;
      return random.chance(0.5) ? [delay(), delay()] : [delay()];
    },
  };
}

/** When one notification is sent: its delays in milliseconds by all faults together. */
export function delaysMs(faults: readonly Fault[], context: FaultContext): number[] {
  const delaysOf = (fault: Fault): number[] => fault.delaysMs?.(context) ?? [0];
  return faults.reduce(
    (delays, fault) => delays.flatMap((delay) => delaysOf(fault).map((more) => delay + more)),
    [0],
  );
}

const JUMP_AT_MS = 60_000;
