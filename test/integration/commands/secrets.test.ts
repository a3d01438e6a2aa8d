/** I-6: secrets are in no table, log, trace, event, list or error, in any state of a command. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { parseFault } from '../../../bin/nbwss/fault.ts';
import type { NetBackupPrimary } from '../../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const TOKEN = 'eyJplanted.token.in-authorization';
const PASSWORD = 'planted-Passw0rd';
const GROUP_KEY = 'Aplanted-key-of-the-group';

/** All stored items. */
const stored = async (): Promise<string> => {
  const { cloud } = deployment;
  const client = new DynamoDBClient({
    region: cloud.region,
    endpoint: cloud.endpointUrl,
    credentials: cloud.credentials,
  });
  const tables = Object.values(cloud.resources).filter(({ type }) => type === 'AWS::DynamoDB::Table');
  expect(tables.length).toBeGreaterThan(8);
  const scans = await Promise.all(
    tables.map(({ physicalId }) =>
      client.send(new ScanCommand({ TableName: physicalId, ConsistentRead: true })),
    ),
  );
  client.destroy();
  return JSON.stringify(scans.map(({ Items }) => Items));
};

/** Everything that was stored, logged, published or returned, except to the caller. */
const everything = async (): Promise<string> => {
  await deployment.cloud.drained();
  const { cloud, output } = deployment;
  const lists = await Promise.all(
    ['/v1/groups', '/v1/groups/demo', '/v1/groups/demo/commands', '/v1/groups/played/commands'].map(
      async (path) => (await deployment.http('GET', path)).text,
    ),
  );
  return [
    await stored(),
    ...output,
    JSON.stringify(cloud.events.all),
    JSON.stringify(cloud.calls.all),
    ...lists,
  ].join('\n');
};

/** A secret in all its forms: plain, in base64 at any offset, escaped, doubly escaped. */
const shapesOf = (secret: string): string[] => {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(`${' '.repeat(offset)}${secret}`)
      .toString('base64')
      .slice(4, -4),
  );
  return [secret, json, encodeURIComponent(secret), ...base64];
};
const expectNowhere = async (...secrets: string[]) => {
  const haystack = await everything();
  for (const secret of secrets)
    for (const shape of shapesOf(secret)) expect(haystack.includes(shape) ? shape : '').toBe('');
};

const login = (userName = 'backupadmin', password = 'Simulated-1') => ({
  domainType: 'unixpwd',
  domainName: 'planted-domain',
  userName,
  password,
});

describe('through a simulated primary', () => {
  let primary: NetBackupPrimary;
  beforeAll(async () => {
    primary = deployment.primary([await deployment.createGroup('demo')]);
    if (!primary.isConnected()) await primary.when('connected');
    await deployment.cloud.drained();
  });

  test('a login, and its token', async () => {
    const answer = await deployment.http('POST', '/v1/groups/demo/netbackup/login', { body: login() });
    expect(answer.status).toBe(201);
    await expectNowhere(answer.json.token, 'Simulated-1', 'planted-domain');
  });

  test('an asynchronous login: the token is delivered once, and is nowhere before or after', async () => {
    const answered = primary.when('answered');
    const submitted = await deployment.http('POST', '/v1/groups/demo/commands', {
      body: { method: 'POST', uri: '/netbackup/login', body: login() },
    });
    await answered;
    await expectNowhere('Simulated-1');
    const path = `/v1/groups/demo/commands/${submitted.json.commandId}`;
    const first = (await deployment.http('GET', path)).json;
    const { token } = JSON.parse(first.response.body);
    await expectNowhere(token);
    const second = (await deployment.http('GET', path)).json;
    expect(second).toMatchObject({ state: 'completed', response: { status: 201 } });
    expect(second.response).not.toHaveProperty('body');
  });

  test('the key of the group', async () => {
    const body = { apiKey: GROUP_KEY };
    await deployment.http('PUT', '/v1/groups/demo/netbackup-credential', { body });
    const answer = await deployment.http('GET', '/v1/groups/demo/netbackup/admin/jobs', {
      key: '',
      headers: { authorization: deployment.adminKey },
    });
    expect(answer.status).toBe(401);
    await expectNowhere(GROUP_KEY, deployment.adminKey);
  });
});

describe('at each step of a command', () => {
  const call = {
    method: 'POST',
    uri: '/netbackup/config/servers/vmservers',
    headers: { Authorization: TOKEN },
    body: { userId: 'u', password: PASSWORD },
  };
  const repeatable = { ...call, retry: 'always' };

  test('queued, sent, lost, sent again, completed', async () => {
    const domain = await PlayedDomain.connect(deployment, 'played');
    await domain.disconnect();
    const path = '/v1/groups/played/commands';
    for (const body of [call, repeatable, { ...call, method: 'GET' }])
      await deployment.http('POST', path, { body });
    await expectNowhere(TOKEN, PASSWORD);
    await domain.reconnect();
    await expectNowhere(TOKEN, PASSWORD);
    await domain.disconnect();
    deployment.clock.advance(10_001);
    await deployment.sweep();
    await domain.reconnect();
    await expectNowhere(TOKEN, PASSWORD);
    expect(domain.commands.map(({ headers }) => headers['Authorization'])).toEqual([TOKEN, TOKEN]);
    for (const { id } of domain.commands) await domain.answer(id);
    await expectNowhere(TOKEN, PASSWORD);
    const seals = (await stored()).match(/"sealedRequest"/g);
    expect(seals).toBeNull();
  });

  test.each([
    'function=Command,service=kms,action=GenerateDataKey,do=fail,count=9',
    'function=Command,service=dynamodb,action=PutItem,do=fail,count=9',
    'function=Command,service=execute-api,do=fail,when=after',
    'function=Command,service=execute-api,do=kill',
  ])('when something fails: %s', async (fault) => {
    const handle = deployment.cloud.faults.add(parseFault(fault));
    const answer = await deployment.http('POST', '/v1/groups/played/commands', {
      body: repeatable,
      headers: { prefer: 'wait=1' },
    });
    expect(handle.hits()).toBeGreaterThan(0);
    handle.remove();
    expect(answer.text).not.toMatch(/planted/);
    await expectNowhere(TOKEN, PASSWORD);
  });
});
