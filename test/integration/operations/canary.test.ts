/** With `canaryMinutes`, a function plays a domain through the public URLs, and says which step fails. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { playRound, STEPS } from '../../../lambdas/canary/round.ts';
import { CANARY_GROUP } from '../../../lambdas/platform/canary-group.ts';
import { HOUR_MS } from '../../../lambdas/platform/clock.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { report } from '../../support/reporting.ts';

let folder: string;
let deployment: Deployment;
const OTHERS = ['berlin', 'tokyo'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-canary-'));
  const assembly = join(folder, 'cdk.out');
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, { canaryMinutes: 5 });
  deployment = await startDeployment({ assembly });
  // Starts the functions, so that a round has its time for itself.
  for (const groupId of OTHERS) {
    const client = await deployment.connect(await deployment.createGroup(groupId));
    await report(deployment, client, [notification('JOB', job(1, 'DONE'))]);
    await deployment.http('POST', `/v1/groups/${groupId}/commands`, {
      body: { method: 'GET', uri: '/netbackup/ping' },
    });
  }
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

const http = (path: string) => deployment.http('GET', path);

/** Runs one function. @returns the lines that it wrote */
async function run(name: string): Promise<Record<string, unknown>[]> {
  const { cloud, output } = deployment;
  const [, { physicalId } = { physicalId: '' }] =
    Object.entries(cloud.resources).find(
      ([id, { type }]) => type === 'AWS::Lambda::Function' && id.startsWith(name),
    ) ?? [];
  const before = output.length;
  expect(await cloud.lambda.invoke(physicalId, {})).toMatchObject({ ok: true });
  await cloud.drained();
  const lines = output.slice(before).filter((line) => line.startsWith(`${physicalId} `));
  return lines.map((line) => JSON.parse(line.slice(physicalId.length + 1)));
}

/** The log of one round, and its metrics by step. */
async function runCanary() {
  const lines = await run('Canary');
  const measured = lines.filter((line) => 'CanaryMilliseconds' in line);
  return {
    log: lines.filter((line) => 'message' in line),
    counted: lines.filter((line) => 'Occurrences' in line).map(({ code }) => code),
    steps: measured.map(({ step }) => step),
    measured,
  };
}

test('a round connects, reports, is queried, answers a command, and measures each step', async () => {
  const { log, counted, steps, measured } = await runCanary();
  expect(log).toEqual([expect.objectContaining({ code: 'canary-succeeded', level: 'INFO' })]);
  expect(counted).toEqual([]);
  expect(steps).toEqual([...STEPS, 'total']);
  for (const { service, CanaryMilliseconds: ms, _aws } of measured) {
    expect(service).toBe('canary');
    expect(ms).toEqual(expect.any(Number));
    expect(JSON.stringify(_aws)).toContain('"Unit":"Milliseconds"');
  }
  const sum = measured.slice(0, -1).reduce((total, line) => total + Number(line['CanaryMilliseconds']), 0);
  expect(measured.at(-1)?.['CanaryMilliseconds']).toBe(sum);
});

test('its group is in no list, raises no alarm, and publishes nothing', async () => {
  const { events } = deployment.cloud;
  const mark = events.mark();
  await runCanary();
  expect(events.since(mark).filter((event) => JSON.stringify(event).includes(CANARY_GROUP))).toEqual([]);
  const listed = async (path: string): Promise<string[]> =>
    (await http(path)).json.items.map(({ groupId }: { groupId: string }) => groupId);
  expect(await listed('/v1/groups')).toEqual(OTHERS);
  expect(await listed('/v1/jobs')).not.toContain(CANARY_GROUP);
  expect(await listed('/v1/summary')).toEqual(OTHERS);

  deployment.clock.advance(HOUR_MS);
  const swept = await run('Sweep');
  expect(swept.filter(({ groupId }) => groupId === CANARY_GROUP)).toEqual([]);
});

test('a page of groups is full although the canary is left out, and the last one has no cursor', async () => {
  const page = async (query: string) => (await http(`/v1/groups?${query}`)).json;
  const first = await page('limit=1');
  expect(first.items).toHaveLength(1);
  const second = await page(`limit=1&cursor=${first.cursor}`);
  expect(second.items[0].groupId).toBe('tokyo');
  expect(second.cursor).toBeUndefined();
  expect((await page('limit=2')).items).toHaveLength(2);
});

test('round after round leaves one job, one endpoint and one API key', async () => {
  await runCanary();
  await runCanary();
  const { json } = await http(`/v1/groups/${CANARY_GROUP}/jobs`);
  expect(json.items).toEqual([expect.objectContaining({ jobId: 1, outcome: 'succeeded' })]);
  expect((await http(`/v1/groups/${CANARY_GROUP}/jobs/1`)).json.timeline).toHaveLength(1);
  expect((await http(`/v1/groups/${CANARY_GROUP}/endpoints`)).json.items).toHaveLength(1);
  const history = (await http(`/v1/groups/${CANARY_GROUP}/summary?hours=24`)).json;
  expect(JSON.stringify(history.clients ?? [])).not.toContain('nbwss-canary');
});

test('nobody else can have its group', async () => {
  const { status, json } = await deployment.http('POST', '/v1/groups', { body: { groupId: CANARY_GROUP } });
  expect([status, json.code]).toEqual([409, 'group-reserved']);
});

test('it uses every permission that it has, and no secret is written to a log', async () => {
  await runCanary();
  const unused = deployment.cloud.unusedGrants().filter(({ role }) => role.startsWith('Canary'));
  expect(unused.map(({ action }) => action)).toEqual([]);
  expect(deployment.output.join('\n')).not.toMatch(/nb(k|wss)_[0-9a-z]{16}\./);
});

test.each([
  ['prepare', { function: 'Canary', action: 'PutItem', do: 'fail', error: 'AccessDeniedException' }],
  ['connect', { function: 'Session', action: 'PutItem', do: 'fail', error: 'AccessDeniedException' }],
  ['query', { function: 'Api', action: 'GetItem', do: 'fail', error: 'AccessDeniedException' }],
  ['command', { function: 'Command', action: 'PutItem', do: 'fail', error: 'AccessDeniedException' }],
] as const)('a fault is reported with the step %s, and no total', async (step, fault) => {
  const handle = deployment.cloud.faults.add({ ...fault, count: Number.POSITIVE_INFINITY });
  const { log, counted, steps } = await runCanary();
  handle.remove();
  expect(handle.hits()).toBeGreaterThan(0);
  expect(log).toEqual([expect.objectContaining({ code: 'canary-failed', level: 'ERROR', step })]);
  expect(counted).toEqual(['canary-failed']);
  expect(steps).toEqual(STEPS.slice(0, Math.max(0, STEPS.indexOf(step as (typeof STEPS)[number]))));
});

test('a token that is refused fails the step authenticate', async () => {
  const { cloud, adminKey, ca } = deployment;
  const round = await playRound({
    groupId: 'berlin',
    webSocketUrl: cloud.webSocketUrl,
    token: `nbwss_0123456789abcdef.${'x'.repeat(43)}`,
    apiUrl: cloud.apiUrl,
    apiKey: adminKey,
    trusted: [ca],
    timeoutMs: 100_000,
  });
  expect(round).toEqual({
    steps: [{ step: 'connect', ms: expect.any(Number) }],
    failure: { step: 'authenticate', reason: 'the token was refused' },
  });
});
