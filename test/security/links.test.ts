/** Addresses in what a hostile primary answers: no client that follows them takes its key to another host or to another group. */
import fc from 'fast-check';
import type { Command } from '../../lambdas/commands/command.ts';
import { storedHeaders } from '../../lambdas/commands/response-headers.ts';
import { readPage } from '../../lambdas/commands/sizes/list-page.ts';
import { namesOf } from '../../lambdas/proxy/links/address.ts';
import { readLinks } from '../../lambdas/proxy/links/links.ts';
import { joinPages } from '../../lambdas/proxy/lists/join-pages.ts';
import { toHttpResponse } from '../../lambdas/proxy/response.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { PlayedDomain } from '../support/domain.ts';

const BASE = 'https://api.example.com/v1/groups/demo';
const URI = '/netbackup/admin/jobs/5?x=1';
/** Where the client of the call is. */
const PAGE = `${BASE}${URI}`;
const HOSTS = namesOf(['nbu1.example.com']);

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const blanks = oneOf('', ' ', '\t', '\n', '\r\n', '\0', ' \t\n ', '\u00a0', '\ufeff');
const scheme = oneOf(
  '',
  'http:',
  'https:',
  'HTTPS:',
  'h\nttps:',
  'ftp:',
  'javascript:',
  'data:',
  'file:',
  'urn:',
);
const slashes = oneOf('', '/', '//', '///', '\\', '\\\\', '/\\', '/\t/', '\\/\\');
const user = oneOf('', 'a@', 'nbu1@', 'api.example.com@', 'api.example.com%40', 'a:b@');
const host = oneOf(
  ...[
    '',
    'evil.example',
    'evil。example',
    'evil．example',
    'EVIL.example.',
    '[::1]',
    '127.1',
    '%65vil',
    'x.nbu1',
  ],
  ...['nbu1', 'nbu1.example.com', 'api.example.com', 'api.example.com.', 'api.example.com:443', 'xn--a'],
);
const path = oneOf(
  ...['', '/', '/netbackup', '/netbackup/x', '/netbackups', '\\netbackup\\x', '/v1/groups/another/commands'],
  ...[
    '/v1/groups/demo/netbackup/../../../keys',
    '/../..',
    '../../../another',
    '%2e%2e/%2E./..',
    '..%2f..%2f..',
  ],
  ...['/v1/groups/demo/netbackup/x', './../../..\\..', '?next', '#x', '\u202e', 'a\\..\\..\\..\\..'],
);
const hostile = fc.tuple(blanks, scheme, slashes, user, host, path, blanks).map((parts) => parts.join(''));
const anything = fc.oneof(hostile, hostile, fc.string({ unit: 'grapheme' }), fc.webUrl());

/** As deep as a message can be. */
const DEEP = 9_000;
const deep = (inner: string) => `${'{"a":'.repeat(DEEP)}${inner}${'}'.repeat(DEEP)}`;

/** Where a client that reads an address on its page goes. */
const followed = (text: string) => (URL.canParse(text, PAGE) ? new URL(text, PAGE) : undefined);
const isInGroup = ({ href }: URL) => href.startsWith(`${BASE}/netbackup/`) || href === `${BASE}/netbackup`;
const isWeb = ({ protocol }: URL) => /^https?:$/.test(protocol);

test('a Location leads to the group at this endpoint, or is not returned as Location', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const { location, 'x-nbwss-foreign-location': foreign } = toHttpResponse(
        {
          command: { method: 'GET', uri: URI, commandId: 'id' } as Command,
          response: { status: 302, headers: storedHeaders({ LOCATION: text }), body: '' },
        },
        undefined,
        { base: BASE, hosts: HOSTS },
      ).headers;
      if (location !== undefined) {
        expect(location).toMatch(/^[!-~]+$/);
        const target = followed(location);
        expect(target && isInGroup(target)).toBe(true);
        expect(foreign).toBeUndefined();
      }
      // Shown to people; never an address of this endpoint.
      if (foreign !== undefined && isWeb(new URL(foreign)))
        expect(new URL(foreign).hostname).not.toMatch(/^api\.example\.com\.?$/);
    }),
    { numRuns: 5_000 },
  );
});

test('a link of a body leads to the group at this endpoint, or names another host', () => {
  fc.assert(
    fc.property(anything, fc.integer({ min: 1, max: 300 }), (text, depth) => {
      const link = JSON.stringify({ links: { next: { href: text } } });
      const body = `${'[{"a": '.repeat(depth)}${link}${'}]'.repeat(depth)}`;
      const rewritten = readLinks(body).rewrittenFor(URI, { base: BASE, hosts: HOSTS });
      const written = rewritten.slice(7 * depth, -2 * depth);
      const next = (JSON.parse(written) as { links: { next: { href: string } } }).links.next.href;
      const target = followed(next);
      if (!target || !isWeb(target)) return expect(next).toBe(text);
      if (isInGroup(target)) return;
      expect(next).toBe(text);
      expect(target.hostname).not.toMatch(/^api\.example\.com\.?$/);
    }),
    { numRuns: 1_500 },
  );
});

test('no other header makes a client leave', () => {
  const names = ['Refresh', 'Link', 'Content-Location', 'Alt-Svc', 'URI', 'WWW-Authenticate', 'Set-Cookie'];
  const headers = Object.fromEntries(names.map((name) => [name, '0; url=https://evil.example/']));
  expect(storedHeaders(headers)).toEqual({});
});

test.each(['links', 'meta'])('a page whose %s are nested too deeply does no harm', (name) => {
  const members = {
    links: '',
    meta: '"pagination":{"next":"x"},',
    [name]: `"pagination":{},"x":${deep('1')},`,
  };
  const body = `{"data":[{"id":"1"}],"links":{${members.links}"y":1},"meta":{${members.meta}"y":1}}`;
  const page = readPage(body);
  // Recent releases of Node.js can write it.
  if (page) expect(joinPages([page], 10, {})).toContain('"id":"1"');
});

describe('a deployment', () => {
  let deployment: Deployment;
  let domain: PlayedDomain;
  beforeAll(async () => {
    deployment = await startDeployment();
    domain = await PlayedDomain.connect(deployment, 'own');
    await deployment.createGroup('another');
  });
  afterAll(() => deployment.stop());

  const get = async (path: string, body: string) => {
    const pending = deployment.http('GET', `/v1/groups/own/netbackup${path}`);
    const { id } = await domain.next();
    await domain.answer(id, { headers: { 'Content-Type': 'application/json' }, body });
    return pending;
  };
  test('finds a link at any depth', async () => {
    const body = deep('{"links":{"self":{"href":"https://nbu1/netbackup/x"}}}');
    const { status, text } = await get('/ping', body);
    expect(status).toBe(200);
    expect(text).toBe(body.replace('https://nbu1', `${deployment.cloud.apiUrl}/v1/groups/own`));
  });

  test.each([
    () => `${deployment.cloud.apiUrl}/v1/groups/another/commands`,
    () => '../../../../../v1/groups/another/commands',
    () => '/v1/groups/another/commands',
  ])('a redirection to another group stays in its own (%#)', async (location) => {
    const url = `${deployment.cloud.apiUrl}/v1/groups/own/netbackup/ping`;
    const pending = fetch(url, { headers: { 'x-api-key': deployment.adminKey } });
    const first = await domain.next();
    const answered = domain.answer(first.id, { responseCode: 302, headers: { Location: location() } });
    const second = await domain.next();
    expect(second.uri).toBe('/netbackup/v1/groups/another/commands');
    await Promise.all([answered, domain.answer(second.id, { responseCode: 404 })]);
    expect((await pending).status).toBe(404);
  });
});
