import type { IncomingMessage } from 'node:http';
import { domainName, requestTime, sourceIp, traceHeader } from '../../gateway/values.ts';
import type { HttpApiSpec } from '../types.ts';
import type { MatchedRoute } from './routes.ts';

/**
 * Content types whose bodies arrive as text; all others, and none, arrive base64. AWS documents no list; this one was
 * measured on AWS (ministackorg/ministack#766; that forms are base64 also in denoland/deno_registry2#33).
 */
const TEXT = /^(text\/.*|application\/(json|xml|javascript)) *(;|$)/i;

/** Hop-by-hop headers, which the gateway does not pass on, and cookies, which have their own member. */
const DROPPED = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'cookie'];

/** UTF-8 text from a string with one character per byte, as Node.js has headers and URLs. */
const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();

/**
 * The path as the gateway reads it: decoded, cut at an encoded `?` (hotsock/voker#8), and with repeated slashes
 * merged, encoded or not (brefphp/symfony-bridge#53).
 */
export function decodedPath(url: string): string {
  const [path = ''] = url.split('?', 1);
  // Decoded byte by byte: an escape that is not valid, or not UTF-8, must not fail the request.
  const bytes = path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return (utf8(bytes).split('?', 1)[0] as string).replace(/\/+/g, '/');
}

/**
 * A request in payload format 2.0 (developer guide, "Lambda proxy integrations for HTTP APIs"). Members that are
 * undefined are absent in JSON.
 */
export function payload2(
  { apiId, stageName }: HttpApiSpec,
  req: IncomingMessage,
  { route: { routeKey, functionArn }, pathParameters }: MatchedRoute,
  { path, requestId, body, now }: { path: string; requestId: string; body: Buffer; now: number },
) {
  const [, rawQueryString = ''] = /\?(.*)/.exec(req.url ?? '') ?? [];
  const query = new URLSearchParams(rawQueryString);
  // HTTP/1.0 has no Host.
  const host = domainName(req.headers.host);
  const ip = sourceIp(req.socket);
  const text = TEXT.test(req.headers['content-type'] ?? '');
  const { cookie, 'x-forwarded-for': forwardedFor = [], ...headers } = req.headersDistinct;
  const passedOn = Object.entries(headers).filter(([name]) => !DROPPED.includes(name));
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    cookies: req.headers.cookie?.split(/; */),
    headers: {
      'x-amzn-trace-id': traceHeader(now),
      // Values arrive as UTF-8 (aws/aws-lambda-rust-runtime#786).
      ...Object.fromEntries(passedOn.map(([name, values = []]) => [name, utf8(values.join(','))])),
      'content-length': String(body.length),
      // The gateway appends the address of its peer.
      'x-forwarded-for': [...forwardedFor, ip].join(','),
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    queryStringParameters: rawQueryString
      ? Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join(',')]))
      : undefined,
    pathParameters,
    requestContext: {
      accountId: functionArn.split(':')[4] ?? '',
      apiId,
      domainName: host,
      domainPrefix: host.split('.', 1)[0],
      http: {
        method: req.method,
        path,
        protocol: `HTTP/${req.httpVersion}`,
        sourceIp: ip,
        userAgent: utf8(req.headers['user-agent'] ?? ''),
      },
      requestId,
      routeKey,
      stage: stageName,
      time: requestTime(now),
      timeEpoch: now,
    },
    body: body.length > 0 ? body.toString(text ? 'utf8' : 'base64') : undefined,
    isBase64Encoded: body.length > 0 && !text,
  };
}
