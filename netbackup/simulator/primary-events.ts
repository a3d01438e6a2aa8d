import type { Message } from '../wire/codec.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';

/** Common to all events of a connection. `at` is epoch milliseconds by the injected clock. */
interface OnEndpoint {
  readonly at: number;
  readonly endpoint: EndpointDetails;
}

/** A message that violates the contract. */
export interface RecordedViolation extends OnEndpoint {
  /** The violated clause of the contract. */
  readonly clause: string;
  readonly reason: string;
  /** The beginning of the message. */
  readonly text: string;
}

/** The events of a simulated primary. */
export interface PrimaryEvents {
  /** A connection attempt starts. */
  connecting: OnEndpoint;
  /** CONNECT RESPONSE `valid: true` was received (CON-2). */
  connected: OnEndpoint;
  /** A connection or an attempt ended; `wasConnected` distinguishes them. `closeStatus` is NetBackup's name of `code`. */
  disconnected: OnEndpoint & {
    readonly code: number;
    readonly reason: string;
    readonly closeStatus: string;
    readonly wasConnected: boolean;
  };
  /** A NOTIFICATION REQUEST was sent for the first time. `items` is the number of its notifications. */
  sent: OnEndpoint & { readonly message: Message; readonly items: number; readonly bytes: number };
  /** The same message was sent again (NOT-4); `attempt` is 2 or more. */
  resent: PrimaryEvents['sent'] & { readonly attempt: number };
  acknowledged: OnEndpoint & { readonly id: string; readonly items: number; readonly ms: number };
  /** An acknowledgement without effect. */
  ignored: OnEndpoint & { readonly id: string; readonly why: string };
  /** A COMMAND REQUEST was received (CMD-1). */
  command: OnEndpoint & { readonly id: string; readonly method: string; readonly uri: string };
  /** Its COMMAND RESPONSE was sent. `isLost`: its connection was already closed. */
  answered: OnEndpoint & {
    readonly id: string;
    readonly method: string;
    readonly uri: string;
    readonly responseCode: number;
    readonly ms: number;
    readonly bytes: number;
    readonly isLost: boolean;
  };
  violation: RecordedViolation;
}
