import { waitOf } from '../../../lambdas/commands/waiting/waiting.ts';
import { encodePath, type ProxyEvent, readProxyRequest } from '../../../lambdas/proxy/request.ts';

const event = (change: Partial<ProxyEvent> & { method?: string } = {}): ProxyEvent => ({
  routeKey: 'ANY /v1/groups/{groupId}/netbackup/{proxy+}',
  rawPath: '/v1/groups/demo/netbackup/admin/jobs',
  rawQueryString: '',
  headers: {},
  isBase64Encoded: false,
  requestContext: { http: { method: change.method ?? 'GET', sourceIp: '192.0.2.1' } },
  ...change,
});

it('CMD-3 reads group, method, path, query, headers and body', () => {
  const body = Buffer.from('{"é":1}').toString('base64');
  const request = event({
    method: 'POST',
    rawQueryString: 'filter=a+b%27&page[limit]=5',
    headers: { authorization: 'x', 'content-type': 'application/vnd.netbackup+json' },
    body,
    isBase64Encoded: true,
  });
  expect(readProxyRequest(request)).toEqual({
    groupId: 'demo',
    call: {
      method: 'POST',
      uri: '/netbackup/admin/jobs?filter=a+b%27&page[limit]=5',
      headers: { Authorization: 'x', 'Content-Type': 'application/vnd.netbackup+json' },
      parameters: '{"é":1}',
    },
  });
});

it.each([
  ['/a b', '/a%20b'],
  ['/a%b', '/a%25b'],
  ['/%2e', '/%252e'],
  ['/a#b?c', '/a%23b%3Fc'],
  ["/a:@!$&'()*+,=-._~", "/a:@!$&'()*+,=-._~"],
  ['/a;v=1', '/a%3Bv=1'],
  ['/a//b', '/a/b'],
  ['/%;|"<>^`{}[]', '/%25%3B%7C%22%3C%3E%5E%60%7B%7D%5B%5D'],
  ['/夜/x/', '/%E5%A4%9C/x/'],
  ['/\\', '/%5C'],
  ['/\ud800', '/%EF%BF%BD'],
])('the decoded path %j is encoded as %s', (path, encoded) => {
  expect(encodePath(path)).toBe(encoded);
});

it.each([
  ['/netbackup', '/netbackup/'],
  ['/netbackup/', '/netbackup/'],
  ['/netbackup//admin///jobs//', '/netbackup/admin/jobs/'],
  ['/netbackup/config/policies/pol-9;copy', '/netbackup/config/policies/pol-9%3Bcopy'],
  ['/netbackup/users/DOM\\user', '/netbackup/users/DOM%5Cuser'],
])('what arrives as %s is sent as %s', (path, uri) => {
  expect(readProxyRequest(event({ rawPath: `/v1/groups/demo${path}` })).call.uri).toBe(uri);
});

it('the body is the text that was sent, including a byte order mark', () => {
  const bytes = Buffer.from('\ufeff{"名":1}').toString('base64');
  const headers = { 'content-encoding': 'Identity' };
  expect(readProxyRequest(event({ headers, body: bytes, isBase64Encoded: true })).call).toMatchObject({
    parameters: '\ufeff{"名":1}',
  });
});

it.each<[string, Parameters<typeof event>[0], number]>([
  ['an unknown method', { method: 'TRACE' }, 405],
  ['Authorization twice', { headers: { authorization: 'a,b' } }, 400],
  ['a compressed body', { headers: { 'content-encoding': 'br' }, body: 'x' }, 415],
  ['bytes that are not text', { body: '/w==', isBase64Encoded: true }, 415],
  ['bytes that the gateway has replaced', { body: '{"a":"\ufffd"}' }, 415],
  ['a path that it has replaced bytes in', { rawPath: '/v1/groups/demo/netbackup/a\ufffd' }, 400],
  ['another path', { rawPath: '/v1/groups/demo/netbackup-credential' }, 404],
  ['a group of two segments', { rawPath: '/v1/groups/a/b/netbackup/x' }, 404],
])('refuses %s', (_, change, status) => {
  expect(() => readProxyRequest(event(change))).toThrow(expect.objectContaining({ status }));
});

it.each([
  [undefined, undefined],
  ['', undefined],
  ['wait=10', 10],
  ['respond-async, wait=5', 5],
  ['WAIT = "7"', 7],
  ['wait=0', 0],
  ['wait=3600', 25],
  ['await=5', undefined],
])('Prefer: %s waits for %s s', (prefer, seconds) => {
  expect(waitOf(prefer)).toBe(seconds);
});
