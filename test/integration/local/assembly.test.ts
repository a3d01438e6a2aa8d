import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  agent,
  dynamo,
  editedAssembly,
  nameOf,
  set,
  startCloud,
  stopAll,
  temporaryFolder,
} from './support.ts';

afterEach(stopAll);

test('outputs, exports and the URLs of APIs resolve to what runs here', async () => {
  const cloud = await startCloud();
  expect(cloud.outputs['Data']).toMatchObject({
    ThingsName: nameOf(cloud, 'Things'),
    ThingsArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${nameOf(cloud, 'Things')}`,
  });
  expect(cloud.outputs['Front']).toMatchObject({ SocketUrl: cloud.webSocketUrl, WebUrl: `${cloud.apiUrl}/` });
  const answer = await fetch(`${cloud.apiUrl}/v1/a/b`);
  expect(await answer.json()).toEqual({ rawPath: '/v1/a/b', method: 'GET', things: nameOf(cloud, 'Things') });
});

test('only the assembly decides: a renamed table is the one that functions use', async () => {
  const assembly = await editedAssembly((data) => set(data, 'Things.Properties.TableName', 'renamed-things'));
  const cloud = await startCloud({ assembly });
  const answer = await fetch(`${cloud.apiUrl}/v1/x`);
  expect(await answer.json()).toMatchObject({ things: 'renamed-things' });
  const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
  const put = (TableName: string) => ({
    client: 'dynamodb' as const,
    command: 'PutItem',
    input: { TableName, Item },
  });
  const [renamed, old] = await agent(cloud, [put('renamed-things'), put('Data-Things-064971E42807')]);
  expect(renamed?.error).toBeUndefined();
  expect(old?.error).toBe('ResourceNotFoundException');
});

test('only the assembly decides: an added route is served', async () => {
  const assembly = await editedAssembly((_, front) => {
    const { HttpRoute } = structuredClone(front.Resources);
    Object.assign(front.Resources, { MoreRoute: HttpRoute });
    set(front, 'MoreRoute.Properties.RouteKey', 'GET /more/{id}');
    set(front, 'HttpPermission.Properties.SourceArn', undefined);
  });
  const cloud = await startCloud({ assembly });
  expect((await fetch(`${cloud.apiUrl}/more/1`)).status).toBe(200);
  expect((await fetch(`${cloud.apiUrl}/less/1`)).status).toBe(404);
});

test('only the assembly decides: a throttled stage lets a burst pass', async () => {
  const assembly = await editedAssembly((_, front) =>
    set(front, 'HttpStage.Properties.DefaultRouteSettings', {
      ThrottlingRateLimit: 0.001,
      ThrottlingBurstLimit: 2,
    }),
  );
  const cloud = await startCloud({ assembly });
  const answers = await Promise.all([1, 2, 3, 4].map(() => fetch(`${cloud.apiUrl}/v1/x`)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
});

const refused = async (edit: Parameters<typeof editedAssembly>[0]): Promise<unknown> =>
  startCloud({ assembly: await editedAssembly(edit) }).catch(
    (error: Error) => `${error.name}: ${error.message}`,
  );

const secretReference = '{{resolve:secretsmanager:a/key:SecretString:::}}';
const destination = { ConnectionArn: 'none', HttpMethod: 'POST', InvocationEndpoint: 'http://127.0.0.1:1/' };
const add = (
  template: Parameters<typeof set>[0],
  Type: string,
  Properties: Record<string, unknown>,
): void => {
  Object.assign(template.Resources, { More: { Type, Properties } });
};

test.each<[string, Parameters<typeof editedAssembly>[0], string]>([
  [
    'a resource type',
    (data) => set(data, 'Seen.Type', 'AWS::RDS::DBInstance'),
    'StartError: Seen is of type AWS::RDS::DBInstance, which the local cloud does not support.',
  ],
  [
    'a property',
    (_, front) => set(front, 'Agent.Properties.VpcConfig', {}),
    'StartError: Agent (AWS::Lambda::Function) has the property VpcConfig, which the local cloud does not support.',
  ],
  [
    'a member of a property',
    (data) => set(data, 'Things.Properties.StreamSpecification.ResourcePolicy', {}),
    'StartError: Things (AWS::DynamoDB::Table) has the property StreamSpecification.ResourcePolicy, which the local cloud does not support.',
  ],
  [
    'an intrinsic function',
    (data) => set(data, 'Seen.Properties.TableName', { 'Fn::Cidr': [] }),
    'StartError: Stack Data uses Fn::Cidr, which the local cloud does not evaluate.',
  ],
  [
    'a reference into nothing',
    (_, front) => set(front, 'Agent.Properties.Environment.Variables.BUS', { Ref: 'Nowhere' }),
    'StartError: Stack Front refers to Nowhere, which is not one of its resources.',
  ],
  [
    'a missing export',
    (_, front) =>
      set(front, 'Agent.Properties.Environment.Variables.BUS', { 'Fn::ImportValue': 'Data:None' }),
    'StartError: No stack of the assembly exports Data:None.',
  ],
  [
    'code that is not an asset',
    (_, front) => set(front, 'Agent.Properties.Code.S3Key', 'other.zip'),
    'StartError: The code of Agent is not an asset of the assembly.',
  ],
  [
    'a condition key',
    (_, front) =>
      set(front, 'AgentPolicy.Properties.PolicyDocument.Statement.0.Condition', {
        Bool: { 'aws:ViaMoon': 'true' },
      }),
    'StartError: AgentPolicy has the condition key aws:ViaMoon, which the local cloud does not support.',
  ],
  [
    'a condition operator',
    (_, front) =>
      set(front, 'AgentPolicy.Properties.PolicyDocument.Statement.0.Condition', {
        IpAddress: { 'aws:SourceIp': 'x' },
      }),
    'StartError: AgentPolicy has the condition IpAddress, which the local cloud does not support.',
  ],
  [
    'a property of a role',
    (_, front) => set(front, 'AgentRole.Properties.MaxSessionDuration', 3600),
    'StartError: AgentRole (AWS::IAM::Role) has the property MaxSessionDuration, which the local cloud does not support.',
  ],
  [
    'settings of an unknown route',
    (_, front) => set(front, 'WsStage.Properties.RouteSettings', { $connectt: { ThrottlingRateLimit: 1 } }),
    'StartError: WsStage: Unable to find Route by key $connectt within the provided RouteSettings.',
  ],
  [
    'a pattern operator',
    (_, front) => set(front, 'OnOrder.Properties.EventPattern', { source: [{ cidr: '10.0.0.0/8' }] }),
    'StartError: OnOrder matches by the filter cidr, which the local cloud does not support.',
  ],
  [
    'a schedule',
    (_, front) => set(front, 'EveryMinute.Properties.ScheduleExpression', 'rate(2 fortnights)'),
    'StartError: EveryMinute has the schedule rate(2 fortnights), which the local cloud does not support.',
  ],
  [
    'a target',
    (_, front) => set(front, 'OnOrder.Properties.Targets.0.Arn', 'arn:aws:states:us-east-1:000000000000:x'),
    'StartError: OnOrder has the target arn:aws:states:us-east-1:000000000000:x, which the local cloud does not support.',
  ],
  [
    'a secret that is not given',
    (_, front) => set(front, 'Agent.Properties.Environment.Variables.KEY', secretReference),
    'StartError: The secret a/key is needed, and was not given.',
  ],
  [
    'a subscription other than by e-mail',
    (_, front) => add(front, 'AWS::SNS::Subscription', { Protocol: 'sms', TopicArn: 'x', Endpoint: '+49' }),
    'StartError: More subscribes by sms, which the local cloud does not support.',
  ],
  [
    'an API destination with plain HTTP, unless it leads to this machine',
    (_, front) =>
      add(front, 'AWS::Events::ApiDestination', { ...destination, InvocationEndpoint: 'http://example.com' }),
    'StartError: More has an endpoint that is not an https:// URL.',
  ],
  [
    'an API destination without an API key',
    (_, front) => add(front, 'AWS::Events::ApiDestination', destination),
    'StartError: More needs a connection with an API key in the local cloud.',
  ],
])('an unsupported element is refused by name: %s', async (_, edit, sentence) => {
  expect(await refused(edit)).toBe(sentence);
});

test.each<[string, () => Promise<string>, RegExp]>([
  ['that is not there', async () => '/nowhere', /^The assembly in \/nowhere cannot be run: ENOENT/],
  [
    'with conditions',
    () => editedAssembly((data) => Object.assign(data, { Conditions: {} })),
    /cannot be run: Data has the section Conditions, which the local cloud does not support/,
  ],
])('an assembly %s is refused', async (_, assembly, sentence) => {
  await expect(startCloud({ assembly: await assembly() })).rejects.toThrow(sentence);
});

test('a taken port is refused in one sentence, and nothing stays open', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  await expect(startCloud({ apiPort: port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use; choose another one.`,
  );
  taken.close();
});

test('the given ports, host name and Node are used', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const cloud = await startCloud({ apiPort: port, host: '127.0.0.1' });
  expect(cloud.apiUrl).toBe(`http://127.0.0.1:${port}`);
  expect(cloud.webSocketUrl).toMatch(/^wss:\/\/127\.0\.0\.1:\d+\/live$/);
});

test('a data directory serves one local cloud at a time, and only tables with the keys that it holds', async () => {
  const dataDir = await temporaryFolder();
  const first = await startCloud({ dataDir });
  await expect(startCloud({ dataDir })).rejects.toThrow(
    `The data directory ${dataDir} is in use by another local cloud.`,
  );
  await first.stop();
  const assembly = await editedAssembly((data) => {
    set(data, 'Things.Properties.KeySchema', [{ AttributeName: 'pk', KeyType: 'HASH' }]);
  });
  await expect(startCloud({ dataDir, assembly })).rejects.toThrow(/contains Things with another key/);
});

test('a stopped cloud refuses calls', async () => {
  const cloud = await startCloud();
  const client = dynamo(cloud);
  await cloud.stop();
  const put = new PutItemCommand({ TableName: nameOf(cloud, 'Seen'), Item: { pk: { S: 'a' } } });
  await expect(client.send(put)).rejects.toThrow(/ECONNREFUSED/);
});
