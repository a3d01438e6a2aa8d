/** Idempotency-Key: a repeated request finds the command of the first one, and only that one. Pure. */
import { createHash } from 'node:crypto';
import type { CommandCall } from '../protocol/messages.ts';

export interface Idempotency {
  readonly key: string;
  /** The digest of the whole request; see {@link digestOf}. */
  readonly digest: string;
}

const hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * A message id in the form of a UUID that is the same for the same group, caller (the id of the API key) and
 * Idempotency-Key: keys of different callers are independent of each other.
 */
export const derivedCommandId = (groupId: string, requestedBy: string, idempotencyKey: string): string => {
  const digest = hex(JSON.stringify(['command', groupId, requestedBy, idempotencyKey]));
  // RFC 9562 version 8: custom bits.
  const text = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  return text.toUpperCase();
};

/**
 * Headers that describe one attempt or its route and not the request: two attempts of one client differ in them.
 * Authorization is not one of these: another NetBackup user must not get the response of the first one.
 */
const PER_ATTEMPT = [
  /^(date|user-agent|(x-)?(request|correlation)-id)$/,
  /^(traceparent|tracestate|baggage|b3|x-b3-.*|x-datadog-.*|uber-trace-id|sentry-trace|newrelic)$/,
  /^(x-cloud-trace-context|elastic-apm-traceparent)$/,
];

const significantHeaders = (headers: CommandCall['headers']): [name: string, value: string][] =>
  Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !PER_ATTEMPT.some((pattern) => pattern.test(name)))
    .sort();

/**
 * Distinguishes requests without storing them. Keyed by the Idempotency-Key, which is not stored either (the cursor of a batch: by the
 * id of the API key).
 * @param terms the other terms of the request: deadlines, `retry`
 */
export const digestOf = (
  { method, uri, headers, parameters }: CommandCall,
  idempotencyKey: string,
  terms: readonly unknown[] = [],
): string =>
  hex(JSON.stringify([idempotencyKey, method, uri, significantHeaders(headers), parameters ?? null, terms]));
