/** How a connection is closed. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** A close frame has room for this much (RFC 6455, 5.5). */
const REASON_BYTES = 123;

/** Codes that may stand in a close frame (RFC 6455, 7.4). */
export const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

/** The reason, shortened to what a close frame holds, in whole characters. */
export const closeReason = (reason: string): string => textStart(Buffer.from(reason), REASON_BYTES);

/** The first bytes of a text, without a character that is cut. */
export function textStart(text: Buffer, bytes: number): string {
  if (text.length <= bytes) return text.toString();
  let end = bytes;
  // Continuation bytes begin with the bits 10.
  while (end > 0 && ((text[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return text.toString('utf8', 0, end);
}

/** RFC 6455, 7.4.1. */
const MESSAGE_TOO_BIG = 1009;

/** Close codes for errors of `ws`; all others are protocol errors, 1002. */
const CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: MESSAGE_TOO_BIG,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: MESSAGE_TOO_BIG,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_INVALID_UTF8: 1007,
};
export const codeOfError = (errorCode: string): number => CODES[errorCode] ?? 1002;

/** API Gateway's reasons where the client gave none (captured events); the one for 1006 is a guess. */
const REASONS: Readonly<Record<number, string>> = {
  1005: 'Client-side close frame status not set',
  1006: 'Connection closed abnormally',
};
export const reasonOf = (code: number, given: string): string => given || (REASONS[code] ?? '');

/** The task ends; the client connects again, to another one. */
export const SERVICE_RESTART: Close = { code: 1012, reason: 'Service Restart' };
export const STALLED: Close = { code: 1008, reason: 'Stalled in a message' };
export const NOT_READING: Close = { code: 1008, reason: 'Answers are not read' };
export const FRAGMENTED: Close = { code: 1008, reason: 'Too many fragments' };
export const BINARY: Close = { code: 1003, reason: 'Binary message' };
export const BUSY: Close = { code: 1013, reason: 'Try again later' };
export const tooLarge = (what: 'Message' | 'Frame', bytes: number): Close => {
  return { code: MESSAGE_TOO_BIG, reason: `${what} of more than ${bytes} bytes` };
};
