import type { InvokeResult } from '../types.ts';

/** An answer, ready for the wire. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  /** Whether the configured CORS headers are added: to what an integration answered, not to the gateway's errors. */
  readonly cors: boolean;
}

/** One of the gateway's own answers: `{"message": …}`. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return json(status, JSON.stringify({ message }), false);
}

function json(status: number, body: string, cors: boolean): HttpAnswer {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, cookies: [], body: Buffer.from(body), cors };
}

/**
 * Maps what an integration came to; `undefined` is the gateway's own time-out. Throttling gives 503 and a request that
 * is too large for Lambda 413; every other failure, the function's time-out included, is 500.
 */
export function answerOf(result: InvokeResult | undefined): HttpAnswer {
  if (!result) return gatewayAnswer(503, 'Service Unavailable');
  if (result.ok) return mapped(result.payload);
  if (result.failure === 'throttled') return gatewayAnswer(503, 'Service Unavailable');
  if (result.errorType === 'RequestTooLargeException') return gatewayAnswer(413, 'Request Entity Too Large');
  return gatewayAnswer(500, 'Internal Server Error');
}

/**
 * Payload format 2.0. Without a `statusCode` whatever was returned is the body of a 200, as JSON; with one, the content
 * type is text/plain unless said otherwise (as aws/aws-lambda-dotnet's LambdaTestTool-v2 found on AWS).
 */
function mapped(payload: unknown): HttpAnswer {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    return json(200, typeof payload === 'string' ? payload : JSON.stringify(payload), true);
  }
  const answer = payload as Record<string, unknown>;
  const status = Number(answer['statusCode']);
  const body = answer['body'] ?? '';
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string') {
    return gatewayAnswer(500, 'Internal Server Error');
  }
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...lowerCase(answer['headers']) },
    cookies: Array.isArray(answer['cookies']) ? answer['cookies'].map(String) : [],
    body: Buffer.from(body, answer['isBase64Encoded'] === true ? 'base64' : 'utf8'),
    cors: true,
  };
}

function lowerCase(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
