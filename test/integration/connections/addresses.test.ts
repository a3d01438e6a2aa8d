/** The deployment's lists of addresses apply to the handshake, and to every HTTP request. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASSEMBLY, type Deployment, startDeployment } from '../../support/deployment.ts';

const TEMPLATE = 'NbwssService.template.json';

/** The assembly with `allowedCidrs` and `httpAllowedCidrs`: a synthesized one differs in these variables only. */
const assemblyFor = async (allowedCidrs: string): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'nbwss-assembly-'));
  await cp(ASSEMBLY, dir, { recursive: true });
  const template = JSON.parse(await readFile(join(dir, TEMPLATE), 'utf8'));
  const functions: { Type: string; Properties: { Environment?: { Variables: object } } }[] = Object.values(
    template.Resources,
  );
  for (const { Type, Properties } of functions) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const lists = { ALLOWED_CIDRS: allowedCidrs, HTTP_ALLOWED_CIDRS: allowedCidrs };
    Properties.Environment = { Variables: { ...Properties.Environment?.Variables, ...lists } };
  }
  await writeFile(join(dir, TEMPLATE), JSON.stringify(template));
  return dir;
};

/** The status of a request from a local address. */
const statusFrom = (url: string, localAddress: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { localAddress }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });

describe('addresses', () => {
  let deployment: Deployment;
  let assembly: string;
  beforeAll(async () => {
    assembly = await assemblyFor('127.0.0.2/32,2001:db8::/32');
    deployment = await startDeployment({ assembly });
  });
  afterAll(async () => {
    await deployment.stop();
    await rm(assembly, { recursive: true });
  });

  test('another address is rejected with 403, before any message', async () => {
    await expect(deployment.open('127.0.0.1')).rejects.toThrow('403');
    const client = await deployment.open('127.0.0.2');
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await deployment.cloud.drained();
    expect(deployment.output.filter((line) => line.includes('"message":"address-refused"'))).toHaveLength(1);
  });

  test.each(['/v1/openapi.json', '/v1/groups', '/v1/groups/berlin/netbackup/admin/jobs', '/invitations/x'])(
    'HTTP from another address gets 403 before any AWS call: %s',
    async (path) => {
      const { cloud } = deployment;
      const mark = cloud.calls.mark();
      expect(await statusFrom(cloud.apiUrl + path, '127.0.0.1')).toBe(403);
      expect(await statusFrom(cloud.apiUrl + path, '127.0.0.2')).not.toBe(403);
      expect(cloud.calls.since(mark)).toEqual([]);
    },
  );
});
