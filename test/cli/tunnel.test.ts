/** `nbwss tunnel`: a client that knows a host and a port, and nothing of us. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetBackupPrimary } from '../../simulator/index.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { withJobs } from '../support/netbackup-data.ts';
import { nbwss, type Program } from '../support/process.ts';

let deployment: Deployment;
let primary: NetBackupPrimary;
let state: string;
let program: Program;
let address: URL;
let ca: string;
const agent = new Agent({ keepAlive: true, maxSockets: 60 });

const start = (...more: string[]) =>
  nbwss(['tunnel', 'demo', '--listen', '127.0.0.1:0', '--state', state, ...more], {
    // Not the name by which the API knows itself, and which its links therefore hold.
    NBWSS_URL: deployment.cloud.apiUrl.replace('localhost', '127.0.0.1'),
    NBWSS_API_KEY: deployment.adminKey,
  });

beforeAll(async () => {
  deployment = await startDeployment();
  primary = deployment.primary([await deployment.createGroup('demo')]);
  if (!primary.isConnected()) await primary.when('connected');
  await deployment.cloud.drained();
  withJobs(primary, 120);
  state = await mkdtemp(join(tmpdir(), 'tunnel-'));
  program = start();
  const [, url] = await program.says(/demo: (https:\/\/\S+)\/netbackup\//);
  address = new URL(url ?? '');
  const [, file] = await program.says(/CA certificate for your client: (\S+)/);
  ca = await readFile(file ?? '', 'utf8');
}, 60_000);
afterAll(async () => {
  agent.destroy();
  await program.interrupt();
  await deployment.stop();
  await rm(state, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies that they then assert on
  readonly json: any;
  readonly reused: boolean;
}

const call = (method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
  new Promise<Answer>((resolve, reject) => {
    const sending = httpsRequest(
      {
        agent,
        ca,
        host: address.hostname,
        port: address.port,
        method,
        path,
        headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            json: text === '' ? undefined : JSON.parse(text),
            reused: sending.reusedSocket,
          }),
        );
      },
    );
    sending.once('error', reject);
    sending.end(body ? JSON.stringify(body) : undefined);
  });

test('a client logs in, lists jobs by links and stays on its connection', async () => {
  const login = await call(
    'POST',
    '/netbackup/login',
    {},
    { userName: 'backupadmin', password: 'Simulated-1' },
  );
  expect(login.status).toBe(201);
  const headers = { authorization: login.json.token };
  let href = `${address.origin}/netbackup/admin/jobs?page[limit]=100`;
  let count = 0;
  while (href) {
    expect(href.startsWith(`${address.origin}/netbackup/`)).toBe(true);
    const page = await call('GET', href.slice(address.origin.length), headers);
    expect([page.status, page.reused]).toEqual([200, true]);
    count += page.json.data.length;
    href = page.json.links.next?.href;
  }
  expect(count).toBe(120);
  await program.says(/\d\d:\d\d:\d\d GET \/netbackup\/admin\/jobs 200 \d+ KB \d+ ms\n/);
  expect(program.output).not.toMatch(/page|Simulated-1|eyJ/);
});

test('eight times as many calls at a time as there are places for the group', async () => {
  const answers = await Promise.all(Array.from({ length: 24 }, () => call('GET', '/netbackup/ping')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
}, 120_000);

test('trust is taken from the tunnel, not from NetBackup', async () => {
  const { json } = await call('GET', '/netbackup/security/cacert');
  expect(json.webRootCert).toBe(ca);
});

test('Location leads back here', async () => {
  const { key } = primary.rest.sessions.createApiKey('backupadmin');
  const body = { serverName: 'vc9', vmType: 'V', userId: 'u', password: 'p' };
  const created = await call('POST', '/netbackup/config/servers/vmservers', { authorization: key }, body);
  expect(created.headers['location']).toBe(`${address.origin}/netbackup/config/servers/vmservers/vc9`);
});

test.each(['/netbackup/config/policies/a%3Fb', '/netbackup/config/policies/a%2fb?x=1'])(
  'what would arrive as another path is not sent: %s',
  async (path) => {
    const before = primary.ledger.length;
    expect((await call('DELETE', path)).status).toBe(400);
    expect(primary.ledger.length).toBe(before);
  },
);

test('nothing else is here', async () => {
  expect((await call('GET', '/v1/groups')).status).toBe(404);
});

test('without TLS, on request', async () => {
  const plain = start('--http');
  const [, url] = await plain.says(/demo: (http:\/\/\S+)\/netbackup\//);
  const status = await new Promise((resolve, reject) => {
    httpRequest(`${url}/netbackup/ping`, (response) => resolve(response.resume().statusCode))
      .once('error', reject)
      .end();
  });
  expect(status).toBe(200);
  expect(await plain.interrupt()).toBe(0);
});

test('--help tells where the key comes from, and not the key', async () => {
  const help = start('--help');
  expect(await help.ended).toBe(0);
  expect(help.output).toMatch(/NBWSS_API_KEY/);
  expect(help.output).not.toContain(deployment.adminKey);
});
