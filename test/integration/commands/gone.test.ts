/** I-4: status 410 of the gateway, which it may return for a message that arrived. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';

let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
}, 120_000);
afterAll(() => deployment.stop());
afterEach(() => deployment.cloud.faults.clear());

const GET = { method: 'GET', uri: '/netbackup/admin/jobs/1' };
const POST = { method: 'POST', uri: '/netbackup/admin/jobs/1/cancel', body: { reason: 'x' } };

const connected = () => PlayedDomain.connect(deployment, `gone-${++serial}`);
const submit = async ({ groupId }: PlayedDomain, body: object) =>
  (await deployment.http('POST', `/v1/groups/${groupId}/commands`, { body })).json;
const show = async ({ groupId }: PlayedDomain, commandId: string) =>
  (await deployment.http('GET', `/v1/groups/${groupId}/commands/${commandId}`)).json;
/** The next message of a command arrives, but the gateway returns 410. */
const lie = () =>
  deployment.cloud.faults.add({
    function: 'Command',
    action: 'PostToConnection',
    when: 'after',
    do: 'fail',
    error: 'GoneException',
  });
/** The end of a connection is not recorded, or only its time. */
const killSession = (when: 'before' | 'after') =>
  deployment.cloud.faults.add({
    function: 'Session',
    action: 'UpdateItem',
    resource: 'Connections',
    when,
    do: 'kill',
  });

test('a POST is lost and never runs again, and its response is recorded when it comes', async () => {
  const domain = await connected();
  lie();
  const { commandId, state, reason } = await submit(domain, POST);
  expect([state, reason]).toEqual(['lost', expect.stringContaining('410')]);
  const { id } = await domain.next();
  expect(id).toBe(commandId);
  await domain.answer(id, { body: 'done' });
  expect(await show(domain, commandId)).toMatchObject({
    state: 'completed',
    late: true,
    response: { body: 'done' },
  });
  await domain.disconnect();
  await domain.reconnect();
  await deployment.sweep();
  expect(domain.commands).toEqual([]);
}, 120_000);

test('its caller through the proxy gets 502 command-lost', async () => {
  const domain = await connected();
  lie();
  const answer = await deployment.http('POST', `/v1/groups/${domain.groupId}/netbackup/x`, { body: {} });
  expect(answer).toMatchObject({ status: 502, json: { code: 'command-lost' } });
}, 120_000);

test('a GET is sent again, on the next connection', async () => {
  const domain = await connected();
  lie();
  const { commandId, state } = await submit(domain, GET);
  expect(state).toBe('queued');
  await domain.disconnect();
  await domain.reconnect();
  expect((await domain.next()).id).toBe(commandId);
}, 120_000);

test.each([
  ['queued for the next connection, if the end of this one was recorded before', 'after', 'queued'],
  ['lost, if the end of the connection was not recorded before: it may have run', 'before', 'lost'],
] as const)(
  'a POST is %s',
  async (_, when, state) => {
    const domain = await connected();
    const killed = killSession(when);
    await domain.disconnect();
    expect(killed.hits()).toBe(1);
    deployment.clock.advance(2_000);
    const command = await submit(domain, POST);
    expect(command.state).toBe(state);
    await domain.reconnect();
    if (state === 'queued') expect((await domain.next()).id).toBe(command.commandId);
    else expect(domain.commands).toEqual([]);
  },
  120_000,
);
