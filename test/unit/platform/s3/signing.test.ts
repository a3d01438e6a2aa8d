/** Signatures of S3 requests, checked with the local cloud's own implementation of what S3 does, and that one with AWS's example. */
import type { IncomingMessage } from 'node:http';
import { bucketUrl, s3Signer } from '../../../../lambdas/platform/s3/signing.ts';
import { checkPresigned } from '../../../../local/front-door/presigned.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const CREDENTIALS = async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET });
const requestOf = (url: string, method = 'GET') => {
  const { host, pathname, search } = new URL(url);
  return { method, url: `${pathname}${search}`, headers: { host } } as unknown as IncomingMessage;
};
/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const EXAMPLE =
  'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
const DAY = Date.UTC(2013, 4, 24);

it('the URL of AWS’s example is valid for a day, and not if anything in it is changed', () => {
  const check =
    (url: string, now = DAY) =>
    () =>
      checkPresigned(requestOf(url), SECRET, now);
  expect(check(EXAMPLE)).not.toThrow();
  expect(check(EXAMPLE, DAY + 86_399_000)).not.toThrow();
  expect(check(EXAMPLE, DAY + 86_400_000)).toThrow('Request has expired');
  expect(check(EXAMPLE, DAY - 3_600_000)).toThrow('not valid yet');
  for (const changed of [
    EXAMPLE.replace('test.txt', 'test.tx'),
    EXAMPLE.replace('86400', '86401'),
    EXAMPLE.replace('f604d404', 'f604d405'),
    EXAMPLE.replace('examplebucket', 'otherbucket'),
    `${EXAMPLE}&versionId=1`,
  ])
    expect(check(changed)).toThrow('signature');
  expect(() => checkPresigned(requestOf(EXAMPLE, 'PUT'), SECRET, DAY)).toThrow('signature');
  expect(check(EXAMPLE.replace('86400', '700000'))).toThrow('X-Amz-Expires');
});

it.each([
  'bodies/demo/4F1D3C0A/0123',
  'parts/a.b-c_d/relay.7f000001ab.x=y/0',
  "it's (a) * test!/ü/夜 %41+&?#",
])('a presigned URL of the key %j is valid', async (key) => {
  const signer = s3Signer('bucket', { region: 'eu-central-1' }, CREDENTIALS);
  const url = await signer.presigned(key, { 'response-content-disposition': 'attachment' }, 900, DAY);
  expect(new URL(url).host).toBe('bucket.s3.eu-central-1.amazonaws.com');
  expect(decodeURIComponent(new URL(url).pathname.slice(1))).toBe(key);
  expect(() => checkPresigned(requestOf(url), SECRET, DAY + 899_000)).not.toThrow();
  expect(() => checkPresigned(requestOf(url), SECRET, DAY + 900_000)).toThrow('expired');
});

it('a URL of temporary credentials has their token, which is signed', async () => {
  const temporary = async () => ({ ...(await CREDENTIALS()), sessionToken: 'a/token+with=signs' });
  const url = await s3Signer('bucket', { region: 'us-east-1' }, temporary).presigned('a', {}, 900, DAY);
  expect(new URL(url).searchParams.get('X-Amz-Security-Token')).toBe('a/token+with=signs');
  expect(() => checkPresigned(requestOf(url), SECRET, DAY)).not.toThrow();
  const without = url.replace(/&X-Amz-Security-Token=[^&]*/, '');
  expect(() => checkPresigned(requestOf(without), SECRET, DAY)).toThrow('signature');
});

it.each([
  [{ region: 'us-east-1' }, 'https://bucket.s3.us-east-1.amazonaws.com/'],
  [{ region: 'cn-north-1' }, 'https://bucket.s3.cn-north-1.amazonaws.com.cn/'],
  [{ region: 'us-east-1', endpoint: 'http://127.0.0.1:4000/' }, 'http://127.0.0.1:4000/bucket'],
])('the bucket of %j is at %s', (address, url) => {
  expect(bucketUrl('bucket', address).href).toBe(url);
});
