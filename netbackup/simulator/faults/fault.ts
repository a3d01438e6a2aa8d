import type { Message } from '../../wire/codec.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';

/** One message on its way to the socket. `delayMs` counts from now. */
export interface Packet {
  readonly message: Message;
  readonly text: string;
  readonly delayMs: number;
}

/** An established connection as a fault sees it. */
export interface FaultyConnection {
  /** Stops reading and sending, but keeps the socket. */
  mute(): void;
  /** Cuts the TCP connection. */
  cut(): void;
  /** Runs a task later, unless the connection has ended by then. */
  later(ms: number, task: () => void): void;
}

export interface FaultContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Starts a connection run at once. */
  reconnect(): void;
  /** Runs a task later, unless the primary has stopped by then. */
  later(ms: number, task: () => void): void;
}

/** A way in which NetBackup, or what lies between, misbehaves. Every part but the name is optional. */
export interface Fault {
  readonly name: string;
  /** The token that is sent in place of the stored one. */
  token?(token: string): string;
  /** What goes out in place of one message: nothing, one or several. */
  outgoing?(packet: Packet, context: FaultContext): Packet[];
  /** Called when a connection has been established. */
  established?(connection: FaultyConnection, context: FaultContext): void;
  /** Called when an established connection has ended. */
  ended?(context: FaultContext): void;
  /** The largest frame in bytes. */
  readonly frameBytes?: number;
  /** Shift of the primary's clock in milliseconds, `elapsedMs` after the primary was made. */
  clockShiftMs?(elapsedMs: number): number;
  /** NetBackup's own trouble when its administrator adds, lists or removes endpoints. */
  readonly administration?: 'ERR-13' | 'ERR-14';
  /** Several domains use the first one's endpoint details. */
  readonly sharesToken?: boolean;
}
