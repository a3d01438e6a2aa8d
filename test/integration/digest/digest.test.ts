/** The daily digest: the schedules, the function and SES, as the templates have them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import type { SesMail } from '../../../local/ses.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { send, settled } from '../../support/reporting.ts';

const MINUTE = 60_000;
const common = { at: '07:30', timeZone: 'Europe/Berlin', from: 'backup@example.com' };
const DIGESTS = [
  { ...common, name: 'everything', to: ['ops@example.com', 'boss@example.com'] },
  { ...common, name: 'silent', to: ['silent@example.com'], labels: ['customer=calm'] },
  {
    ...common,
    name: 'always',
    to: ['always@example.com'],
    labels: ['customer=calm'],
    language: 'ja',
    whenAllIsWell: true,
  },
];

let folder: string;
let deployment: Deployment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-digest-'));
  const assembly = join(folder, 'cdk.out');
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, { digests: DIGESTS });
  deployment = await startDeployment({ assembly, schedules: 'clock' });
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

afterEach(() => deployment.cloud.faults.clear());

/** The input of the schedule of a digest, as its function gets it when it is due at a time (ms). */
const eventOf = (name: string, dueAt: number) => {
  const { at: _, ...digest } = DIGESTS.find((one) => one.name === name) as (typeof DIGESTS)[number];
  const scheduledTime = new Date(dueAt).toISOString();
  return { labels: [], language: 'en', whenAllIsWell: false, ...digest, scheduledTime };
};
const invoke = (event: object) => {
  const [digest] = Object.keys(deployment.cloud.resources).filter((id) => /^Digest[0-9A-F]{8}$/.test(id));
  return deployment.cloud.lambda.invoke(deployment.cloud.resources[digest ?? '']?.physicalId ?? '', event);
};

/** When all of them are due. */
const due = (): number => {
  const times = new Set(Object.values(deployment.cloud.dueSchedules()));
  expect(times.size).toBe(1);
  return [...times][0] ?? 0;
};
const advanceTo = async (moment: number): Promise<void> => {
  deployment.clock.advance(moment - deployment.clock.now());
  await deployment.cloud.drained();
};
const mailsTo = (address: string, mails: readonly SesMail[] = deployment.cloud.sesMails.all) =>
  mails.filter(({ to }) => to.includes(address));

test('a day with failures leads to one mail, at the local time, a good day to none', async () => {
  await advanceTo(due() - 60 * MINUTE);
  await deployment.http('POST', '/v1/groups', { body: { groupId: 'berlin', timeZone: 'UTC' } });
  await deployment.http('POST', '/v1/groups', { body: { groupId: 'calm', labels: { customer: 'calm' } } });
  const created = await deployment.http('POST', '/v1/groups/berlin/endpoints', { body: { priority: 1 } });
  const client = await deployment.connect(created.json);
  const at = Math.floor(deployment.clock.now() / 1000);
  const run = (jobId: number, clientName: string, status: number, startTime: number) =>
    notification('JOB', job(jobId, 'DONE', { clientName, status, startTime }), { timeStamp: at });
  await send(client, run(1, '<b>sql01</b>', 6, at - 1800));
  await send(client, run(2, 'fs02', 2106, at - 1800));
  await send(client, run(3, 'fs02', 0, at - 600));
  await settled(deployment);

  const dueAt = due();
  await advanceTo(dueAt);
  expect(deployment.cloud.sesMails.all).toHaveLength(2);
  const [mail] = mailsTo('ops@example.com');
  expect(mail?.at).toBeGreaterThanOrEqual(dueAt);
  expect(mail?.to).toEqual(['ops@example.com', 'boss@example.com']);
  expect(mail?.subject).toContain('2 failed jobs, 1 recovered');
  expect(mail?.text).toContain('- Domain: berlin | Failed: 2, 1 recovered | Clients: ');
  expect(mail?.text).toContain('- Domain: berlin | Client: <b>sql01</b> | Policy: daily | Age: none yet');
  expect(mail?.html).toContain('&lt;b&gt;sql01&lt;/b&gt;');
  expect(mailsTo('silent@example.com')).toEqual([]);
  expect(mailsTo('always@example.com')).toMatchObject([{ subject: 'NetBackup: 異常はありません（always）' }]);
});

test('a digest that is started again sends nothing more, also when both run at the same time', async () => {
  const { cloud } = deployment;
  const dueAt = due();
  await advanceTo(dueAt - 60 * MINUTE);
  const event = eventOf('everything', dueAt);
  const held = cloud.faults.add({ function: 'Digest', service: 'ses', do: 'pause' });
  const mark = cloud.sesMails.mark();
  const first = invoke(event);
  await held.reached;
  expect(await invoke(event)).toMatchObject({ ok: false, errorMessage: expect.stringContaining('Another') });
  held.release();
  expect(await first).toMatchObject({ ok: true });
  held.remove();
  expect(await invoke(event)).toMatchObject({ ok: true });
  // The schedule itself.
  await advanceTo(dueAt);
  expect(mailsTo('ops@example.com', cloud.sesMails.since(mark))).toHaveLength(1);
});

test('SES refuses the mails twice: the third attempts send them, once', async () => {
  const { cloud, clock } = deployment;
  const always = Number.POSITIVE_INFINITY;
  const refused = cloud.faults.add({ service: 'ses', do: 'fail', error: 'MessageRejected', count: always });
  const mark = cloud.sesMails.mark();
  const from = deployment.output.length;
  const failures = () =>
    deployment.output.slice(from).filter((line) => line.includes('"message":"digest-not-sent"')).length;
  await advanceTo(due());
  expect(failures()).toBe(2);
  while (failures() < 4) await advanceTo(clock.now() + MINUTE);
  expect(cloud.sesMails.since(mark)).toEqual([]);
  refused.remove();
  while (cloud.sesMails.since(mark).length < 2) await advanceTo(clock.now() + MINUTE);
  for (let minute = 0; minute < 5; minute += 1) await advanceTo(clock.now() + MINUTE);
  expect(mailsTo('ops@example.com', cloud.sesMails.since(mark))).toHaveLength(1);
  expect(mailsTo('always@example.com', cloud.sesMails.since(mark))).toHaveLength(1);
});

test('the mail lists open problems, since when a domain is disconnected, and what is usual', async () => {
  const { cloud } = deployment;
  const mark = cloud.sesMails.mark();
  await advanceTo(due());
  const [mail] = mailsTo('ops@example.com', cloud.sesMails.since(mark));
  expect(mail?.subject).toMatch(/: \d+ open problems?, \d+ critical, /);
  expect(mail?.text).toContain(
    '- Severity: critical | Domain: berlin | Problem: <b>sql01</b> under the policy daily failed with status 6 ',
  );
  expect(mail?.text).toMatch(
    /Disconnected domains\n- Domain: berlin \| Since: \d+ \w+, \d\d:\d\d \| Age: \d+ (hours|days)\n/,
  );
  expect(mail?.text).toMatch(/\n- Number: Finished jobs \| Last 24 hours: \d+ \| Mean of \d days: \d/);
});

test('the function may send only from the configured address, and to the configured recipients', async () => {
  // Of a day that is not done.
  const event = { ...eventOf('silent', deployment.clock.now() + 3 * 24 * 60 * MINUTE), whenAllIsWell: true };
  const denied = {
    ok: false,
    errorMessage: expect.stringContaining('is not authorized to perform: ses:SendEmail'),
  };
  expect(await invoke({ ...event, to: ['stranger@example.com'] })).toMatchObject(denied);
  expect(await invoke({ ...event, from: 'ceo@example.com' })).toMatchObject(denied);
  expect(await invoke(event)).toMatchObject({ ok: true });
  expect(await invoke({ ...event, name: 'another' })).toMatchObject({
    ok: false,
    errorMessage: expect.stringContaining('is not authorized to perform: dynamodb:Query'),
  });
});

test('it has no permission that it does not use, but those for digests that cannot be sent', async () => {
  const unused = deployment.cloud.unusedGrants().filter(({ role }) => role.startsWith('Digest'));
  expect(unused.map(({ action, role }) => `${role.replace(/[0-9A-F]{8}$/, '')} ${action}`).sort()).toEqual([
    'DigestRole sqs:SendMessage',
    'DigestsRole sqs:SendMessage',
  ]);
});
