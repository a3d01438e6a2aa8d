import { type Close, closeReason, isCloseCode } from '../../gateway/close.ts';

/** The request header of a DELETE with which a function says how a connection is closed: `<code> <reason>`. */
export const CLOSE_HEADER = 'x-relay-close';

/**
 * The code and reason; a reason that does not fit into a close frame is shortened. Undefined, which closes as without the header, unless
 * the code is allowed in a close frame: a wrong header must not keep a connection open.
 */
export function closeOf(header: string | string[] | undefined): Close | undefined {
  const [, digits, reason = ''] = /^(\d{4})(?: (.*))?$/.exec(String(header ?? '')) ?? [];
  const code = Number(digits);
  return isCloseCode(code) ? { code, reason: closeReason(reason) } : undefined;
}
