import type { IncomingMessage } from 'node:http';
import type { InvokeResult } from '../../gateway/types.ts';
import type { HttpApiSpec } from '../types.ts';

/** A response of the API. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

function json(status: number, body: string): HttpAnswer {
  return { status, headers: new Headers({ 'content-type': 'application/json' }), body: Buffer.from(body) };
}

/** A response of the gateway itself. */
export const gatewayAnswer = (status: number, message: string) => json(status, JSON.stringify({ message }));

/**
 * Maps the result of an integration; `undefined` is the gateway's own time-out. Throttling gives 503 and a request that
 * is too large for Lambda 413; every other failure, the function's time-out included, is 500. Payload format 2.0:
 * without a `statusCode` the returned value is the body of a 200, as JSON; with one, the default content type is text/plain
 * (as aws/aws-lambda-dotnet's LambdaTestTool-v2 found on AWS).
 * @throws TypeError for a header that is not valid.
 */
export function integrationAnswer(result: InvokeResult | undefined): HttpAnswer {
  if (!result?.ok) {
    if (!result || result.failure === 'throttled') return gatewayAnswer(503, 'Service Unavailable');
    if (result.errorType === 'RequestTooLargeException')
      return gatewayAnswer(413, 'Request Entity Too Large');
    return gatewayAnswer(500, 'Internal Server Error');
  }
  const payload = result.payload as Record<string, unknown> | string | null;
  if (typeof payload !== 'object' || payload?.['statusCode'] === undefined) {
    return json(200, typeof payload === 'string' ? payload : JSON.stringify(payload));
  }
  const { statusCode, body = '', isBase64Encoded, cookies = [] } = payload;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string') {
    return gatewayAnswer(500, 'Internal Server Error');
  }
  const headers = new Headers({ 'content-type': 'text/plain; charset=utf-8' });
  for (const [name, value] of Object.entries(payload['headers'] ?? {})) headers.set(name, String(value));
  for (const cookie of cookies as string[]) headers.append('set-cookie', cookie);
  return { status, headers, body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8') };
}

/** Whether it is a preflight request, which the gateway answers itself for every route. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && Boolean(headers.origin && headers['access-control-request-method']);
}

/** Whether the API's CORS configuration allows the origin: by itself, `*`, `https://*` or `http://*`. */
export const allowsOrigin = (cors: HttpApiSpec['cors'], origin: string): boolean =>
  cors?.allowOrigins.some((allowed) =>
    allowed.endsWith('*') ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin,
  ) ?? false;

/**
 * Replaces the CORS headers of the integration by the configured ones; none if the origin is absent or not allowed (developer guide, "Configure CORS").
 */
export function withCors(cors: HttpApiSpec['cors'], req: IncomingMessage, answer: HttpAnswer): HttpAnswer {
  if (!cors) return answer;
  const { headers } = answer;
  for (const name of [...headers.keys()]) if (name.startsWith('access-control-')) headers.delete(name);
  const { origin } = req.headers;
  if (origin === undefined || !allowsOrigin(cors, origin)) return answer;
  const set = (name: string, value: string | number | undefined) => {
    if (value) headers.set(`access-control-${name}`, String(value));
  };
  set('allow-origin', cors.allowOrigins.includes('*') ? '*' : origin);
  set('allow-credentials', cors.allowCredentials ? 'true' : undefined);
  set('expose-headers', cors.exposeHeaders.join(','));
  if (!isPreflight(req)) return answer;
  set('allow-methods', cors.allowMethods.join(','));
  set('allow-headers', cors.allowHeaders.join(','));
  set('max-age', cors.maxAge);
  return answer;
}
