/** Idempotency-Key: how a repeated request finds the command of the first, and only that one. Pure. */
import { createHash } from 'node:crypto';
import type { CommandCall } from '../protocol/messages.ts';

/** What a caller's key stands for. */
export interface Idempotency {
  readonly key: string;
  /** Of everything that was asked; see {@link digestOf}. */
  readonly digest: string;
}

const hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * A message id in the form of a UUID that is the same for the same group, caller (the id of the API key) and
 * Idempotency-Key: the values that two callers choose have nothing to do with each other.
 */
export const derivedCommandId = (groupId: string, requestedBy: string, idempotencyKey: string): string => {
  const digest = hex(JSON.stringify(['command', groupId, requestedBy, idempotencyKey]));
  // RFC 9562 version 8: the bits are ours.
  const text = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  return text.toUpperCase();
};

/**
 * Headers that tell of one try or of its way here, and nothing of what is asked: two tries of one client differ in them.
 * Authorization is none of these: another user of NetBackup must not get the first one's answer.
 */
const OF_ONE_TRY = [
  /^(date|user-agent|(x-)?(request|correlation)-id)$/,
  /^(traceparent|tracestate|baggage|b3|x-b3-.*|x-datadog-.*|uber-trace-id|sentry-trace|newrelic)$/,
  /^(x-cloud-trace-context|elastic-apm-traceparent)$/,
];

const asked = (headers: CommandCall['headers']): [name: string, value: string][] =>
  Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !OF_ONE_TRY.some((pattern) => pattern.test(name)))
    .sort();

/**
 * Tells two requests apart without keeping them. Keyed by the caller's Idempotency-Key, which is not stored either.
 * @param terms what else the caller asked for: deadlines, `retry`
 */
export const digestOf = (
  { method, uri, headers, parameters }: CommandCall,
  idempotencyKey: string,
  terms: readonly unknown[] = [],
): string => hex(JSON.stringify([idempotencyKey, method, uri, asked(headers), parameters ?? null, terms]));
