import type { CloseReason } from './close-codes.ts';

/**
 * The result of posting a message. `accepted` does not mean that NetBackup has read it. After `forbidden`, `too-large` and
 * `throttled` nothing was sent. After `unknown` and `gone` (410) it may have been sent; a 410 was also seen for messages that
 * arrived: github.com/aws/aws-sdk-js/issues/3773.
 */
export type Posted = 'accepted' | 'gone' | 'forbidden' | 'too-large' | 'throttled' | 'unknown';

/** The management API of a gateway's connections. */
export interface Gateway {
  /** Makes one attempt (I-4): with the SDK's retries a COMMAND could run three times. Never rejects. */
  post(connectionId: string, text: string): Promise<Posted>;
  /** Closes a connection, at the relay with a code and the reason; `false` when it was already closed. */
  close(connectionId: string, reason: CloseReason): Promise<boolean>;
  /** When the connection last had traffic (epoch ms), or undefined when it is closed. */
  lastActiveAt(connectionId: string): Promise<number | undefined>;
}
