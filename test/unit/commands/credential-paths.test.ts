import { managesCredentials, mayReturnCredential } from '../../../lambdas/commands/credential-paths.ts';
import { injectRules, mayInject, needsNoCredential } from '../../../lambdas/commands/inject-paths.ts';

it.each([
  ['/netbackup/login', true],
  ['/netbackup/login?x=1', true],
  ['/netbackup/tokenkey', true],
  ['/netbackup/loginwithcert', true],
  ['/netbackup/config/authtokens', true],
  ['/netbackup/config/apikeys/1', true],
  ['/netbackup/security/api-keys', true],
  ['/netbackup/config/servers/credentials/1', true],
  ['/netbackup/user-sessions/token', true],
  ['/netbackup/%6cogin', true],
  ['/netbackup/%256Cogin', true],
  ['/netbackup/login;x=1', true],
  ['/netbackup/security;x/api-keys', true],
  ['/netbackup/%2flogin', true],
  ['/netbackup/%3ba%252fb/security/x', true],
  ['/netbackup/%5clogin', true],
  ['/netbackup/login%3Fx', true],
  ['/netbackup/admin/jobs', false],
  ['/netbackup/admin/jobs?filter=token', false],
  ['/netbackup/catalog/images', false],
])('I-6 whether the response of %s may hold a credential: %s', (uri, expected) => {
  expect(mayReturnCredential(uri)).toBe(expected);
});

describe('the group’s NetBackup API key is used', () => {
  const rules = injectRules('default');
  it.each([
    ['GET', '/admin/jobs?page[limit]=5'],
    ['HEAD', '/admin/jobs'],
    ['GET', '/admin/jobs/5/try-logs'],
    ['GET', '/ADMIN/Jobs/'],
    ['GET', '/catalog/images/vm%2001_1700000029'],
    ['GET', '/config/policies/nightly%3Bcopy'],
    ['GET', '/config/policies/100%25'],
    ['GET', '/storage/storage-units'],
    ['GET', '/manage/alerts'],
    ['GET', '/asset-service/workloads/vmware/assets'],
    ['GET', '/malware/scan-results'],
    ['GET', '/recovery/workloads/vmware/scenarios'],
    ['POST', '/admin/jobs/5/cancel'],
    ['POST', '/admin/jobs/5/restart'],
    ['POST', '/admin/manual-backup'],
    ['POST', '/catalog/images/update-expiration-date'],
    ['POST', '/recovery/workloads/vmware/scenarios/full-vm/recover'],
  ])('for %s %s', (method, path) => {
    expect(mayInject(rules, method, `/netbackup${path}`)).toBe(true);
  });

  it.each([
    ['POST', '/admin/jobs'],
    ['DELETE', '/config/policies/nightly'],
    ['POST', '/config/policies'],
    ['POST', '/admin/jobs/5/6/cancel'],
    ['GET', '/admin/jobsx'],
    ['GET', '/'],
    ['GET', '/rbac/roles'],
    ['GET', '/login'],
    ['GET', '/config/servers/wssendpoints'],
    ['GET', '/config/servers/wssendpoints%23'],
    ['GET', '/config/servers/wssendpoints%20'],
    ['GET', '/config/servers%5cwssendpoints'],
    ['GET', '/config/authtokens'],
    ['GET', '/config/credentials'],
    ['GET', '/config/apikeys'],
    ['GET', '/security%3f/api-keys'],
    ['GET', '/%3ba%252fb/security/api-keys'],
    ['GET', '/security%20'],
    ['GET', '/security+'],
    ['GET', '/security.'],
    ['GET', '/config%3f/../security'],
    ['GET', '/%23/security'],
    ['GET', '/%20/security%2fapi-keys'],
    ['GET', '/config;a=b/wssendpoints;c'],
    ['GET', '/config/%2577ssendpoints'],
    ['GET', '/config/wss;x/endpoints%3Baccess-control'],
    ['GET', '/config/x%09/api%2dkeys'],
    ['GET', '/admin%3fx/jobs'],
    ['GET', '/admin%20/%2520security'],
    ['GET', '/security%23/x'],
    ['GET', '/access-control/'],
    ['GET', '/access-control/roles'],
    ['GET', '/config/access-control'],
    ['GET', '/admin/jobs;x/5'],
    ['GET', '/admin%253bx/jobs'],
  ])('never for %s %s', (method, path) => {
    expect(mayInject(rules, method, `/netbackup${path}`)).toBe(false);
  });

  it('as configured, and never for paths that manage credentials', () => {
    const own = injectRules('default,/config/hosts,GET /security,PATCH /a/*/b');
    expect(mayInject(own, 'POST', '/netbackup/config/hosts/1')).toBe(true);
    expect(mayInject(own, 'PATCH', '/netbackup/a/1/b/c')).toBe(true);
    expect(mayInject(own, 'GET', '/netbackup/admin/jobs')).toBe(true);
    expect(mayInject(own, 'GET', '/netbackup/security/api-keys')).toBe(false);
    expect(mayInject(injectRules('/'), 'GET', '/netbackup/anything')).toBe(true);
    for (const path of ['security', 'security+', 'security.json', '%2fsecurity', 'login%00', ';x/security'])
      expect([path, mayInject(injectRules('/'), 'GET', `/netbackup/${path}`)]).toEqual([path, false]);
    expect(mayInject(own, 'PATCH', '/netbackup/a/b')).toBe(false);
    expect(mayInject(injectRules(''), 'GET', '/netbackup/admin/jobs')).toBe(false);
    expect(mayInject(injectRules('/a.b'), 'GET', '/netbackup/axb')).toBe(false);
  });
});

it.each([
  '/netbackup/access-control',
  '/netbackup/config/SECRETS',
  '/netbackup/x%2fpassword',
  '/netbackup/LoginX',
])('%s manages credentials', (uri) => {
  expect(managesCredentials(uri)).toBe(true);
});

it.each([
  ['GET', '/netbackup/ping', true],
  ['HEAD', '/netbackup/appdetails?x', true],
  ['GET', '/netbackup/tokenkey', true],
  ['POST', '/netbackup/tokenkey', false],
  ['GET', '/netbackup/ping/', false],
  ['GET', '/netbackup/%70ing', false],
  ['GET', '/netbackup/login', false],
])('%s %s needs no credential: %s', (method, uri, expected) => {
  expect(needsNoCredential(method, uri)).toBe(expected);
});
