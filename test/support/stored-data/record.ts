/**
 * `node --import tsx test/support/stored-data/record.ts VERSION`: plays two domains, and writes what this version has stored of them
 * to `test/fixtures/stored-data/VERSION.jsonl`. Run it for a release; a recorded file is never written again.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ON_THIS_MACHINE, synthesize } from '../../../bin/nbwss/assembly.ts';
import { HOUR_MS, seconds } from '../../../lambdas/platform/clock.ts';
import { type Deployment, startDeployment } from '../deployment.ts';
import { PlayedDomain } from '../domain.ts';
import { job, notification } from '../raw-client.ts';
import { image, report, settled } from '../reporting.ts';
import { type Recording, writeRecording } from './stored-data.ts';

const NETBACKUP_KEY = 'Anetbackup-key-of-the-group';

/** Calls the API, which must accept it. */
const call = async (deployment: Deployment, method: string, path: string, body?: unknown) => {
  const answer = await deployment.http(method, path, { body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
};

/** A day of the domain berlin: good and failed backups, images, and something that cannot be interpreted. */
const playBerlin = async (deployment: Deployment, domain: PlayedDomain): Promise<void> => {
  const now = seconds(deployment.clock.now());
  const hoursAgo = (hours: number) => now - 3_600 * hours;
  const send = (hours: number, ...data: ReturnType<typeof notification>[]) =>
    report(deployment, domain.client, data, { timeStamp: hoursAgo(hours) });
  const jobs = (...all: ReturnType<typeof job>[]) => notification('JOB', ...all);
  await send(30, jobs(job(1, 'ACTIVE', { startTime: hoursAgo(30) })));
  await send(29, jobs(job(1, 'DONE', { startTime: hoursAgo(30) })));
  const streams = { parentJobId: 10, startTime: hoursAgo(6) };
  await send(6, jobs(job(10, 'ACTIVE', { startTime: hoursAgo(6) }), job(11, 'ACTIVE', streams)));
  await send(5, jobs(job(11, 'DONE', { ...streams, status: 2 }), job(12, 'DONE', { ...streams, status: 0 })));
  await send(5, jobs(job(10, 'DONE', { startTime: hoursAgo(6), status: 1 })));
  const failed = { startTime: hoursAgo(3), status: 58, clientName: 'db01', policyName: 'oracle' };
  await send(2, jobs(job(20, 'DONE', failed)));
  await send(1, jobs(job(30, 'ACTIVE', { startTime: hoursAgo(1), clientName: 'db02' })));
  await send(5, notification('IMAGE', image(`client01_${hoursAgo(30)}`), image(`client02_${hoursAgo(29)}`)));
  await send(4, notification('IMAGE', image(`client02_${hoursAgo(29)}`, 'DELETE')));
  await send(4, notification('IMAGE', { backupId: 7 }));
};

/** A list through the proxy: the size of its response is learned. */
const readList = async (deployment: Deployment, domain: PlayedDomain): Promise<void> => {
  const path = '/v1/groups/berlin/netbackup/admin/jobs?page[limit]=3';
  const answer = deployment.http('GET', path, { headers: { authorization: 'Bearer token' } });
  const { id } = await domain.next();
  await domain.answer(id, {
    body: JSON.stringify({ data: [{ type: 'job', id: '1' }], meta: {}, links: {} }),
  });
  if ((await answer).status !== 200) throw new Error((await answer).text);
};

/** What people and programs do with both domains. */
const playClients = async (deployment: Deployment, domain: PlayedDomain) => {
  await call(deployment, 'PATCH', '/v1/groups/berlin', {
    labels: { site: 'east' },
    timeZone: 'Europe/Berlin',
  });
  await call(deployment, 'PUT', '/v1/groups/berlin/netbackup-credential', { apiKey: NETBACKUP_KEY });
  const uri = '/netbackup/admin/manual-backup';
  const post = { method: 'POST', uri, body: { policyName: 'daily' }, deliverWithin: 86_400 };
  const queued = await call(deployment, 'POST', '/v1/groups/munich/commands', post);
  const login = { method: 'POST', uri: '/netbackup/login', body: { userName: 'u', password: 'p' } };
  const secret = await call(deployment, 'POST', '/v1/groups/berlin/commands', login);
  const sent = await domain.next();
  await domain.answer(sent.id, { responseCode: 201, body: '{"token":"secret"}' });
  await call(deployment, 'POST', '/v1/mutes', {
    reason: 'holidays',
    until: new Date(deployment.clock.now() + 100 * HOUR_MS).toISOString(),
    groupId: 'munich',
  });
  return { queued: queued.commandId as string, secret: secret.commandId as string };
};

const PATHS = [
  '/v1/groups/berlin/jobs',
  '/v1/groups/berlin/jobs/10',
  '/v1/groups/berlin/jobs/10/tree',
  '/v1/groups/berlin/images',
  '/v1/groups/berlin/history',
  '/v1/groups/berlin/quarantine',
  '/v1/groups/berlin/targets',
  '/v1/groups/berlin/problems',
  '/v1/groups/berlin/events',
  '/v1/groups/berlin/audit',
  '/v1/groups/berlin/commands',
  '/v1/groups/berlin/netbackup-credential',
  '/v1/groups/munich/commands',
  '/v1/mutes',
];

const record = async (version: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'nbwss-record-'));
  const assembly = join(folder, 'cdk.out');
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, ON_THIS_MACHINE);
  const dataDir = join(folder, 'data');
  const deployment = await startDeployment({ assembly, dataDir });
  let recording: Recording;
  try {
    const domain = await PlayedDomain.connect(deployment, 'berlin');
    const munich = await deployment.createGroup('munich');
    await playBerlin(deployment, domain);
    await readList(deployment, domain);
    const commands = await playClients(deployment, domain);
    deployment.clock.advance(HOUR_MS);
    await deployment.sweep();
    const { items } = await call(deployment, 'GET', '/v1/groups/berlin/problems');
    const [endpoint] = (await call(deployment, 'GET', '/v1/groups/munich/endpoints')).items;
    const invite = `/v1/groups/munich/endpoints/${endpoint.endpointId}/invitations`;
    const { url } = await call(deployment, 'POST', invite, {});
    const until = new Date(deployment.clock.now() + 24 * HOUR_MS).toISOString();
    const reason = { reason: 'known', until };
    await call(deployment, 'POST', `/v1/problems/${items[0].problemId}/acknowledge`, reason);
    await domain.disconnect();
    await settled(deployment);
    const answers: Record<string, unknown> = {};
    for (const path of PATHS) {
      // The cursor of the feed contains the time of the request.
      const { cursor, ...answer } = await call(deployment, 'GET', path);
      answers[path] = answer;
    }
    recording = {
      recordedAt: deployment.clock.now(),
      tokens: { berlin: domain.details.token, munich: munich.token },
      apiKey: deployment.adminKey,
      netbackupKey: NETBACKUP_KEY,
      invitation: new URL(url).pathname,
      commands,
      answers,
    };
  } finally {
    await deployment.stop();
  }
  const file = await writeRecording(version, recording, dataDir);
  await rm(folder, { recursive: true, force: true });
  return file;
};

const [version] = process.argv.slice(2);
if (version === undefined)
  throw new Error('Usage: node --import tsx test/support/stored-data/record.ts VERSION');
process.stdout.write(`${await record(version)}\n`);
