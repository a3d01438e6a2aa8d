/** Idempotency-Key: a repeated request runs once, through the proxy and as a command. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createKey, KeysStore } from '../../../lambdas/http/keys-store.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';

let deployment: Deployment;
let domain: PlayedDomain;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
  domain = await PlayedDomain.connect(deployment, 'twice');
}, 120_000);
afterAll(() => deployment.stop());
afterEach(() => {
  expect(domain.client.unexpected.filter(({ type }) => type === 'COMMAND')).toEqual([]);
});

const otherKey = async (): Promise<string> => {
  const { cloud } = deployment;
  const { key, stored } = createKey({ scopes: ['command'], groups: ['twice'] }, deployment.clock.now());
  const { region, endpointUrl: endpoint, credentials } = cloud;
  const client = new DynamoDBClient({ region, endpoint, credentials });
  const table = Object.values(cloud.outputs).find((outputs) => 'KeysTable' in outputs)?.['KeysTable'] ?? '';
  await new KeysStore(client, table, () => deployment.clock.now()).create(stored);
  client.destroy();
  return key;
};

const newKey = () => ({ 'idempotency-key': `k-${++serial}` });
const call = (
  headers: Record<string, string>,
  { method = 'POST', path = '/config/x', body = { a: 1 }, key = deployment.adminKey } = {},
) =>
  deployment.http(method, `/v1/groups/twice/netbackup${path}`, {
    headers,
    key,
    ...(method === 'GET' ? {} : { body }),
  });
const idOf = ({ headers }: { headers: Headers }) => headers.get('x-nbwss-command-id');

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
  'a %s that races with itself, or comes later, runs once',
  async (method) => {
    const key = newKey();
    const pending = [call(key, { method }), call(key, { method })];
    const frame = await domain.next();
    expect(Object.keys(frame.headers).map((name) => name.toLowerCase())).not.toContain('idempotency-key');
    await domain.answer(frame.id, { responseCode: 201, body: 'done' });
    const answers = [...(await Promise.all(pending)), await call(key, { method })];
    for (const answer of answers) expect([answer.status, answer.text]).toEqual([201, 'done']);
    expect(answers.map(idOf)).toEqual([frame.id, frame.id, frame.id]);
  },
  120_000,
);

test('a repeated request after 504 gets the response of the first one', async () => {
  const key = newKey();
  const first = await call({ ...key, prefer: 'wait=1' });
  expect(first.json.code).toBe('no-answer-yet');
  const { id } = await domain.next();
  const second = call({ ...key, 'x-request-id': 'another try', 'user-agent': 'another' });
  await domain.answer(id, { body: 'at last' });
  expect((await second).text).toBe('at last');
}, 120_000);

test('a repeated request gets the outcome of the first one', async () => {
  const key = newKey();
  const fault = deployment.cloud.faults.add({
    function: 'Command',
    service: 'execute-api',
    when: 'after',
    do: 'lose',
  });
  expect((await call(key)).json.code).toBe('command-lost');
  fault.remove();
  await domain.next();
  expect((await call(key)).json.code).toBe('command-lost');
}, 120_000);

test('a different request is refused', async () => {
  const key = newKey();
  const pending = call(key);
  const { id } = await domain.next();
  for (const other of [
    call(key, { method: 'PUT' }),
    call(key, { path: '/config/y' }),
    call(key, { path: '/config/x?a' }),
    call(key, { body: { a: 2 } }),
    call({ ...key, authorization: 'another user' }),
    call({ ...key, 'x-netbackup-audit-reason': 'another' }),
  ]) {
    const { status, json } = await other;
    expect([status, json.code]).toEqual([422, 'idempotency-key-reused']);
    expect(json.detail).toContain(id);
  }
  await domain.answer(id);
  expect((await pending).status).toBe(200);
}, 120_000);

test('a key belongs to its caller', async () => {
  const key = newKey();
  const pending = [call(key), call(key, { key: await otherKey() })];
  const frames = [await domain.next(), await domain.next()];
  for (const { id } of frames) domain.reply(id, { body: id });
  const answers = await Promise.all(pending);
  expect(answers.map(({ text }) => text).sort()).toEqual(frames.map(({ id }) => id).sort());
}, 120_000);

test('a GET runs each time it is requested', async () => {
  const key = newKey();
  for (const body of ['first', 'second']) {
    const pending = call(key, { method: 'GET', path: '/ping' });
    const frame = await domain.next();
    expect(Object.keys(frame.headers).map((name) => name.toLowerCase())).not.toContain('idempotency-key');
    await domain.answer(frame.id, { body });
    expect((await pending).text).toBe(body);
  }
}, 120_000);

test('I-6 a response with a credential is delivered once; a repeated request gets it without its body', async () => {
  const key = newKey();
  const pending = call(key, { path: '/login' });
  await domain.answer((await domain.next()).id, { responseCode: 201, body: '{"token":"planted"}' });
  expect((await pending).text).toBe('{"token":"planted"}');
  const second = await call(key, { path: '/login' });
  expect([second.status, second.text]).toEqual([201, '']);
}, 120_000);

test('a key of more than 255 characters, or an empty one, is refused', async () => {
  for (const value of ['', 'k'.repeat(256)]) {
    const answer = await call({ 'idempotency-key': value });
    expect([answer.status, answer.json.code]).toEqual([400, 'request-not-valid']);
    expect(answer.json.detail).toMatch(/^idempotency-key: /);
  }
}, 120_000);

test('as a command: deadlines and retry are part of the request', async () => {
  const headers = newKey();
  const body = { method: 'POST', uri: '/netbackup/config/x', body: { a: 1 } };
  const submit = (change: object = {}) =>
    deployment.http('POST', '/v1/groups/twice/commands', { body: { ...body, ...change }, headers });
  const first = await submit();
  const { id } = await domain.next();
  expect([first.json.commandId, (await submit({ deliverWithin: 300 })).json.commandId]).toEqual([id, id]);
  for (const change of [{ deliverWithin: 299 }, { executeWithin: 299 }, { retry: 'always' }]) {
    const { status, json } = await submit(change);
    expect([status, json.code]).toEqual([422, 'idempotency-key-reused']);
  }
  // The proxy sets its own deadlines, so the same call through it is a different request.
  expect((await call({ ...headers, 'content-type': 'x/y' })).status).toBe(422);
}, 120_000);
