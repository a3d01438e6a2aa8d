/** Messages that API Gateway would close on, through a task of the relay: a night's batch, and responses of many megabytes. */
import { randomBytes } from 'node:crypto';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';
import { type Frame, job, message } from '../../support/raw-client.ts';
import { settled } from '../../support/reporting.ts';

const MB = 1024 * 1024;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ gateway: 'relay' });
});
afterAll(() => deployment?.stop());

const batch = (count: number, extra: Frame = {}): Frame =>
  message(
    'NOTIFICATION',
    'REQUEST',
    [
      {
        notificationType: 'INFO',
        object: 'JOB',
        data: Array.from({ length: count }, (_, at) =>
          job(at + 1, 'DONE', { status: at % 7 === 0 ? 58 : 0 }),
        ),
      },
    ],
    extra,
  );

/** Sends a batch again until it is acknowledged, as NetBackup does (NOT-4). @returns how often it was sent */
const deliver = async ({ client }: PlayedDomain, attempts: Iterable<Frame>): Promise<number> => {
  let sent = 0;
  for (const request of attempts) {
    sent += 1;
    client.send(request);
    const answer = client.next(({ type, id }) => type === 'NOTIFICATION' && id === request['id']);
    const isAcknowledged = await Promise.race([
      answer.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 5_000, false).unref()),
    ]);
    if (isAcknowledged) return sent;
  }
  throw new Error('Never acknowledged.');
};

function* resends(count: number): Generator<Frame> {
  for (let attempt = 0; attempt < 60; attempt += 1)
    yield batch(count, { id: `BATCH-${attempt}`, timeStamp: 1_700_000_000 + 5 * attempt });
}

test('NOT-8 a batch of 5 000 notifications is stored once, however often it has to be sent', async () => {
  const count = 5_000;
  const domain = await PlayedDomain.connect(deployment, 'night');
  await deliver(domain, resends(count));
  // Once more, as after an acknowledgement that was lost.
  await deliver(domain, resends(count));
  await settled(deployment);
  const summary = await deployment.http('GET', '/v1/groups/night/jobs?limit=1000');
  expect(summary.json.items).toHaveLength(1_000);
  let jobs = 0;
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const { json } = await deployment.http(
      'GET',
      `/v1/groups/night/jobs?limit=1000&cursor=${cursor}`.replace(/&cursor=$/, ''),
    );
    jobs += json.items.length;
    cursor = json.cursor;
  }
  expect(jobs).toBe(count);
  expect((await deployment.http('GET', '/v1/groups/night/quarantine')).json.items).toEqual([]);
  expect((await deployment.http('GET', '/v1/groups/night/jobs/8')).json).toMatchObject({
    outcome: 'failed',
    status: 58,
  });
});

test.each([
  ['inline', 3 * MB],
  ['at a location', 24 * MB],
])('a response of NetBackup is shown %s', async (where, bytes) => {
  const domain = await PlayedDomain.connect(deployment, `answers-${bytes}`);
  const path = `/v1/groups/${domain.groupId}/commands`;
  const submitted = await deployment.http('POST', path, {
    body: { method: 'GET', uri: '/netbackup/admin/jobs' },
  });
  const { id } = await domain.next();
  const body = JSON.stringify({ data: 'x'.repeat(bytes - 100) });
  domain.client.send(message('COMMAND', 'RESPONSE', { responseCode: 200, headers: {}, body }, { id }));
  let command = submitted.json;
  while (command.state === 'queued' || command.state === 'sent')
    command = (await deployment.http('GET', `${path}/${submitted.json.commandId}`)).json;
  expect(command.state).toBe('completed');
  if (where === 'inline') {
    expect(command.response.body).toBe(body);
    return;
  }
  expect(command.response).toMatchObject({ status: 200, location: { bytes: body.length } });
  const read = await fetch(command.response.location.url);
  expect([read.status, await read.text()]).toEqual([200, body]);
});

test('I-6 a large response with a credential is read once, and objects are deleted with their group', async () => {
  const domain = await PlayedDomain.connect(deployment, 'credential');
  const path = `/v1/groups/${domain.groupId}/commands`;
  const answered = async (uri: string, bytes: number): Promise<string> => {
    const submitted = await deployment.http('POST', path, { body: { method: 'POST', uri, body: {} } });
    const { id } = await domain.next();
    const body = JSON.stringify({ token: randomBytes(bytes / 2).toString('hex') });
    domain.client.send(message('COMMAND', 'RESPONSE', { responseCode: 201, headers: {}, body }, { id }));
    const one = `${path}/${submitted.json.commandId}`;
    while ((await deployment.http('GET', `${path}?limit=10`)).json.items.some(isOpen));
    return one;
  };
  // Not to be compressed into an item.
  const login = await answered('/netbackup/login', MB);
  expect((await deployment.http('GET', login)).json).toMatchObject({
    response: { status: 201, body: expect.stringContaining('token') },
  });
  expect((await deployment.http('GET', login)).json.response.body).toBeUndefined();

  await answered('/netbackup/admin/large', 8 * MB);
  expect((await deployment.http('DELETE', '/v1/groups/credential?force=true')).status).toBe(202);
  const mark = deployment.cloud.calls.mark();
  await deployment.sweep();
  const deleted = deployment.cloud.calls.since(mark).filter(({ action }) => action === 'DeleteObject');
  expect(deleted).toHaveLength(1);
});

// The last one: what it stores keeps the projection busy.
test('NOT-8 200 000 notifications in one message are acknowledged, and each part is stored once', async () => {
  const domain = await PlayedDomain.connect(deployment, 'outage');
  const mark = deployment.cloud.calls.mark();
  const request = batch(200_000);
  const acknowledged = domain.client.next(({ type, id }) => type === 'NOTIFICATION' && id === request['id']);
  const text = JSON.stringify(request);
  domain.client.send(text);
  const again = setInterval(() => domain.client.send(text), 5_000);
  await acknowledged.finally(() => clearInterval(again));
  const parts = deployment.cloud.calls
    .since(mark)
    .filter(({ action, resource }) => action === 'PutItem' && resource.includes('Journal'));
  expect(parts.length).toBeGreaterThan(text.length / (128 * 1024));
  expect(parts.length).toBeLessThan(1.3 * (text.length / (110 * 1024)));
});

const isOpen = ({ state }: { readonly state: string }): boolean => state === 'queued' || state === 'sent';
