import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { readPage } from '../../../lambdas/console/page.ts';
import { type PageResponse, servePage } from '../../../lambdas/console/serve-page.ts';

const INDEX = '<base href="./"><script type="module" src="assets/a-1.js"></script>';
const folder = mkdtempSync(join(tmpdir(), 'nbwss-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = async (files: Readonly<Record<string, string>>): Promise<string> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
};

let serve: ReturnType<typeof servePage>;
beforeAll(async () => {
  const files = {
    'index.html': INDEX,
    'assets/a-1.js': 'script',
    'assets/a-1.js.br': 'as br',
    'assets/a-1.js.gz': 'as gzip',
    'assets/a-1.css': 'style',
    'favicon.svg': '<svg/>',
  };
  serve = servePage(readPage(await write(files)));
});

const get = (rawPath: string, headers: Record<string, string> = {}, method = 'GET', rawQueryString = '') =>
  serve({ rawPath, rawQueryString, headers, requestContext: { http: { method, sourceIp: '127.0.0.1' } } });
const textOf = ({ body = '', isBase64Encoded }: PageResponse): string =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString();

test.each(['/console/', '/console/domains', '/console/index.html', '/base/console/'])(
  '%s is the page',
  (path) => {
    const answer = get(path);
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    });
    expect(textOf(answer)).toBe(INDEX);
  },
);

test('the links of a deeper view lead to the same files', () => {
  expect(textOf(get('/console/domains/berlin'))).toContain('<base href="../">');
  expect(textOf(get('/console/domains/berlin/jobs'))).toContain('<base href="../../">');
  expect(get('/console/a/b/c/d/e/f/g/h').statusCode).toBe(404);
});

test('a view of a client or group whose name has dots is the page', () => {
  for (const path of ['/console/domains/eu.prod', '/console/domains/berlin/clients/files01.acme.example'])
    expect(get(path)).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
});

test('without its slash the path leads to the folder, wherever that is, and keeps the query', () => {
  expect(get('/console')).toMatchObject({ statusCode: 308, headers: { location: 'console/' } });
  expect(get('/base/console', {}, 'GET', 'a=b').headers['location']).toBe('console/?a=b');
});

test('files are kept for a year only if their name has a hash', () => {
  expect(get('/console/assets/a-1.css')).toMatchObject({
    headers: {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    },
  });
  expect(get('/console/favicon.svg').headers['cache-control']).toBe('no-cache');
});

test.each([
  ['gzip, deflate, br', 'br', 'as br'],
  ['gzip', 'gzip', 'as gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip', 'as gzip'],
  ['', undefined, 'script'],
  ['identity', undefined, 'script'],
])('accept-encoding %j gets %j', (accepted, encoding, body) => {
  const answer = get('/console/assets/a-1.js', { 'accept-encoding': accepted });
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(answer.headers['vary']).toBe('accept-encoding');
  expect(textOf(answer)).toBe(body);
});

test('a file that has no compressed copy is sent as it is', () => {
  const answer = get('/console/assets/a-1.css', { 'accept-encoding': 'br, gzip' });
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(textOf(answer)).toBe('style');
});

test('the page is compressed after its base was set', () => {
  const read = (accepted: string) => {
    const { body = '' } = get('/console/domains/berlin', { 'accept-encoding': accepted });
    return Buffer.from(body, 'base64');
  };
  expect(brotliDecompressSync(read('br')).toString()).toContain('<base href="../">');
  expect(gunzipSync(read('gzip')).toString()).toContain('<base href="../">');
});

test('what has not changed is not sent again', () => {
  const { etag = '' } = get('/console/').headers;
  for (const value of [etag, `W/"other", ${etag}`, '*']) {
    const answer = get('/console/', { 'if-none-match': value });
    expect(answer).toMatchObject({ statusCode: 304, headers: { etag, vary: 'accept-encoding' } });
    expect(answer.body).toBeUndefined();
  }
  expect(get('/console/', { 'if-none-match': 'W/"other"' }).statusCode).toBe(200);
});

test('HEAD has the headers of GET, and no body', () => {
  const answer = get('/console/assets/a-1.js', {}, 'HEAD');
  expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-length': '6' } });
  expect(answer.body).toBeUndefined();
});

test('files that do not exist, and other methods, are refused', () => {
  for (const path of ['/console/assets/b.js', '/console/assets/a-1.js.map'])
    expect(get(path)).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
  expect(get('/console/', {}, 'POST')).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD' } });
});

test('no answer may be framed, or run or load what is not of the console', () => {
  for (const { headers } of [get('/console/'), get('/console'), get('/console/assets/none.js')]) {
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  }
});

test('a page without an index or a base, or with a type of file that is not known, does not start', async () => {
  expect(() => servePage(new Map())).toThrow('no index.html');
  await write({ 'index.html': '<html></html>' });
  expect(() => servePage(readPage(folder))).toThrow('no <base href="./">');
  await write({ 'assets/a.exe': '' });
  expect(() => readPage(folder)).toThrow('assets/a.exe');
});
