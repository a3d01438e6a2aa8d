/** I-9: what runs is what the templates say. Only the assembly is edited here, and the behaviour follows. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASSEMBLY, type Deployment, startDeployment } from '../support/deployment.ts';
import { job, message, notification } from '../support/raw-client.ts';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  cpSync(ASSEMBLY, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const edit = (stack: string, change: (resources: Resources) => void): void => {
  const file = join(folder, `${stack}.template.json`);
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Resources };
  change(template.Resources);
  writeFileSync(file, JSON.stringify(template));
};

/** The logical id of the one resource of a type that matches. */
const find = (
  resources: Resources,
  type: string,
  matches: (properties: Record<string, unknown>) => boolean,
): string => {
  const [found, ...others] = Object.entries(resources).filter(
    ([, { Type, Properties }]) => Type === type && matches(Properties),
  );
  if (!found || others.length > 0) throw new Error(`${others.length + 1} resources of ${type} match.`);
  return found[0];
};

const withDeployment = async (act: (deployment: Deployment) => Promise<void>): Promise<void> => {
  const deployment = await startDeployment({ assembly: folder });
  try {
    await act(deployment);
  } finally {
    await deployment.stop();
  }
};

test('a table that is renamed in the template is used under its new name', async () => {
  edit('NbwssData', (resources) => {
    const jobs = Object.entries(resources).find(
      ([id, { Type }]) => id.startsWith('Jobs') && Type.startsWith('AWS::DynamoDB::'),
    );
    if (jobs) jobs[1].Properties['TableName'] = 'somewhere-else';
  });
  await withDeployment(async (deployment) => {
    const client = await deployment.connect(await deployment.createGroup('g'));
    client.send(notification('JOB', job(7)));
    await client.next();
    await deployment.cloud.drained();
    expect((await deployment.http('GET', '/v1/groups/g/jobs/7')).status).toBe(200);
    const written = deployment.cloud.calls.all
      .filter(({ action }) => action === 'PutItem')
      .map(({ resource }) => resource);
    expect(written).toContainEqual(expect.stringMatching(/:table\/somewhere-else$/));
  });
});

test('a route that is added to the template is served', async () => {
  edit('NbwssService', (resources) => {
    const route = find(resources, 'AWS::ApiGatewayV2::Route', ({ RouteKey }) => RouteKey === 'NOTIFICATION');
    const permission = find(resources, 'AWS::Lambda::Permission', ({ SourceArn }) =>
      JSON.stringify(SourceArn ?? '').includes('/*NOTIFICATION'),
    );
    resources['EchoRoute'] = structuredClone(resources[route] as Resource);
    resources['EchoRoute'].Properties['RouteKey'] = 'ECHO';
    const response = find(resources, 'AWS::ApiGatewayV2::RouteResponse', () => true);
    resources['EchoResponse'] = structuredClone(resources[response] as Resource);
    resources['EchoResponse'].Properties['RouteId'] = { Ref: 'EchoRoute' };
    const allowed = JSON.stringify(resources[permission]).replace('/*NOTIFICATION', '/*ECHO');
    resources['EchoPermission'] = JSON.parse(allowed) as Resource;
  });
  await withDeployment(async (deployment) => {
    const client = await deployment.connect(await deployment.createGroup('g'));
    // The notify function does not take this for a notification, and on a two-way route it has to answer something.
    client.send(message('ECHO', 'REQUEST', []));
    expect(await client.next()).toMatchObject({ type: 'COMMAND', payload: { uri: '/netbackup/ping' } });
  });
});

/** Goes once through everything that the seven functions do, as far as it gets. */
const exercise = async (deployment: Deployment): Promise<void> => {
  const client = await deployment.connect(await deployment.createGroup('g'));
  client.send(notification('JOB', job(7)));
  const command = deployment.http('POST', '/v1/groups/g/commands', {
    body: { method: 'GET', uri: '/netbackup/ping' },
    headers: { prefer: 'wait=1' },
  });
  const { id } = await client.next(({ type }) => type === 'COMMAND', 10_000);
  client.send(message('COMMAND', 'RESPONSE', { responseCode: 200, body: '' }, { id }));
  await command;
  await deployment.cloud.runSchedules();
};

test.each([
  ['Session', 'PutItem'],
  ['Notify', 'PutItem'],
  ['Respond', 'UpdateItem'],
  ['Project', 'BatchGetItem'],
  ['Sweep', 'Query'],
  ['Api', 'GetItem'],
  ['Command', 'PutItem'],
])('%s without its %s: exactly that call is denied', async (name, action) => {
  edit('NbwssService', (resources) => {
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type !== 'AWS::IAM::Policy' || !JSON.stringify(Properties['Roles']).includes(`"${name}Role`))
        continue;
      const text = JSON.stringify(Properties).replaceAll(`"dynamodb:${action}"`, '"dynamodb:DescribeTable"');
      Object.assign(Properties, JSON.parse(text));
    }
  });
  await withDeployment(async (deployment) => {
    const { calls } = deployment.cloud;
    const denied = () =>
      calls.all
        .filter(({ errorCode }) => errorCode === 'AccessDeniedException')
        .map(
          (call) =>
            `${call.functionName?.replace(/^NbwssService-(\D+?)[0-9A-F]{8}-.*$/, '$1')} ${call.action}`,
        );
    const first = new Promise<void>((resolve) => {
      calls.subscribe(() => denied().length > 0 && resolve());
    });
    // How far it gets depends on what is denied; what fails behind that is not the matter here.
    const exercised = exercise(deployment).catch(() => undefined);
    await first;
    expect([...new Set(denied())]).toEqual([`${name} ${action}`]);
    await exercised;
  });
});

test('a resource that is not known stops the start, by its name', async () => {
  edit('NbwssService', (resources) => {
    resources['Surprise'] = { Type: 'AWS::Neptune::DBCluster', Properties: {} };
  });
  await expect(startDeployment({ assembly: folder })).rejects.toThrow(/Surprise.*AWS::Neptune::DBCluster/);
});
