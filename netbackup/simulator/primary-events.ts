import type { Message } from '../wire/codec.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';

/** Common to all events of a connection. `at` is epoch milliseconds by the injected clock. */
interface OnEndpoint {
  readonly at: number;
  readonly endpoint: EndpointDetails;
}

/** Something reached NetBackup that should not have (or came when it should not). */
export interface RecordedViolation extends OnEndpoint {
  /** The contract's clause that was broken. */
  readonly clause: string;
  readonly reason: string;
  /** The beginning of what came. */
  readonly text: string;
}

/** What a simulated primary tells, event by event. */
export interface PrimaryEvents {
  /** A dial starts. */
  connecting: OnEndpoint;
  /** CONNECT RESPONSE `valid: true` came (CON-2). */
  connected: OnEndpoint;
  /** A connection or an attempt ended; `wasConnected` tells which. `closeStatus` is NetBackup's word for `code`. */
  disconnected: OnEndpoint & {
    readonly code: number;
    readonly reason: string;
    readonly closeStatus: string;
    readonly wasConnected: boolean;
  };
  /** A NOTIFICATION REQUEST went out for the first time. `items` counts its notifications. */
  sent: OnEndpoint & { readonly message: Message; readonly items: number; readonly bytes: number };
  /** The same, again (NOT-4); `attempt` is 2 or more. */
  resent: PrimaryEvents['sent'] & { readonly attempt: number };
  acknowledged: OnEndpoint & { readonly id: string; readonly items: number; readonly ms: number };
  /** An acknowledgement that changed nothing. */
  ignored: OnEndpoint & { readonly id: string; readonly why: string };
  /** A COMMAND REQUEST came (CMD-1). */
  command: OnEndpoint & { readonly id: string; readonly method: string; readonly uri: string };
  /** Its COMMAND RESPONSE went out. `isLost`: the connection it came on was gone. */
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
