import type { Sealed } from '../platform/vault.ts';
import { type CommandState, isOpen } from './states.ts';

/** Whether a command may run twice. GETs always may; everything else only if its caller allows it. */
export type Retry = 'safe' | 'always';

/** NetBackup's response (CMD-4). */
export interface CommandResponse {
  /** The HTTP status; absent if the response had no usable one. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent while it is stored elsewhere (see `sealedBody` and `storedBody`), and after it was delivered. */
  readonly body?: string;
  /** Instead of `body`, if that is more than one answer of the API can carry. Never stored. */
  readonly location?: ResponseLocation;
}

/** A response with a usable status, and with its body. */
export type CompleteResponse = Required<Omit<CommandResponse, 'location'>>;

/** A URL with which anybody can read the body of a response for some minutes. */
export interface ResponseLocation {
  readonly url: string;
  /** The size of the body in bytes. */
  readonly bytes: number;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** The body of a response that is too large for the item: an object in a bucket. */
export interface StoredBody {
  readonly key: string;
  /** The size of the body in bytes, not of the object. */
  readonly bytes: number;
  /** Set if the body may hold a credential: it is encrypted until it is delivered once, and has no location (I-6). */
  readonly isSealed?: true;
}

/** Why a command failed, where its caller can act on it. */
export const FAILURE_CODES = ['answer-too-large', 'command-too-large', 'answer-not-usable'] as const;
type FailureCode = (typeof FAILURE_CODES)[number];

/** A command. Times are epoch ms unless stated otherwise. */
export interface Command {
  readonly commandId: string;
  readonly groupId: string;
  readonly state: CommandState;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly method: string;
  readonly uri: string;
  /** Headers and body, encrypted, while another invocation may have to send them (I-6). */
  readonly sealedRequest?: Sealed;
  /** Detects an Idempotency-Key that is reused for another request; present when a key was given. */
  readonly requestDigest?: string;
  readonly requestedBy: string;
  readonly retry: Retry;
  /** For a page of a list: the `page[limit]` in its uri. */
  readonly page?: number;
  /** The usual maximum of its response, in bytes on the socket; absent when it is not known whether the response fits. */
  readonly expectedBytes?: number;
  /** It was requested through the proxy, by a client of NetBackup's API. */
  readonly isProxied?: true;
  /** The size of its response is to be recorded. */
  readonly learn?: true;
  /** The expected bytes of the page's COMMAND RESPONSE. */
  readonly responseBytes?: number;
  readonly deliverBy: number;
  readonly executeWithin: number;
  /** How often it was posted to the gateway. */
  readonly attempts: number;
  /** Incremented by each transition; a transition is conditional on the revision that was read. */
  readonly revision: number;
  /** The current attempt: which invocation may post it, on which connection, and until when. */
  readonly sender?: string;
  readonly connectionId?: string;
  readonly sentAt?: number;
  readonly executeBy?: number;
  /** When its connection was found to be closed. */
  readonly connectionLostAt?: number;
  /** Its response may have been too large for the gateway: it is sent again while no other command is under way. */
  readonly isExclusive?: boolean;
  readonly endedAt?: number;
  /** Why it ended without a response. */
  readonly reason?: string;
  readonly failure?: FailureCode;
  /** The response came after the command had timed out or was lost. */
  readonly late?: boolean;
  readonly response?: CommandResponse;
  /** The body of a response that may hold a credential, encrypted until it is delivered once. */
  readonly sealedBody?: Sealed;
  /** Where the body is, if it is too large for the item. */
  readonly storedBody?: StoredBody;
  /** Which read got the body that was delivered once. */
  readonly bodyTakenBy?: string;
  /** While open: the key of the index of open commands. */
  readonly openGroupId?: string;
  readonly openOrder?: string;
  /** While open, and until its end is published: the key of the index of due commands. */
  readonly dueShard?: string;
  readonly dueAt?: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Partitions of the index of due commands. */
export const DUE_SHARDS: readonly string[] = ['due-0', 'due-1', 'due-2', 'due-3'];
export const dueShardOf = (commandId: string): string =>
  DUE_SHARDS[commandId.charCodeAt(commandId.length - 1) % DUE_SHARDS.length] ?? 'due-0';

/** After its connection closed, a response may still arrive for this long (docs/commands.md, `lost`). */
export const GRACE_MS = 10_000;
/** How often a command that may run twice is posted to the gateway in total. */
export const MAX_ATTEMPTS = 3;

export const mayRepeat = ({ method, retry }: Pick<Command, 'method' | 'retry'>): boolean =>
  retry === 'always' || method === 'GET' || method === 'HEAD';

/** A transition of a command, and why. */
export interface Step {
  readonly to: CommandState;
  readonly reason: string;
  readonly failure?: FailureCode;
  /** For a command that is queued again: it is sent exclusively, with this uri and page size. */
  readonly exclusive?: { readonly uri: string; readonly page?: number };
  /** For a command that is queued again: it was claimed, but not posted. */
  readonly unsent?: true;
}

/** The transition that a deadline requires, if one has passed. Pure; both the sweep and readers apply it. */
export const overdue = (command: Command, now: number): Step | undefined => {
  if (command.state === 'queued' && now >= command.deliverBy)
    return { to: 'expired', reason: 'not delivered in time' };
  if (command.state !== 'sent') return undefined;
  if (command.connectionLostAt !== undefined && now >= command.connectionLostAt + GRACE_MS) {
    return stepWhenLost(command, now, 'the connection closed before the response');
  }
  return now >= (command.executeBy ?? 0) ? { to: 'timed_out', reason: 'no response in time' } : undefined;
};

/** Whether it may run twice and can be posted once more. */
export const canRepeat = (command: Command, now: number): boolean =>
  mayRepeat(command) &&
  command.sealedRequest !== undefined &&
  command.attempts < MAX_ATTEMPTS &&
  now < command.deliverBy;

/** The transition when it is unknown whether NetBackup received it. */
export const stepWhenLost = (command: Command, now: number, reason: string): Step =>
  canRepeat(command, now) ? { to: 'queued', reason: `${reason}; sent again` } : { to: 'lost', reason };

/** Whether a command has ended and its end is not published yet. */
export const isUnpublished = ({ state, dueShard }: Command): boolean =>
  !isOpen(state) && dueShard !== undefined;
