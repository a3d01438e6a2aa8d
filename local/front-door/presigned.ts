import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../errors.ts';

/**
 * Presigned URLs: the signature is in the query, so that anybody who has the URL can send the request
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
 */

const MAX_SECONDS = 7 * 24 * 3600;
/** How far the signer's clock may be ahead of this one. */
const MAX_SKEW_MS = 15 * 60_000;

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const queryOf = ({ url = '' }: IncomingMessage): URLSearchParams => new URL(url, 'http://s3').searchParams;

/** `access key/date/region/service/aws4_request` of a presigned URL; undefined for another request. */
export const credentialInUrl = (request: IncomingMessage): string | undefined =>
  request.headers.authorization === undefined
    ? (queryOf(request).get('X-Amz-Credential') ?? undefined)
    : undefined;

/** The signed parts of a request, without the signature itself. */
function canonicalRequest(request: IncomingMessage, query: URLSearchParams): string {
  const { method = '', url = '', headers } = request;
  const names = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const pairs = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort();
  const signedHeaders = names.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`).join('');
  const path = url.split('?', 1)[0];
  return [method, path, pairs.join('&'), signedHeaders, names.join(';'), 'UNSIGNED-PAYLOAD'].join('\n');
}

/** @throws AwsError 400 and 403 with the codes of S3, if the URL was changed or has expired */
export function checkPresigned(request: IncomingMessage, secretAccessKey: string, now: number): void {
  const query = queryOf(request);
  const at = query.get('X-Amz-Date') ?? '';
  const seconds = Number(query.get('X-Amz-Expires'));
  const [, date = '', region = '', service = ''] = (query.get('X-Amz-Credential') ?? '').split('/');
  if (!/^\d{8}T\d{6}Z$/.test(at) || !(seconds >= 1 && seconds <= MAX_SECONDS))
    throw new AwsError('AuthorizationQueryParametersError', 'X-Amz-Date and X-Amz-Expires are needed.', 400);
  const since = Date.parse(at.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (since > now + MAX_SKEW_MS) throw new AwsError('AccessDenied', 'Request is not valid yet', 403);
  if (now >= since + seconds * 1000) throw new AwsError('AccessDenied', 'Request has expired', 403);
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', at, scope, sha256(canonicalRequest(request, query))].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  if (hmac(key, text).toString('hex') === query.get('X-Amz-Signature')) return;
  const message =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
  throw new AwsError('SignatureDoesNotMatch', message, 403);
}
