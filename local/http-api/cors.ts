import type { IncomingMessage } from 'node:http';
import type { HttpApiSpec } from '../types.ts';

type Cors = NonNullable<HttpApiSpec['cors']>;

/** A preflight: the gateway answers it by itself, whatever the routes are. */
export function isPreflight(req: IncomingMessage): boolean {
  return (
    req.method === 'OPTIONS' &&
    req.headers.origin !== undefined &&
    req.headers['access-control-request-method'] !== undefined
  );
}

/** The CORS headers of an answer, none if the origin is absent or not allowed (developer guide, "Configure CORS"). */
export function corsHeaders(cors: Cors, req: IncomingMessage): Record<string, string> {
  const { origin } = req.headers;
  if (origin === undefined || !cors.allowOrigins.some((allowed) => allows(allowed, origin))) return {};
  const every = cors.allowOrigins.includes('*');
  const headers: Record<string, string> = { 'access-control-allow-origin': every ? '*' : origin };
  if (cors.allowCredentials) headers['access-control-allow-credentials'] = 'true';
  if (cors.exposeHeaders.length > 0) headers['access-control-expose-headers'] = cors.exposeHeaders.join(',');
  if (!isPreflight(req)) return headers;
  headers['access-control-allow-methods'] = cors.allowMethods.join(',');
  headers['access-control-allow-headers'] = cors.allowHeaders.join(',');
  if (cors.maxAge !== undefined) headers['access-control-max-age'] = String(cors.maxAge);
  return headers;
}

/** `*`, `https://*` and `http://*`, or the origin itself. */
function allows(allowed: string, origin: string): boolean {
  return allowed.endsWith('*') ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin;
}
