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
  /** The members of the object, in their order, with their names decoded; empty when it is not an object. */
  readonly members: readonly Member[];
  /** What `payload` holds, when it is an array. */
  readonly payload: readonly Block[] | undefined;
}
export interface Member {
  readonly name: string;
  readonly value: Span;
}

/** Neighbouring content of a payload that stays together in one part. */
export type Block =
  /** Whole elements of the payload, with what is between them. */
  | { readonly kind: 'whole'; readonly content: Span; readonly notifications: number }
  /** Elements of one object's `data`, and the object's text before and after them. */
  | {
      readonly kind: 'cut';
      readonly content: Span;
      readonly notifications: number;
      readonly head: Span;
      readonly tail: Span;
    }
  /** Something that is too large for one part: an element of `data` with its object's text around it, or an element of the payload. */
  | { readonly kind: 'large'; readonly content: Span; readonly head?: Span; readonly tail?: Span };

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
  /** How many parts are under way at once; 8 by default. */
  readonly concurrency?: number;
  /** Random numbers in [0, 1) for the jitter of retries. */
  readonly draw?: () => number;
  /** Called when a part was not stored and is sent again. */
  readonly retried?: () => void;
}

/** The large NOTIFICATIONs of one connection. */
export interface BatchDelivery {
  /**
   * Stores the parts of a message, or goes on with storing them when NetBackup sends them again. Never rejects. The caller keeps no
   * reference to the message: 60 MB are to be free as soon as the last part is under way.
   * @param answerBefore epoch ms; what is not stored then is stored in the background, and not answered
   * @returns the text to send to NetBackup; undefined: send nothing
   */
  deliver(message: ScannedMessage, answerBefore: number): Promise<string | undefined>;
  /** Another NOTIFICATION of the connection was acknowledged: what comes later is not a repetition of what came before. */
  forget(): void;
  /** The connection has ended: nothing more is sent, and nothing is stored any more except what is under way. */
  close(): void;
  /** Whether parts are being stored, also in the background. */
  isBusy(): boolean;
  /** Resolves when no part is being stored. */
  idle(): Promise<void>;
}
