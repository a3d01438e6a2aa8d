/**
 * Requests to S3 without its client, which would be the largest part of a function's bundle. The signer is the one that the other AWS
 * clients use.
 */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Checksum, HttpRequest, SourceData } from '@smithy/types';
import { defaultProvider } from '../credentials.ts';
import { omitUndefined } from '../omit-undefined.ts';

export type S3Method = 'GET' | 'PUT' | 'DELETE';
type Query = Readonly<Record<string, string>>;

/** SHA-256, or with a key HMAC-SHA-256, as the signer needs it. */
class Sha256 implements Checksum {
  readonly #hash;

  constructor(secret?: SourceData) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('The signer makes a new hash for each text.');
  }
}

/** RFC 3986: S3 compares the escaped key with the signature, which escapes more than `encodeURIComponent`. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

export interface Address {
  readonly region: string;
  /** `AWS_ENDPOINT_URL` is the URL of the local cloud, with the bucket in the path. */
  readonly endpoint?: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html. Only the partition of China has its own suffix. */
export const bucketUrl = (bucket: string, { region, endpoint }: Address): URL => {
  if (endpoint) return new URL(`${endpoint.replace(/\/$/, '')}/${bucket}`);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(`https://${bucket}.s3.${region}.${suffix}`);
};

export interface Signer {
  /** A request with its signature in headers. */
  signed(
    method: S3Method,
    key: string,
    query: Query,
    body?: Uint8Array,
  ): Promise<{ url: string; headers: Query }>;
  /** A URL with which anybody may read the object for this long, or as long as the credentials of this function are valid. */
  presigned(key: string, query: Query, seconds: number, now: number): Promise<string>;
}

export const s3Signer = (bucket: string, address: Address, credentials = defaultProvider()): Signer => {
  const base = bucketUrl(bucket, address);
  const signer = new SignatureV4({
    service: 's3',
    region: address.region,
    credentials,
    sha256: Sha256,
    // The path is escaped once: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    uriEscapePath: false,
  });
  const request = (method: S3Method, key: string, query: Query, body?: Uint8Array): HttpRequest => ({
    ...{ method, protocol: base.protocol, hostname: base.hostname, query: { ...query } },
    ...(base.port === '' ? {} : { port: Number(base.port) }),
    path: `${base.pathname.replace(/\/$/, '')}/${key.split('/').map(escaped).join('/')}`,
    headers: { host: base.host },
    ...omitUndefined({ body }),
  });
  const urlOf = ({ path, query = {} }: HttpRequest): string => {
    const pairs = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`);
    return `${base.origin}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
  };
  return {
    async signed(method, key, query, body) {
      const { host: _, ...headers } = (await signer.sign(request(method, key, query, body))).headers;
      return { url: urlOf(request(method, key, query)), headers };
    },
    async presigned(key, query, seconds, now) {
      const unsigned = request('GET', key, query);
      // A presigned URL has no body, and S3 expects this word in the signature.
      unsigned.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return urlOf(await signer.presign(unsigned, { expiresIn: seconds, signingDate: new Date(now) }));
    },
  };
};
