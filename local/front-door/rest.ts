import type { IncomingMessage } from 'node:http';
import { credentialInUrl } from './presigned.ts';
import { notEmulated } from './service.ts';

/** The operation of a request in a REST protocol; in other protocols the header `X-Amz-Target` names it. */
export interface RestRequest {
  readonly service: 's3' | 'lambda' | 'ses';
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Operations of S3 by method, on a bucket and on an object. */
const bucketOperations: Readonly<Record<string, string>> = { GET: 'ListObjectsV2' };
const objectOperations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

/** `access key/date/region/service/aws4_request`, from the header or the query. */
const credentialOf = (request: IncomingMessage): string =>
  /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ?? credentialInUrl(request) ?? '';

export const accessKeyOf = (request: IncomingMessage): string => credentialOf(request).split('/')[0] ?? '';

/** The service that a request is signed for. */
export const signedService = (request: IncomingMessage): string => credentialOf(request).split('/')[3] ?? '';

/** @returns undefined for the JSON protocols @throws AwsError for what is not emulated */
export function restRequest(request: IncomingMessage, body: Buffer): RestRequest | undefined {
  const service = signedService(request);
  if (service === 's3') return s3Request(request, body);
  if (service === 'lambda') return invocation(request, body);
  if (service === 'ses') return mailRequest(request, body);
  return undefined;
}

/** Path-style, as the SDK uses it at an address without a name: `/bucket/key`. */
function s3Request({ method = '', url = '', headers }: IncomingMessage, body: Buffer): RestRequest {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, Bucket = '', Key = ''] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
  const action = (Key === '' ? bucketOperations : objectOperations)[method];
  if (!action) throw notEmulated(`${method} ${pathname} of s3`);
  // The SDK's name for the operation.
  searchParams.delete('x-id');
  // Parameters that belong to the signature.
  for (const name of [...searchParams.keys()]) if (/^x-amz-/i.test(name)) searchParams.delete(name);
  const query = Object.fromEntries(searchParams);
  const key = Key === '' ? {} : { Key: decodeURIComponent(Key) };
  const content = action === 'PutObject' ? { Body: body, ContentType: headers['content-type'] } : {};
  return { service: 's3', action, input: { ...query, Bucket, ...key, ...content } };
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

/** The path in version 2 of the API. */
function mailRequest({ method = '', url = '' }: IncomingMessage, body: Buffer): RestRequest {
  if (method !== 'POST' || url !== '/v2/email/outbound-emails') throw notEmulated(`${method} ${url} of ses`);
  return { service: 'ses', action: 'SendEmail', input: JSON.parse(body.toString()) };
}
