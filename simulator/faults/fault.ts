import type { Clock } from '../clock.ts';
import type { Message } from '../codec.ts';
import type { Random } from '../random.ts';

/** One message on its way to the socket. `delayMs` counts from now. */
export interface Packet {
  readonly message: Message;
  readonly text: string;
  readonly delayMs: number;
}

/** The established connection as a fault sees it. */
export interface FaultyConnection {
  readonly hostName: string;
  /** Sends at once, past all faults. */
  sendRaw(text: string): void;
  /** Stops reading and sending, but keeps the socket. */
  mute(): void;
  /** Cuts the TCP connection. */
  cut(): void;
  readonly isOpen: boolean;
}

export interface FaultContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Starts a connection run at once. */
  reconnect(): void;
}

/** A way in which NetBackup, or what lies between, misbehaves. Every part is optional. */
export interface Fault {
  readonly name: string;
  /** The token that is sent in place of the stored one. */
  token?(token: string): string;
  /** What goes out in place of one message: nothing, one or several. */
  outgoing?(packet: Packet, context: FaultContext): Packet[];
  /** Called when a connection has been established. */
  established?(connection: FaultyConnection, context: FaultContext): void;
  /** The largest frame in bytes. */
  readonly frameBytes?: number;
  /** Shift of the primary's clock in milliseconds, `elapsedMs` after the start. */
  clockShiftMs?(elapsedMs: number): number;
}
