/** Each trouble of a domain, caused for real: its problem opens, and recovers when the cause is gone. */
import { createClientKey } from '../../../bin/nbwss/local-setup.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { createCertificate } from '../../fixtures/certificates.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';
import { job, message, notification, type RawClient } from '../../support/raw-client.ts';
import { report, send, settled } from '../../support/reporting.ts';
import { answering, endpointPath } from '../connections/support.ts';

/** Only for tests that hang: the machine may be slow. */
jest.setTimeout(900_000);

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

/** More than a period of reviews, and some that a slow machine may miss. */
const MAX_MINUTES = 60;

const problemsAt = async (path: string, kind: string) => {
  const { json } = await deployment.http('GET', `${path}?kind=${kind}&state=open`);
  return json.items as Record<string, unknown>[];
};

/** Lets minutes pass, each with its sweep, until there are this many open problems of the kind. */
const minutesUntil = async (path: string, kind: string, count: number) => {
  for (let minute = 0; minute < MAX_MINUTES; minute++) {
    await deployment.sweep();
    const found = await problemsAt(path, kind);
    if (found.length === count) return found;
    deployment.clock.advance(MINUTE_MS);
  }
  throw new Error(`${path}: not ${count} open problems of the kind ${kind} after ${MAX_MINUTES} minutes.`);
};

const opens = async (groupId: string, kind: string) =>
  (await minutesUntil(`/v1/groups/${groupId}/problems`, kind, 1))[0] as Record<string, unknown>;

/** The events of the problem, each once. */
const eventsAbout = (problemId: unknown) =>
  deployment.cloud.events.all
    .map(({ event }) => event)
    .filter(({ detail }) => (detail as Record<string, unknown>)['problemId'] === problemId)
    .map((event) => event['detail-type']);

const recovers = async (groupId: string, kind: string, problemId: unknown) => {
  await minutesUntil(`/v1/groups/${groupId}/problems`, kind, 0);
  expect(eventsAbout(problemId)).toEqual(['Problem Opened', 'Problem Recovered']);
  const { json } = await deployment.http(
    'GET',
    `/v1/groups/${groupId}/problems?state=recovered&kind=${kind}`,
  );
  expect(json.items).toMatchObject([{ problemId, state: 'recovered' }]);
};

const reportsJob = (client: RawClient, jobId: number, state: string, startTime: number) =>
  report(deployment, client, [notification('JOB', job(jobId, state, { startTime }))], {
    timeStamp: Math.floor(deployment.clock.now() / 1000),
  });

test('domain-disconnected: the network connection breaks', async () => {
  const domain = await PlayedDomain.connect(deployment, 'away');
  domain.client.socket.terminate();
  await deployment.cloud.drained();
  await deployment.sweep();
  expect(await problemsAt('/v1/groups/away/problems', 'domain-disconnected')).toEqual([]);
  deployment.clock.advance(15 * MINUTE_MS);
  const { problemId, severity } = await opens('away', 'domain-disconnected');
  expect(severity).toBe('critical');
  await domain.reconnect();
  await recovers('away', 'domain-disconnected', problemId);
});

test('domain-disconnected is over when the endpoint is disabled', async () => {
  const domain = await PlayedDomain.connect(deployment, 'off');
  domain.client.socket.terminate();
  await deployment.cloud.drained();
  deployment.clock.advance(15 * MINUTE_MS);
  const { problemId } = await opens('off', 'domain-disconnected');
  await deployment.http('PATCH', endpointPath(domain.details), { body: { enabled: false } });
  await recovers('off', 'domain-disconnected', problemId);
});

test('message-too-large: a notification is above the limit of a frame, twice', async () => {
  const domain = await PlayedDomain.connect(deployment, 'large');
  const large = notification('JOB', job(1, 'DONE', { comment: 'x'.repeat(40_000) }));
  const closes = async () => {
    domain.client.send(large);
    expect((await domain.client.closed).code).toBe(1009);
    await deployment.cloud.drained();
  };
  await closes();
  await deployment.sweep();
  expect(await problemsAt('/v1/groups/large/problems', 'message-too-large')).toEqual([]);
  await domain.reconnect();
  await closes();
  const { problemId, count } = await opens('large', 'message-too-large');
  expect(count).toBe(2);
  await domain.reconnect();
  await report(deployment, domain.client, [notification('JOB', job(2, 'DONE'))]);
  await recovers('large', 'message-too-large', problemId);
});

test('credential-refused: NetBackup answers 401 to the stored key, until another one is stored', async () => {
  const domain = await PlayedDomain.connect(deployment, 'refused');
  const key = await createClientKey(deployment.cloud);
  const store = (apiKey: string) =>
    deployment.http('PUT', '/v1/groups/refused/netbackup-credential', { body: { apiKey } });
  await store('expired');
  const answer = deployment.http('GET', '/v1/groups/refused/netbackup/config/hosts/1', {
    key: '',
    headers: { authorization: key },
  });
  domain.reply((await domain.next()).id, { responseCode: 401, body: '{}' });
  expect((await answer).status).toBe(401);
  const { problemId } = await opens('refused', 'credential-refused');
  await store('new');
  await recovers('refused', 'credential-refused', problemId);
});

test('quarantined: a message is too much, until it is replayed', async () => {
  const domain = await PlayedDomain.connect(deployment, 'flood');
  answering(domain.client);
  const data = Array.from({ length: 1_001 }, (_, index) => ({ jobId: index + 1, state: 'DONE' }));
  await send(
    domain.client,
    message('NOTIFICATION', 'REQUEST', [{ notificationType: 'INFO', object: 'JOB', data }]),
  );
  await settled(deployment);
  const { problemId, count } = await opens('flood', 'quarantined');
  expect(count).toBe(1);
  const { json } = await deployment.http('GET', '/v1/groups/flood/quarantine');
  const { eventId } = json.items[0];
  expect((await deployment.http('POST', `/v1/groups/flood/quarantine/${eventId}/replay`)).status).toBe(200);
  await recovers('flood', 'quarantined', problemId);
});

test('token-expiring: a token is valid for three days, until there is another one', async () => {
  const details = await deployment.createGroup('token');
  const rotate = (body: object) => deployment.http('POST', `${endpointPath(details)}/token`, { body });
  await rotate({ validDays: 3 });
  const { problemId, measures } = await opens('token', 'token-expiring');
  expect(measures).toMatchObject([{ name: 'daysLeft', value: 2, threshold: 14 }]);
  await rotate({});
  await recovers('token', 'token-expiring', problemId);
});

test('job-stuck: a job runs for more than a day', async () => {
  const domain = await PlayedDomain.connect(deployment, 'stuck');
  const startTime = Math.floor(deployment.clock.now() / 1000);
  await reportsJob(domain.client, 7, 'ACTIVE', startTime);
  await domain.disconnect();
  deployment.clock.advance(25 * HOUR_MS);
  await domain.reconnect();
  answering(domain.client);
  const { problemId, jobIds, subject } = await opens('stuck', 'job-stuck');
  expect([jobIds, subject]).toEqual([[7], { clientName: 'client01', policyName: 'daily' }]);
  await reportsJob(domain.client, 7, 'DONE', startTime);
  await minutesUntil('/v1/groups/stuck/problems', 'job-stuck', 0);
  expect(eventsAbout(problemId)).toEqual(['Problem Opened', 'Problem Recovered']);
});

test('domain-silent: nothing comes in hours in which something came for two weeks', async () => {
  const domain = await PlayedDomain.connect(deployment, 'silent');
  let jobId = 0;
  const reports = async () => {
    await domain.reconnect();
    await reportsJob(domain.client, ++jobId, 'DONE', Math.floor(deployment.clock.now() / 1000));
    await domain.disconnect();
  };
  await domain.disconnect();
  for (let week = 0; week < 3; week++) {
    await reports();
    deployment.clock.advance(5 * HOUR_MS);
    if (week < 2) await reports();
    deployment.clock.advance(week < 2 ? 7 * DAY_MS - 5 * HOUR_MS : 3 * HOUR_MS);
  }
  await domain.reconnect();
  answering(domain.client);
  const { problemId } = await opens('silent', 'domain-silent');
  await reportsJob(domain.client, ++jobId, 'DONE', Math.floor(deployment.clock.now() / 1000));
  await minutesUntil('/v1/groups/silent/problems', 'domain-silent', 0);
  expect(eventsAbout(problemId)).toEqual(['Problem Opened', 'Problem Recovered']);
});

test('key-expiring: an API key is valid for ten days, until it is deleted', async () => {
  const body = { scopes: ['read'], groups: ['*'], validDays: 10, description: 'Grafana' };
  const { keyId } = (await deployment.http('POST', '/v1/keys', { body })).json;
  const atFullHour = async (count: number) => {
    deployment.clock.advance(HOUR_MS - (deployment.clock.now() % HOUR_MS));
    return minutesUntil('/v1/problems', 'key-expiring', count);
  };
  const [problem] = await atFullHour(1);
  expect(problem).toMatchObject({ subject: { keyId }, severity: 'warning' });
  expect(problem).not.toHaveProperty('groupId');
  await deployment.http('DELETE', `/v1/keys/${keyId}`);
  await atFullHour(0);
  expect(eventsAbout(problem?.['problemId'])).toEqual(['Problem Opened', 'Problem Recovered']);
});

test('certificate-changed: the host has another certificate; it is shown for two weeks', async () => {
  await deployment.sweep();
  deployment.cloud.renewCertificate(await createCertificate({ names: ['localhost'], to: 300 }));
  deployment.clock.advance(HOUR_MS);
  const [problem] = await minutesUntil('/v1/problems', 'certificate-changed', 1);
  expect(problem).toMatchObject({ subject: { host: 'localhost' } });
  deployment.clock.advance(14 * DAY_MS);
  await minutesUntil('/v1/problems', 'certificate-changed', 0);
  expect(eventsAbout(problem?.['problemId'])).toEqual(
    expect.arrayContaining(['Problem Opened', 'Problem Recovered']),
  );
});
