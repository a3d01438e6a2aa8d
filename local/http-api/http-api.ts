import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../gateway/clock.ts';
import { createThrottle } from '../../gateway/throttling.ts';
import type { LambdaService, Log } from '../../gateway/types.ts';
import { gatewayId, invokeWithin, stagePath } from '../../gateway/values.ts';
import { discardBody, readBody } from '../request-body.ts';
import type { HttpApiSpec } from '../types.ts';
import {
  allowsOrigin,
  gatewayAnswer,
  type HttpAnswer,
  integrationAnswer,
  isPreflight,
  withCors,
} from './answer.ts';
import { decodedPath, payload2 } from './event.ts';
import { routeMatcher } from './routes.ts';

/** HTTP API quotas (developer guide): payload 10 MB, request line and headers 10 240 bytes, integration 30 s. */
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;
const INTEGRATION_TIMEOUT_MS = 30_000;

/**
 * An API Gateway HTTP API with one stage and Lambda integrations in payload format 2.0.
 * @throws StartError for a route key that is not supported.
 */
export function createHttpApi(
  spec: HttpApiSpec,
  { lambda, clock, log }: { lambda: LambdaService; clock: Clock; log: Log },
) {
  const matchedRoute = routeMatcher(spec);
  const throttle = createThrottle(spec.throttling ?? {}, clock);
  let stopped = false;

  async function answer(req: IncomingMessage, requestId: string): Promise<HttpAnswer> {
    if (stopped) return gatewayAnswer(503, 'Service Unavailable');
    const now = clock.now();
    const { method = 'GET', url = '/' } = req;
    // AWS documents the limit, but not the status; 431 is the one that HTTP defines.
    if (`${method} ${url} HTTP/1.1${req.rawHeaders.join('')}`.length > MAX_HEADER_BYTES) {
      return gatewayAnswer(431, 'Request Header Fields Too Large');
    }
    if (spec.cors && isPreflight(req)) {
      return withCors(spec.cors, req, { status: 204, headers: new Headers(), body: Buffer.alloc(0) });
    }
    const path = decodedPath(url);
    // `rawPath` is the whole path, including the name of the stage.
    const inStage = stagePath(spec, req.headers.host, path);
    const matched = inStage !== undefined && matchedRoute(method, inStage);
    if (!matched) return gatewayAnswer(404, 'Not Found');
    if (!throttle.admits(matched.route.routeKey)) return gatewayAnswer(429, 'Too Many Requests');
    const body = await readBody(req, MAX_REQUEST_BYTES);
    if (!body) {
      discardBody(req);
      return gatewayAnswer(413, 'Request Entity Too Large');
    }
    const event = payload2(spec, req, matched, { path, requestId, body, now });
    const result = await invokeWithin(
      lambda,
      clock,
      matched.route.functionArn,
      event,
      INTEGRATION_TIMEOUT_MS,
    );
    if (!result?.ok) {
      const reason = result ? `${result.errorType}: ${result.errorMessage}` : 'Integration timeout';
      log({ source: 'http-api', message: `${matched.route.routeKey} failed: ${reason}` });
    }
    return result?.ok ? withCors(spec.cors, req, integrationAnswer(result)) : integrationAnswer(result);
  }

  return {
    /** Serves one request of the caller's HTTP server. Never rejects. */
    async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
      const requestId = gatewayId();
      const { status, headers, body } = await answer(req, requestId).catch((error) => {
        // The client closed the connection, or the function returned a header that is not valid.
        log({ source: 'http-api', message: `request failed: ${error}` });
        return gatewayAnswer(500, 'Internal Server Error');
      });
      headers.set('apigw-requestid', requestId);
      setLength(req.method, status, headers, body);
      res.on('error', () => res.destroy());
      res.setHeaders(headers).writeHead(status).end(body);
    },
    allowsOrigin: (origin: string): boolean => allowsOrigin(spec.cors, origin),
    throttled: throttle.rejected,
    /** Later requests get 503. */
    stop(): void {
      stopped = true;
    },
  };
}

/**
 * Sets the length of the body. A response to HEAD keeps the length that the function set, or has none: AWS does not
 * document this, and 0 would be wrong.
 */
function setLength(method: string | undefined, status: number, headers: Headers, body: Buffer): void {
  if (method === 'HEAD') return;
  headers.delete('content-length');
  if (status !== 204 && status !== 304) headers.set('content-length', String(body.length));
}
