/** What the commands send, with which key, and what they make of the answers. */
import type { Command } from 'commander';
import { registerCall } from '../../../bin/nbwss/commands/call.ts';
import { registerEvents } from '../../../bin/nbwss/commands/events.ts';
import { registerProblems } from '../../../bin/nbwss/commands/problems.ts';
import { registerQuarantine } from '../../../bin/nbwss/commands/quarantine.ts';
import { runCommand } from '../../support/run-command.ts';

const environment = { ...process.env };
let sent: { readonly url: string; readonly init: RequestInit }[];
let answers: Response[];
let output: { out: string; err: string };

beforeEach(() => {
  Object.assign(process.env, { NBWSS_URL: 'https://api.example.com', NBWSS_API_KEY: 'k' });
  sent = [];
  answers = [];
  output = { out: '', err: '' };
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, init = {}) => {
    sent.push({ url: String(url), init });
    return answers.shift() ?? Response.json({ eventIds: ['e'] });
  });
  for (const [name, stream] of [
    ['out', process.stdout],
    ['err', process.stderr],
  ] as const)
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      output[name] += String(chunk);
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...environment };
});

const run = async (register: (program: Command) => void, ...args: string[]) =>
  (await runCommand(register, args)).exitCode;
const bodyOf = (index: number): unknown => JSON.parse(String(sent[index]?.init.body));

describe('nbwss problems', () => {
  it('mutes each problem until a time, with the reason', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-29T12:00:00Z'));
    await run(
      registerProblems,
      'problems',
      'mute',
      'a~b~c',
      'd',
      '--until',
      '8h',
      '--reason',
      'Planned work',
    );
    expect(sent.map(({ url, init }) => `${init.method} ${url}`)).toEqual([
      'POST https://api.example.com/v1/problems/a~b~c/mute',
      'POST https://api.example.com/v1/problems/d/mute',
    ]);
    expect(bodyOf(0)).toEqual({ reason: 'Planned work', until: '2026-11-29T20:00:00.000Z' });
    expect(output.out).toBe('Muted until 2026-11-29 20:00Z (2 problems).\n');
  });

  it('acknowledges with a reason and an end only', async () => {
    expect(await run(registerProblems, 'problems', 'acknowledge', 'a', '--until', '1d')).toBe(1);
    expect(await run(registerProblems, 'problems', 'mute', 'a', '--reason', 'x')).toBe(1);
    expect(sent).toEqual([]);
    await run(registerProblems, 'problems', 'reopen', 'a');
    expect(sent[0]?.init.body).toBeUndefined();
  });

  it('filters as the API does', async () => {
    answers = [Response.json({ items: [{ problemId: 'a', severity: 'critical', since: 'T', text: 'x' }] })];
    await run(registerProblems, 'problems', '--state', 'muted', '--severity', 'critical', '--label', 'a=b');
    expect(sent[0]?.url).toBe(
      'https://api.example.com/v1/problems?label=a%3Db&state=muted&severity=critical&limit=51',
    );
    expect(output.out).toMatch(/^SEVERITY {2}ID {2}WHAT .*\ncritical {2}a {3}x /);
    expect(await run(registerProblems, 'problems', '--kind', 'none')).toBe(1);
  });
});

describe('nbwss call', () => {
  const call = (...args: string[]) => run(registerCall, 'call', 'demo', ...args);

  it("sends our key as NetBackup's credential, which the deployment replaces", async () => {
    answers = [Response.json({ data: [] })];
    await call('get', '/netbackup/admin/jobs?page[limit]=1');
    expect(sent[0]?.url).toBe('https://api.example.com/v1/groups/demo/netbackup/admin/jobs?page[limit]=1');
    expect(sent[0]?.init).toMatchObject({ method: 'GET', headers: { authorization: 'k' } });
    expect(output.out).toBe('{\n  "data": []\n}\n');
  });

  it('shows the answer of NetBackup, and exits with 1 when it is an error', async () => {
    const headers = { 'x-nbwss-command-id': 'C-1' };
    answers = [new Response('{"errorCode":404}', { status: 404, headers })];
    expect(await call('GET', '/netbackup/admin/jobs/9')).toBe(1);
    expect(output).toEqual({ out: '{\n  "errorCode": 404\n}\n', err: 'NetBackup answered 404 (C-1).\n' });
  });

  it('an error of the deployment is one sentence', async () => {
    const problem = { detail: 'The domain is not connected.', code: 'not-connected', trackingId: 't-1' };
    const headers = { 'content-type': 'application/problem+json' };
    answers = [new Response(JSON.stringify(problem), { status: 503, headers })];
    await expect(call('GET', '/netbackup/ping')).rejects.toThrow('The domain is not connected. (503, t-1)');
  });

  it('text of NetBackup cannot control the terminal', async () => {
    answers = [new Response('\x1b[2Jx')];
    await call('GET', '/netbackup/ping');
    expect(output.out).toBe('\\u001b[2Jx\n');
  });

  it('a number that JSON.parse would round, and a repeated member, are shown as NetBackup sent them', async () => {
    answers = [new Response('{"id":12345678901234567890,"a":[],"a":[1.0,"\\"{"]}')];
    await call('GET', '/netbackup/ping');
    expect(output.out).toBe(
      '{\n  "id": 12345678901234567890,\n  "a": [],\n  "a": [\n    1.0,\n    "\\"{"\n  ]\n}\n',
    );
  });

  it('leaves the media type of a body to the deployment', async () => {
    await call('POST', '/netbackup/admin/manual-backup', '--data', '{"data":"ü"}');
    const request = new Request(sent[0]?.url ?? '', sent[0]?.init);
    expect(request.headers.get('content-type')).toBeNull();
    expect(await request.text()).toBe('{"data":"ü"}');
  });

  it('what two options read from standard input is refused before it is read', async () => {
    for (const options of [
      ['--key-file', '-', '--data-file', '-'],
      ['--authorization-file', '-', '--data-file', '-'],
    ])
      await expect(call('POST', '/netbackup/login', ...options)).rejects.toThrow(
        'Standard input can be read once',
      );
    expect(sent).toEqual([]);
  });

  it('a body with a method that has none is refused before it is sent', async () => {
    await expect(call('GET', '/netbackup/ping', '--data', '{}')).rejects.toThrow('GET has no body');
    expect(sent).toEqual([]);
  });

  it.each([
    [['TRACE', '/netbackup/ping']],
    [['GET', '/v1/groups']],
    // Paths that fetch would change: to another part of the API, or to another resource.
    [['DELETE', '/netbackup/../connection']],
    [['DELETE', '/netbackup/x/%2E./..\\..\\keys/k']],
    [['GET', '/netbackup/.\t./ping']],
    [['DELETE', '/netbackup/security/users/DOMAIN\\user']],
    [['DELETE', '/netbackup/config/policies/a#b']],
  ])('%j is refused before it is sent', async (args) => {
    expect(await call(...args)).toBe(1);
    expect(sent).toEqual([]);
  });

  it('dots in names and in the query are not steps', async () => {
    await call('GET', '/netbackup/..a/b..c/...?filter=../x');
    expect(sent[0]?.url).toBe('https://api.example.com/v1/groups/demo/netbackup/..a/b..c/...?filter=../x');
  });
});

it.each([['--to', '1h'], ['--limit', '5'], ['--all']])(
  'nbwss events --follow, which has no end, refuses %s',
  async (...end) => {
    expect(await run(registerEvents, 'events', 'demo', '--follow', ...end)).toBe(1);
    expect(sent).toEqual([]);
  },
);

describe('nbwss quarantine replay', () => {
  it('replays all of a group, and goes on after one that fails', async () => {
    answers = [
      Response.json({ items: [{ eventId: 'a' }], cursor: 'c' }),
      Response.json({ items: [{ eventId: 'b' }] }),
      Response.json({ detail: 'It still cannot be interpreted.', trackingId: 't-1' }, { status: 409 }),
    ];
    expect(await run(registerQuarantine, 'quarantine', 'replay', 'demo', '--all')).toBe(1);
    expect(output).toEqual({
      out: 'b: 1 applied\n',
      err: 'a: It still cannot be interpreted. (409, t-1)\n',
    });
  });

  it('needs ids, or --all', async () => {
    await expect(run(registerQuarantine, 'quarantine', 'replay', 'demo')).rejects.toThrow(/or --all/);
  });
});
