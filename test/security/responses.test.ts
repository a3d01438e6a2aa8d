/** Two keys of one group: neither reads what the other one asked or was answered, and neither uses up its secrets. */
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { PlayedDomain } from '../support/domain.ts';
import { newKey } from '../support/new-key.ts';

const GROUP = 'own';
const COMMANDS = `/v1/groups/${GROUP}/commands`;
const LOGIN = { method: 'POST', uri: '/netbackup/login?planted=query', body: { password: 'x' } };
const READ = { method: 'GET', uri: '/netbackup/admin/jobs?filter=planted' };
const TOKEN = '{"token":"planted-token"}';
const HEADERS = { 'Content-Type': 'application/json', 'X-NetBackup-Session': 'planted-session' };
const HEADERS_IN_LOWER_CASE = {
  'content-type': 'application/json',
  'x-netbackup-session': 'planted-session',
};

let deployment: Deployment;
let domain: PlayedDomain;
const keys = { owner: '', other: '', inject: '', elsewhere: '', limitedAdmin: '' };

beforeAll(async () => {
  deployment = await startDeployment();
  domain = await PlayedDomain.connect(deployment, GROUP);
  keys.owner = await newKey(deployment, ['command'], [GROUP]);
  keys.other = await newKey(deployment, ['command'], [GROUP]);
  keys.inject = await newKey(deployment, ['inject'], [GROUP]);
  keys.elsewhere = await newKey(deployment, ['command'], ['another']);
  keys.limitedAdmin = await newKey(deployment, ['admin'], [GROUP]);
});
afterAll(() => deployment.stop());

const call = (key: string, method: string, path: string, body?: object, headers = {}) =>
  deployment.http(method, path, { key, headers, ...(body ? { body } : {}) });
const show = (key: string, commandId: string, headers = {}) =>
  call(key, 'GET', `${COMMANDS}/${commandId}`, undefined, headers);
const listed = async (key: string, commandId: string) =>
  (await call(key, 'GET', COMMANDS)).json.items.find(
    (item: { commandId: string }) => item.commandId === commandId,
  );

/** A command of the owner that NetBackup has answered. */
const answered = async (request: object, payload: object): Promise<string> => {
  const { commandId } = (await call(keys.owner, 'POST', COMMANDS, request)).json;
  await domain.next();
  await domain.answer(commandId, { responseCode: 201, headers: HEADERS, ...payload });
  return commandId;
};

describe.each(['other', 'inject'] as const)('the key %s', (name) => {
  test.each([
    ['a login', LOGIN, '/netbackup/login'],
    ['a read', READ, '/netbackup/admin/jobs'],
  ])('sees of %s its path and its state', async (_, request, path) => {
    const commandId = await answered(request, { body: TOKEN });
    for (const headers of [{}, { prefer: 'wait=5' }]) {
      const { status, text, json } = await show(keys[name], commandId, headers);
      expect(status).toBe(200);
      expect(json).toMatchObject({ state: 'completed', request: { method: request.method, uri: path } });
      expect(json).not.toHaveProperty('response');
      expect(text).not.toContain('planted');
    }
    const line = await listed(keys[name], commandId);
    expect(line).toMatchObject({ state: 'completed', request: { uri: path } });
    expect(JSON.stringify(line)).not.toMatch(/planted|response/);
    // The owner still gets it, whole.
    const { json } = await show(keys.owner, commandId);
    expect(json).toMatchObject({
      request: { uri: request.uri },
      response: { status: 201, headers: { 'x-netbackup-session': 'planted-session' }, body: TOKEN },
    });
  });

  test('that waits for a login of another one gets nothing of it', async () => {
    const { commandId } = (await call(keys.owner, 'POST', COMMANDS, LOGIN)).json;
    await domain.next();
    const waiting = show(keys[name], commandId, { prefer: 'wait=20' });
    domain.reply(commandId, { responseCode: 201, headers: HEADERS, body: TOKEN });
    const { json, text } = await waiting;
    expect(json.state).toBe('completed');
    expect(text).not.toContain('planted');
    expect((await show(keys.owner, commandId)).json.response.body).toBe(TOKEN);
  });

  test('with the Idempotency-Key of another one sends a command of its own', async () => {
    const headers = { 'idempotency-key': `shared-${name}` };
    const first = (await call(keys.owner, 'POST', COMMANDS, LOGIN, headers)).json;
    await domain.next();
    await domain.answer(first.commandId, { responseCode: 201, body: TOKEN });
    const pending = call(keys[name], 'POST', COMMANDS, LOGIN, { ...headers, prefer: 'wait=20' });
    const { id } = await domain.next();
    expect(id).not.toBe(first.commandId);
    await domain.answer(id, { responseCode: 201, body: '{"token":"own"}' });
    expect((await pending).json.response.body).toBe('{"token":"own"}');
    expect((await show(keys.owner, first.commandId)).json.response.body).toBe(TOKEN);
  });
});

test('a login through the proxy that was not waited for is for its caller', async () => {
  const { headers } = await call(keys.owner, 'POST', `/v1/groups/${GROUP}/netbackup/login`, LOGIN.body, {
    prefer: 'wait=1',
  });
  const { id } = await domain.next();
  await domain.answer(id, { responseCode: 201, body: TOKEN });
  expect(headers.get('location')).toContain(id);
  for (const key of [keys.other, keys.inject, keys.limitedAdmin, deployment.adminKey])
    expect((await show(key, id)).text).not.toContain('planted');
  expect((await show(keys.owner, id)).json.response.body).toBe(TOKEN);
  expect((await show(keys.owner, id)).json.response).not.toHaveProperty('body');
});

test('administrators see what others asked and were answered, but no credential', async () => {
  const read = await answered(READ, { body: 'planted-body' });
  const login = await answered(LOGIN, { body: TOKEN });
  for (const key of [keys.limitedAdmin, deployment.adminKey]) {
    expect((await show(key, read)).json).toMatchObject({
      request: { uri: READ.uri },
      response: { status: 201, body: 'planted-body' },
    });
    expect((await show(key, login)).json).toMatchObject({
      request: { uri: LOGIN.uri },
      response: { status: 201, headers: {} },
    });
    expect((await listed(key, read)).response).toMatchObject({ headers: HEADERS_IN_LOWER_CASE });
    expect((await listed(key, login)).response).toEqual({ status: 201, headers: {} });
  }
  expect((await show(keys.owner, login)).json.response.body).toBe(TOKEN);
  // After the delivery its headers stay with the owner.
  expect((await show(keys.limitedAdmin, login)).text).not.toContain('planted-session');
});

test('a key of another group sees nothing', async () => {
  const read = await answered(READ, { body: 'planted-body' });
  for (const group of [GROUP, 'another']) {
    const path = `/v1/groups/${group}/commands/${read}`;
    const { status, text } = await call(keys.elsewhere, 'GET', path);
    expect(status).toBe(404);
    expect(text).not.toContain('planted');
  }
});

test('cancelling the command of another key shows nothing of it', async () => {
  await domain.disconnect();
  const { commandId } = (await call(keys.owner, 'POST', COMMANDS, LOGIN)).json;
  const { status, text, json } = await call(keys.other, 'DELETE', `${COMMANDS}/${commandId}`);
  expect([status, json.state, json.request.uri]).toEqual([200, 'cancelled', '/netbackup/login']);
  expect(text).not.toContain('planted');
  await domain.reconnect();
});

test('the results of a batch are for its caller', async () => {
  const sent = (await call(keys.owner, 'POST', '/v1/commands', { groups: [GROUP], ...READ })).json.items[0];
  expect(sent.command.request.uri).toBe(READ.uri);
  await domain.next();
  await domain.answer(sent.command.commandId, { body: 'planted-body' });
  expect((await show(keys.other, sent.command.commandId)).text).not.toContain('planted');
  expect((await show(keys.owner, sent.command.commandId)).json.response.body).toBe('planted-body');
});

test('events and logs of commands hold no query, header or body', async () => {
  await deployment.cloud.drained();
  const events = deployment.cloud.events.all.map(({ event }) => event as { 'detail-type': string });
  const ends = events.filter((event) => event['detail-type'].startsWith('Command '));
  expect(ends.length).toBeGreaterThan(8);
  expect(JSON.stringify(ends)).not.toContain('planted');
  expect(deployment.output.join('\n')).not.toContain('planted');
});
