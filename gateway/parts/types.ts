/** Shapes of large messages: read from their bytes, and delivered to a function in parts. */
import type { Clock } from '../clock.ts';

/** Bytes of a text from `start` up to `end`, exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A message that is valid JSON (UTF-8), read without parsing it. */
export interface ScannedMessage {
  readonly text: Buffer;
  /** The values of the members of ENV-2 and of the one that selects the route, by name; the last one if a name is repeated. */
  readonly members: ReadonlyMap<string, Span>;
  /** The elements of `payload`, when it is an array. */
  readonly payload: readonly Block[] | undefined;
}

/** Neighbouring content of a payload that stays together. */
export interface Block {
  readonly content: Span;
  readonly notifications: number;
  /** The text of the object around the content, if that is in its `data`. Otherwise the content is whole elements of the payload. */
  readonly around?: { readonly head: Span; readonly tail: Span };
  /** Whether the content is one element that is too large for a part. */
  readonly isLarge: boolean;
}

/** One NOTIFICATION REQUEST that holds a part of a larger one. */
export interface NotificationPart {
  /** How many notifications it holds. */
  readonly notifications: number;
  /** The text of this request, at most 128 KB. Each call puts it together again. */
  text(): Buffer;
  /** SHA-256 of its content, without the values of `id` and `timeStamp`: the same when NetBackup sends the same data again. */
  digest(): string;
}

export interface BatchDeliveryOptions {
  /**
   * Invokes the function with one part.
   * @param part the text of a NOTIFICATION REQUEST
   * @returns the body of its response; undefined when it failed, was throttled or did not answer in time
   */
  readonly invoke: (part: Buffer) => Promise<string | undefined>;
  readonly clock: Clock;
  /** How many parts are under way at the same time; 8 by default. */
  readonly concurrency?: number;
  /** Random numbers in [0, 1) for the jitter of retries. */
  readonly draw?: () => number;
  /** Called when a part was not stored and is sent again. */
  readonly retried?: () => void;
}

/** The large NOTIFICATIONs of one connection. */
export interface BatchDelivery {
  /**
   * Stores the parts of a message, or continues to store them when NetBackup sends it again. Never rejects. The caller keeps no
   * reference to the message, so that 60 MB are freed as soon as the last part is under way.
   * @param answerBefore epoch ms; parts not stored by then are stored in the background, and the message is not answered
   * @returns the text to send to NetBackup; undefined: send nothing
   */
  deliver(message: ScannedMessage, answerBefore: number): Promise<string | undefined>;
  /** Another NOTIFICATION of the connection was acknowledged: later messages are not a repetition of earlier ones. */
  forget(): void;
  /** The connection has ended: nothing more is sent, and only what is under way is still stored. */
  close(): void;
  /** Whether parts are being stored, also in the background. */
  isBusy(): boolean;
  /** Resolves when no part is being stored. */
  idle(): Promise<void>;
}
