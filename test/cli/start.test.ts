/** `npm start`, as a person runs it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assemblyWith } from '../support/assemblies.ts';
import { curl } from '../support/curl.ts';
import { ASSEMBLY } from '../support/deployment.ts';
import { wordsOf } from '../support/documented-commands.ts';
import { endPrograms, NBWSS, nbwss, Program } from '../support/process.ts';

const STACK_TRACE = /^\s+at .+:\d+:\d+\)?$/m;

let state: string;
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'nbwss-start-'));
  // What the suites synthesized is what start would synthesize: it must find that nothing has changed.
  cpSync(ASSEMBLY, join(state, 'cdk.out'), { recursive: true });
});
afterAll(async () => {
  await endPrograms();
  rmSync(state, { recursive: true, force: true });
});

const start = (...args: string[]) =>
  nbwss(['start', '--state', state, '--port', '0', '--api-port', '0', ...args]);

interface Connection {
  apiUrl: string;
  apiKey: string;
  adminKey: string;
  webSocketUrl: string;
  endpointFile: string;
  caFile: string;
}
const connection = (): Connection => JSON.parse(readFileSync(join(state, 'connection.json'), 'utf8'));

describe('npm start', () => {
  let program: Program;
  beforeAll(async () => {
    program = start();
    await program.says(/stored {7}job 147/);
  });
  afterAll(() => program.interrupt());

  test('does not synthesize unchanged sources again', () => {
    expect(program.output).toMatch(/Nothing has changed/);
  });

  test('prints each notification as it is stored', () => {
    for (const line of [
      /job 144 BACKUP ACTIVE \(running\)/,
      /job 146 BACKUP DONE \(succeeded\)/,
      /image vm01_\d+ CREATE/,
      /job 147 RESTORE DONE .*no policy/,
    ]) {
      expect(program.output).toMatch(line);
    }
  });

  test('prints three curl lines that work', async () => {
    const lines = program.output.split('\n').filter((line) => line.trim().startsWith('curl '));
    const answers = await Promise.all(lines.map((line) => curl(wordsOf(line).slice(1))));
    expect(answers).toMatchObject([
      { status: 200, body: { groupId: 'demo', session: { connected: true } } },
      { status: 200, body: { items: expect.arrayContaining([expect.objectContaining({ jobId: 144 })]) } },
      { status: 200, body: { state: 'completed', response: { status: 200 } } },
    ]);
  });

  test('shows the client key, which can call NetBackup but not create groups', async () => {
    const { apiUrl, apiKey, adminKey } = connection();
    expect(program.output).toContain(apiKey);
    expect(program.output).not.toContain(adminKey);
    const group = (key: string, body: object) =>
      fetch(`${apiUrl}/v1/groups`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await group(apiKey, { groupId: 'no' })).status).toBe(403);
    expect((await group(adminKey, { groupId: 'yes' })).status).toBe(201);
    // A call of nbu_exporter, which sends only Authorization.
    const query = 'filter=endTime+gt+2020-01-01T00%3A00%3A00.000Z&page%5Blimit%5D=100&sort=jobId';
    const jobs = await fetch(`${apiUrl}/v1/groups/demo/netbackup/admin/jobs?${query}`, {
      headers: { authorization: apiKey, accept: 'application/vnd.netbackup+json;version=13.0' },
    });
    expect(jobs.status).toBe(200);
    expect(await jobs.json()).toMatchObject({ data: expect.any(Array) });
  });

  test('prints the tunnel command', () => {
    expect(program.output).toContain(
      `npx nbwss tunnel demo --state '${state}'   (gives a client https://127.0.0.1:1556/netbackup/)`,
    );
  });

  test('the other commands find the deployment and its admin key', async () => {
    const created = nbwss(['groups', 'create', 'beside', '--state', state], { NBWSS_URL: '' });
    expect([await created.ended, created.output]).toEqual([
      0,
      'Created. Next: nbwss endpoints create beside\n',
    ]);
  });

  test('writes connection.json and the five fields of EPT-1, readable by their owner only', () => {
    const { webSocketUrl, endpointFile, caFile } = connection();
    const details = JSON.parse(readFileSync(endpointFile, 'utf8'));
    expect(Object.keys(details).sort()).toEqual(['groupId', 'hostName', 'priority', 'token', 'url']);
    expect(details).toMatchObject({ url: webSocketUrl, groupId: 'demo', hostName: 'localhost' });
    expect(readFileSync(caFile, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    for (const file of [endpointFile, join(state, 'connection.json')])
      expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('refuses a second start without a stack trace', async () => {
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output).toMatch(/already running as process \d+/);
    expect(second.output).not.toMatch(STACK_TRACE);
  });

  test('stops cleanly on Ctrl-C', async () => {
    expect(await program.interrupt()).toBe(0);
    expect(program.output).not.toMatch(STACK_TRACE);
    await expect(fetch(connection().apiUrl)).rejects.toThrow();
  });
});

test('names a port that is in use', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const program = start('--port', `${port}`);
  expect(await program.ended).toBe(1);
  expect(program.output).toMatch(new RegExp(`Port ${port} on 127.0.0.1 is in use`));
  expect(program.output).not.toMatch(STACK_TRACE);
  await new Promise((resolve) => taken.close(resolve));
});

test('reports missing packages in one sentence', async () => {
  const bare = join(state, 'bare');
  mkdirSync(join(bare, 'bin'), { recursive: true });
  for (const file of ['nbwss.cjs', 'nbwss.mjs', 'node-version.cjs'])
    cpSync(join(dirname(NBWSS), file), join(bare, 'bin', file));
  const program = new Program([join(bare, 'bin/nbwss.cjs'), 'start'], { cwd: bare });
  expect(await program.ended).toBe(2);
  expect(program.output).toBe('The packages are not installed. Run `npm ci` first.\n');
});

describe('with --data and --fault', () => {
  const data = () => join(state, 'data');
  let first: Program;
  beforeAll(() => {
    const fault = 'function=Notify,service=dynamodb,action=PutItem,when=after,do=kill';
    first = start('--data', data(), '--trace', '--fault', fault);
  });

  test('a call fails, and no notification is lost', async () => {
    await first.says(/resent/);
    await first.says(/stored {7}job 145/);
    expect(first.output).toMatch(/stored {7}job 144/);
    expect(first.output).toMatch(/VIOLATION {4}ENV-5: .*Internal server error/);
    expect(first.output).toMatch(/aws {10}\S*Notify\S* dynamodb:PutItem \S*Journal\S* 200 [\d.]+ ms 2 WRU/);
  });

  test('stored data survives a kill, and the domain reconnects with its token', async () => {
    first.child.kill('SIGKILL');
    await first.ended;
    const second = start('--data', data(), '--no-simulator');
    await second.says(/Waiting for a client of your own/);
    const { apiUrl, apiKey, endpointFile, caFile } = connection();
    const response = await fetch(`${apiUrl}/v1/groups/demo/jobs`, { headers: { 'x-api-key': apiKey } });
    const { items } = (await response.json()) as { items: { jobId: number }[] };
    // The next notification may have been stored before the kill.
    expect(items.map(({ jobId }) => jobId)).toEqual(expect.arrayContaining([144, 145]));
    const simulator = nbwss(['simulate', '--endpoint', endpointFile, '--ca', caFile, '--quick']);
    await simulator.says(/connected {4}group demo/);
    expect(await simulator.interrupt()).toBe(0);
    expect(await second.interrupt()).toBe(0);
  });
});

test('with --concurrency 10 it is a new account: the API admits two requests at once, and the commands wait their turn', async () => {
  const own = join(state, 'new-account');
  const program = nbwss([
    'start',
    '--port',
    '0',
    '--api-port',
    '0',
    '--state',
    own,
    '--concurrency',
    '10',
    '--no-simulator',
  ]);
  await program.says(/Waiting for a client of your own/);
  const { apiUrl } = JSON.parse(readFileSync(join(own, 'connection.json'), 'utf8')) as Connection;
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async () => (await fetch(`${apiUrl}/v1/groups`)).status),
  );
  expect(statuses).toContain(429);
  const list = nbwss(['groups', 'list', '--state', own]);
  expect(await list.ended).toBe(0);
  expect(list.output).toContain('demo');
  expect(await program.interrupt()).toBe(0);
});

describe('--gateway', () => {
  const startWith = async (gateway: 'relay' | 'both', ...args: string[]) => {
    const own = join(state, gateway);
    mkdirSync(own);
    // Synthesized once for all suites.
    cpSync(await assemblyWith(gateway), join(own, 'cdk.out'), { recursive: true });
    const ports = ['--port', '0', '--api-port', '0'];
    const program = nbwss(['start', '--state', own, '--gateway', gateway, ...ports, ...args]);
    const read = () => JSON.parse(readFileSync(join(own, 'connection.json'), 'utf8')) as Connection;
    return { program, read };
  };

  test('relay: NetBackup is connected to the relay, which needs no other option', async () => {
    const { program, read } = await startWith('relay');
    await program.says(/stored {7}job 144/);
    expect(program.output).toMatch(/Nothing has changed/);
    const { apiUrl, apiKey, webSocketUrl, endpointFile } = read();
    expect(program.output).toContain(`WebSocket  ${webSocketUrl}\n`);
    expect(JSON.parse(readFileSync(endpointFile, 'utf8'))).toMatchObject({ url: webSocketUrl });
    const group = await fetch(`${apiUrl}/v1/groups/demo`, { headers: { 'x-api-key': apiKey } });
    expect(await group.json()).toMatchObject({ session: { connected: true, gateway: 'relay' } });
    expect(await program.interrupt()).toBe(0);
  });

  describe('both, without the simulator', () => {
    let started: Awaited<ReturnType<typeof startWith>>;
    beforeAll(async () => {
      started = await startWith('both', '--no-simulator');
      await started.program.says(/Waiting for a client of your own/);
    });

    test('says where the relay is, and how to create an endpoint there', async () => {
      const { program, read } = started;
      const [, url, command = ''] =
        /Relay {6}(wss:\S+) {3}\(its endpoint: npx nbwss (.*)\)/.exec(program.output) ?? [];
      expect(url).not.toBe(read().webSocketUrl);
      const out = join(state, 'both', 'relay-endpoint.json');
      const created = nbwss([...wordsOf(command), '--out', out], { NBWSS_URL: '' });
      expect(await created.ended).toBe(0);
      expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ groupId: 'demo', url });
    });

    test('a separate program plays NetBackup', async () => {
      const { program, read } = started;
      const { apiUrl, adminKey, endpointFile, caFile } = read();
      const headers = { 'x-api-key': adminKey };
      const credential = await fetch(`${apiUrl}/v1/groups/demo/netbackup-credential`, { headers });
      expect(credential.status).toBe(404);
      const details = ['--endpoint', endpointFile, '--ca', caFile];
      const simulator = nbwss(['simulate', ...details, '--scenario', 'demo', '--quick', '--once']);
      expect(await simulator.ended).toBe(0);
      expect(simulator.output).toMatch(/(\d+) notifications sent, \1 acknowledged, .* 0 violations/);
      await program.says(/stored {7}job 147/);
      expect(await program.interrupt()).toBe(0);
    });
  });
});

test.each([
  ['--port', 'many', /A port is a number from 0 to 65535/],
  ['--concurrency', '9', /The concurrency of an account is a whole number from 10 to 100000/],
  ['--gateway', 'door', /Allowed choices are api-gateway, relay, both/],
  ['--fault', 'do=dance', /do=fail\|throttle/],
])('%s %s is refused before anything starts', async (option, value, why) => {
  const program = start(option, value);
  expect(await program.ended).toBe(2);
  expect(program.output).toMatch(why);
  expect(program.output).not.toContain('Starting');
});
