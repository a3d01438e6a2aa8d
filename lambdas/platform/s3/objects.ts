import { fullJitter, retried } from '../backoff.ts';
import { type S3Method, s3Signer } from './signing.ts';

/** The objects of one bucket. Keys are up to 1024 bytes. Errors of S3 and of the network are thrown after three attempts. */
export interface Objects {
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Undefined when there is no such object. */
  get(key: string): Promise<Buffer | undefined>;
  /** Also succeeds when there is no such object. */
  delete(key: string): Promise<void>;
  /** Keys that begin so, up to 1 000. */
  list(prefix: string): Promise<string[]>;
  /** A URL with which anybody can read the object for so many seconds. */
  urlOf(key: string, seconds: number, now: number): Promise<string>;
}

const MAX_RETRIES = 2;
/** For one attempt: 64 MB from S3 take a second or two. */
const TIMEOUT_MS = 10_000;
/** S3 is busy (503 SlowDown), or has failed. */
const isTransient = (status: number): boolean => status === 429 || status >= 500;
/** S3 tells a caller without s3:ListBucket nothing about keys: 403 instead of 404 (API reference, GetObject, "Permissions"). */
const MISSING = [404, 403];

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** A text of an XML document. */
const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
    name
      ? (ENTITIES[name] ?? whole)
      : String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
  );

/** Of one bucket of this deployment. @param backoff waits between attempts */
export const s3Objects = (bucket: string, backoff = fullJitter(100)): Objects => {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] || process.env['AWS_ENDPOINT_URL'];
  const signer = s3Signer(bucket, { region: process.env['AWS_REGION'] ?? '', endpoint });

  const attempt = async (
    method: S3Method,
    [key, query = {}]: readonly [key: string, query?: Readonly<Record<string, string>>],
    content: { readonly body?: Uint8Array; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<{ status: number; body: Buffer }> => {
    const { body, headers = {} } = content;
    const signed = await signer.signed(method, key, query, body);
    const response = await fetch(signed.url, {
      method,
      headers: { ...signed.headers, ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  };

  /** Without the message, which may name a key. */
  const failed = (operation: string, { status, body }: { status: number; body: Buffer }): Error => {
    const code = /<Code>(\w{1,64})<\/Code>/.exec(body.toString('utf8', 0, 1000))?.[1] ?? 'no code';
    return new Error(`S3 answered ${status} (${code}) to ${operation}.`);
  };
  /** @param accepted the statuses that are no error */
  const call = async (
    operation: string,
    accepted: readonly number[],
    ...request: Parameters<typeof attempt>
  ): Promise<{ status: number; body: Buffer }> => {
    const respond = async () => {
      const answer = await attempt(...request);
      if (isTransient(answer.status)) throw failed(operation, answer);
      return answer;
    };
    const answer = await retried(respond, MAX_RETRIES, backoff, () => true);
    if (!accepted.includes(answer.status)) throw failed(operation, answer);
    return answer;
  };

  return {
    async put(key, body, contentType) {
      await call('PutObject', [200], 'PUT', [key], { body, headers: { 'content-type': contentType } });
    },
    async get(key) {
      const { status, body } = await call('GetObject', [200, ...MISSING], 'GET', [key], {});
      return status === 200 ? body : undefined;
    },
    async delete(key) {
      await call('DeleteObject', [204, 404], 'DELETE', [key], {});
    },
    async list(prefix) {
      const query = { 'list-type': '2', prefix };
      const { body } = await call('ListObjectsV2', [200], 'GET', ['', query], {});
      return [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => unescaped(key));
    },
    urlOf: (key, seconds, now) =>
      signer.presigned(key, { 'response-content-disposition': 'attachment' }, seconds, now),
  };
};
