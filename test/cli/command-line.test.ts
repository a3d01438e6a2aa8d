/** The command line as a person uses it, against the local cloud: profiles, lists, status, and what can go wrong. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { registerCommands } from '../../bin/nbwss/commands/commands.ts';
import { registerEvents } from '../../bin/nbwss/commands/events.ts';
import { registerGroups } from '../../bin/nbwss/commands/groups.ts';
import { registerHistory } from '../../bin/nbwss/commands/history.ts';
import { registerImages } from '../../bin/nbwss/commands/images.ts';
import { registerJobs } from '../../bin/nbwss/commands/jobs.ts';
import { registerProblems } from '../../bin/nbwss/commands/problems.ts';
import { registerQuarantine } from '../../bin/nbwss/commands/quarantine.ts';
import { registerRebuild } from '../../bin/nbwss/commands/rebuild.ts';
import { registerRedrive } from '../../bin/nbwss/commands/redrive.ts';
import { registerStatus } from '../../bin/nbwss/commands/status.ts';
import { registerSummary } from '../../bin/nbwss/commands/summary.ts';
import { runOnCloud } from '../support/aws-command.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { newKey } from '../support/new-key.ts';
import { endPrograms, nbwss } from '../support/process.ts';
import { job, notification, type RawClient } from '../support/raw-client.ts';
import { send, settled } from '../support/reporting.ts';
import { type StackServer, startStackServer } from '../support/stack-server.ts';

let deployment: Deployment;
let berlin: RawClient;
let stacks: StackServer;
let dir: string;
/** Of a person with AWS credentials and no profile yet. */
let env: Record<string, string>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'nbwss-cli-'));
  deployment = await startDeployment();
  const { cloud } = deployment;
  stacks = await startStackServer(cloud.outputs);
  env = {
    ...stacks.env,
    AWS_ENDPOINT_URL: cloud.endpointUrl,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
    XDG_CONFIG_HOME: join(dir, 'config'),
    NBWSS_URL: '',
    NBWSS_API_KEY: '',
  };
  berlin = await deployment.connect(await deployment.createGroup('berlin'));
  await send(berlin, notification('JOB', job(144, 'DONE')));
  await send(berlin, notification('JOB', job(145, 'DONE', { status: 6, clientName: 'client02' })));
  await settled(deployment);
});
afterEach(() => stacks.fail(undefined));
afterAll(async () => {
  await endPrograms();
  stacks.close();
  await deployment.stop();
  rmSync(dir, { recursive: true, force: true });
});

const run = async (args: readonly string[], more: Record<string, string> = {}) => {
  const program = nbwss(args, { ...env, ...more });
  return { code: await program.ended, output: program.output };
};

const registerAll = (program: Command): void => {
  for (const register of [
    registerCommands,
    registerEvents,
    registerGroups,
    registerHistory,
    registerImages,
    registerJobs,
    registerProblems,
    registerQuarantine,
    registerRebuild,
    registerRedrive,
    registerStatus,
    registerSummary,
  ])
    register(program);
};

/** The same within this process, which is quicker. */
const runInside = async (args: readonly string[], more: Record<string, string> = {}) => {
  const before = { ...process.env };
  Object.assign(process.env, env, more);
  try {
    const { out, err, exitCode } = await runOnCloud(
      deployment,
      registerAll,
      ['npx', 'nbwss', ...args].join(' '),
    );
    return { code: exitCode ?? 0, output: out + err };
  } catch (error) {
    // As bin/nbwss.ts does.
    return { code: 1, output: `${(error as Error).message}\n` };
  } finally {
    process.env = before;
  }
};

describe('nbwss init', () => {
  const keyCount = async () => (await deployment.http('GET', '/v1/keys?limit=100')).json.items.length;

  test('writes a profile that only its owner can read, with a new key that works', async () => {
    const { code, output } = await run(['init', '--profile', 'first']);
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/The API answers. Next: nbwss status --profile first/),
    ]);
    const file = join(dir, 'config/nbwss/first.json');
    const { version, url, key, region } = JSON.parse(readFileSync(file, 'utf8'));
    expect({ version, url, region }).toEqual({
      version: 1,
      url: deployment.cloud.apiUrl,
      region: deployment.cloud.region,
    });
    expect(output).not.toContain(key);
    expect([statSync(file).mode & 0o777, statSync(join(file, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    expect((await run(['groups', 'list'], { NBWSS_PROFILE: 'first' })).output).toMatch(
      /^berlin {2}connected/,
    );
    const again = await run(['init', '--profile', 'first']);
    expect(again).toEqual({
      code: 1,
      output: expect.stringMatching(/^The profile first exists. Use --force/),
    });
  });

  const failing = (code: string, message: string): Record<string, string> => {
    stacks.fail([code, message]);
    return {};
  };

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      'expired AWS credentials',
      () => failing('ExpiredToken', 'It is expired'),
      /^Your AWS credentials have expired\. [^\n]*\(r-1\)\n$/,
    ],
    [
      'no stacks',
      () => failing('ValidationError', 'Stack with id NbwssData does not exist'),
      /^There are no stacks NbwssData and NbwssService in \S+ [^\n]*\n$/,
    ],
    [
      'a home that cannot be written',
      () => ({ XDG_CONFIG_HOME: '/dev/null' }),
      /^The folder \/dev\/null\/nbwss cannot be created \(ENOTDIR\)\.\n$/,
    ],
  ])('with %s it says so in one sentence, and leaves neither a key nor a file', async (_, prepare, why) => {
    const before = await keyCount();
    const { code, output } = await run(['init', '--profile', 'second'], prepare());
    expect([code, output]).toEqual([1, expect.stringMatching(why)]);
    expect(await keyCount()).toBe(before);
    expect(existsSync(join(dir, 'config/nbwss/second.json'))).toBe(false);
    const left = existsSync(join(dir, 'config/nbwss')) ? readdirSync(join(dir, 'config/nbwss')) : [];
    expect(left.filter((name) => name !== 'first.json')).toEqual([]);
  });
});

describe('with a key', () => {
  const withKey = (key: string) => ({ NBWSS_URL: deployment.cloud.apiUrl, NBWSS_API_KEY: key });
  const read = (...args: string[]) => runInside(args, withKey(deployment.adminKey));
  const TRACKED = '\\([45]\\d\\d, [0-9a-f-]{36}\\)\\n$';

  test('jobs are a table for people, and a line of JSON each for programs', async () => {
    const table = await read('jobs', 'berlin');
    expect(table.output).toMatch(
      /^JOB +RESULT +CLIENT .*\n14[45] +(ok|failed) .*\n14[45] +(ok|failed) .*\n$/,
    );
    const { output } = await read('jobs', '--json', '--outcome', 'failed');
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).jobId),
    ).toEqual([145]);
    const first = await read('jobs', '--json', '--limit', '1');
    expect(first.output).toMatch(/^\{.*\}\nThere are more\. Use --limit or --all\.\n$/);
  });

  test('in 40 columns no line is longer, and what is left out is named', async () => {
    const { output } = await runInside(['jobs'], { ...withKey(deployment.adminKey), COLUMNS: '40' });
    const lines = output.trim().split('\n');
    expect(lines.slice(0, 3).every((line) => line.length <= 40)).toBe(true);
    expect(lines.at(-1)).toMatch(/^Too narrow for .*: see --json\.$/);
  });

  test('status exits with 3 where a job has failed, and says where', async () => {
    const { code, output } = await read('status');
    expect(output).toMatch(/^1 of 1 domains connected, last 24 h: 1 failed/);
    expect(output).toMatch(/\nberlin +connected/);
    expect(code).toBe(3);
  });

  test.each<readonly string[]>([
    ['images'],
    ['images', 'berlin'],
    ['problems'],
    ['summary'],
    ['summary', 'berlin'],
    ['history', 'berlin'],
    ['events', 'berlin'],
    ['commands', 'list', 'berlin'],
    ['quarantine', 'list', 'berlin'],
    ['jobs', 'show', 'berlin', '144', '--tree'],
  ])('nbwss %s %s reads what the API answers', async (...args) => {
    const { code, output } = await read(...args);
    expect([code, output]).toEqual([0, expect.not.stringMatching(/Error|undefined|NaN/)]);
    expect(output).not.toBe('');
  });

  test('events --follow prints what arrives, and ends with 130 at Ctrl-C', async () => {
    const args = ['events', 'berlin', '--follow', '--every', '0.2', '--from', '1h'];
    const program = nbwss(args, { ...env, ...withKey(deployment.adminKey) });
    await program.says(/JOB {2}145/);
    await send(berlin, notification('JOB', job(146)));
    await settled(deployment);
    await program.says(/JOB {2}146/);
    expect(await program.interrupt()).toBe(130);
    expect(program.output.match(/JOB {2}146/g)).toHaveLength(1);
  });

  test('watch draws the status until Ctrl-C', async () => {
    const program = nbwss(['watch', '--every', '1'], { ...env, ...withKey(deployment.adminKey) });
    await program.says(/1 of 1 domains connected[\s\S]*1 of 1 domains connected/);
    expect(await program.interrupt()).toBe(130);
  });

  test('what the API refuses is one sentence with the tracking id', async () => {
    const reader = await newKey(deployment, ['read'], ['*']);
    const scope = await runInside(['groups', 'create', 'oslo'], withKey(reader));
    expect(scope).toEqual({
      code: 1,
      output: expect.stringMatching(new RegExp(`^[^\\n]*admin[^\\n]* ${TRACKED}`)),
    });
    const missing = await read('jobs', 'nowhere');
    expect(missing).toEqual({
      code: 1,
      output: expect.stringMatching(new RegExp(`^The group "nowhere" [^\\n]* ${TRACKED}`)),
    });
    const unknown = await read('problems', 'mute', 'none', '--until', '1h', '--reason', 'test');
    expect(unknown).toEqual({
      code: 1,
      output: expect.stringMatching(new RegExp(`^The problem "none" [^\\n]* ${TRACKED}`)),
    });
    await deployment.http('DELETE', `/v1/keys/${reader.slice(4, 20)}`);
    const revoked = await runInside(['jobs'], withKey(reader));
    expect(revoked).toEqual({
      code: 1,
      output: expect.stringMatching(new RegExp(`^Send a valid API key[^\\n]* ${TRACKED}`)),
    });
  });

  test('a label that no group has is an error, not an empty list', async () => {
    for (const args of [['jobs'], ['groups', 'list'], ['status'], ['problems']]) {
      const { code, output } = await read(...args, '--label', 'customer=acm');
      expect([code, output]).toEqual([1, 'No group that this key may see has the label customer=acm.\n']);
    }
  });

  test('rebuild finds the tables by the stacks', async () => {
    const { code, output } = await runInside(['rebuild', '--group', 'berlin']);
    expect([code, output]).toEqual([0, expect.stringMatching(/\nberlin: done, 3 messages\.\n$/)]);
    const none = await runInside(['redrive', '--dry-run']);
    expect(none).toEqual({ code: 0, output: '0 of 0 batches can be applied: 0 messages.\n' });
  });
});
