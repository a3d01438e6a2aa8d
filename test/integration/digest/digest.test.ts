/** The daily digest: the schedules, the function and SES, as the templates have them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import type { SentMail } from '../../../local/ses.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { send, settled } from '../../support/reporting.ts';

jest.setTimeout(180_000);

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
const mailsTo = (address: string, mails: readonly SentMail[] = deployment.cloud.mails.all) =>
  mails.filter(({ to }) => to.includes(address));

test('a day with failures is told once, at the local time, and a good day is not', async () => {
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
  expect(deployment.cloud.mails.all).toHaveLength(2);
  const [mail] = mailsTo('ops@example.com');
  expect(mail?.at).toBeGreaterThanOrEqual(dueAt);
  expect(mail?.to).toEqual(['ops@example.com', 'boss@example.com']);
  expect(mail?.subject).toBe(
    'NetBackup: 2 failed jobs, 1 recovered, 1 client without a good backup (everything)',
  );
  expect(mail?.text).toContain('- Domain: berlin | Failed: 2, 1 recovered | Clients: ');
  expect(mail?.text).toContain('- Domain: berlin | Client: <b>sql01</b> | Policy: daily | Age: none yet');
  expect(mail?.html).toContain('&lt;b&gt;sql01&lt;/b&gt;');
  expect(mailsTo('silent@example.com')).toEqual([]);
  expect(mailsTo('always@example.com')).toMatchObject([{ subject: 'NetBackup: 異常はありません（always）' }]);
});
