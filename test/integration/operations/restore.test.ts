/** The rehearsal of docs/deploy.md#restoring-data: a deployment is destroyed, and another one takes over its data. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { registerRestore } from '../../../bin/nbwss/commands/restore.ts';
import { outputLine, runOnCloud } from '../../support/aws-command.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, message, notification, type RawClient } from '../../support/raw-client.ts';
import { image, send, settled } from '../../support/reporting.ts';
import { type StackServer, startStackServer } from '../../support/stack-server.ts';

const root = resolve(import.meta.dirname, '../../..');
let folder: string;
let dataDir: string;
let stacks: StackServer;
const environment = { ...process.env };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-restore-'));
  dataDir = join(folder, 'data');
});
const running: Deployment[] = [];
const start = async (options: Parameters<typeof startDeployment>[0]): Promise<Deployment> => {
  const deployment = await startDeployment(options);
  running.push(deployment);
  return deployment;
};
afterEach(() => {
  process.env = { ...environment };
});
afterAll(async () => {
  stacks.close();
  for (const deployment of running) await deployment.stop();
  await rm(folder, { recursive: true, force: true });
});

const NETBACKUP_KEY = 'Anetbackup-api-key';

/** Answers one call to NetBackup. @returns the Authorization header that it came with. */
async function answerCall(client: RawClient): Promise<string> {
  const request = await client.next((frame) => frame['type'] === 'COMMAND');
  const { payload, id } = request as { id: string; payload: { headers?: Record<string, string> } };
  client.send(
    message('COMMAND', 'RESPONSE', { responseCode: 200, headers: {}, body: '{"data":[]}' }, { id }),
  );
  return payload.headers?.['Authorization'] ?? '';
}

/** Runs `nbwss restore` with the suffix `-back`. */
const restore = async (deployment: Deployment, options = ''): Promise<string> => {
  Object.assign(process.env, stacks.env, { XDG_CONFIG_HOME: folder });
  return (await runOnCloud(deployment, registerRestore, `npx nbwss restore --suffix -back ${options}`.trim()))
    .out;
};

const answersOf = async (deployment: Deployment): Promise<unknown[]> => {
  const paths = ['jobs', 'images', 'events', 'quarantine', 'history?days=7', 'netbackup-credential'];
  const all = await Promise.all(paths.map((path) => deployment.http('GET', `/v1/groups/berlin/${path}`)));
  // The cursor of the events says until when they were read.
  return all.map(({ status, json }) => [status, { ...json, cursor: undefined }]);
};

test('after destroy, restore under other names and deploy, everything answers', async () => {
  const first = await start({ dataDir });
  const details = await first.createGroup('berlin');
  const client = await first.connect(details);
  for (let jobId = 1; jobId <= 20; jobId++) await send(client, notification('JOB', job(jobId, 'DONE')));
  await send(client, notification('IMAGE', image('a_1')));
  await first.http('PUT', '/v1/groups/berlin/netbackup-credential', { body: { apiKey: NETBACKUP_KEY } });
  await settled(first);
  first.clock.advance(10_000);
  const before = await answersOf(first);
  expect(before.map((answer) => (answer as [number])[0])).toEqual(Array(6).fill(200));
  stacks = await startStackServer(first.cloud.outputs);
  const key = Object.values(first.cloud.resources).find(({ type }) => type === 'AWS::KMS::Key')?.physicalId;
  const printed = await restore(first);
  // Interrupted and repeated, it prints the same; with the names in the output too.
  const line = outputLine(first, 'RestoreTables').replace('npx nbwss restore ', '');
  expect(await restore(first, line.replace(' --suffix SUFFIX', ''))).toBe(printed);
  const { jobs } = JSON.parse(printed).existingTables;
  expect(JSON.parse(await restore(first, '--table jobs'))).toEqual({ existingTables: { jobs } });
  await expect(restore(first, '--table jobs=none')).rejects.toThrow('1 of 1 tables are not restored');
  await expect(restore(first, '--table jobs --table commands')).rejects.toThrow(
    'The table commands has no point-in-time recovery (output RestoreTables).',
  );
  // As on AWS, a table without point-in-time recovery cannot be restored.
  const commands = Object.values(first.cloud.resources).find(({ physicalId }) =>
    /-Commands/.test(physicalId),
  );
  await expect(restore(first, `--table commands=${commands?.physicalId}`)).rejects.toThrow(
    '1 of 1 tables are not restored',
  );
  const adminKey = first.adminKey;
  await running.pop()?.stop();

  const assembly = join(folder, 'cdk.out');
  const { existingTables } = JSON.parse(printed);
  expect(Object.keys(existingTables)).toHaveLength(13);
  await synthesize(root, assembly, {
    stackPrefix: 'Second',
    existingTables,
    existingKeyArn: `arn:aws:kms:${first.cloud.region}:000000000000:key/${key}`,
  });
  const second = await start({ dataDir, assembly, clock: first.clock });
  const { http } = second;
  const mine = { ...second, http: (method: string, path: string) => http(method, path, { key: adminKey }) };
  expect(await answersOf(mine)).toEqual(before);
  // The token is still good, what NetBackup reports is shown, and its stored API key can still be decrypted.
  const again = await second.connect(details);
  await send(again, notification('JOB', job(21, 'DONE')));
  await settled(second);
  expect((await mine.http('GET', '/v1/groups/berlin/jobs/21')).json).toMatchObject({ jobId: 21 });
  const [authorization, { status }] = await Promise.all([
    answerCall(again),
    http('GET', '/v1/groups/berlin/netbackup/admin/jobs', {
      key: '',
      headers: { authorization: adminKey },
    }),
  ]);
  expect([authorization, status]).toEqual([NETBACKUP_KEY, 200]);
});
