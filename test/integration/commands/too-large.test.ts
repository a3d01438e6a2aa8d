/** A response above 128 KB closes the connection with 1009: what becomes of commands under way, and of later requests. */
import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import type { NetBackupPrimary } from '../../../netbackup/index.ts';
import type { RestRequest } from '../../../netbackup/simulator/rest/types.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { withJobs } from '../../support/netbackup-data.ts';

let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

interface Domain {
  readonly groupId: string;
  readonly details: EndpointDetails;
  readonly primary: NetBackupPrimary;
  readonly headers: { readonly authorization: string };
  /** All REST calls in the order in which NetBackup received them. */
  readonly requests: RestRequest[];
  /** How many connections were closed with 1009. */
  tooBig(): number;
}

/** A domain whose NetBackup returns the response of `special` if it has one, else that of the simulator. */
const domain = async (
  special: (request: RestRequest) => Promise<string> | undefined = () => undefined,
): Promise<Domain> => {
  const groupId = `large-${++serial}`;
  const details = await deployment.createGroup(groupId);
  const requests: RestRequest[] = [];
  const primary: NetBackupPrimary = deployment.primary([details], {
    backend: {
      call: async (request) => {
        requests.push(request);
        const body = await special(request);
        return body === undefined ? primary.rest.call(request) : { status: 200, headers: {}, body };
      },
    },
  });
  let tooBig = 0;
  primary.on('disconnected', ({ code }) => {
    if (code === 1009) tooBig++;
  });
  if (!primary.isConnected()) await primary.when('connected');
  // The session becomes ready shortly after CONNECT RESPONSE was sent.
  await deployment.cloud.drained();
  const headers = { authorization: primary.rest.sessions.createApiKey('backupadmin').key };
  return { groupId, details, primary, headers, requests, tooBig: () => tooBig };
};

const proxied = ({ groupId, headers }: Domain, path: string) =>
  deployment.http('GET', `/v1/groups/${groupId}/netbackup${path}`, { headers });
const show = async (location: string | null) =>
  (await deployment.http('GET', (location ?? '').slice(deployment.cloud.apiUrl.length))).json;

/** A promise, and what resolves it. */
const held = () => {
  let release = (_: string) => {};
  const answer = new Promise<string>((resolve) => {
    release = resolve;
  });
  return { answer, release: (text = '{}') => release(text) };
};

/** A NOTIFICATION that is too large for the gateway. */
const notifyTooMuch = (primary: NetBackupPrimary) => {
  const data = { jobId: 1, note: 'x'.repeat(200_000) };
  primary.notify([{ notificationType: 'INFO', object: 'JOB', data }]);
};

const limitsOf = (requests: readonly RestRequest[]) =>
  requests.map(({ uri }) => Number(/limit\]=(\d+)/.exec(decodeURIComponent(uri))?.[1]));

test('a list of large items is read in small pages, without closing the connection', async () => {
  const lists = await domain();
  // 3.5 KB each: a page of fifty is more than 128 KB.
  withJobs(lists.primary, 120, 1_700);
  for (let turn = 0; turn < 2; turn++) {
    const page = await proxied(lists, '/admin/jobs?page[limit]=100');
    expect(page.status).toBe(200);
    expect(page.json.data.map(({ id }: { id: string }) => Number(id))).toEqual(
      Array.from({ length: 100 }, (_, index) => 120 - index),
    );
    expect(page.json.meta.pagination.limit).toBe(100);
  }
  expect(lists.tooBig()).toBe(0);
  expect(limitsOf(lists.requests)[0]).toBe(3);
  expect(Math.max(...limitsOf(lists.requests))).toBeLessThan(36);
});

test('a POST that was sent to a connection that closes with 1009 is lost, and ran once', async () => {
  const post = held();
  const lists = await domain(({ method }) => (method === 'POST' ? post.answer : undefined));
  const submitted = await deployment.http('POST', `/v1/groups/${lists.groupId}/commands`, {
    body: { method: 'POST', uri: '/netbackup/admin/jobs/1/cancel', headers: lists.headers },
  });
  const location = submitted.headers.get('location');
  const closed = lists.primary.when('disconnected');
  notifyTooMuch(lists.primary);
  await closed;
  await lists.primary.stop();
  await deployment.cloud.drained();
  expect(await show(location)).toMatchObject({ state: 'sent' });
  deployment.clock.advance(10_001);
  await deployment.sweep();
  expect(await show(location)).toMatchObject({ state: 'lost', attempts: 1 });
  post.release();
});

test('a POST is not under way together with a GET of unknown size: it is deferred, and runs once', async () => {
  const slow = held();
  const large = await domain(({ uri, method }) => {
    if (method === 'POST') return Promise.resolve('{}');
    return uri === '/netbackup/large' ? slow.answer : undefined;
  });
  const response = proxied(large, '/large');
  await large.primary.when('command');
  const submitted = await deployment.http('POST', `/v1/groups/${large.groupId}/commands`, {
    body: { method: 'POST', uri: '/netbackup/admin/jobs/1/cancel', headers: large.headers },
  });
  expect(await show(submitted.headers.get('location'))).toMatchObject({ state: 'queued', attempts: 0 });
  slow.release(`"${'x'.repeat(200_000)}"`);
  expect((await response).json).toMatchObject({ code: 'answer-too-large' });
  if (!large.primary.isConnected()) await large.primary.when('connected');
  await deployment.cloud.drained();
  expect(await show(submitted.headers.get('location'))).toMatchObject({ state: 'completed', attempts: 1 });
  expect(large.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('a GET with a small response is sent again', async () => {
  const slow = held();
  const lists = await domain(({ uri }) => {
    if (uri === '/netbackup/slow') return slow.answer;
    return uri === '/netbackup/large' ? Promise.resolve(`"${'x'.repeat(200_000)}"`) : undefined;
  });
  // It was requested before: its response is known to be small.
  const warm = proxied(lists, '/slow');
  await lists.primary.when('command');
  slow.release('"done"');
  await warm;
  const again = [1, 2, 3].map(() => proxied(lists, '/slow'));
  for (const answer of await Promise.all(again)) expect(answer.text).toBe('"done"');
  const response = proxied(lists, '/slow');
  const tooLarge = await proxied(lists, '/large');
  expect((await response).text).toBe('"done"');
  expect([tooLarge.json.code, lists.tooBig()]).toEqual(['answer-too-large', 1]);
});

test('a response without pages fails, with the reason, and is not requested again', async () => {
  const large = await domain(({ uri }) =>
    uri === '/netbackup/large' ? Promise.resolve(`"${'x'.repeat(200_000)}"`) : undefined,
  );
  const answer = await proxied(large, '/large');
  expect([answer.status, answer.json.code]).toEqual([502, 'answer-too-large']);
  expect(answer.json.detail).toMatch(/131072 bytes/);
  expect(await show(answer.headers.get('location'))).toMatchObject({
    state: 'failed',
    failure: 'answer-too-large',
    attempts: 1,
  });
  const again = await proxied(large, '/large');
  expect([again.status, again.json.code]).toEqual([502, 'answer-too-large']);
  expect([large.requests.length, large.tooBig()]).toEqual([1, 1]);
});

test('after a NOTIFICATION that was too large, a GET of known size is sent again once', async () => {
  const slow = held();
  let isSlow = false;
  const lists = await domain(({ uri }) =>
    uri === '/netbackup/slow' ? (isSlow ? slow.answer : Promise.resolve('"done"')) : undefined,
  );
  for (let turn = 0; turn < 3; turn++) await proxied(lists, '/slow');
  isSlow = true;
  const get = proxied(lists, '/slow');
  await lists.primary.when('command');
  const closed = lists.primary.when('disconnected');
  notifyTooMuch(lists.primary);
  await closed;
  // NetBackup would send the same again and again (NOT-4).
  await lists.primary.stop();
  const fresh = deployment.primary([lists.details], {
    backend: { call: async () => ({ status: 200, headers: {}, body: '"done"' }) },
  });
  expect((await get).text).toBe('"done"');
  expect(fresh.ledger).toHaveLength(1);
  slow.release();
});

test('the sweep handles a 1009 that was not handled, and deletes the sizes of a group with it', async () => {
  const large = await domain(({ uri }) =>
    uri === '/netbackup/large' ? Promise.resolve(`"${'x'.repeat(200_000)}"`) : undefined,
  );
  // The handler of $disconnect fails before it reads the commands under way.
  const fault = deployment.cloud.faults.add({
    function: 'Session',
    service: 'dynamodb',
    action: 'Query',
    when: 'before',
    do: 'kill',
    count: 1,
  });
  const response = proxied(large, '/large');
  await large.primary.when('disconnected');
  await large.primary.stop();
  await deployment.cloud.drained();
  expect(fault.hits()).toBe(1);
  deployment.clock.advance(60_000);
  await deployment.sweep();
  expect([502, 504]).toContain((await response).status);
  const { items } = (await deployment.http('GET', `/v1/groups/${large.groupId}/commands`)).json;
  expect(items[0]).toMatchObject({ state: 'failed', failure: 'answer-too-large' });
  await deployment.http('DELETE', `/v1/groups/${large.groupId}?force=true`);
  for (let minute = 0; minute < 15; minute++) {
    deployment.clock.advance(60_000);
    await deployment.sweep();
  }
  expect((await deployment.http('GET', `/v1/groups/${large.groupId}`)).status).toBe(404);
});

test('no internal error was logged', () => {
  expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
});
