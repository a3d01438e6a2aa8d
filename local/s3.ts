import { createHash } from 'node:crypto';
import { z } from 'zod';
import { omitUndefined } from '../gateway/omit-undefined.ts';
import { AwsError } from './errors.ts';
import { type Answer, type AwsService, notEmulated } from './front-door/service.ts';
import type { ServiceContext } from './service-context.ts';

const request = z.strictObject({
  Bucket: z.string(),
  Key: z.string().max(1024).optional(),
  'list-type': z.literal('2').optional(),
  prefix: z.string().optional(),
  'max-keys': z.coerce.number().int().min(1).max(1000).optional(),
  'continuation-token': z.string().optional(),
  'response-content-disposition': z.string().optional(),
  Body: z.instanceof(Buffer).optional(),
  ContentType: z.string().optional(),
});
type Request = z.infer<typeof request>;

interface StoredObject {
  /** The content: a text, or with `isBase64` bytes. */
  readonly body: string;
  readonly isBase64?: true;
  readonly contentType?: string | undefined;
  /** Epoch ms. */
  readonly modified: number;
}

const MAX_KEYS = 1000;
/** The permission for each operation, on the bucket or the object. */
const operations: Readonly<Record<string, string>> = {
  ListObjectsV2: 's3:ListBucket',
  GetObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const element = (name: string, content: string | number | boolean): string =>
  `<${name}>${typeof content === 'string' ? escaped(content) : content}</${name}>`;
const bytesOf = ({ body, isBase64 }: StoredObject): Buffer => Buffer.from(body, isBase64 ? 'base64' : 'utf8');
const etag = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
/** The error for a caller that may read objects but not list them: it cannot learn which keys exist (API reference, GetObject). */
const accessDenied = () => new AwsError('AccessDenied', 'Access Denied', 403);

/** S3's error document. */
export const xmlError = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error>${element('Code', code)}${element('Message', message)}</Error>`;

/** Buckets without versioning. Objects are stored like items. */
export function createS3({ resolver, store, clock }: ServiceContext) {
  const buckets = resolver.all('AWS::S3::Bucket');
  const storeKey = (bucket: string, key: string) => `s3~${bucket}~${key}`;

  function find(nameOrArn: string) {
    const bucket = buckets.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }

  async function list({ Bucket, prefix = '', ...query }: Request): Promise<Answer> {
    const { 'max-keys': limit = MAX_KEYS, 'continuation-token': after = '' } = query;
    const start = storeKey(Bucket, '');
    const all = await store.entries<StoredObject>(storeKey(Bucket, prefix));
    const left = all
      .map(([key, object]) => ({ key: key.slice(start.length), object }))
      .filter(({ key }) => key > after);
    const page = left.slice(0, limit);
    const contents = page.map(({ key, object }) => {
      const modified = new Date(object.modified).toISOString();
      const bytes = bytesOf(object);
      return `<Contents>${element('Key', key)}${element('LastModified', modified)}${element('ETag', etag(bytes))}${element('Size', bytes.length)}</Contents>`;
    });
    const isTruncated = left.length > page.length;
    const next = isTruncated ? element('NextContinuationToken', page.at(-1)?.key ?? '') : '';
    const head = `${element('Name', Bucket)}${element('Prefix', prefix)}${element('KeyCount', page.length)}${element('MaxKeys', limit)}${element('IsTruncated', isTruncated)}`;
    const text = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>${head}${next}${contents.join('')}</ListBucketResult>`;
    return { text, headers: { 'content-type': 'application/xml' } };
  }

  async function get({ Bucket, Key = '', ...query }: Request, mayList: () => boolean): Promise<Answer> {
    const object = await store.get<StoredObject>(storeKey(Bucket, Key));
    if (!object && !mayList()) throw accessDenied();
    if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    const bytes = bytesOf(object);
    const disposition = query['response-content-disposition'];
    const headers = {
      'content-type': object.contentType ?? 'application/octet-stream',
      'content-length': String(bytes.length),
      etag: etag(bytes),
      'last-modified': new Date(object.modified).toUTCString(),
      ...omitUndefined({ 'content-disposition': disposition }),
    };
    return { bytes, headers };
  }

  async function put({ Bucket, Key = '', Body = Buffer.alloc(0), ContentType }: Request): Promise<Answer> {
    const body = Body.toString('base64');
    const value: StoredObject = { body, isBase64: true, contentType: ContentType, modified: clock.now() };
    await store.batch([{ type: 'put', key: storeKey(Bucket, Key), value }]);
    return { text: '', headers: { etag: etag(Body) } };
  }

  const service: AwsService = {
    access: (operation, input: Request) => {
      const action = operations[operation];
      if (!action) throw notEmulated(`s3:${operation}`);
      const { Bucket, Key } = request.parse(input);
      const { arn } = find(Bucket);
      return [{ action, resource: operation === 'ListObjectsV2' ? arn : `${arn}/${Key ?? ''}` }];
    },
    call: async (operation, input: Request, _, may) => {
      const parsed = request.parse(input);
      if (operation === 'ListObjectsV2') return list(parsed);
      const mayList = () => may({ action: 's3:ListBucket', resource: find(parsed.Bucket).arn });
      if (operation === 'GetObject') return get(parsed, mayList);
      if (operation === 'PutObject') return put(parsed);
      await store.batch([{ type: 'del', key: storeKey(parsed.Bucket, parsed.Key ?? '') }]);
      return { status: 204 };
    },
  };
  return {
    service,
    /** Stores an object for another service. */
    put: (bucketArn: string, key: string, body: string): Promise<void> => {
      const value: StoredObject = { body, modified: clock.now() };
      return store.batch([{ type: 'put', key: storeKey(find(bucketArn).name, key), value }]);
    },
    has: (bucketArn: string): boolean => buckets.some(({ arn }) => arn === bucketArn),
  };
}
