/** CMD: commands. Tests of each clause with the shipped assembly. */
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { PlayedDomain } from '../support/domain.ts';

let deployment: Deployment;
let domain: PlayedDomain;
beforeAll(async () => {
  deployment = await startDeployment();
  domain = await PlayedDomain.connect(deployment, 'demo');
});
afterAll(() => deployment.stop());

const submit = (body: object) => deployment.http('POST', '/v1/groups/demo/commands', { body });
const show = async (commandId: string) =>
  (await deployment.http('GET', `/v1/groups/demo/commands/${commandId}`)).json;

test('CMD-1 a COMMAND REQUEST is sent, and a COMMAND RESPONSE with its id completes it', async () => {
  const { commandId } = (await submit({ method: 'GET', uri: '/netbackup/ping' })).json;
  const frame = await domain.client.next();
  const { timeStamp, payload: _, ...envelope } = frame;
  expect(envelope).toEqual({ version: '1.0', id: commandId, type: 'COMMAND', subType: 'REQUEST' });
  expect(Number.isInteger(timeStamp)).toBe(true);
  await domain.answer(commandId, { body: '1700000000000' });
  expect(await show(commandId)).toMatchObject({ state: 'completed', response: { body: '1700000000000' } });
});

test('CMD-2 uri, method, headers, and the body as a string in parameters', async () => {
  const headers = {
    'Content-Type': 'application/vnd.netbackup+json;version=7.0',
    Authorization: 'eyJ0.e30.x',
  };
  const uri = '/netbackup/config/servers/vmservers?x=a+b';
  await submit({ method: 'POST', uri, headers, body: { serverName: 'vc"1' } });
  const frame = await domain.client.next();
  expect(frame['payload']).toEqual({ uri, method: 'POST', headers, parameters: '{"serverName":"vc\\"1"}' });
});

test('CMD-2 a call without a body has no parameters', async () => {
  await submit({ method: 'DELETE', uri: '/netbackup/x' });
  expect((await domain.client.next())['payload']).not.toHaveProperty('parameters');
});

test('CMD-3 a GET has a Content-Type too, and Authorization is not changed', async () => {
  await submit({ method: 'GET', uri: '/netbackup/admin/jobs', headers: { Authorization: 'eyJ0.e30.x' } });
  expect((await domain.next()).headers).toEqual({
    'Content-Type': expect.stringMatching(/^application\/vnd\.netbackup\+json;version=\d+\.\d+$/),
    Authorization: 'eyJ0.e30.x',
  });
});

const links = {
  array: {
    links: [{ rel: 'self', href: 'https://nbu1:8443/config/servers/vmservers/vc1' }],
  },
  object: {
    links: {
      self: { href: '/admin/jobs/5' },
      next: { href: 'https://nbu1.example.com/netbackup/admin/jobs?page%5Bafter%5D=x' },
    },
  },
};

test('CMD-4 returns headers, responseCode and body; links of every form point to the API', async () => {
  const pending = deployment.http('GET', '/v1/groups/demo/netbackup/x');
  const { id } = await domain.next();
  await domain.answer(id, {
    responseCode: 207,
    headers: { 'content-type': 'application/vnd.netbackup+json;version=7.0', 'x-netbackup-a': '1' },
    body: JSON.stringify({ data: [links.array, links.object], big: 1 }).replace(
      '1}',
      '12345678901234567890}',
    ),
  });
  const answer = await pending;
  const base = `${deployment.cloud.apiUrl}/v1/groups/demo/netbackup`;
  expect([answer.status, answer.headers.get('x-netbackup-a')]).toEqual([207, '1']);
  expect(answer.json.data).toEqual([
    { links: [{ rel: 'self', href: `${base}/config/servers/vmservers/vc1` }] },
    {
      links: {
        self: { href: `${base}/admin/jobs/5` },
        next: { href: `${base}/admin/jobs?page%5Bafter%5D=x` },
      },
    },
  ]);
  expect(answer.text).toContain('"big":12345678901234567890');
});

test('CMD-4 a response can take minutes', async () => {
  const { commandId } = (await submit({ method: 'POST', uri: '/netbackup/recovery/x' })).json;
  await domain.next();
  deployment.clock.advance(222_000);
  await deployment.sweep();
  await domain.answer(commandId, { responseCode: 201 });
  const command = await show(commandId);
  expect(command).toMatchObject({ state: 'completed', response: { status: 201 } });
  expect(command).not.toHaveProperty('late');
});

test('CMD-4 a responseCode in quotes is a status', async () => {
  const { commandId } = (await submit({ method: 'GET', uri: '/netbackup/x' })).json;
  await domain.next();
  await domain.answer(commandId, { responseCode: '204' });
  expect(await show(commandId)).toMatchObject({ state: 'completed', response: { status: 204 } });
});

test.each([
  [{ responseCode: 'OK', body: '{"kept":1}' }, '{"kept":1}'],
  [{ responseCode: null, body: '', text: 'kept' }, expect.stringContaining('"text":"kept"')],
])(
  'CMD-4 a response that cannot be read is shown to the caller of its command: %j',
  async (payload, body) => {
    const { commandId } = (await submit({ method: 'GET', uri: '/netbackup/x' })).json;
    await domain.next();
    await domain.answer(commandId, payload);
    const command = await show(commandId);
    expect(command).toMatchObject({ state: 'failed', failure: 'answer-not-usable', response: { body } });
    expect(command.response).not.toHaveProperty('status');
  },
);

test('CMD-5 a command above 2 MB is rejected with its size and the limit', async () => {
  const answer = await deployment.http('POST', '/v1/groups/demo/netbackup/x', {
    body: 'x'.repeat(2 * 1024 * 1024),
  });
  expect(answer.status).toBe(413);
  expect(answer.json.detail).toMatch(/would be 20\d{5} bytes; NetBackup accepts at most 2097152/);
  expect(domain.client.unexpected.filter(({ type }) => type === 'COMMAND')).toEqual([]);
});

test('CMD-6 a password in a body is neither shown nor logged', async () => {
  const body = { password: 'planted-in-a-body' };
  const submitted = await submit({
    method: 'POST',
    uri: '/netbackup/x',
    headers: { A: 'planted-in-a-header' },
    body,
  });
  await domain.next();
  const texts = [
    submitted.text,
    JSON.stringify(await show(submitted.json.commandId)),
    (await deployment.http('GET', '/v1/groups/demo/commands')).text,
    ...deployment.output,
    JSON.stringify(deployment.cloud.events.all),
  ];
  expect(texts.join('\n')).not.toContain('planted');
});
