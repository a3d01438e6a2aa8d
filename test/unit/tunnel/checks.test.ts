/** The checks before the tunnel opens, and the example lines. */
import { type Answer, problemAnswer } from '../../../bin/nbwss/tunnel/answer.ts';
import { checkDeployment, checkGroup } from '../../../bin/nbwss/tunnel/checks.ts';
import { exampleLines } from '../../../bin/nbwss/tunnel/examples.ts';
import { HttpProblem } from '../../../lambdas/platform/errors.ts';

const API = 'https://api.example.com';
const problem = (status: number, code: string, detail: string) =>
  problemAnswer(new HttpProblem(status, code, detail));
const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
});

let lines: string[];
let received: string[];
const context = (answers: Record<string, Answer>, inject = false) => {
  lines = [];
  received = [];
  return {
    apiUrl: API,
    credential: { apiKey: 'nbk_key', inject },
    print: (line: string) => void lines.push(line),
    signal: new AbortController().signal,
    callApi: async ({ method, path }: { method: string; path: string }) => {
      received.push(`${method} ${path}`);
      return answers[path] ?? problem(404, 'not-found', 'nothing');
    },
  };
};
const COMMANDS = '/v1/groups/demo/commands?limit=1';
const GROUP = '/v1/groups/demo';
const PING = '/v1/groups/demo/netbackup/ping';

describe('the deployment', () => {
  const check = (answer: Answer) => checkDeployment(context({ '/v1/openapi.json': answer }));

  it('returns the base URL of its links', async () => {
    expect(await check(json({ servers: [{ url: 'https://links.example.com/' }] }))).toBe(
      'https://links.example.com',
    );
    expect(lines).toEqual([`  deployment  ${API} answers`]);
  });

  it('fails when the API cannot be reached or is another server', async () => {
    await expect(check(problem(502, 'api-not-reachable', 'ECONNREFUSED'))).rejects.toThrow(
      `${API} cannot be reached. ECONNREFUSED`,
    );
    for (const other of [json({ message: 'Not Found' }, 404), json({}), json('\u001b')])
      await expect(check(other)).rejects.toThrow(`The server at ${API} is not this API`);
  });
});

describe('the key and the domain', () => {
  const commands = json({ items: [] });
  const connected = json({
    session: { connected: true, since: '2026-01-01T00:00:00.000Z' },
    netbackupApiVersion: '14.0',
  });

  it('pass', async () => {
    await checkGroup(context({ [COMMANDS]: commands, [GROUP]: connected }), 'demo');
    expect(lines).toEqual([
      '  key         may send commands to the group demo',
      '  domain      connected since 2026-01-01T00:00:00.000Z, NetBackup API 14.0',
    ]);
    expect(received).toEqual([`GET ${COMMANDS}`, `GET ${GROUP}`]);
  });

  it.each([
    [401, 'api-key-missing-or-invalid', 'The API key is not valid in this deployment: why'],
    [403, 'scope-missing', 'The API key is valid, but lacks a scope for the group "demo": why'],
    [404, 'group-not-found', 'The API key is valid, but cannot access a group "demo": why'],
    [500, 'internal-error', 'The API key could not be checked: why'],
  ])('%i is an error', async (status, code, text) => {
    const checked = checkGroup(context({ [COMMANDS]: problem(status, code, 'why') }), 'demo');
    await expect(checked).rejects.toThrow(text);
  });

  it('a disconnected domain is only a warning with the reason', async () => {
    const session = { connected: false, state: 'disconnected', closeReason: 'it went \u001baway' };
    await checkGroup(context({ [COMMANDS]: commands, [GROUP]: json({ session }) }), 'demo');
    expect(lines[1]).toBe(
      '  domain      NOT connected now (it went \\u001baway); calls are refused with 503 until it is',
    );
  });

  it('--inject needs the scope and a stored credential', async () => {
    const answers = { [COMMANDS]: commands, [GROUP]: connected };
    await checkGroup(context({ ...answers, [PING]: json('1') }, true), 'demo');
    expect(lines[0]).toBe('  key         may use the NetBackup API key of the group demo');
    await checkGroup(context({ ...answers, [PING]: problem(503, 'not-connected', 'why') }, true), 'demo');
    for (const [status, text] of [
      [403, 'lacks a scope'],
      [409, '--inject needs a stored NetBackup API key'],
    ] as const) {
      const answer = problem(status, 'code', 'why');
      await expect(checkGroup(context({ ...answers, [PING]: answer }, true), 'demo')).rejects.toThrow(text);
    }
  });
});

describe('example lines', () => {
  it('contain host, port and CA file', () => {
    const lines = exampleLines('https://127.0.0.3:1556', '/x/ca.pem');
    expect(lines[0]).toBe('curl     curl --cacert /x/ca.pem https://127.0.0.3:1556/netbackup/ping');
    expect(lines.at(-2)).toContain('host: "127.0.0.3", port: "1556"');
    expect(lines.filter((line) => line.includes('/x/ca.pem'))).toHaveLength(6);
  });

  it('are quoted for the shell, and contain the default port', () => {
    const lines = exampleLines('https://[::1]:443', "/my dir/it's.pem");
    expect(lines[0]).toBe(`curl     curl --cacert '/my dir/it'\\''s.pem' 'https://[::1]:443/netbackup/ping'`);
    expect(lines.at(-2)).toContain('host: "::1", port: "443"');
  });

  it('contain no CA without TLS', () => {
    expect(exampleLines('http://127.0.0.1:80', undefined).join()).not.toMatch(/cacert|ca_path|CA_|CERT/);
  });
});
