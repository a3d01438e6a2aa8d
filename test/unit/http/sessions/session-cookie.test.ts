import {
  cookieNamed,
  sessionCookie,
  sessionIdIn,
  sessionOf,
} from '../../../../lambdas/http/sessions/session-cookie.ts';

const ID = '3f0c9a7b51d2e846hfwdksnpfdqxnacm';
const VALUE = `${ID}.${'s'.repeat(43)}`;

it('the cookie is only for this host, and hidden from scripts, other sites and plain HTTP', () => {
  expect(sessionCookie(VALUE, 28_800)).toBe(
    `__Host-nbwss-session=${VALUE}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=28800`,
  );
});

it.each([
  [undefined, undefined],
  ['', undefined],
  ['a=1; b=2', '2'],
  ['bb=1;b=2', '2'],
  ['b=x=y', 'x=y'],
  ['B=1', undefined],
])('the cookie b of %j is %j', (cookies, expected) => {
  expect(cookieNamed('b', cookies)).toBe(expected);
});

it('an id is read only of what has the form of a session', () => {
  expect(sessionIdIn(VALUE)).toBe(ID);
  for (const text of ['', ID, `${ID}.`, `${VALUE}x`, `${VALUE} `, VALUE.slice(1), `nbk_${VALUE}`])
    expect(sessionIdIn(text)).toBeUndefined();
});

describe('which requests may use a session', () => {
  const used = (method: string, headers: Record<string, string>): string | undefined => {
    const all: Record<string, string> = { cookie: `__Host-nbwss-session=${VALUE}`, ...headers };
    try {
      return sessionOf({ method, header: (name) => all[name] }) === VALUE ? 'used' : 'none';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  const OWN = { 'x-nbwss-console': '1' };
  it.each<[string, Record<string, string>, string]>([
    ['GET', {}, 'used'],
    ['HEAD', {}, 'used'],
    ['GET', { 'sec-fetch-site': 'same-origin' }, 'used'],
    ['GET', { 'sec-fetch-site': 'none' }, 'used'],
    ['GET', { 'sec-fetch-site': 'same-site' }, 'not-from-console'],
    ['GET', { 'sec-fetch-site': 'cross-site' }, 'not-from-console'],
    ['POST', {}, 'not-from-console'],
    ['POST', { 'x-nbwss-console': '0' }, 'not-from-console'],
    ['POST', OWN, 'used'],
    ['POST', { ...OWN, 'sec-fetch-site': 'same-origin' }, 'used'],
    ['POST', { ...OWN, 'sec-fetch-site': 'none' }, 'not-from-console'],
    ['DELETE', { ...OWN, 'sec-fetch-site': 'cross-site' }, 'not-from-console'],
    ['PATCH', { 'sec-fetch-site': 'same-origin' }, 'not-from-console'],
    ['POST', { cookie: 'other=1' }, 'none'],
  ])('%s with %j: %s', (method, headers, expected) => {
    expect(used(method, headers)).toBe(expected);
  });
});
