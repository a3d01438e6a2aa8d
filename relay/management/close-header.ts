/** The request header of a DELETE with which a function says how a connection is closed: `<code> <reason>`. */
export const CLOSE_HEADER = 'x-relay-close';

export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Of a close frame's payload (RFC 6455, 5.5), without the code. */
const MAX_REASON_BYTES = 123;

/**
 * Undefined, which closes as without the header, unless the code may be sent in a close frame (RFC 6455, 7.4) and the reason
 * fits: a wrong header must not keep a connection open.
 */
export function closeOf(header: string | string[] | undefined): Close | undefined {
  const [, digits, reason = ''] = /^(\d{4})(?: (.*))?$/.exec(String(header ?? '')) ?? [];
  const code = Number(digits);
  if (!isSendable(code) || Buffer.byteLength(reason) > MAX_REASON_BYTES) return undefined;
  return { code, reason };
}

const isSendable = (code: number): boolean =>
  (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
