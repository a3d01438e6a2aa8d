import { guarded } from '../../../lambdas/http/guard.ts';
import type { Rejection } from '../../../lambdas/http/rejections.ts';

const setUp = (allowedCidrs: string[], headers: Record<string, string> = {}) => {
  const counted: Rejection[] = [];
  let handled = 0;
  let written = 0;
  const handler = guarded(
    { allowedCidrs, rejections: { count: (reason) => counted.push(reason), write: () => written++ } },
    async () => ({ statusCode: 200 + handled++, headers, body: 'x' }),
  );
  const from = (sourceIp: string) => handler({ requestContext: { http: { sourceIp } } });
  return { from, counted, handled: () => handled, written: () => written };
};
const HEADERS = {
  'cache-control': 'no-store',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

it('a response gets the security headers', async () => {
  const { from } = setUp([], { etag: '"1"' });
  expect(await from('192.0.2.1')).toEqual({
    statusCode: 200,
    headers: { ...HEADERS, etag: '"1"' },
    body: 'x',
  });
});

it('what NetBackup says about caching is kept, but not about content types', async () => {
  const { from } = setUp([], { 'cache-control': 'private, max-age=5', 'x-content-type-options': 'sniff' });
  expect((await from('192.0.2.1')).headers).toEqual({ ...HEADERS, 'cache-control': 'private, max-age=5' });
});

it.each([
  ['192.0.2.7', true],
  ['192.0.3.7', false],
  ['2001:db8:0:1::5', true],
  ['2001:db9::5', false],
  ['::ffff:192.0.2.7', true],
  ['', false],
])('with ranges, a request from %j is handled: %s', async (address, expected) => {
  const { from, counted, handled, written } = setUp(['192.0.2.0/24', '2001:db8::/32']);
  const { statusCode, headers, body = '' } = await from(address);
  expect(statusCode).toBe(expected ? 200 : 403);
  expect(handled()).toBe(expected ? 1 : 0);
  expect(counted).toEqual(expected ? [] : ['address']);
  expect(written()).toBe(1);
  if (!expected) {
    expect(headers).toEqual({ ...HEADERS, 'content-type': 'application/problem+json' });
    expect(JSON.parse(body)).toMatchObject({ status: 403, code: 'address-not-allowed' });
  }
});
