/** Symmetric signatures by Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md). */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MIN_BYTES = 24;
const MAX_BYTES = 64;

export const KEY_FORM = `${PREFIX} and the base64 of ${MIN_BYTES} to ${MAX_BYTES} bytes`;

/** @returns the key of a signing secret, or undefined for a text in another form */
export const signingKey = (secret: string): Buffer | undefined => {
  const encoded = secret.trim();
  if (!encoded.startsWith(PREFIX) || !BASE64.test(encoded.slice(PREFIX.length))) return undefined;
  const key = Buffer.from(encoded.slice(PREFIX.length), 'base64');
  return key.length >= MIN_BYTES && key.length <= MAX_BYTES ? key : undefined;
};

export interface Signed {
  /** The id contains no full stop, which separates the signed parts. */
  readonly id: string;
  /** The time of this attempt, epoch seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** The value of `webhook-signature`: one signature for each key, so that a receiver may have either key while a secret is changed. */
export const signatures = (keys: readonly Buffer[], { id, timestamp, body }: Signed): string =>
  keys
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
    .join(' ');
