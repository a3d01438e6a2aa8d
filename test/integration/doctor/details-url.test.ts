/** Endpoint details from a URL. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from '../../../bin/nbwss/certificate.ts';
import { readSource } from '../../../netbackup/doctor/read-source.ts';
import { createCertificate } from '../../fixtures/certificates.ts';

const DETAILS = '{"token":"t"}';

let certificate: KeyPair;
let server: Server;
let serve: (request: IncomingMessage, response: ServerResponse) => void;
let url: string;

beforeAll(async () => {
  certificate = await createCertificate();
  server = createServer(certificate, (request, response) => serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://localhost:${(server.address() as AddressInfo).port}/details`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const OPTIONS = { timeoutMs: 5_000, slowMs: 5_000 };
const read = async (options: Partial<Parameters<typeof readSource>[1]> = {}, from = url) => {
  const { kind, text, findings } = await readSource(from, {
    ...OPTIONS,
    trusted: [certificate.cert],
    ...options,
  });
  return { kind, text, codes: findings.map(({ code }) => code) };
};

test('sends a GET without credentials', async () => {
  let seen: IncomingMessage | undefined;
  serve = (request, response) => {
    seen = request;
    response.end(DETAILS);
  };
  expect(await read()).toEqual({ kind: 'url', text: DETAILS, codes: [] });
  expect(seen).toMatchObject({ method: 'GET', url: '/details' });
  expect(seen?.headers.authorization).toBeUndefined();
});

test.each<[what: string, answer: (response: ServerResponse) => void, code: string]>([
  ['302', (response) => response.writeHead(302, { location: 'https://h/' }).end(), 'source-url-redirect'],
  ['404', (response) => response.writeHead(404).end('<html>'), 'source-url-status'],
  ['410', (response) => response.writeHead(410).end(), 'source-url-status'],
  ['5 MB', (response) => response.end('x'.repeat(5_000_000)), 'source-url-too-large'],
  ['a broken connection', (response) => response.destroy(), 'source-url-broken'],
])('%s', async (_, answer, code) => {
  serve = (_request, response) => void answer(response);
  expect(await read()).toEqual({
    kind: 'url',
    text: undefined,
    codes: [code === 'source-url-too-large' ? 'source-too-large' : code],
  });
});

test('a web page is returned as text', async () => {
  serve = (_, response) => response.end('<!doctype html>');
  expect((await read()).text).toBe('<!doctype html>');
});

test('a response that never starts or never ends is a timeout', async () => {
  serve = () => undefined;
  expect((await read({ timeoutMs: 50 })).codes).toEqual(['source-url-timeout']);
  serve = (_, response) => response.write('{');
  expect((await read({ timeoutMs: 50 })).codes).toEqual(['source-url-timeout']);
});

test('a slow response is reported', async () => {
  serve = (_, response) => response.end(DETAILS);
  expect(await read({ slowMs: -1 })).toMatchObject({ text: DETAILS, codes: ['source-url-slow'] });
});

test('an untrusted certificate, or one for another name', async () => {
  serve = (_, response) => response.end(DETAILS);
  expect((await read({ trusted: [] })).codes).toEqual(['source-url-certificate']);
  const other = await createCertificate({ names: ['other.example.com'] });
  server.setSecureContext(other);
  expect((await read({ trusted: [other.cert] })).codes).toEqual(['source-url-certificate']);
  server.setSecureContext(certificate);
});

test('an invalid URL', async () => {
  expect((await read({}, 'http://localhost/d')).codes).toEqual(['source-url-scheme']);
  expect((await read({}, 'wss://localhost:443/d')).codes).toEqual(['source-url-scheme']);
  expect((await read({}, 'https://')).codes).toEqual(['source-url-malformed']);
  expect((await read({}, 'https://localhost:1/')).codes).toEqual(['source-url-unreachable']);
});
