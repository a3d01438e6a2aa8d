/** The tunnel's certificate, as strict clients see it. */
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorityIn, LEAF_DAYS } from '../../../bin/nbwss/authority.ts';
import { createServers, type Servers } from '../../../bin/nbwss/tunnel/servers.ts';
import { runProgram, withCurl, withPython } from './programs.ts';

const DAY_MS = 86_400_000;
const NAMES = ['nbu.example.com', 'localhost', '127.0.0.1', '::1', '192.0.2.7'];
let parent: string;
let dir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'authority-'));
  dir = join(parent, 'state', 'tunnel');
});
afterEach(() => rm(parent, { recursive: true }));

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('is stored for its owner only', async () => {
  const first = await authorityIn(dir);
  expect([await mode(dir), await mode(join(dir, 'authority-key.pem'))]).toEqual(['700', '600']);
  expect(await readFile(first.file, 'utf8')).toBe(first.certificate);
  expect(first.certificate).not.toContain('PRIVATE');
  expect((await authorityIn(dir)).certificate).toBe(first.certificate);
});

test('is the same for two tunnels that start together', async () => {
  const all = await Promise.all([authorityIn(dir), authorityIn(dir), authorityIn(dir)]);
  expect(new Set(all.map(({ certificate }) => certificate)).size).toBe(1);
});

test('is created again when its file is damaged', async () => {
  const first = await authorityIn(dir);
  await writeFile(join(dir, 'authority-key.pem'), 'garbage');
  const second = await authorityIn(dir);
  expect(second.certificate).not.toBe(first.certificate);
  expect((await authorityIn(dir)).certificate).toBe(second.certificate);
});

test('signs short-lived certificates for each name, but no authority', async () => {
  const authority = await authorityIn(dir);
  const issuer = new X509Certificate(authority.certificate);
  expect([issuer.ca, issuer.checkIssued(issuer)]).toEqual([true, true]);
  const { cert } = await authority.sign(NAMES);
  const leaf = new X509Certificate(cert);
  expect([leaf.ca, leaf.verify(issuer.publicKey), leaf.checkIssued(issuer)]).toEqual([false, true, true]);
  for (const name of NAMES)
    expect([name, /[\d:]$/.test(name) ? leaf.checkIP(name) : leaf.checkHost(name)]).toEqual([name, name]);
  expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBe(LEAF_DAYS * DAY_MS);
});

describe('is trusted by', () => {
  let servers: Servers;
  let address: string;
  let ca: string;
  beforeEach(async () => {
    const authority = await authorityIn(dir);
    ca = authority.file;
    servers = await createServers(authority, NAMES, undefined);
    address = await servers.open({ host: '127.0.0.1', port: 0 }, (_request, response) =>
      response.end('served'),
    );
  });
  afterEach(() => servers.close());

  it('Node, for its names only', async () => {
    const { port } = new URL(address);
    const certificate = await readFile(ca);
    const answer = (servername: string) =>
      new Promise((resolve) => {
        get({ host: '127.0.0.1', port, ca: certificate, servername, agent: false }, (response) =>
          resolve(response.resume().statusCode),
        ).once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
    expect(await answer('nbu.example.com')).toBe(200);
    expect(await answer('')).toBe(200);
    expect(await answer('other.example.com')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  withCurl('curl', async () => {
    const { stdout } = await runProgram('curl', ['--silent', '--show-error', '--cacert', ca, address]);
    expect(stdout).toBe('served');
    const { port } = new URL(address);
    const named = ['--resolve', `nbu.example.com:${port}:127.0.0.1`, `https://nbu.example.com:${port}`];
    expect((await runProgram('curl', ['--silent', '--cacert', ca, ...named])).stdout).toBe('served');
  });

  withPython('Python, as strictly as it can', async () => {
    const program = [
      'import socket, ssl, sys',
      'context = ssl.create_default_context(cafile=sys.argv[1])',
      'context.verify_flags |= ssl.VERIFY_X509_STRICT',
      'with socket.create_connection(("127.0.0.1", int(sys.argv[2]))) as plain:',
      '  with context.wrap_socket(plain, server_hostname="127.0.0.1") as tls: print(tls.version())',
    ].join('\n');
    const { stdout } = await runProgram('python3', ['-c', program, ca, new URL(address).port]);
    expect(stdout.trim()).toBe('TLSv1.3');
  });
});

test('names an address that cannot be used', async () => {
  const servers = await createServers(undefined, [], undefined);
  const address = await servers.open({ host: '127.0.0.1', port: 0 }, () => {});
  const port = Number(new URL(address).port);
  const again = servers.open({ host: '127.0.0.1', port }, () => {});
  await expect(again).rejects.toThrow(`127.0.0.1:${port} cannot be used: another process uses it.`);
  await expect(servers.open({ host: '192.0.2.1', port: 0 }, () => {})).rejects.toThrow('no such address');
  await servers.close();
});
