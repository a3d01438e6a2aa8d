import type { InvokeResult } from '../types.ts';

/** What the gateway makes of a function's answer. */
export interface Integrated {
  /** The function's status code, or the gateway's own: 502 for a failed integration, 504 for a late one. */
  readonly status: number;
  readonly body: string;
  /** The text of the gateway's error frame, if it sends one whatever the route. */
  readonly error?: string;
  /** What went wrong, for the log. */
  readonly reason?: string;
  /** The Sec-WebSocket-Protocol that a $connect integration returned. */
  readonly subprotocol?: string;
}

const failed = (status: number, error: string, reason: string): Integrated => ({
  status,
  body: '',
  error,
  reason,
});

/**
 * Reads a Lambda proxy answer. A function that fails in whatever way, its own time-out included, is an error of the
 * integration; only the gateway's own limit (`undefined` here) gives "Endpoint request timed out".
 */
export function integrated(result: InvokeResult | undefined, messageBytes: number): Integrated {
  if (!result) return failed(504, 'Endpoint request timed out', 'Integration timeout');
  if (!result.ok) {
    return failed(502, 'Internal server error', `${result.errorType}: ${result.errorMessage}`);
  }
  const answer = result.payload as Record<string, unknown> | null;
  const status = Number(answer?.['statusCode']);
  const body = answer?.['body'] ?? '';
  const wellFormed = Number.isInteger(status) && status >= 100 && status <= 599 && typeof body === 'string';
  if (!wellFormed) return failed(502, 'Internal server error', 'Malformed Lambda proxy response');
  // Nobody could show what happens to a two-way body above the message limit; it cannot go out as it is.
  if (Buffer.byteLength(body) > messageBytes) {
    return failed(502, 'Internal server error', `Response body exceeds ${messageBytes} bytes`);
  }
  const subprotocol = headerOf(answer?.['headers'], 'sec-websocket-protocol');
  return { status, body, ...(subprotocol === undefined ? {} : { subprotocol }) };
}

function headerOf(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found ? String(found[1]) : undefined;
}
