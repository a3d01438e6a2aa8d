/** The text of a message around its payload, which each of its parts repeats. */
import { createHash } from 'node:crypto';
import { AROUND_BYTES } from './limits.ts';
import type { ScannedMessage, Span } from './types.ts';

export interface Envelope {
  readonly before: Buffer;
  readonly after: Buffer;
  /** The text without the values of `id` and `timeStamp`, which differ when the same data is sent again. */
  readonly digest: string;
}

/** Values that are copied into our own envelope have a few dozen bytes; a larger value is replaced. */
const MAX_VALUE_BYTES = 1024;

/** The JSON text of a message's `id`, byte for byte; `null` without one (ENV-4). */
export function idOf({ text, members }: ScannedMessage): string {
  const span = members.get('id');
  return span ? text.toString('utf8', span.start, span.end) : 'null';
}

/** Epoch seconds, perhaps in quotes, as the functions accept a time. */
const TIME_STAMP = /^("?)\d{1,11}(\.\d{1,9})?\1$/;

/** The spans of the values that differ between two deliveries of the same data, in their order. */
export function changingValues({ text, members }: ScannedMessage): Span[] {
  const [id, timeStamp] = [members.get('id'), members.get('timeStamp')];
  // A value that is not a time may be why a message cannot be interpreted, so it belongs to the content.
  const isTime =
    timeStamp &&
    timeStamp.end - timeStamp.start <= MAX_VALUE_BYTES &&
    TIME_STAMP.test(text.toString('latin1', timeStamp.start, timeStamp.end));
  return [id, isTime ? timeStamp : undefined]
    .filter((span) => span !== undefined)
    .sort((a, b) => a.start - b.start);
}

/** The envelope of the message itself; undefined when it is too large to be repeated. */
export function envelopeOf(message: ScannedMessage, payload: Span): Envelope | undefined {
  const { text } = message;
  if (payload.start + text.length - payload.end > AROUND_BYTES) return undefined;
  const hash = createHash('sha256');
  let at = 0;
  for (const { start, end } of [...changingValues(message), payload].sort((a, b) => a.start - b.start)) {
    hash.update(text.subarray(at, start)).update('\0');
    at = end;
  }
  const digest = hash.update(text.subarray(at)).digest('base64url');
  // Copies: a view would keep the whole text in memory.
  const before = Buffer.from(text.subarray(0, payload.start));
  return { before, after: Buffer.from(text.subarray(payload.end)), digest };
}

/** An envelope with the members of ENV-2 only, for a message whose own envelope is too large. */
export function smallEnvelope({ text, members }: ScannedMessage): Envelope {
  const copied = (name: string, otherwise: string): string => {
    const span = members.get(name);
    return span && span.end - span.start <= MAX_VALUE_BYTES
      ? text.toString('utf8', span.start, span.end)
      : otherwise;
  };
  const [version, id, timeStamp] = [
    copied('version', '"1.0"'),
    copied('id', 'null'),
    copied('timeStamp', 'null'),
  ];
  const before = `{"version":${version},"id":${id},"type":"NOTIFICATION","subType":"REQUEST","timeStamp":${timeStamp},"payload":`;
  return { before: Buffer.from(before), after: Buffer.from('}'), digest: 'small' };
}
