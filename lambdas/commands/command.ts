import type { Sealed } from '../platform/vault.ts';
import { type CommandState, isOpen } from './states.ts';

/** Whether NetBackup may be asked twice. GETs always may; everything else only if its caller says so. */
export type Retry = 'safe' | 'always';

/** NetBackup's answer (CMD-4). */
export interface CommandAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent while it is kept encrypted (see `sealedBody`), or after it was delivered. */
  readonly body?: string;
}

/** Why a command failed, where its caller can do something about it. */
export type FailureCode = 'answer-too-large' | 'command-too-large' | 'answer-not-usable';

/** A command as stored. Times are epoch ms unless said. */
export interface Command {
  readonly commandId: string;
  readonly groupId: string;
  readonly state: CommandState;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly method: string;
  readonly uri: string;
  /** Headers and body, encrypted, while they may have to be sent (again) by somebody else (I-6). */
  readonly sealedRequest?: Sealed;
  /** Tells the same Idempotency-Key with another request; only there when a key was given. */
  readonly requestDigest?: string;
  readonly requestedBy: string;
  readonly retry: Retry;
  /** Of a list that may be asked for in smaller pages: the `page[limit]` in its uri. */
  readonly page?: number;
  /** What its answer usually has at most, in bytes on the socket; absent when nobody knows whether that fits. */
  readonly expectedBytes?: number;
  /** It was asked for as NetBackup's API, by a caller who knows nothing of commands. */
  readonly isProxied?: true;
  /** The size of its answer is to be remembered. */
  readonly learn?: true;
  /** Of the answer to a page: bytes of the message that carried it. */
  readonly answerBytes?: number;
  readonly deliverBy: number;
  readonly executeWithin: number;
  /** How often it was handed to the gateway. */
  readonly attempts: number;
  /** Raised by each transition; a transition happens only from the revision that it was decided on. */
  readonly revision: number;
  /** Of the send under way: which invocation won the right to post, on which connection, and until when. */
  readonly sender?: string;
  readonly connectionId?: string;
  readonly sentAt?: number;
  readonly executeBy?: number;
  /** When its connection was found to be gone. */
  readonly connectionLostAt?: number;
  /** It was under way when a message was too large for the gateway: it goes out while nothing else does. */
  readonly alone?: boolean;
  readonly endedAt?: number;
  /** Why it ended without an answer. */
  readonly reason?: string;
  readonly failure?: FailureCode;
  /** The answer came after the command had been given up. */
  readonly late?: boolean;
  readonly answer?: CommandAnswer;
  /** The body of an answer that holds a credential, encrypted until it is delivered once. */
  readonly sealedBody?: Sealed;
  /** While open: the key of the index of open commands. */
  readonly openGroupId?: string;
  readonly openOrder?: string;
  /** While open, and until its end has been published: the key of the index of due commands. */
  readonly dueShard?: string;
  readonly dueAt?: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Partitions of the index of due commands. */
export const DUE_SHARDS: readonly string[] = ['due-0', 'due-1', 'due-2', 'due-3'];
export const dueShardOf = (commandId: string): string =>
  DUE_SHARDS[commandId.charCodeAt(commandId.length - 1) % DUE_SHARDS.length] ?? 'due-0';

/** An answer on its way when the connection went away may still arrive for this long (docs/commands.md, `lost`). */
export const GRACE_MS = 10_000;
/** How often a command that may be repeated is handed to the gateway in all. */
export const MAX_ATTEMPTS = 3;

export const mayRepeat = ({ method, retry }: Pick<Command, 'method' | 'retry'>): boolean =>
  retry === 'always' || method === 'GET' || method === 'HEAD';

/** What shall become of a command. */
export interface Step {
  readonly to: CommandState;
  readonly reason: string;
  readonly failure?: FailureCode;
  /** Of a command that is queued again: it goes out alone, in a page of this size where it is a list. */
  readonly alone?: { readonly uri: string; readonly page?: number };
  /** Of a command that is queued again: it had been claimed, and was not handed to the gateway. */
  readonly unsent?: true;
}

/** Where a command stands by the clock, if no longer where it is stored. Pure; both the sweep and readers apply it. */
export const overdue = (command: Command, now: number): Step | undefined => {
  if (command.state === 'queued' && now >= command.deliverBy)
    return { to: 'expired', reason: 'not delivered in time' };
  if (command.state !== 'sent') return undefined;
  if (command.connectionLostAt !== undefined && now >= command.connectionLostAt + GRACE_MS) {
    return whenLost(command, now, 'the connection went away before the answer');
  }
  return now >= (command.executeBy ?? 0) ? { to: 'timed_out', reason: 'no answer in time' } : undefined;
};

/** Whether it may be, and can be, handed to the gateway once more. */
export const canRepeat = (command: Command, now: number): boolean =>
  mayRepeat(command) &&
  command.sealedRequest !== undefined &&
  command.attempts < MAX_ATTEMPTS &&
  now < command.deliverBy;

/** What follows when nobody can tell whether NetBackup got it. */
export const whenLost = (command: Command, now: number, reason: string): Step =>
  canRepeat(command, now) ? { to: 'queued', reason: `${reason}; sent again` } : { to: 'lost', reason };

/** Whether a command that has ended is still to be published. */
export const isUnpublished = ({ state, dueShard }: Command): boolean =>
  !isOpen(state) && dueShard !== undefined;
