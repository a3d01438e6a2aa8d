/** Commands from request to end, as their callers see them. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';

let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const GET = { method: 'GET', uri: '/netbackup/admin/jobs/1' };
const POST = { method: 'POST', uri: '/netbackup/admin/jobs/1/cancel', body: { reason: 'x' } };

const connected = () => PlayedDomain.connect(deployment, `life-${++serial}`);
const submit = (groupId: string, body: object, headers: Record<string, string> = {}) =>
  deployment.http('POST', `/v1/groups/${groupId}/commands`, { body, headers });
const show = async (groupId: string, commandId: string) =>
  (await deployment.http('GET', `/v1/groups/${groupId}/commands/${commandId}`)).json;
/** The events of a command. */
const events = (commandId: string) =>
  deployment.cloud.events.all
    .map(({ event }) => event as { 'detail-type': string; detail: Record<string, unknown> })
    .filter(({ detail }) => detail['commandId'] === commandId)
    .map((event) => ({ type: event['detail-type'], ...event.detail }));

test('asynchronous: 202, then the response', async () => {
  const domain = await connected();
  const submitted = await submit(domain.groupId, POST);
  expect(submitted.status).toBe(202);
  const { commandId } = submitted.json;
  expect(submitted.headers.get('location')).toBe(
    `${deployment.cloud.apiUrl}/v1/groups/${domain.groupId}/commands/${commandId}`,
  );
  const frame = await domain.next();
  expect(frame).toMatchObject({ id: commandId, method: 'POST', parameters: '{"reason":"x"}' });
  await domain.answer(frame.id, { responseCode: 202, headers: { Location: '/x' }, body: 'done' });
  expect(await show(domain.groupId, commandId)).toMatchObject({
    state: 'completed',
    request: { method: 'POST', uri: POST.uri },
    response: { status: 202, headers: { location: '/x' }, body: 'done' },
  });
});

test('Prefer: wait: the response at once, or 202 after the time', async () => {
  const domain = await connected();
  const pending = submit(domain.groupId, GET, { prefer: 'wait=10' });
  const frame = await domain.next();
  await domain.answer(frame.id, { body: 'a' });
  expect(await pending).toMatchObject({ status: 200, json: { state: 'completed', response: { body: 'a' } } });
  expect(await submit(domain.groupId, GET, { prefer: 'wait=1' })).toMatchObject({
    status: 202,
    json: { state: 'sent' },
  });
});

test('queued while not connected, sent in order after CONNECT RESPONSE (I-4)', async () => {
  const domain = await connected();
  await domain.disconnect();
  const ids: string[] = [];
  for (let index = 0; index < 5; index++)
    ids.push((await submit(domain.groupId, index % 2 ? GET : POST)).json.commandId);
  await domain.reconnect();
  expect(domain.commands.map(({ id }) => id)).toEqual(ids);
  const types = domain.client.received.map((frame) => `${frame['type']} ${frame['subType']}`);
  expect(types[0]).toBe('CONNECT RESPONSE');
});

test('deliverWithin 0: 503 if the domain is not connected', async () => {
  const domain = await connected();
  await domain.disconnect();
  const answer = await submit(domain.groupId, { ...GET, deliverWithin: 0 });
  expect([answer.status, answer.json.code]).toEqual([503, 'not-connected']);
  expect(answer.headers.get('retry-after')).toBe('60');
});

test('deliverWithin and executeWithin are separate deadlines', async () => {
  const domain = await connected();
  const sent = (await submit(domain.groupId, { ...POST, deliverWithin: 5, executeWithin: 60 })).json;
  await domain.next();
  await domain.disconnect();
  await domain.reconnect();
  await domain.disconnect();
  const waiting = (await submit(domain.groupId, { ...GET, deliverWithin: 5, executeWithin: 60 })).json;
  deployment.clock.advance(6_000);
  expect(await show(domain.groupId, sent.commandId)).toMatchObject({ state: 'sent' });
  expect(await show(domain.groupId, waiting.commandId)).toMatchObject({ state: 'expired', attempts: 0 });
});

test('timed out, with a late response', async () => {
  const domain = await connected();
  const { commandId } = (await submit(domain.groupId, { ...POST, executeWithin: 10 })).json;
  const frame = await domain.next();
  deployment.clock.advance(10_001);
  await deployment.sweep();
  expect(await show(domain.groupId, commandId)).toMatchObject({ state: 'timed_out' });
  await domain.answer(frame.id, { body: 'at last' });
  expect(await show(domain.groupId, commandId)).toMatchObject({
    state: 'completed',
    late: true,
    response: { body: 'at last' },
  });
  expect(events(commandId)).toMatchObject([
    { type: 'Command Completed', state: 'timed_out' },
    { type: 'Command Completed', state: 'completed', late: true },
  ]);
});

test('lost after 10 s of grace; an event is published', async () => {
  const domain = await connected();
  const { commandId } = (await submit(domain.groupId, POST)).json;
  await domain.next();
  await domain.disconnect();
  deployment.clock.advance(9_000);
  await deployment.sweep();
  expect(await show(domain.groupId, commandId)).toMatchObject({ state: 'sent' });
  deployment.clock.advance(1_001);
  await deployment.sweep();
  expect(await show(domain.groupId, commandId)).toMatchObject({ state: 'lost' });
  expect(events(commandId)).toMatchObject([{ type: 'Command Lost', state: 'lost', method: 'POST' }]);
});

test('a GET whose connection closed is sent again, a POST only with retry: always', async () => {
  const domain = await connected();
  const get = (await submit(domain.groupId, GET)).json.commandId;
  const post = (await submit(domain.groupId, POST)).json.commandId;
  const always = (await submit(domain.groupId, { ...POST, retry: 'always' })).json.commandId;
  for (let index = 0; index < 3; index++) await domain.next();
  await domain.disconnect();
  deployment.clock.advance(10_001);
  await domain.reconnect();
  await deployment.sweep();
  await deployment.cloud.drained();
  expect(domain.commands.map(({ id }) => id).sort()).toEqual([get, always].sort());
  expect(await show(domain.groupId, post)).toMatchObject({ state: 'lost' });
});

test('can be cancelled while queued, and not afterwards', async () => {
  const domain = await connected();
  await domain.disconnect();
  const { commandId } = (await submit(domain.groupId, POST)).json;
  const path = `/v1/groups/${domain.groupId}/commands/${commandId}`;
  expect(await deployment.http('DELETE', path)).toMatchObject({ status: 200, json: { state: 'cancelled' } });
  expect((await deployment.http('DELETE', path)).status).toBe(409);
  await domain.reconnect();
  expect(domain.commands).toEqual([]);
  expect(events(commandId)).toMatchObject([{ type: 'Command Completed', state: 'cancelled' }]);
});

test('two concurrent calls with one Idempotency-Key are one command', async () => {
  const domain = await connected();
  const headers = { 'idempotency-key': 'k1' };
  const answers = await Promise.all(Array.from({ length: 8 }, () => submit(domain.groupId, POST, headers)));
  expect(new Set(answers.map(({ json }) => json.commandId)).size).toBe(1);
  await deployment.cloud.drained();
  expect(domain.commands).toHaveLength(1);
  const other = await submit(domain.groupId, { ...POST, body: { reason: 'y' } }, headers);
  expect([other.status, other.json.code]).toEqual([422, 'idempotency-key-reused']);
});

test.each([
  ['connected', false],
  ['not connected yet', true],
])('an Idempotency-Key whose write took effect unseen is still sent, once: %s', async (_, late) => {
  const domain = await connected();
  if (late) await domain.disconnect();
  const lost = deployment.cloud.faults.add({
    function: 'Command',
    action: 'PutItem',
    resource: 'Commands',
    when: 'after',
    do: 'lose',
  });
  const answer = await submit(domain.groupId, POST, { 'idempotency-key': `lost-${late}` });
  expect([answer.status, lost.hits()]).toEqual([202, 1]);
  lost.remove();
  if (late) await domain.reconnect();
  expect(await domain.next()).toMatchObject({ id: answer.json.commandId });
  await deployment.cloud.drained();
  expect(domain.commands).toHaveLength(1);
});

test('a full queue: 429 with Retry-After', async () => {
  const domain = await connected();
  await domain.disconnect();
  for (let index = 0; index < 100; index += 10)
    await Promise.all(Array.from({ length: 10 }, () => submit(domain.groupId, GET)));
  const answer = await submit(domain.groupId, GET);
  expect([answer.status, answer.json.code]).toEqual([429, 'too-many-commands']);
  expect(answer.headers.get('retry-after')).toBe('10');
  await domain.reconnect();
  // On a busy machine one function has no time for all of them; the sweep sends the rest.
  await deployment.sweep();
  expect(domain.commands).toHaveLength(100);
});

test('the list: newest first, paged, by state and time, without responses', async () => {
  const domain = await connected();
  const ids: string[] = [];
  for (let index = 0; index < 3; index++) {
    deployment.clock.advance(1_000);
    ids.unshift((await submit(domain.groupId, GET)).json.commandId);
    const frame = await domain.next();
    if (index > 0) await domain.answer(frame.id, { body: 'planted' });
  }
  const list = async (query: string) =>
    (await deployment.http('GET', `/v1/groups/${domain.groupId}/commands?${query}`)).json;
  const idsOf = (page: { items: { commandId: string }[] }) => page.items.map(({ commandId }) => commandId);
  const first = await list('limit=2');
  expect(idsOf(first)).toEqual(ids.slice(0, 2));
  expect(idsOf(await list(`limit=2&cursor=${first.cursor}`))).toEqual(ids.slice(2));
  expect(idsOf(await list('state=sent'))).toEqual(ids.slice(2));
  expect(idsOf(await list(`since=${first.items[1].createdAt}`))).toEqual(ids.slice(0, 2));
  expect(idsOf(await list(`until=${first.items[1].createdAt}`))).toEqual(ids.slice(2));
  const created = Date.parse(first.items[1].createdAt);
  expect(idsOf(await list(`since=${Math.floor(created / 1000)}`))).toEqual(ids.slice(0, 2));
  expect(idsOf(await list('since=9999-12-31T23:59:59Z'))).toEqual([]);
  expect(idsOf(await list('until=1970-01-01'))).toEqual([]);
  const cut = `limit=1&until=${new Date(created + 1).toISOString()}`;
  expect(idsOf(await list(`${cut}&cursor=${(await list(cut)).cursor}`))).toEqual(ids.slice(2));
  const [{ createdAt: latest }, { createdAt: earlier }] = first.items;
  expect((await list(`since=${latest}&until=${earlier}`)).code).toBe('request-not-valid');
  expect(first.items[0]).toMatchObject({ state: 'completed', response: { status: 200 } });
  expect(JSON.stringify(first)).not.toContain('planted');
  expect((await list(`state=sent&cursor=${first.cursor}`)).code).toBe('cursor-not-valid');
});

test('what events and log contain of a command, and what they do not', async () => {
  const domain = await connected();
  const uri = '/netbackup/admin/jobs?filter=planted';
  const { commandId, requestedBy } = (await submit(domain.groupId, { method: 'GET', uri })).json;
  deployment.clock.advance(2_000);
  await domain.answer((await domain.next()).id, { responseCode: 404 });
  expect(events(commandId)).toEqual([
    {
      type: 'Command Completed',
      eventId: expect.any(String),
      commandId,
      groupId: domain.groupId,
      requestedBy,
      method: 'GET',
      path: '/netbackup/admin/jobs',
      state: 'completed',
      status: 404,
      attempts: 1,
      durationMs: expect.any(Number),
      requestedAt: expect.any(String),
      endedAt: expect.any(String),
    },
  ]);
  expect(events(commandId)[0]).toHaveProperty('durationMs', expect.closeTo(2_000, -3));
  const lines = deployment.output.filter((line) => line.includes(commandId));
  const audit = lines.filter((line) => /"command-(requested|ended)"/.test(line));
  expect(audit).toHaveLength(2);
  for (const line of audit) expect(line).toContain(`"requestedBy":"${requestedBy}"`);
  expect(lines.join()).not.toContain('planted');
});

test('the sweep publishes an end whose publisher was killed', async () => {
  const domain = await connected();
  const { commandId } = (await submit(domain.groupId, POST)).json;
  const { id } = await domain.next();
  const fault = deployment.cloud.faults.add({ function: 'Respond', service: 'events', do: 'kill' });
  await domain.answer(id);
  expect(fault.hits()).toBe(1);
  expect(await show(domain.groupId, commandId)).toMatchObject({ state: 'completed' });
  expect(events(commandId)).toEqual([]);
  deployment.clock.advance(30_001);
  await deployment.sweep();
  await deployment.sweep();
  expect(events(commandId)).toMatchObject([{ type: 'Command Completed', state: 'completed' }]);
});

describe('a batch', () => {
  test('has a result for each group, independent of the others', async () => {
    const [one, two] = [await connected(), await connected()];
    const answer = await deployment.http('POST', '/v1/commands', {
      body: { groups: [one.groupId, 'none', two.groupId, one.groupId], ...GET },
    });
    expect(answer.status).toBe(200);
    expect(answer.json.items).toMatchObject([
      { groupId: one.groupId, status: 202, command: { state: 'sent' } },
      { groupId: 'none', status: 404, problem: { code: 'group-not-found' } },
      { groupId: two.groupId, status: 202, command: { state: 'sent' } },
    ]);
    expect((await one.next()).id).toBe(answer.json.items[0].command.commandId);
    expect((await two.next()).id).toBe(answer.json.items[2].command.commandId);
  });

  test('"all" means all groups of the key; an invalid call is refused for each', async () => {
    const answer = await deployment.http('POST', '/v1/commands', {
      body: { groups: 'all', method: 'GET', uri: '/elsewhere' },
    });
    expect(answer.json.items.length).toBeGreaterThanOrEqual(serial);
    for (const item of answer.json.items)
      expect(item).toMatchObject({ status: 400, problem: { code: 'uri-not-allowed' } });
  });
});

describe('invalid input', () => {
  test.each<[string, object, number]>([
    ['an unknown method', { ...GET, method: 'TRACE' }, 400],
    ['no uri', { method: 'GET' }, 400],
    ['a uri elsewhere', { ...GET, uri: '/admin/jobs' }, 400],
    ['an absolute uri', { ...GET, uri: 'https://h/netbackup/ping' }, 400],
    ['@host', { ...GET, uri: '@h/netbackup/ping' }, 400],
    ['//host', { ...GET, uri: '//h/netbackup/ping' }, 400],
    ['a backslash', { ...GET, uri: '/netbackup/\\x' }, 400],
    ['..', { ...GET, uri: '/netbackup/../x' }, 400],
    ['.. encoded', { ...GET, uri: '/netbackup/%2e%2E/x' }, 400],
    ['CR LF in a header', { ...GET, headers: { A: 'x\r\nB: y' } }, 400],
    ['a header twice', { ...GET, headers: { A: 'x', a: 'y' } }, 400],
    ['a non-ASCII header', { ...GET, headers: { A: 'ü' } }, 400],
    ['body and parameters', { ...POST, parameters: '{}' }, 400],
    ['a misspelt deadline', { ...GET, deliverwithin: 5 }, 400],
    ['more than can travel', { ...POST, body: 'x'.repeat(140_000) }, 413],
  ])('%s', async (_, body, status) => {
    const domain = await connected();
    expect((await submit(domain.groupId, body)).status).toBe(status);
    await deployment.cloud.drained();
    expect(domain.client.unexpected).toEqual([]);
  });

  test('a body that is not JSON, a group that does not exist', async () => {
    expect((await submit('none', GET)).status).toBe(404);
    const answer = await deployment.http('POST', '/v1/groups/none/commands', { body: '{"method":' });
    expect(answer.status).toBe(400);
  });

  test('responses: without a command, repeated, from another group', async () => {
    const [domain, other] = [await connected(), await connected()];
    const { commandId } = (await submit(domain.groupId, POST)).json;
    await domain.next();
    await other.answer(commandId, { body: 'stolen' });
    expect(await show(domain.groupId, commandId)).toMatchObject({ state: 'sent' });
    await domain.answer('A1B6A1F0-4C6B-4A6E-8A19-000000000000');
    await domain.answer(commandId, { body: 'first' });
    await domain.answer(commandId, { body: 'second' });
    expect(await show(domain.groupId, commandId)).toMatchObject({ response: { body: 'first' } });
    expect((await deployment.http('GET', `/v1/groups/${other.groupId}/commands/${commandId}`)).status).toBe(
      404,
    );
  });
});

test('the OpenAPI document describes all of this', async () => {
  const { json } = await deployment.http('GET', '/v1/openapi.json');
  const operations = Object.entries(json.paths as Record<string, object>).map(
    ([path, methods]) => `${path} ${Object.keys(methods).sort()}`,
  );
  expect(operations).toEqual(
    expect.arrayContaining([
      '/v1/commands post',
      '/v1/groups/{groupId}/commands get,post',
      '/v1/groups/{groupId}/commands/{commandId} delete,get',
      '/v1/groups/{groupId}/netbackup-credential delete,get,put',
      '/v1/groups/{groupId}/netbackup/{path} delete,get,patch,post,put',
    ]),
  );
});

test('no internal error was logged', () => {
  expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
});
