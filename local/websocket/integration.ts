import type { InvokeResult } from '../types.ts';

/** What the gateway makes of a function's answer. */
export interface Integrated {
  /** The function's status code, or the gateway's own: 502 for a failed integration, 504 for a late one. */
  readonly status: number;
  readonly body: string;
  /** The text of the gateway's error frame, if it sends one whatever the route; `reason` is for the log. */
  readonly error?: string;
  readonly reason?: string;
  /** The Sec-WebSocket-Protocol that a $connect integration returned. */
  readonly subprotocol?: string | undefined;
}

const failed = (reason: string, status = 502, error = 'Internal server error'): Integrated => {
  return { status, body: '', error, reason };
};

/**
 * Reads a Lambda proxy answer. A function that fails in whatever way, its own time-out included, is an error of the
 * integration; only the gateway's own limit (`undefined` here) gives "Endpoint request timed out".
 */
export function integrated(result: InvokeResult | undefined, messageBytes: number): Integrated {
  if (!result) return failed('Integration timeout', 504, 'Endpoint request timed out');
  if (!result.ok) return failed(`${result.errorType}: ${result.errorMessage}`);
  const { statusCode, body = '', headers } = (result.payload ?? {}) as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string')
    return failed('Malformed Lambda proxy response');
  // Nobody could show what happens to a two-way body above the message limit; it cannot go out as it is.
  if (Buffer.byteLength(body) > messageBytes) return failed(`Response body exceeds ${messageBytes} bytes`);
  const protocol = Object.entries(headers ?? {}).find(([name]) => /^sec-websocket-protocol$/i.test(name));
  return { status, body, subprotocol: protocol && String(protocol[1]) };
}
