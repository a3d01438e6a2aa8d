/** `nbwss tunnel`, with clients that can only set host and port. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '../../lambdas/http/rights.ts';
import type { NetBackupPrimary } from '../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { withJobs } from '../support/netbackup-data.ts';
import { newKey } from '../support/new-key.ts';
import { nbwss, type Program } from '../support/process.ts';
import { RecordingGateway } from '../support/recording-gateway.ts';
import { runProgram, withAnsible, withCurl, withLwp, withRequests } from '../unit/tunnel/programs.ts';

let deployment: Deployment;
let primary: NetBackupPrimary;
let state: string;
let key: string;
let program: Program;
let address: URL;
let ca: string;
const agent = new Agent({ keepAlive: true, maxSockets: 60 });
let gateway: RecordingGateway;
/** Answers of the group `slow`. */
const slowly: (() => void)[] = [];
let onSlowCall = () => {};

const keyWith = (scope: Scope) => newKey(deployment, [scope], ['demo', 'slow', 'absent']);

/** With a key of the scope `command`. */
const start = (args: readonly string[], apiKey = key) =>
  nbwss(['tunnel', '--state', state, ...args], {
    // Not the host name in the API's links.
    NBWSS_URL: gateway.url,
    NBWSS_API_KEY: apiKey,
  });

beforeAll(async () => {
  deployment = await startDeployment();
  gateway = await RecordingGateway.before(deployment.cloud.apiUrl);
  key = await keyWith('command');
  primary = deployment.primary([await deployment.createGroup('demo')]);
  const backend = {
    call: () =>
      new Promise<{ status: number; headers: Record<string, string>; body: string }>((answer) => {
        const headers = { 'content-type': 'application/json', location: '/netbackup/done' };
        slowly.push(() => answer({ status: 202, headers, body: '{"slow":true}' }));
        onSlowCall();
      }),
  };
  const slow = deployment.primary([await deployment.createGroup('slow')], { backend });
  await deployment.createGroup('absent');
  for (const one of [primary, slow]) if (!one.isConnected()) await one.when('connected');
  await deployment.cloud.drained();
  withJobs(primary, 120);
  state = await mkdtemp(join(tmpdir(), 'tunnel-'));
  program = start('demo --listen 127.0.0.1:0 --map slow=127.0.0.1:0 --map absent=127.0.0.1:0'.split(' '));
  const [, url] = await program.says(/demo: (https:\/\/\S+)\/netbackup\//);
  address = new URL(url ?? '');
  const [, file] = await program.says(/CA certificate for your clients: (\S+)/);
  ca = await readFile(file ?? '', 'utf8');
}, 120_000);
afterAll(async () => {
  agent.destroy();
  await program.interrupt();
  await gateway.stop();
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

const call = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: object,
  port = address.port,
) =>
  new Promise<Answer>((resolve, reject) => {
    const sending = httpsRequest(
      {
        agent,
        ca,
        host: address.hostname,
        port,
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

const portOf = (group: string): string =>
  new URL(new RegExp(`${group}: (https://\\S+)/netbackup/`).exec(program.output)?.[1] ?? '').port;

test('prints the results of its checks', () => {
  expect(program.output).toMatch(/ {2}deployment {2}http:\/\/127\.0\.0\.1:\d+ answers\n/);
  expect(program.output).toContain('  key         may send commands to the group demo\n');
  expect(program.output).toMatch(/ {2}domain {6}connected since \S+, NetBackup API /);
  expect(program.output).toContain(
    '  domain      NOT connected now; calls are refused with 503 until it is\n',
  );
  expect(program.output).not.toContain(key);
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
  await program.says(/\d\d:\d\d:\d\d demo GET \/netbackup\/admin\/jobs 200 \d+ KB \d+ ms\n/);
  expect(program.output).not.toMatch(/page\[|Simulated-1|eyJ/);
}, 120_000);

test('fifty concurrent calls need little more than one request each', async () => {
  const before = gateway.requests.length;
  const answers = await Promise.all(Array.from({ length: 50 }, () => call('GET', '/netbackup/ping')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(gateway.requests.length - before).toBeLessThanOrEqual(60);
}, 120_000);

test('cacert answers the certificate of the tunnel', async () => {
  const { json } = await call('GET', '/netbackup/security/cacert');
  expect(json.webRootCert).toBe(ca);
});

test('Location is rewritten to the tunnel', async () => {
  const apiKey = primary.rest.sessions.createApiKey('backupadmin').key;
  const body = { serverName: 'vc9', vmType: 'V', userId: 'u', password: 'p' };
  const created = await call('POST', '/netbackup/config/servers/vmservers', { authorization: apiKey }, body);
  expect(created.headers['location']).toBe(`${address.origin}/netbackup/config/servers/vmservers/vc9`);
}, 120_000);

test.each([
  '/netbackup/config/policies/a%3Fb',
  '/netbackup/config/policies/a%2fb?x=%2F',
  '/netbackup/config/policies/a%3bb;c',
  '/netbackup/config/policies/a[b]|%5b',
])(
  '%s arrives at NetBackup as it is',
  async (path) => {
    const authorization = primary.rest.sessions.createApiKey('backupadmin').key;
    const answer = await call('GET', path, { authorization });
    expect(answer.headers['x-nbwss-command-id']).toBeDefined();
    expect(primary.ledger.at(-1)?.uri).toBe(path);
  },
  120_000,
);

test.each(['/netbackup', '/netbackup/', '/netbackup?x=1'])('%s: same answer as the proxy', async (path) => {
  const proxied = await deployment.http('GET', `/v1/groups/demo${path.replace('p/', 'p')}`, { key });
  const answer = await call('GET', path);
  expect(answer.headers['x-nbwss-command-id']).toBeDefined();
  expect([answer.status, answer.json]).toEqual([proxied.status, proxied.json]);
  expect(primary.ledger.at(-1)?.uri).toBe(path.replace(/^.netbackup\/?/, '/netbackup/'));
});

test('dot segments are refused', async () => {
  const before = primary.ledger.length;
  const { status, json } = await call('GET', '/netbackup/../../munich/commands');
  expect([status, json.code, primary.ledger.length]).toEqual([400, 'uri-not-allowed', before]);
});

test('returns an answer that takes longer than the API waits', async () => {
  const called = new Promise<void>((resolve) => {
    onSlowCall = resolve;
  });
  const port = portOf('slow');
  // The API gives up at once instead of after 25 s; NetBackup answers once the tunnel follows the command.
  const followed = gateway.asked(/^GET \/v1\/groups\/slow\/commands\//);
  gateway.added = { prefer: 'wait=0' };
  const answering = call('POST', '/netbackup/slow', {}, {}, port);
  await Promise.all([called, followed]);
  gateway.added = {};
  for (const answer of slowly) answer();
  const { status, json, headers } = await answering;
  expect([status, json]).toEqual([202, { slow: true }]);
  expect(headers['location']).toBe(`https://127.0.0.1:${port}/netbackup/done`);
}, 120_000);

test('a POST to a disconnected domain is refused', async () => {
  const { status, json } = await call('POST', '/netbackup/admin/jobs/1/cancel', {}, {}, portOf('absent'));
  expect([status, json.code]).toEqual([503, 'not-connected']);
  await program.says(/absent POST \/netbackup\/admin\/jobs\/1\/cancel 503 not-connected \(nbwss\) /);
});

test('refuses other paths and other hosts', async () => {
  expect((await call('GET', '/v1/groups')).status).toBe(404);
  expect((await call('GET', '/netbackup/ping', { origin: 'https://evil.example' })).status).toBe(403);
});

describe('the printed example lines work:', () => {
  const run = async (client: string) => {
    const line = new RegExp(`^ {2}${client} +(.+)$`, 'm').exec(program.output)?.[1] ?? '';
    return (await runProgram('sh', ['-c', line])).stdout;
  };
  const tests = { curl: withCurl, Python: withRequests, Perl: withLwp, Node: it, Ansible: withAnsible };
  for (const [client, when] of Object.entries(tests))
    when(client, async () => expect(await run(client)).toMatch(/\d{13}/), 120_000);
});

test('works without TLS, with a key file and --inject', async () => {
  const { key: apiKey } = primary.rest.sessions.createApiKey('backupadmin');
  await deployment.http('PUT', '/v1/groups/demo/netbackup-credential', { body: { apiKey } });
  const keyFile = join(state, 'key');
  await writeFile(keyFile, `${await keyWith('inject')}\n`);
  const plain = start(
    ['demo', '--listen', '127.0.0.1:0', '--http', '--inject', '--key-file', keyFile],
    'none',
  );
  const [, url] = await plain.says(/demo: (http:\/\/\S+)\/netbackup\//);
  const status = await new Promise((resolve, reject) => {
    httpRequest(`${url}/netbackup/admin/jobs?page[limit]=1`, (response) =>
      resolve(response.resume().statusCode),
    )
      .once('error', reject)
      .end();
  });
  expect(status).toBe(200);
  expect(await plain.interrupt()).toBe(0);
}, 120_000);

test('warns about network access, and accepts its host names', async () => {
  const open = start(['demo', '--listen', '0.0.0.0:0', '--name', 'nbu.example.com']);
  await open.says(/OPEN TO THE NETWORK: every client that reaches 0\.0\.0\.0:\d+ uses this key/);
  const [, port] = await open.says(/demo: https:\/\/nbu\.example\.com:(\d+)\/netbackup\//);
  const answer = await call('GET', '/netbackup/ping', { host: 'nbu.example.com' }, undefined, port ?? '');
  expect(answer.status).toBe(200);
  expect(await open.interrupt()).toBe(0);
}, 120_000);

test.each([
  ['an unknown key', ['demo'], 'nbk_nobody', /The API key is not valid in this deployment/],
  ['an unknown group', ['munich'], undefined, /cannot access a group "munich"/],
  ['no group', [], undefined, /No group is given/],
  [
    'an API elsewhere',
    ['demo', '--url', 'http://127.0.0.1:9'],
    undefined,
    /http:\/\/127\.0\.0\.1:9 cannot be reached\./,
  ],
])(
  '%s ends it with a sentence',
  async (_, args, apiKey, sentence) => {
    const ending = start(args, apiKey);
    expect(await ending.ended).toBe(1);
    expect(ending.output).toMatch(sentence);
    expect(ending.output).not.toMatch(/^ +at |nbk_/m);
  },
  120_000,
);

test('--help names the source of the key, but not the key', async () => {
  const help = start(['--help']);
  expect(await help.ended).toBe(0);
  expect(help.output).toMatch(/NBWSS_API_KEY/);
  expect(help.output).not.toContain(key);
}, 120_000);
