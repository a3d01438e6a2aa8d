/** Requests of strangers to the HTTP API: what each costs, how they are counted, and what every response tells a browser. */
import type { EndpointDetails } from '../../lambdas/endpoints/endpoint.ts';
import { endpointIdOf } from '../../lambdas/endpoints/token.ts';
import { type Deployment, type HttpAnswer, startDeployment } from '../support/deployment.ts';
import { message } from '../support/raw-client.ts';

const FLOOD = 250;
const PATHS = [
  '/v1/groups',
  '/v1/groups/berlin/jobs',
  '/v1/groups/berlin/commands',
  '/v1/groups/berlin/netbackup/admin/jobs',
];
const WELL_FORMED = `nbk_${'a'.repeat(16)}.${'A'.repeat(43)}`;

let deployment: Deployment;
let details: EndpointDetails;
beforeAll(async () => {
  deployment = await startDeployment();
  details = await deployment.createGroup('berlin');
});
afterAll(() => deployment?.stop());

/** The AWS calls of a request, and its response. */
const costOf = async (path: string, headers: Record<string, string>) => {
  const mark = deployment.cloud.calls.mark();
  const { status } = await deployment.http('GET', path, { key: '', headers });
  const calls = deployment.cloud.calls.since(mark).map(({ service, action }) => `${service}:${action}`);
  return { status, calls };
};

describe.each(PATHS)('%s', (path) => {
  test.each([
    {},
    { 'x-api-key': 'guess' },
    { 'x-api-key': `${WELL_FORMED}x` },
    { authorization: 'Bearer nbk_guess' },
    { authorization: 'Basic dXNlcjpwYXNz' },
  ])('with %j costs no AWS call', async (headers) => {
    expect(await costOf(path, headers)).toEqual({ status: 401, calls: [] });
  });

  test('with a key that does not exist costs one read', async () => {
    expect(await costOf(path, { 'x-api-key': WELL_FORMED })).toEqual({
      status: 401,
      calls: ['dynamodb:GetItem'],
    });
  });
});

test('a flood is counted, request by request, in few lines', async () => {
  // What was noted before is written by the first request.
  deployment.clock.advance(10_000);
  await deployment.http('GET', '/v1/groups', { key: '' });
  const before = deployment.output.length;
  for (let sent = 0; sent < FLOOD; sent++) await deployment.http('GET', '/v1/groups', { key: 'guess' });
  deployment.clock.advance(10_000);
  await deployment.http('GET', '/v1/groups');
  const written = deployment.output.slice(before).filter((line) => line.includes('requests-rejected'));
  const counted = written.flatMap((line) => /"Occurrences":(\d+)/.exec(line)?.[1] ?? []);
  // A log line and a metric each.
  expect(written).toHaveLength(counted.length * 2);
  expect(counted.map(Number)).toEqual([100, 100, 50]);
});

describe('every response has the security headers', () => {
  const check = ({ headers }: HttpAnswer, cacheControl = 'no-store') => {
    expect(headers.get('cache-control')).toBe(cacheControl);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  };

  test.each<[string, string, number, Record<string, string>]>([
    ['GET', '/v1/groups', 200, {}],
    ['GET', '/v1/groups/berlin/jobs', 200, { accept: 'text/csv' }],
    ['GET', '/v1/groups/berlin/jobs', 200, { accept: 'application/x-ndjson' }],
    ['GET', '/v1/openapi.json', 200, {}],
    ['GET', '/v1/groups/berlin/jobs?limit=x', 400, {}],
    ['GET', '/v1/groups/unknown', 404, {}],
    ['GET', '/unknown', 404, {}],
    ['GET', '/invitations/guess', 404, {}],
    ['GET', '/v1/groups/berlin/commands', 200, {}],
    ['GET', '/v1/groups/berlin/commands/unknown', 404, {}],
    ['POST', '/v1/groups/berlin/commands', 400, {}],
    ['GET', '/v1/groups/unknown/netbackup/ping', 404, {}],
  ])('%s %s %i %j', async (method, path, status, headers) => {
    const answer = await deployment.http(method, path, { headers });
    expect(answer.status).toBe(status);
    check(answer);
  });

  test('401', async () => check(await deployment.http('GET', '/v1/groups', { key: '' })));

  test('an invitation, and the details that it returns', async () => {
    const path = `/v1/groups/berlin/endpoints/${endpointIdOf(details.token)}/invitations`;
    const created = await deployment.http('POST', path, { body: {} });
    check(created);
    const read = await deployment.http('GET', new URL(created.json.url).pathname, { key: '' });
    expect(read.status).toBe(200);
    check(read);
  });

  test("NetBackup's responses, with what NetBackup says about caching", async () => {
    const client = await deployment.connect(details);
    const respond = async (headers: Record<string, string>) => {
      const answer = deployment.http('GET', '/v1/groups/berlin/netbackup/admin/jobs/1');
      const { id } = await client.next((frame) => frame['type'] === 'COMMAND');
      client.send(message('COMMAND', 'RESPONSE', { responseCode: 200, headers, body: '{}' }, { id }));
      return answer;
    };
    check(await respond({}));
    check(await respond({ 'Cache-Control': 'private, max-age=60' }), 'private, max-age=60');
  });
});
