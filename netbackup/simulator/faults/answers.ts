import { encode, type Message } from '../../wire/codec.ts';
import type { Fault, Packet } from './fault.ts';

const isAnswer = ({ type, subType }: Message): boolean => type === 'COMMAND' && subType === 'RESPONSE';

/** How long {@link reorder} waits for a second response. */
const REORDER_MS = 10_000;

/** COMMAND RESPONSEs are sent `seconds` late (CMD-4). */
export function slowAnswer(seconds: number): Fault {
  return {
    name: 'slow-answer',
    outgoing: (packet) => [isAnswer(packet.message) ? delayed(packet, seconds * 1000) : packet],
  };
}

/** COMMANDs run, but get no response. */
export function noAnswer(): Fault {
  return { name: 'no-answer', outgoing: (packet) => (isAnswer(packet.message) ? [] : [packet]) };
}

/** Each COMMAND RESPONSE is sent twice. */
export function duplicateAnswer(): Fault {
  return {
    name: 'duplicate-answer',
    outgoing: (packet) => (isAnswer(packet.message) ? [packet, packet] : [packet]),
  };
}

/** After each COMMAND RESPONSE sends one with an id without a request. */
export function strayAnswer(): Fault {
  return {
    name: 'stray-answer',
    outgoing: (packet, { random }) => {
      if (!isAnswer(packet.message)) return [packet];
      const message = { ...packet.message, id: random.uuid() };
      return [packet, { message, text: encode(message), delayMs: packet.delayMs }];
    },
  };
}

/** Of two COMMAND RESPONSEs the second is sent first; a single one is sent ten seconds late. */
export function reorder(): Fault {
  let held: { releasedAt: number } | undefined;
  return {
    name: 'reorder',
    outgoing: (packet, { clock }) => {
      if (!isAnswer(packet.message)) return [packet];
      const isSecond = held !== undefined && held.releasedAt > clock.now();
      held = isSecond ? undefined : { releasedAt: clock.now() + REORDER_MS };
      return [isSecond ? packet : delayed(packet, REORDER_MS)];
    },
  };
}

function delayed(packet: Packet, ms: number): Packet {
  return { ...packet, delayMs: packet.delayMs + ms };
}
