import type { Message } from '../../wire/codec.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';

/** One outgoing message, to be sent after `delayMs`. */
export interface Packet {
  readonly message: Message;
  readonly text: string;
  readonly delayMs: number;
}

/** The operations of a fault on an established connection. */
export interface FaultyConnection {
  /** Stops reading and sending, but keeps the socket open. */
  mute(): void;
  /** Cuts the TCP connection. */
  cut(): void;
  /** Runs a task later, unless the connection has ended by then. */
  later(ms: number, task: () => void): void;
}

export interface FaultContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Starts a connection run immediately. */
  reconnect(): void;
  /** Runs a task later, unless the primary has stopped by then. */
  later(ms: number, task: () => void): void;
}

/** Faulty behaviour of NetBackup or of the network. All hooks are optional. */
export interface Fault {
  readonly name: string;
  /** The token to send instead of the stored one. */
  token?(token: string): string;
  /** The packets to send instead of one message: none, one or several. */
  outgoing?(packet: Packet, context: FaultContext): Packet[];
  /** Additional delays of one notification, in milliseconds; several: it is sent several times. */
  delaysMs?(context: FaultContext): number[];
  /** Called when a connection has been established. */
  established?(connection: FaultyConnection, context: FaultContext): void;
  /** Called when an established connection has ended. */
  ended?(context: FaultContext): void;
  /** The largest frame in bytes. */
  readonly frameBytes?: number;
  /** Shift of the primary's clock in milliseconds, `elapsedMs` after its start. */
  clockShiftMs?(elapsedMs: number): number;
  /** NetBackup's own failure when its administrator adds, lists or removes endpoints. */
  readonly administration?: 'truststore' | 'emm' | 'nbac';
  /** Several domains use the first one's endpoint details. */
  readonly sharesToken?: boolean;
}
