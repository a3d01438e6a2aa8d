/** Text from outside never controls the terminal: no escape sequence, no line that looks like one of ours. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type WebSocket, WebSocketServer } from 'ws';
import type { TlsFiles } from '../../bin/nbwss/certificate.ts';
import { registerCommands } from '../../bin/nbwss/commands/commands.ts';
import { registerCredential } from '../../bin/nbwss/commands/credential.ts';
import { registerEndpoints } from '../../bin/nbwss/commands/endpoints.ts';
import { registerEvents } from '../../bin/nbwss/commands/events.ts';
import { registerGroups } from '../../bin/nbwss/commands/groups.ts';
import { registerImages } from '../../bin/nbwss/commands/images.ts';
import { registerJobs } from '../../bin/nbwss/commands/jobs.ts';
import { registerProblems } from '../../bin/nbwss/commands/problems.ts';
import { registerQuarantine } from '../../bin/nbwss/commands/quarantine.ts';
import { functionLogLine, storedLine } from '../../bin/nbwss/console-output.ts';
import { registerConformance } from '../../netbackup/conformance/cli.ts';
import { registerDoctor } from '../../netbackup/doctor/cli.ts';
import { commanderOutput, warnLine } from '../../netbackup/terminal.ts';
import { endPrograms, nbwss } from '../support/process.ts';
import { testCertificate } from '../support/tls.ts';

/** A forged line, then every class of characters that a terminal or a reader would obey. */
const HOSTILE =
  '\x1b[2J\n12:00:00 FORGED\r\nFORGED\x9b31m\x07\x7f\u202egnp.exe\u2066\u2028FORGED\u2029FORGED\x85FORGED';
const UNSAFE = /[^\P{Cc}\n]|[\p{Bidi_Control}\u2028\u2029]/u;

const expectHarmless = (output: string): void => {
  expect(UNSAFE.exec(output)?.[0]).toBeUndefined();
  expect(output.split('\n').filter((line) => /^(\d\d:\d\d:\d\d )?FORGED/.test(line))).toEqual([]);
};

const urlOf = (server: { address(): unknown }, scheme: string): string =>
  `${scheme}://localhost:${(server.address() as AddressInfo).port}`;

/** What the server answers; set by the tests. */
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
/** What the server does with a WebSocket. */
let greet: (socket: WebSocket) => void = () => {};
let dir: string;
let tls: TlsFiles;
const http = createHttpServer((request, response) => answer(request, response));
let https: ReturnType<typeof createTlsServer>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nbwss-terminal-'));
  tls = await testCertificate();
  https = createTlsServer({ cert: tls.cert, key: tls.key }, (request, response) => answer(request, response));
  new WebSocketServer({ server: https }).on('connection', (socket) => greet(socket.on('error', () => {})));
  for (const server of [http, https])
    await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
});
afterEach(endPrograms);
afterAll(() => {
  for (const server of [http, https]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(dir, { recursive: true, force: true });
});

describe('the sources', () => {
  test('write to the terminal in one file only', () => {
    const files = ['bin', 'local', 'netbackup'].flatMap((top) =>
      readdirSync(top, { recursive: true, encoding: 'utf8' }).map((name) => `${top}/${name}`),
    );
    const writing = files
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /\bconsole\.\w+\(|process\.std(out|err)\.write/.test(readFileSync(file, 'utf8')));
    expect(writing).toEqual(['netbackup/terminal.ts']);
  });
});

const json = (status: number, body: unknown) => (_: unknown, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const text = (status: number) => (_: unknown, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(HOSTILE);
};
const session = { connected: false, state: HOSTILE, since: HOSTILE, lastSeen: HOSTILE, closeReason: HOSTILE };
const group = {
  groupId: HOSTILE,
  [HOSTILE]: HOSTILE,
  session,
  lastRejection: { at: HOSTILE, explanation: HOSTILE, sourceIp: HOSTILE },
  tokenShared: { at: HOSTILE, addresses: [HOSTILE] },
  endpointId: HOSTILE,
  url: HOSTILE,
  expiresAt: HOSTILE,
  storedAt: HOSTILE,
  storedBy: HOSTILE,
  removes: [HOSTILE],
  servers: [{ url: HOSTILE }],
  ...{ jobId: HOSTILE, outcome: HOSTILE, clientName: HOSTILE, backupId: HOSTILE, imageState: HOSTILE },
  ...{ problemId: HOSTILE, severity: HOSTILE, text: HOSTILE, eventId: HOSTILE, receivedAt: HOSTILE },
  ...{ commandId: HOSTILE, request: { method: HOSTILE, uri: HOSTILE }, reason: HOSTILE },
};
const ANSWERS: Readonly<Record<string, typeof answer>> = {
  'all that is asked for': json(200, { ...group, items: [group] }),
  'a problem': json(409, { code: HOSTILE, detail: HOSTILE, trackingId: HOSTILE }),
  'a text': text(200),
  'an error text': text(500),
};
const COMMANDS: readonly (readonly string[])[] = [
  ['groups', 'list'],
  ['groups', 'show', 'x'],
  ['groups', 'delete', 'x'],
  ['endpoints', 'invite', 'x'],
  ['credential', 'show', 'x'],
  ['jobs'],
  ['images', 'x'],
  ['problems'],
  ['events', 'x'],
  ['commands', 'list', 'x'],
  ['quarantine', 'list', 'x'],
];

/** Runs a command in this process. @returns what it writes to the terminal, with the error that ends it */
const outputOf = async (args: readonly string[]): Promise<string> => {
  const program = new Command('nbwss').configureOutput(commanderOutput);
  for (const register of [
    registerGroups,
    registerEndpoints,
    registerCredential,
    registerJobs,
    registerImages,
    registerProblems,
    registerEvents,
    registerCommands,
    registerQuarantine,
    registerDoctor,
    registerConformance,
  ])
    register(program);
  let output = '';
  const take = (chunk: string | Uint8Array): boolean => {
    output += chunk.toString();
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(take),
  );
  const before = process.exitCode;
  try {
    // As bin/nbwss.ts does.
    await program.parseAsync(['node', 'nbwss', ...args]).catch((error: Error) => warnLine(error.message));
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = before;
  }
  return output;
};

describe.each(Object.keys(ANSWERS))('a server that answers with %s', (name) => {
  beforeEach(() => {
    answer = ANSWERS[name] as typeof answer;
    process.env['NBWSS_API_KEY'] = 'k';
  });

  test.each(COMMANDS)('does not control the terminal of nbwss %s %s', async (...command) => {
    const output = await outputOf([...command.filter(Boolean), '--url', urlOf(http, 'http')]);
    expectHarmless(output);
    expect(output).not.toBe('');
  });
});

test('names in a list are shown escaped', async () => {
  answer = ANSWERS['all that is asked for'] as typeof answer;
  const output = await outputOf(['groups', 'list', '--url', urlOf(http, 'http')]);
  expect(output).toContain('\\u001b[2J\\u000a12:00:00 FORGED');
});

test('the tunnel shows no text of a server as it is', async () => {
  const args = ['tunnel', 'x', '--http', '--listen', '0', '--inject', '--url', urlOf(http, 'http')];
  answer = ANSWERS['all that is asked for'] as typeof answer;
  const opened = nbwss(args, { NBWSS_API_KEY: 'k' });
  await opened.says(/NetBackup's API of the group x/);
  await opened.interrupt();
  expectHarmless(opened.output);
  answer = ANSWERS['a problem'] as typeof answer;
  const refused = nbwss(args, { NBWSS_API_KEY: 'k' });
  expect(await refused.ended).toBe(1);
  expectHarmless(refused.output);
});

test('arguments in an error do not', async () => {
  for (const args of [
    [`--${HOSTILE}`],
    ['groups', 'show', 'x', '--url', HOSTILE],
    ['simulate', '--endpoint', HOSTILE],
  ]) {
    const program = nbwss(
      args.map((arg) => arg.replaceAll('\0', '')),
      { NBWSS_API_KEY: 'k' },
    );
    expect(await program.ended).not.toBe(0);
    expectHarmless(program.output);
  }
});

describe('a hostile endpoint', () => {
  const details = (): string => {
    const file = join(dir, 'details.json');
    const url = `${urlOf(https, 'wss')}/live`;
    writeFileSync(
      file,
      JSON.stringify({ token: 't', priority: 1, groupId: HOSTILE, hostName: HOSTILE, url }),
    );
    return file;
  };
  // A close reason holds at most 123 bytes.
  const reason = Buffer.from(HOSTILE).subarray(0, 90).toString();

  test('does not control the live output of the simulator', async () => {
    greet = (socket) =>
      socket.once('message', (message) => {
        const { id } = JSON.parse(message.toString()) as { id: string };
        const header = { version: '1.0', type: 'CONNECT', id, timeStamp: new Date().toISOString() };
        socket.send(JSON.stringify({ ...header, category: 'RESPONSE', payload: { valid: true } }));
        socket.send(HOSTILE);
        socket.send(
          JSON.stringify({ ...header, type: HOSTILE, category: HOSTILE, payload: { [HOSTILE]: HOSTILE } }),
        );
        const uri = `/netbackup/${HOSTILE}`;
        const command = { ...header, id: 'c', type: 'COMMAND', category: 'REQUEST' };
        socket.send(JSON.stringify({ ...command, payload: { method: HOSTILE, uri } }));
        socket.send(JSON.stringify({ ...command, id: 'd', payload: { method: 'GET', uri } }));
        socket.close(4000, reason);
      });
    const program = nbwss(['simulate', '--endpoint', details(), '--ca', tls.caFile, '--quick']);
    await program.says(/VIOLATION/);
    await program.says(/\(4000\)/);
    await program.interrupt();
    expectHarmless(program.output);
    expect(program.output).toContain('(4000): \\u001b[2J\\u000a12:00:00 FORGED');
  });

  test.each([
    ['doctor', '--connect'],
    ['doctor', '--connect', '--json'],
    ['conformance', '--timeout', '2'],
    ['conformance', '--timeout', '2', '--json'],
  ])('does not control the terminal of nbwss %s %s %s', async (...args) => {
    greet = (socket) => {
      socket.send(HOSTILE);
      socket.close(4000, reason);
    };
    const [command = '', ...options] = args.filter((arg) => arg !== undefined);
    expectHarmless(await outputOf([command, details(), '--ca', tls.caFile, ...options]));
  });

  test.each([
    ['a text', text(200)],
    ['an error', text(500)],
    ['details', json(200, { groupId: HOSTILE, url: HOSTILE })],
  ])('does not as a details URL with %s', async (_, reply) => {
    answer = reply;
    const output = await outputOf(['doctor', `${urlOf(https, 'https')}/details`, '--ca', tls.caFile]);
    expectHarmless(output);
    expect(output).not.toBe('');
  });
});

describe('npm start', () => {
  const detail = {
    jobId: HOSTILE,
    outcome: HOSTILE,
    backupId: HOSTILE,
    reason: HOSTILE,
    eventId: HOSTILE,
    job: { state: HOSTILE, jobType: HOSTILE, policyName: HOSTILE, clientName: HOSTILE },
    image: { operationId: HOSTILE },
  };
  test.each(['Job State Changed', 'Image Changed', 'Notification Quarantined'])('%s', (type) => {
    expectHarmless(storedLine(type, detail) ?? HOSTILE);
  });

  test.each([
    HOSTILE,
    JSON.stringify({ level: 'WARN', message: HOSTILE, service: HOSTILE, reason: HOSTILE }),
  ])('a line of a function: %j', (line) => {
    expectHarmless(functionLogLine(HOSTILE, line) ?? HOSTILE);
  });
});
