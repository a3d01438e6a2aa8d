import type { IncomingMessage } from 'node:http';
import type { HttpApiSpec } from '../types.ts';
import type { MatchedRoute } from './routes.ts';
import { domainName, requestTime, sourceIp, traceHeader } from './values.ts';

/**
 * Content types whose bodies arrive as text; all others, and none, arrive base64. AWS documents no list; this one was
 * measured on AWS (ministackorg/ministack#766; that forms are base64 also in denoland/deno_registry2#33).
 */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/i;

/** Headers of the hop, which the gateway does not pass on; cookies have a member of their own. */
const DROPPED = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'cookie'];

/** The path as the gateway sees it: decoded, and cut at what was an encoded `?` (hotsock/voker#8). */
export function decodedPath(url: string): string {
  const [path] = url.split('?', 1) as [string];
  // Byte by byte: a sequence that is no UTF-8, or no escape at all, must not fail the request.
  const bytes = path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString().split('?', 1)[0] as string;
}

/** A request in payload format 2.0 (developer guide, "Lambda proxy integrations for HTTP APIs"). */
export function payload2(
  spec: HttpApiSpec,
  req: IncomingMessage,
  { route, pathParameters }: MatchedRoute,
  request: { readonly path: string; readonly requestId: string; readonly body: Buffer; readonly now: number },
): Record<string, unknown> {
  const { path, requestId, body, now } = request;
  const url = req.url ?? '/';
  const rawQueryString = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const query = joined(new URLSearchParams(rawQueryString));
  const host = domainName(req.headers.host);
  const text = TEXT.test((req.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '');
  const cookies = req.headers.cookie?.split(/; */);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies ? { cookies } : {}),
    headers: headersOf(req, body.length, now),
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: route.functionArn.split(':')[4] ?? '',
      apiId: spec.apiId,
      domainName: host,
      domainPrefix: host.split('.', 1)[0],
      http: {
        method: req.method,
        path,
        protocol: `HTTP/${req.httpVersion}`,
        sourceIp: sourceIp(req.socket),
        userAgent: req.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route.routeKey,
      stage: spec.stageName,
      time: requestTime(now),
      timeEpoch: now,
    },
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    ...(body.length > 0 ? { body: body.toString(text ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !text,
  };
}

function headersOf(req: IncomingMessage, bodyLength: number, now: number): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
    const name = (req.rawHeaders[at] as string).toLowerCase();
    if (!DROPPED.includes(name)) pairs.push([name, req.rawHeaders[at + 1] as string]);
  }
  // A chain of addresses stays one: the gateway appends the one it sees.
  pairs.push(['x-forwarded-for', sourceIp(req.socket)]);
  const headers = joined(pairs);
  headers['content-length'] = String(bodyLength);
  headers['x-amzn-trace-id'] ??= traceHeader(now);
  headers['x-forwarded-port'] = '443';
  headers['x-forwarded-proto'] = 'https';
  return headers;
}

/** Values of one name joined by commas. */
function joined(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) {
    const before = values[name];
    values[name] = before === undefined ? value : `${before},${value}`;
  }
  return values;
}
