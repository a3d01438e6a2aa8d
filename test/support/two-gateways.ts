/** A deployment with two gateways: the variables of the functions name a relay, to which nothing connects. Only the assembly is edited. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASSEMBLY, type Deployment, startDeployment } from './deployment.ts';

const RELAY = {
  RELAY_URL: 'https://relay-api.example.com',
  RELAY_WEBSOCKET_URL: 'wss://relay.example.com/nbwss',
};

interface Template {
  readonly Resources: Readonly<
    Record<string, { Type: string; Properties: { Environment?: { Variables: Record<string, unknown> } } }>
  >;
}

export interface TwoGateways {
  readonly deployment: Deployment;
  /** For files of the test. */
  readonly folder: string;
  stop(): Promise<void>;
}

export const startWithTwoGateways = async (): Promise<TwoGateways> => {
  const folder = mkdtempSync(join(tmpdir(), 'nbwss-two-'));
  const assembly = join(folder, 'cdk.out');
  cpSync(ASSEMBLY, assembly, { recursive: true });
  const file = join(assembly, 'NbwssService.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  for (const { Type, Properties } of Object.values(template.Resources))
    if (Type === 'AWS::Lambda::Function') Object.assign(Properties.Environment?.Variables ?? {}, RELAY);
  writeFileSync(file, JSON.stringify(template));
  const deployment = await startDeployment({ assembly });
  const stop = async () => {
    await deployment.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { deployment, folder, stop };
};
