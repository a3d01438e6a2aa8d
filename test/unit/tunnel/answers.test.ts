/** Rewritten links, checks of Host and Origin, and the log. */
import { withTunnelLinks } from '../../../bin/nbwss/tunnel/answer.ts';
import { logLine } from '../../../bin/nbwss/tunnel/handler.ts';
import { asProblem, fromNetBackup, Rig, refused } from './tunnel-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

describe('links', () => {
  const API = 'https://api.example.com/v1/groups/demo';
  const bases = { api: [API, 'http://127.0.0.1:9080/v1/groups/demo'], tunnel: 'https://here:1556' };

  it('of the API are rewritten in each form; all other bytes stay', () => {
    const body = `{"n":12345678901234567890,"text":"${API}/netbackup/x",  "links":{"self":{"href":"${API}/netbackup/a?b#c"},"next":"http://127.0.0.1:9080/v1/groups/demo/netbackup"},"data":[{"links":[{"rel":"x","href":"${API.replaceAll('/', '\\/')}\\/netbackup\\/y"}]}]}`;
    expect(withTunnelLinks(body, bases)).toBe(
      `{"n":12345678901234567890,"text":"${API}/netbackup/x",  "links":{"self":{"href":"https://here:1556/netbackup/a?b#c"},"next":"https://here:1556/netbackup"},"data":[{"links":[{"rel":"x","href":"https://here:1556/netbackup/y"}]}]}`,
    );
  });

  it.each([
    'https://other.example.com/v1/groups/demo/netbackup/x',
    'https://api.example.com/v1/groups/demo2/netbackup/x',
    'https://api.example.com/v1/groups/demo/commands/1',
    'https://api.example.com/v1/groups/demo/netbackupx',
    'https://api.example.com.evil.example/v1/groups/demo/netbackup/x',
    '/netbackup/x',
  ])('%s stays', (href) => {
    const body = JSON.stringify({ links: { self: { href } } });
    expect(withTunnelLinks(body, bases)).toBe(body);
  });

  it('in other content types stay', () => {
    expect(withTunnelLinks(`{"links": ${API}/netbackup/x`, bases)).toBe(`{"links": ${API}/netbackup/x`);
  });

  const linkFor = async (headers: string) => {
    const href = 'https://api.example.com/v1/groups/demo/netbackup/next';
    rig.onRequest = (received) =>
      received.answer(200, { links: { next: { href } } }, { ...fromNetBackup, location: href });
    const text = await rig.raw(`GET /netbackup/x HTTP/1.0\r\n${headers}\r\n`);
    const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as { links: { next: { href: string } } };
    return [/location: (\S+)/i.exec(text)?.[1], body.links.next.href];
  };

  it.each(['localhost:1556', '127.0.0.1', 'Primary.example.com:443', '[::1]:1556'])(
    'lead to the name that the client used: %s',
    async (host) => {
      const expected = `http://${host}/netbackup/next`;
      expect(await linkFor(`Host: ${host}\r\n`)).toEqual([expected, expected]);
    },
  );

  it('use the listener address for a client without a Host header', async () => {
    const expected = `http://127.0.0.1:${rig.port}/netbackup/next`;
    expect(await linkFor('')).toEqual([expected, expected]);
  });
});

describe('a request', () => {
  const code = async (headers: Record<string, string>) => {
    const { status, json } = await rig.call('GET', '/netbackup/ping', headers);
    return [status, json.code];
  };

  it.each([
    'evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    'localhost:80:80',
    'localhost/x',
    '@localhost',
  ])('under the name %j is refused', async (host) => {
    expect(await code({ host })).toEqual([421, 'host-not-known']);
    expect(rig.received).toEqual([]);
  });

  it('in absolute form is checked by its own host name', async () => {
    const text = await rig.raw(
      'GET http://evil.example/netbackup/ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(text).toContain('host-not-known');
    expect(await rig.raw('GET /netbackup/ping HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toContain(
      'host-not-known',
    );
  });

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000', host: 'localhost:1556' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('of another site is refused: %j', async (headers) => {
    expect(await code(headers as Record<string, string>)).toEqual([403, 'origin-not-allowed']);
    expect(rig.received).toEqual([]);
  });

  it.each([
    { origin: 'https://localhost:1556', host: 'localhost:1556', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { host: 'PRIMARY.example.com' },
  ])('of this one passes: %j', async (headers) => {
    expect((await rig.call('GET', '/netbackup/ping', headers as Record<string, string>)).status).toBe(200);
  });

  it('that is refused also has the members of NetBackup errors', async () => {
    const { json, headers } = await rig.call('GET', '/netbackup/ping', { host: 'evil.example' });
    expect(headers['content-type']).toBe('application/problem+json');
    expect(json).toEqual({
      type: 'about:blank',
      title: 'Misdirected Request',
      status: 421,
      detail: expect.stringContaining('evil.example'),
      code: 'host-not-known',
      errorCode: 421,
      errorMessage: json.detail,
      attributeErrors: {},
      errorDetails: ['host-not-known'],
    });
  });
});

describe('the log', () => {
  const last = () => rig.lines.at(-1)?.replace(/^\d\d:\d\d:\d\d/, 'TIME');

  it('has one line per call, without the query, and with the code of our problems', async () => {
    rig.onRequest = (received) => received.answer(200, JSON.stringify('x'.repeat(12 * 1024)), fromNetBackup);
    await rig.call('GET', '/netbackup/admin/jobs?filter=secret');
    expect(last()).toBe('TIME demo GET /netbackup/admin/jobs 200 12 KB 0 ms');
    rig.onRequest = (received) => received.answer(503, { errorCode: 1 }, fromNetBackup);
    await rig.call('POST', '/netbackup/x', {}, '{}');
    expect(last()).toBe('TIME demo POST /netbackup/x 503 15 B 0 ms');
    rig.onRequest = (received) => received.answer(503, refused('not-connected'), asProblem);
    await rig.call('POST', '/netbackup/x', {}, '{}');
    expect(last()).toMatch(/^TIME demo POST \/netbackup\/x 503 not-connected \(nbwss\) \d+ B 0 ms$/);
    await rig.call('GET', '/elsewhere?secret');
    expect(last()).toMatch(/^TIME demo GET \/elsewhere 404 not-found \(nbwss\) /);
    expect(rig.lines.join()).not.toContain('secret');
  });

  it('escapes control characters', async () => {
    rig.onRequest = (received) => received.answer(503, refused('\u001b[2J\u009b31m\u202e\n'), asProblem);
    await rig.call('POST', '/netbackup/x', {}, '{}');
    expect(last()).toContain('503 \\u001b[2J\\u009b31m\\u202e\\u000a (nbwss)');
    const done = { groupId: 'g\u001b', method: 'GET', path: '/\u0000', ms: 1 };
    expect(logLine(new Date(0), done)).toMatch(/g\\u001b GET \/\\u0000 client disconnected 1 ms$/);
  });
});
