import type { IncomingMessage } from 'node:http';
import { notEmulated } from './service.ts';

/** A request of a REST protocol: what is the header `X-Amz-Target` in the others. */
export interface RestRequest {
  readonly service: 's3' | 'lambda' | 'ses';
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Operations of S3 by method, on a bucket and on an object. */
const bucketOperations: Readonly<Record<string, string>> = { GET: 'ListObjectsV2' };
const objectOperations: Readonly<Record<string, string>> = { GET: 'GetObject', DELETE: 'DeleteObject' };

/** The service that a request is signed for. */
export const signedService = ({ headers: { authorization = '' } }: IncomingMessage): string =>
  /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization)?.[1] ?? '';

/** @returns undefined for the JSON protocols @throws AwsError for what is not emulated */
export function restRequest(request: IncomingMessage, body: Buffer): RestRequest | undefined {
  const service = signedService(request);
  if (service === 's3') return s3Request(request);
  if (service === 'lambda') return invocation(request, body);
  if (service === 'ses') return mailRequest(request, body);
  return undefined;
}

/** Path-style, as the SDK uses it at an address without a name: `/bucket/key`. */
function s3Request({ method = '', url = '' }: IncomingMessage): RestRequest {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, Bucket = '', Key = ''] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
  const action = (Key === '' ? bucketOperations : objectOperations)[method];
  if (!action) throw notEmulated(`${method} ${pathname} of s3`);
  // The SDK's name for the operation.
  searchParams.delete('x-id');
  const query = Object.fromEntries(searchParams);
  const key = Key === '' ? {} : { Key: decodeURIComponent(Key) };
  return { service: 's3', action, input: { ...query, Bucket, ...key } };
}

function invocation({ method = '', url = '', headers }: IncomingMessage, body: Buffer): RestRequest {
  const { pathname, searchParams } = new URL(url, 'http://lambda');
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (method !== 'POST' || name === undefined || type !== 'RequestResponse')
    throw notEmulated(`${method} ${pathname} (${type}) of lambda`);
  const qualifier = searchParams.get('Qualifier');
  const FunctionName = decodeURIComponent(name) + (qualifier === null ? '' : `:${qualifier}`);
  return {
    service: 'lambda',
    action: 'Invoke',
    input: { FunctionName, Payload: JSON.parse(body.toString() || 'null') },
  };
}

/** Of version 2 of the API. */
function mailRequest({ method = '', url = '' }: IncomingMessage, body: Buffer): RestRequest {
  if (method !== 'POST' || url !== '/v2/email/outbound-emails') throw notEmulated(`${method} ${url} of ses`);
  return { service: 'ses', action: 'SendEmail', input: JSON.parse(body.toString()) };
}
