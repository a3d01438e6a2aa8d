import type { InvokeResult } from './types.ts';

/** A function's response as the gateway handles it. */
export interface IntegrationResult {
  /** The function's status code, or the gateway's own: 502 for a failed integration, 504 for a time-out. */
  readonly status: number;
  readonly body: string;
  /** The text of the gateway's error frame, where every route gets one; `reason` is for the log. */
  readonly error?: string;
  readonly reason?: string;
  /** The function was not called. */
  readonly throttled?: boolean;
  /** The Sec-WebSocket-Protocol that a $connect integration returned. */
  readonly subprotocol?: string | undefined;
}

/** Refused by the stage's own throttling. */
export const throttledResult = (error: string): IntegrationResult => ({
  status: 429,
  body: '',
  error,
  reason: 'throttled by the stage',
  throttled: true,
});

export const isSuccess = ({ status }: IntegrationResult): boolean => status >= 200 && status <= 299;

const failed = (reason: string, status = 502, error = 'Internal server error'): IntegrationResult => {
  return { status, body: '', error, reason };
};

/**
 * Reads a Lambda proxy response. Every failure of the function, including its time-out, is an integration error; only
 * the gateway's own limit (`undefined`) gives "Endpoint request timed out".
 */
export function integrationResult(result: InvokeResult | undefined, bodyBytes: number): IntegrationResult {
  if (!result) return failed('Integration timeout', 504, 'Endpoint request timed out');
  if (!result.ok) {
    const outcome = failed(`${result.errorType}: ${result.errorMessage}`);
    return result.failure === 'throttled' ? { ...outcome, throttled: true } : outcome;
  }
  const { statusCode, body = '', headers } = (result.payload ?? {}) as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string')
    return failed('Malformed Lambda proxy response');
  // AWS does not document a two-way body above the message limit; it cannot be sent.
  if (Buffer.byteLength(body) > bodyBytes) return failed(`Response body exceeds ${bodyBytes} bytes`);
  const protocol = Object.entries(headers ?? {}).find(([name]) => /^sec-websocket-protocol$/i.test(name));
  return { status, body, subprotocol: protocol && String(protocol[1]) };
}
