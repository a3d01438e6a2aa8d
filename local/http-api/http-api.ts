import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { HttpApiSpec, LambdaService, LocalLog } from '../types.ts';
import { corsHeaders, isPreflight } from './cors.ts';
import { decodedPath, payload2 } from './event.ts';
import { answerOf, gatewayAnswer, type HttpAnswer } from './response.ts';
import { routeMatcher } from './routes.ts';
import { gatewayId, invokeWithin } from './values.ts';

/** HTTP API quotas (developer guide): payload 10 MB, request line and headers 10 240 bytes, integration 30 s. */
const REQUEST_BYTES = 10 * 1024 * 1024;
const HEADER_BYTES = 10_240;
const INTEGRATION_MS = 30_000;

export interface LocalHttpApi {
  /** Serves one request of an HTTP server that the caller owns. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Drops the requests under way; later ones get 503. */
  stop(): void;
}

/**
 * An API Gateway HTTP API with one stage and Lambda integrations in payload format 2.0.
 * @throws StartError for a route key that is not supported.
 */
export function createHttpApi(
  spec: HttpApiSpec,
  options: { readonly lambda: LambdaService; readonly clock: Clock; readonly log: LocalLog },
): LocalHttpApi {
  const { lambda, clock, log } = options;
  const route = routeMatcher(spec);
  // A named stage is part of every path, and of `rawPath`; `$default` is not.
  const prefix = spec.stageName === '$default' ? '' : `/${spec.stageName}`;
  const underWay = new Set<ServerResponse>();
  let stopped = false;

  async function answer(req: IncomingMessage, requestId: string): Promise<HttpAnswer> {
    const now = clock.now();
    if (stopped) return gatewayAnswer(503, 'Service Unavailable');
    // AWS documents the limit, not its answer; 431 is what HTTP has for it.
    if (headerBytes(req) > HEADER_BYTES) return gatewayAnswer(431, 'Request Header Fields Too Large');
    if (spec.cors && isPreflight(req)) {
      return { status: 204, headers: {}, cookies: [], body: Buffer.alloc(0), cors: true };
    }
    const path = decodedPath(req.url ?? '/');
    const within = path === prefix ? '/' : path.slice(prefix.length);
    const inStage = path === prefix || path.startsWith(`${prefix}/`);
    const matched = inStage ? route(req.method ?? 'GET', within) : undefined;
    if (!matched) return gatewayAnswer(404, 'Not Found');
    const body = await readBody(req);
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
    const event = payload2(spec, req, matched, { path, requestId, body, now });
    const result = await invokeWithin(lambda, clock, matched.route.functionArn, event, INTEGRATION_MS);
    if (!result?.ok) {
      const reason = result ? `${result.errorType}: ${result.errorMessage}` : 'Integration timeout';
      log({ source: 'http-api', message: `${matched.route.routeKey} failed`, detail: { requestId, reason } });
    }
    return answerOf(result);
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    underWay.add(res);
    res.once('close', () => underWay.delete(res));
    res.on('error', () => res.destroy());
    const requestId = gatewayId();
    try {
      const { status, headers, cookies, body, cors } = await answer(req, requestId);
      res.statusCode = status;
      for (const [name, value] of Object.entries(headers)) {
        // With CORS configured, what the integration says about it is ignored.
        if (!(spec.cors && name.startsWith('access-control-'))) res.setHeader(name, value);
      }
      if (cookies.length > 0) res.setHeader('set-cookie', cookies);
      if (spec.cors && cors) {
        for (const [name, value] of Object.entries(corsHeaders(spec.cors, req))) res.setHeader(name, value);
      }
      res.setHeader('apigw-requestid', requestId);
      if (status !== 204) res.setHeader('content-length', body.length);
      res.end(body);
    } catch (error) {
      // The client went away, or the function returned a header that is none.
      log({ source: 'http-api', message: 'request failed', detail: { requestId, reason: String(error) } });
      if (res.headersSent || res.destroyed) res.destroy();
      else
        res.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"Internal Server Error"}');
    }
  }

  return {
    handle,
    stop() {
      stopped = true;
      for (const res of underWay) res.destroy();
    },
  };
}

function headerBytes(req: IncomingMessage): number {
  const line = `${req.method} ${req.url} HTTP/1.1`.length;
  return req.rawHeaders.reduce((sum, text) => sum + text.length, line);
}

/** The whole body, or undefined if it is above the limit. Rejects if the client goes away. */
async function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req) {
    bytes += (chunk as Buffer).length;
    // Read to its end even so: who is still sending would see a reset instead of the answer.
    if (bytes <= REQUEST_BYTES) chunks.push(chunk as Buffer);
  }
  return bytes <= REQUEST_BYTES ? Buffer.concat(chunks) : undefined;
}
