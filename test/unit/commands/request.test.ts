import {
  checkCall,
  checkHeaders,
  checkSize,
  versionFor,
  withMediaType,
} from '../../../lambdas/commands/request.ts';
import { checkUri } from '../../../lambdas/commands/uri.ts';
import { messageId } from '../../../lambdas/platform/ids.ts';
import { GATEWAY_MESSAGE_BYTES, utf8Bytes } from '../../../lambdas/protocol/limits.ts';
import { commandRequest } from '../../../lambdas/protocol/messages.ts';

describe('checkUri', () => {
  it.each([
    '/netbackup/',
    '/netbackup/admin/jobs?filter=jobType+eq+%27BACKUP%27&page%5blimit%5d=10',
    '/netbackup/admin/jobs?page[limit]=1&x=%0d%0a..//\\',
    '/netbackup/config/policies/',
    '/netbackup/config/policies/daily%20%23%20%2F%E5%A4%9C',
    '/netbackup/catalog/images/vm01_1700000029',
    '/netbackup/a..b/.c/d../...',
    '/netbackup/x;v=1/y',
    '/netbackup/x%252Fy',
    '/netbackup/users/DOM%5Cuser',
    '/netbackup/users/DOM\\user',
    '/netbackup/x/%5C%5Cserver%5Cshare',
    '/netbackup/users/DOM%255Cuser?filter=DOM\\user',
    '/netbackup/ping?',
  ])('leaves %s as it is', (uri) => {
    expect(checkUri(uri)).toBe(uri);
  });

  it.each([
    '',
    'netbackup/ping',
    '/netbackup',
    '/netbackupx/ping',
    '/NetBackup/ping',
    '/admin/jobs',
    'https://evil.example.com/netbackup/ping',
    '@evil.example.com/netbackup/ping',
    '//evil.example.com/netbackup/ping',
    '/\\evil.example.com/netbackup/ping',
    '/netbackup/\\..\\admin',
    '/netbackup/%5C..%5Cadmin',
    '/netbackup/x\\..',
    '/netbackup/x%5c..%5cadmin',
    '/netbackup/x%255c%252e%252e/admin',
    '/netbackup/x%5c.%5cadmin',
    '/netbackup/x\\..;y\\admin',
    '/netbackup/../admin',
    '/netbackup/..',
    '/netbackup/./ping',
    '/netbackup/%2e%2e/admin',
    '/netbackup/.%2E/admin',
    '/netbackup/%2e/ping',
    '/netbackup/x%2f..%2f..%2fadmin',
    '/netbackup/%252e%252e/admin',
    '/netbackup/%25252e%25252e/admin',
    `/netbackup/%${'25'.repeat(4_000)}2e/admin`,
    '/netbackup/..;/admin',
    '/netbackup/..%3b/admin',
    '/netbackup/.;x/login',
    '/netbackup//login',
    '/netbackup/\\login',
    '/netbackup/a\\;x\\login',
    '/netbackup/;x/login',
    '/netbackup/ping#x',
    '/netbackup/ping?a=b#c',
    '/netbackup/ping\r\nHost: evil.example.com',
    '/netbackup/ping%0d%0aHost:x',
    '/netbackup/ping%00.html',
    '/netbackup/a b',
    '/netbackup/\t',
    '/netbackup/夜',
  ])('refuses %j', (uri) => {
    expect(() => checkUri(uri)).toThrow(expect.objectContaining({ status: 400, code: 'uri-not-allowed' }));
  });
});

describe('checkHeaders', () => {
  it.each<Record<string, string>>([
    {},
    { Authorization: 'eyJ0.e30.c2ln', 'X-NetBackup-Audit-Reason': 'disk is full; see "ticket" 5' },
    { 'X-Empty': '' },
  ])('lets %j through', (headers) => {
    expect(checkHeaders(headers)).toEqual(headers);
  });

  it.each<Record<string, string>>([
    { 'X-A': 'a\r\nHost: evil' },
    { 'X-A': 'a\nb' },
    { 'X-A': 'a\u0000' },
    { 'X-A': '夜' },
    { 'X-A': 'caf\u00e9' },
    { '': 'a' },
    { 'X A': 'a' },
    { 'X-A:': 'a' },
    { 'X-A\r\n': 'a' },
    { Ü: 'a' },
    { 'X-A': 'a', 'x-a': 'b' },
  ])('refuses %j', (headers) => {
    expect(() => checkHeaders(headers)).toThrow(
      expect.objectContaining({ status: 400, code: 'header-not-allowed' }),
    );
  });

  it('I-6 does not repeat the value that it refuses', () => {
    expect(() => checkHeaders({ Authorization: 'secret\n' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});

test.each([
  ['/netbackup/admin/jobs?page[limit]=100&page[offset]=100', undefined],
  ['/netbackup/admin/jobs?page%5Boffset%5D=100', undefined],
  ['/netbackup/admin/jobs?page[after]=x', '12.0'],
  ['/netbackup/catalog/images?page[offset]=100', '12.0'],
])('jobs by offset are requested in a version with offsets: %s', (uri, version) => {
  expect(versionFor(uri, '12.0')).toBe(version);
});

describe('withMediaType', () => {
  it.each([
    [undefined, '1.0'],
    ['12.0', '12.0'],
  ])('CMD-3 names one in version %s', (version, expected) => {
    expect(withMediaType({ Accept: '*/*' }, version)).toEqual({
      Accept: '*/*',
      'Content-Type': `application/vnd.netbackup+json;version=${expected}`,
    });
  });
  it.each([
    ['application/vnd.netbackup+json; version=4.0', '4.0'],
    ['application/vnd.netbackup+json;charset=UTF-8;version=4.0', '4.0'],
    ['application/vnd.netbackup+json;version="4.0", */*;q=0.1', '4.0'],
    ['application/vnd.netbackup+json, text/plain;version=4.0', '12.0'],
  ])('CMD-3 names the version that Accept names: %s', (Accept, version) => {
    expect(withMediaType({ Accept }, '12.0')['Content-Type']).toBe(
      `application/vnd.netbackup+json;version=${version}`,
    );
  });
  it('CMD-3 never changes the caller’s, in any spelling', () => {
    const headers = { 'content-TYPE': 'application/vnd.netbackup+json; version=3.0' };
    expect(withMediaType(headers, '12.0')).toEqual(headers);
  });
});

describe('checkSize', () => {
  const id = messageId();
  const call = (length: number, character = 'x') => ({
    method: 'POST',
    uri: '/netbackup/x',
    headers: {},
    parameters: character.repeat(length),
  });
  const room = GATEWAY_MESSAGE_BYTES - utf8Bytes(commandRequest(id, call(0), 0));

  it('I-7 accepts the largest size, and refuses one byte more with both numbers', () => {
    expect(() => checkSize(id, call(room), 0, GATEWAY_MESSAGE_BYTES)).not.toThrow();
    expect(() => checkSize(id, call(room + 1), 0, GATEWAY_MESSAGE_BYTES)).toThrow(
      expect.objectContaining({
        status: 413,
        code: 'command-too-large',
        message: expect.stringMatching(/131073 bytes.*131072/),
      }),
    );
  });
  it.each([
    ['夜', 3],
    ['"', 2],
    ['\n', 2],
  ])('I-7 counts %j as it is written: %i bytes', (character, bytes) => {
    expect(() =>
      checkSize(id, call(Math.floor(room / bytes), character), 0, GATEWAY_MESSAGE_BYTES),
    ).not.toThrow();
    expect(() =>
      checkSize(id, call(Math.floor(room / bytes) + 1, character), 0, GATEWAY_MESSAGE_BYTES),
    ).toThrow();
  });
});

describe('an API key of this endpoint', () => {
  const key = `nbk_2222222222222222.${'a'.repeat(43)}`;
  const call = { method: 'POST', uri: '/netbackup/x', headers: {} };
  it.each([
    { uri: `/netbackup/x?key=${key}` },
    { uri: `/netbackup/x?key=${key.replace('_', '%5F')}` },
    { uri: `/netbackup/x?key=${key.replace('_', '%255f')}` },
    { uri: `/netbackup/x?key=%6e%62k_2222222222222222` },
    { uri: `/netbackup/x?basic=${encodeURIComponent(btoa(`user:${key}`))}` },
    { headers: { 'X-A': key } },
    { headers: { 'X-A': 'nbk%5fplanted' } },
    { headers: { Authorization: `Basic ${btoa('user:nbk_x')}` } },
    { headers: { 'X-A': `id, ${btoa(key)}` } },
    { headers: { [key.slice(0, 20)]: 'x' } },
    { headers: { 'X-A': btoa(encodeURIComponent(key).replace('_', '%5f')) } },
    { headers: { Authorization: `Bearer ${btoa(key)}` } },
    { uri: `/netbackup/x/${btoa(`user:${key}`)}` },
    { uri: `/netbackup/x?key=${key.replace('_', '%u005f')}` },
    { uri: `/netbackup/x?key=${key.replace('_', `%${'25'.repeat(9)}5f`)}` },
    { uri: `/netbackup/x?key=${key.replace('_', '%%35%66')}` },
    { uri: `/netbackup/x?${'%'.repeat(20)}${'3'.repeat(19)}335f` },
    { parameters: JSON.stringify({ password: key }) },
    { parameters: `{"password":"${key.replace('_', '\\u005f')}"}` },
    { parameters: JSON.stringify({ inner: `{"password":"${key.replace('_', '\\u005F')}"}` }) },
    { parameters: `password=${key.replace('.', '%2e').replace('_', '%255f')}` },
    { parameters: JSON.stringify({ headers: { authorization: `Basic ${btoa(`user:${key}`)}` } }) },
  ])('is not sent: %j', (change) => {
    expect(() => checkCall({ ...call, ...change }, undefined)).toThrow(
      expect.objectContaining({ status: 400, code: 'api-key-not-forwarded' }),
    );
  });
  it.each([
    { uri: '/netbackup/config/policies/nbk_daily' },
    { uri: '/netbackup/x?filter=nbk_daily%20100%' },
    { parameters: '{"policyName":"nbk_daily"}' },
    { parameters: `{"note":"${'\\\\'.repeat(50_000)} 100%"}` },
    { parameters: `{"note":"${'%25'.repeat(40_000)}"}` },
    { headers: { Authorization: `eyJhbGciOiJIUzI1NiJ9.${btoa('{"sub":"nbk"}')}.c2ln` } },
  ])('is something else than %j', (change) => {
    expect(() => checkCall({ ...call, ...change }, undefined)).not.toThrow();
  });
});
