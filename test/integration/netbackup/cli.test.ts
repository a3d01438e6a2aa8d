import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerSimulate } from '../../../netbackup/simulator/cli.ts';
import { createCertificate } from '../../fixtures/certificates.ts';
import { command, faithful, TestEndpoint, testCertificate } from '../../fixtures/test-endpoint/index.ts';

let endpoint: TestEndpoint;
let folder: string;

const scenario = {
  name: 'short',
  steps: [
    {
      at: 0,
      payload: [
        {
          notificationType: 'INFO',
          object: 'JOB',
          data: [{ jobId: 5, jobType: 'BACKUP', state: 'DONE', status: 0 }],
        },
      ],
    },
  ],
};

beforeEach(async () => {
  endpoint = await TestEndpoint.start();
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  await file('ca.pem', endpoint.certificate);
  await file('details.json', endpoint.details());
  await file('short.json', scenario);
});

afterEach(async () => {
  await endpoint.stop();
  await rm(folder, { recursive: true });
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Runs `nbwss simulate`; `@name` stands for a file of the test's folder. */
async function simulate(...args: string[]): Promise<{ exitCode: unknown; lines: string[]; text: string }> {
  const before = process.exitCode;
  const lines: string[] = [];
  const program = new Command();
  registerSimulate(program, (line) => {
    lines.push(line);
    // As a person who sees this would do.
    if (line.includes(' failed ')) process.emit('SIGINT');
  });
  const resolved = args.map((arg) => arg.replace(/^@/, `${folder}/`));
  await program.parseAsync(['node', 'nbwss', 'simulate', '--ca', join(folder, 'ca.pem'), ...resolved]);
  const { exitCode } = process;
  process.exitCode = before;
  return { exitCode, lines, text: lines.join('\n') };
}

const QUICK = ['--quick', '--once', '--scenario', '@short.json'];

describe('nbwss simulate', () => {
  it('plays a scenario once and prints its events', async () => {
    const { exitCode, lines } = await simulate('--endpoint', '@details.json', ...QUICK);
    expect(exitCode).toBe(0);
    expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''))).toEqual([
      `connecting   wss://localhost:${endpoint.port}/nbwss`,
      'connected    group g, priority 1, endpoint.example.com',
      expect.stringMatching(/^sent {9}1 JOB: BACKUP 5 DONE \(0\) \(\d+ B\)$/),
      expect.stringMatching(/^acknowledged 1 notification after \d+ ms$/),
      'disconnected GOING_AWAY (1001): NetBackup stops',
      '1 notifications sent, 1 acknowledged, 0 messages resent, 0 commands answered, 1 disconnections, 0 violations',
    ]);
  });

  it('prints commands; exit code 1 after a violation', async () => {
    endpoint.react = (message, client) => [
      ...(message.type === 'NOTIFICATION'
        ? [command('C', '/netbackup/ping'), '{"message": "Forbidden"}']
        : []),
      ...faithful(message, client),
    ];
    await file('nbwss.properties', 'exception.ignoreDecoder=true\nhibernate.x=1');
    const { exitCode, text } = await simulate(
      '--endpoint',
      '@details.json',
      '--properties',
      '@nbwss.properties',
      ...QUICK,
    );
    expect(text).toContain('nbwss.properties: ignored hibernate.x');
    expect(text).toContain('command      GET /netbackup/ping');
    expect(text).toContain('answered     200 to GET /netbackup/ping');
    expect(text).toContain('VIOLATION    ENV-5: version is not a string: {"message": "Forbidden"}');
    expect(exitCode).toBe(1);
  });

  it('--start-at: the primary lives at another time', async () => {
    await file('based.json', {
      name: 'based',
      base: 1_700_000_000,
      steps: [
        {
          at: 0,
          payload: [
            {
              notificationType: 'INFO',
              object: 'JOB',
              data: [{ jobId: 5, state: 'ACTIVE', startTime: 1_700_000_000 }],
            },
          ],
        },
      ],
    });
    const at = '2026-11-01T06:00:00Z';
    await simulate(
      ...['--endpoint', '@details.json', '--quick', '--once', '--scenario', '@based.json'],
      ...['--start-at', at, '--time-zone', 'America/New_York'],
    );
    const [message] = endpoint.received('NOTIFICATION');
    const start = Date.parse(at) / 1000;
    const { timeStamp, payload } = message as unknown as {
      timeStamp: number;
      payload: [{ data: [{ startTime: number }] }];
    };
    const { startTime } = payload[0].data[0];
    expect(timeStamp).toBeGreaterThanOrEqual(start);
    expect(timeStamp).toBeLessThan(start + 600);
    expect(startTime).toBeGreaterThanOrEqual(start + 18_000);
    expect(startTime).toBeLessThan(start + 18_600);
  });

  it('runs several domains, each with its details and its name', async () => {
    for (const n of [1, 2, 3])
      await file(`d${n}.json`, endpoint.details({ token: `t${n}`, groupId: `g${n}` }));
    const { text } = await simulate('--endpoint', '@d{n}.json', '--domains', '3', ...QUICK);
    expect(endpoint.clients.map(({ token }) => token).sort()).toEqual(['t1', 't2', 't3']);
    expect(text).toContain('primary2.example.com connected    group g2');
    expect(text).toContain('3 notifications sent, 3 acknowledged');
  });

  it('names the option for a certificate that is not trusted; exit code 2 if a domain never connected', async () => {
    await file('ca.pem', (await createCertificate()).cert);
    const { exitCode, lines } = await simulate('--endpoint', '@details.json', '--quick');
    expect(lines[1]).toMatch(
      /^\d\d:\d\d:\d\d failed {7}CLOSED_ABNORMALLY \(1006\): self-signed certificate: specify .* --ca$/,
    );
    expect(exitCode).toBe(2);
  });

  it('two domains with one token', async () => {
    await simulate('--endpoint', '@details.json', '--fault', 'shared-token', ...QUICK);
    expect(endpoint.clients.map(({ token }) => token)).toEqual(['good', 'good']);
  });

  it('applies faults and assumptions', async () => {
    const { text } = await simulate(
      ...['--endpoint', '@details.json', '--fault', 'resend-storm=3', '--assume', 'batchLimit=1', ...QUICK],
    );
    expect(endpoint.received('NOTIFICATION')).toHaveLength(3);
    expect(text).toContain('1 notifications sent, 1 acknowledged');
  });

  it('runs a workload for this number of seconds', async () => {
    const { exitCode, lines } = await simulate(
      '--endpoint',
      '@details.json',
      '--rate',
      '100000',
      '--for',
      '0.2',
    );
    expect(exitCode).toBe(0);
    expect(lines.at(-1)).toContain('notifications sent');
  });

  it.each([
    [[], '--endpoint'],
    [['--endpoint', 'x', '--start-at', '2026-11-01'], 'Expected a time such as 2026-11-01T05:59:56Z'],
    [['--endpoint', 'x', '--start-at', '2026-13-01T00:00:00Z'], 'Expected a time'],
    [['--endpoint', 'x', '--start-at', '2026-02-30T00:00:00Z'], 'Expected a time'],
  ])('%j is refused', async (args, why) => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    registerSimulate(program, () => undefined);
    program.commands[0]?.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(program.parseAsync(['node', 'nbwss', 'simulate', ...args])).rejects.toThrow(why);
  });

  it.each([
    [['--endpoint', '@none.json'], 'none.json: the file does not exist'],
    [['--endpoint', '@ca.pem'], 'JSON contents not valid'],
    [['--endpoint', '@details.json', '--once'], '--once needs --scenario'],
    [['--endpoint', '@details.json', '--scenario', '@details.json'], 'invalid scenario: '],
    [['--endpoint', '@details.json', '--scenario', 'dmeo'], 'dmeo: the file does not exist'],
    [['--endpoint', '@details.json', '--fault', 'x'], 'unknown fault "x"'],
    [['--endpoint', '@details.json', '--assume', 'x=1'], 'unknown assumption "x"; expected one of resendId'],
    [['--endpoint', '@details.json', '--assume', 'resendId=old'], 'resendId must be same or new, not "old"'],
    [
      ['--endpoint', '@details.json', '--assume', 'batchLimit=0'],
      'batchLimit must be a whole number above 0',
    ],
    [['--endpoint', '@details.json', '--time-zone', 'Mars'], 'unknown time zone "Mars"'],
    [['--endpoint', '@details.json', '--target', 'http://x'], 'http://x is not https://host[:port]'],
    [['--endpoint', '@details.json', '--domains', '2'], 'several domains need different details'],
    [['--endpoint', '@details.json', '--endpoint', '@details.json'], 'the entity already exists'],
  ])('%j: exit code 2 with the reason', async (args, why) => {
    const { exitCode, lines } = await simulate(...args);
    expect(exitCode).toBe(2);
    expect(lines).toEqual([expect.stringMatching(/^nbwss simulate: /)]);
    expect(lines[0]).toContain(why);
  });
});

describe('an HTTPS server', () => {
  let server: Server;
  let requests: string[];

  async function listen(handler: Parameters<typeof createServer>[1]): Promise<string> {
    const { cert, key } = await testCertificate();
    server = createServer({ cert, key }, handler);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `https://localhost:${(server.address() as AddressInfo).port}`;
  }

  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  it('--target forwards commands, body and headers', async () => {
    requests = [];
    const target = await listen((request, response) => {
      request.on('data', (chunk) => requests.push(`${request.method} ${request.url} ${chunk}`));
      request.on('end', () => {
        requests.push(String(request.headers.authorization));
        response.writeHead(202, { 'X-Twice': ['a', 'b'] }).end('done');
      });
    });
    endpoint.react = (message, client) => {
      const headers = { 'Content-Type': 'application/json', Authorization: 'T' };
      const post = command('C', '/netbackup/x?y=+z', { method: 'POST', headers, parameters: '{"ü":1}' });
      return [...(message.type === 'NOTIFICATION' ? [post] : []), ...faithful(message, client)];
    };
    const { text } = await simulate('--endpoint', '@details.json', '--target', target, ...QUICK);
    expect(requests).toEqual(['POST /netbackup/x?y=+z {"ü":1}', 'T']);
    expect(text).toContain('answered     202 to POST /netbackup/x?y=+z');
    expect(endpoint.received('COMMAND', 'RESPONSE')).toMatchObject([
      { payload: { responseCode: 202, body: 'done', headers: { 'x-twice': 'a, b' } } },
    ]);
  });

  it('EPT-2: reads details from a URL', async () => {
    const url = await listen((_request, response) => response.end(JSON.stringify(endpoint.details())));
    const { exitCode } = await simulate('--endpoint', `${url}/details`, ...QUICK);
    expect(exitCode).toBe(0);
  });

  it.each([
    ['HTML', '<html>', 200, 'InvalidPacketException'],
    ['a redirect', '', 302, 'returned status 302'],
    ['5 MB', 'x'.repeat(5 * 1024 * 1024), 200, 'returned more than 64 KB'],
  ])('refuses a URL that answers %s', async (_what, body, status, why) => {
    const url = await listen((_request, response) => response.writeHead(status).end(body));
    const { exitCode, text } = await simulate('--endpoint', url, ...QUICK);
    expect(exitCode).toBe(2);
    expect(text).toContain(why);
  });
});
