/** The deployment's list of addresses applies to the handshake. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASSEMBLY, type Deployment, startDeployment } from '../../support/deployment.ts';

const TEMPLATE = 'NbwssService.template.json';

/** The assembly with `allowedCidrs`: a synthesized one differs in this variable only. */
const assemblyFor = async (allowedCidrs: string): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'nbwss-assembly-'));
  await cp(ASSEMBLY, dir, { recursive: true });
  const template = JSON.parse(await readFile(join(dir, TEMPLATE), 'utf8'));
  const functions: {
    Type: string;
    Properties: { Description?: string; Environment?: { Variables: object } };
  }[] = Object.values(template.Resources);
  for (const { Type, Properties } of functions) {
    if (Type !== 'AWS::Lambda::Function' || !Properties.Description?.includes('$connect')) continue;
    Properties.Environment = {
      Variables: { ...Properties.Environment?.Variables, ALLOWED_CIDRS: allowedCidrs },
    };
  }
  await writeFile(join(dir, TEMPLATE), JSON.stringify(template));
  return dir;
};

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
});
