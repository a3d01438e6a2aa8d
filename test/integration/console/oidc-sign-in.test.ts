/** People sign in to the console at a real OpenID Connect provider. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { AUDIENCE, type OidcProvider, startOidcProvider } from '../../support/oidc-provider.ts';

let folder: string;
let provider: OidcProvider;
let deployment: Deployment;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-sign-in-'));
  provider = await startOidcProvider();
  const assembly = join(folder, 'cdk.out');
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, {
    oidc: {
      issuer: provider.issuer,
      audience: [AUDIENCE],
      clientId: 'console',
      personClaim: 'email',
      rolesClaim: 'groups',
      roles: [
        { role: 'operators', scopes: ['inject'], groups: ['berlin'] },
        { role: 'acme', scopes: ['admin'], labels: { customer: 'acme' } },
      ],
    },
  });
  deployment = await startDeployment({ assembly });
  await provider.setRedirectUri(`${deployment.cloud.apiUrl}/v1/sign-in/callback`);
  await deployment.createGroup('berlin');
});
afterAll(async () => {
  await deployment?.stop();
  await provider?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A browser that follows redirects one by one, and keeps cookies by host and name. */
const newBrowser = () => {
  const jar = new Map<string, string>();
  const get = async (url: string, headers: Record<string, string> = {}): Promise<Response> => {
    const { origin } = new URL(url);
    const own = [...jar].filter(([key]) => key.startsWith(`${origin} `));
    const cookie = own.map(([key, value]) => `${key.slice(origin.length + 1)}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie, ...headers } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(`${origin} ${name}`);
      else jar.set(`${origin} ${name}`, value);
    }
    return answer;
  };
  return { get, names: () => [...jar.keys()].map((key) => key.split(' ')[1]) };
};
type Browser = ReturnType<typeof newBrowser>;

const locationOf = (url: string, answer: Response): string =>
  new URL(answer.headers.get('location') ?? '', url).href;

/** Follows the provider to where it sends the browser back: the callback with its code. */
const atProvider = async (browser: Browser, returnTo = '/console/'): Promise<string> => {
  const begin = `${deployment.cloud.apiUrl}/v1/sign-in/oidc?returnTo=${encodeURIComponent(returnTo)}`;
  let url = locationOf(begin, await browser.get(begin));
  while (url.startsWith(provider.issuer)) url = locationOf(url, await browser.get(url));
  return url;
};

/** Where a sign-in ends, below the API. */
const signIn = async (
  person: Parameters<OidcProvider['setPerson']>[0],
  browser = newBrowser(),
  to?: string,
) => {
  await provider.setPerson(person);
  const callback = await atProvider(browser, to);
  const answer = await browser.get(callback);
  expect(answer.status).toBe(303);
  return locationOf(callback, answer).slice(deployment.cloud.apiUrl.length);
};

const json = async (browser: Browser, path: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies that they then assert on
  (await (await browser.get(`${deployment.cloud.apiUrl}${path}`)).json()) as any;

test('the sign-in page is told what it can offer', async () => {
  const { json: offer } = await deployment.http('GET', '/v1/sign-in', { key: '' });
  expect(offer).toEqual({ apiKey: true, oidc: { issuer: provider.issuer } });
});

test('a person who signs in has the role, and comes back to the view', async () => {
  const browser = newBrowser();
  expect(await signIn('alice', browser, '/console/jobs?outcome=failed')).toBe('/console/jobs?outcome=failed');
  expect(await json(browser, '/v1/session')).toMatchObject({
    keyId: 'oidc:alice@example.com',
    name: 'alice@example.com',
    scopes: ['inject'],
    groups: ['berlin'],
  });
  expect((await json(browser, '/v1/groups')).items).toMatchObject([{ groupId: 'berlin' }]);
  expect(browser.names()).not.toContain('__Host-nbwss-sign-in');
});

test('the audit names the person', async () => {
  await signIn('carol');
  const { json: audit } = await deployment.http('GET', '/v1/audit');
  expect(audit.items[0]).toMatchObject({
    action: 'finishSignIn',
    keyId: 'oidc:carol@example.com',
    status: 303,
  });
});

test('who has no role, or cancels, comes to the sign-in page with the reason', async () => {
  const browser = newBrowser();
  expect(await signIn('eve', browser)).toBe('/console/?signIn=no-role');
  expect(browser.names()).not.toContain('__Host-nbwss-session');
  expect(await signIn('nobody')).toBe('/console/?signIn=refused');
});

test('a code counts only in the browser that began, with its state, and once', async () => {
  await provider.setPerson('alice');
  const [browser, other] = [newBrowser(), newBrowser()];
  const callback = await atProvider(browser);
  const ends = async (who: Browser, url: string) => (await who.get(url)).headers.get('location');
  expect(await ends(newBrowser(), callback)).toBe('../../console/?signIn=expired');
  await atProvider(other);
  expect(await ends(other, callback)).toBe('../../console/?signIn=expired');
  expect(await ends(browser, callback)).toBe('../../console/');
  expect(await ends(browser, callback)).toBe('../../console/?signIn=expired');
});

test('a code that somebody else obtained is refused by the provider: it lacks the verifier', async () => {
  await provider.setPerson('alice');
  const [victim, attacker] = [newBrowser(), newBrowser()];
  const stolen = new URL(await atProvider(victim)).searchParams.get('code') ?? '';
  const own = new URL(await atProvider(attacker));
  own.searchParams.set('code', stolen);
  expect((await attacker.get(own.href)).headers.get('location')).toBe('../../console/?signIn=failed');
  expect(attacker.names()).not.toContain('__Host-nbwss-session');
});

test.each([
  'https://evil.example',
  '//evil.example',
  '/console/../v1',
  '/console/\\evil.example',
  '/console',
  'console/',
  '/v1/groups',
])('a sign-in does not lead to %s', async (returnTo) => {
  const path = `/v1/sign-in/oidc?returnTo=${encodeURIComponent(returnTo)}`;
  expect(await deployment.http('GET', path, { key: '' })).toMatchObject({
    status: 400,
    json: { code: 'request-not-valid' },
  });
});

test('who is on the way back while the provider does not answer learns it', async () => {
  await provider.setPerson('alice');
  const browser = newBrowser();
  const callback = await atProvider(browser);
  await provider.setAway(true);
  expect((await browser.get(callback)).headers.get('location')).toBe('../../console/?signIn=unavailable');
  await provider.setAway(false);
});

test('no log has a code, a token or a cookie', async () => {
  const browser = newBrowser();
  await provider.setPerson('alice');
  const callback = await atProvider(browser);
  await browser.get(callback);
  const code = new URL(callback).searchParams.get('code') ?? '';
  const output = deployment.output.join('\n');
  expect(code.length).toBeGreaterThan(10);
  expect(output).not.toContain(code);
  expect(output).not.toMatch(/eyJ[\w-]+\.eyJ/);
});
