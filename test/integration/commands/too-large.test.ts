/** An answer above 128 KB closes the connection with 1009: what was under way then, and what is learned from it. */
import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import type { NetBackupPrimary, RestRequest } from '../../../simulator/index.ts';
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
  /** Every REST call in the order in which NetBackup was asked. */
  readonly asked: RestRequest[];
  /** How many connections have ended with 1009. */
  tooBig(): number;
}

/** A domain whose NetBackup answers `special` where that has an answer, else as the simulated one does. */
const domain = async (
  special: (request: RestRequest) => Promise<string> | undefined = () => undefined,
): Promise<Domain> => {
  const groupId = `large-${++serial}`;
  const details = await deployment.createGroup(groupId);
  const asked: RestRequest[] = [];
  const primary: NetBackupPrimary = deployment.primary([details], {
    backend: {
      call: async (request) => {
        asked.push(request);
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
  // It is ready a moment after NetBackup was told so.
  await deployment.cloud.drained();
  const headers = { authorization: primary.rest.sessions.createApiKey('backupadmin').key };
  return { groupId, details, primary, headers, asked, tooBig: () => tooBig };
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

test('a list that is too large comes in smaller pages, and the size is remembered', async () => {
  const lists = await domain();
  // 3.5 KB each: fifty of them are more than 128 KB.
  withJobs(lists.primary, 120, 1_700);
  const first = await proxied(lists, '/admin/jobs?page[limit]=100');
  expect(first.status).toBe(200);
  expect(first.json.data.map(({ id }: { id: string }) => Number(id))).toEqual(
    Array.from({ length: 100 }, (_, index) => 120 - index),
  );
  expect(first.json.meta.pagination.limit).toBe(100);
  expect(lists.tooBig()).toBe(1);
  const second = await proxied(lists, '/admin/jobs?page[limit]=100');
  const ids = ({ json }: { json: { data: { id: string }[] } }) => json.data.map(({ id }) => id);
  expect(ids(second)).toEqual(ids(first));
  expect(lists.tooBig()).toBe(1);
  const limits = lists.asked.map(({ uri }) => /limit\]=(\d+)/.exec(decodeURIComponent(uri))?.[1]);
  expect(limits.slice(0, 2)).toEqual(['50', '25']);
  expect(limits.slice(1).every((limit) => limit === '25')).toBe(true);
});

test('a POST in flight when the connection closes with 1009 is lost, and ran once', async () => {
  const post = held();
  const lists = await domain(({ method }) => (method === 'POST' ? post.answer : undefined));
  withJobs(lists.primary, 60, 1_700);
  const submitted = await deployment.http('POST', `/v1/groups/${lists.groupId}/commands`, {
    body: { method: 'POST', uri: '/netbackup/admin/jobs/1/cancel', headers: lists.headers },
  });
  const location = submitted.headers.get('location');
  const answer = await proxied(lists, '/admin/jobs?page[limit]=60');
  expect([answer.status, answer.json.data.length, lists.tooBig()]).toEqual([200, 60, 1]);
  expect(await show(location)).toMatchObject({ state: 'sent' });
  deployment.clock.advance(10_001);
  await deployment.sweep();
  expect(await show(location)).toMatchObject({ state: 'lost', attempts: 1 });
  const answered = lists.primary.when('answered');
  post.release();
  await answered;
  await deployment.sweep();
  expect(lists.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(await show(location)).toMatchObject({ state: 'lost', attempts: 1 });
});

test('a GET that was innocent survives, asked again while nothing else is under way', async () => {
  const slow = held();
  let underWay = 0;
  let mostUnderWay = 0;
  const lists = await domain(({ uri }) => {
    if (uri !== '/netbackup/slow') return undefined;
    underWay++;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    return slow.answer.finally(() => underWay--);
  });
  withJobs(lists.primary, 60, 1_700);
  const innocent = proxied(lists, '/slow');
  await lists.primary.when('command');
  const guilty = proxied(lists, '/admin/jobs?page[limit]=60');
  await lists.primary.when('disconnected');
  slow.release('"done"');
  expect((await innocent).text).toBe('"done"');
  expect((await guilty).json.data).toHaveLength(60);
  expect(lists.tooBig()).toBe(1);
});

test('what cannot be asked for in parts fails, and says why: tried twice, not for ever', async () => {
  const large = await domain(({ uri }) =>
    uri === '/netbackup/large' ? Promise.resolve(`"${'x'.repeat(200_000)}"`) : undefined,
  );
  const answer = await proxied(large, '/large');
  expect([answer.status, answer.json.code]).toEqual([502, 'answer-too-large']);
  expect(answer.json.detail).toMatch(/131072 bytes/);
  expect(await show(answer.headers.get('location'))).toMatchObject({
    state: 'failed',
    failure: 'answer-too-large',
    attempts: 2,
  });
  expect([large.asked.length, large.tooBig()]).toEqual([2, 2]);
});

test('a NOTIFICATION that was too large costs the GETs under way a second try, no more', async () => {
  const slow = held();
  const lists = await domain(({ uri }) => (uri === '/netbackup/slow' ? slow.answer : undefined));
  const get = proxied(lists, '/slow');
  await lists.primary.when('command');

  const gone = lists.primary.when('disconnected');
  const object = 'JOB';
  lists.primary.notify([{ notificationType: 'INFO', object, data: { jobId: 1, note: 'x'.repeat(200_000) } }]);
  await gone;
  // NetBackup would send the same again and again (NOT-4).
  await lists.primary.stop();
  const fresh = deployment.primary([lists.details], {
    backend: { call: async () => ({ status: 200, headers: {}, body: '"done"' }) },
  });
  expect((await get).text).toBe('"done"');
  expect(fresh.ledger).toHaveLength(1);
  slow.release();
});

test('nothing failed on our side', () => {
  expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
});
