/**
 * A deployment with the bucket of large responses, whose events are invoked directly: of the synthesized deployment with both
 * gateways, the relay itself and its API are left out.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ON_THIS_MACHINE, synthesize } from '../../bin/nbwss/assembly.ts';
import { type Deployment, startDeployment } from './deployment.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SETTINGS = {
  ...ON_THIS_MACHINE,
  gateway: 'both',
  relay: { name: 'relay.example.com', certificate: { secret: 'nbwss/relay-certificate' } },
};
const LEFT_OUT = /^Nbwss(Relay|Monitoring)(\.|$)/;

type Json = Record<string, unknown>;
interface Resource {
  readonly Type: string;
  readonly Properties: {
    Environment?: { Variables: Json };
    PolicyDocument?: { Statement: Json[] };
    Policies?: { PolicyDocument: { Statement: Json[] } }[];
  };
}

/** Whether a part of a template refers to one of the resources. */
const names = (value: unknown, ids: readonly string[]): boolean =>
  ids.some((id) => JSON.stringify(value).includes(`"${id}"`));

const withoutRelay = (template: { Resources: Record<string, Resource>; Outputs?: Json }): void => {
  const { Resources, Outputs = {} } = template;
  const relay = Object.keys(Resources).filter((id) => /^Relay/.test(id));
  for (const id of relay) delete Resources[id];
  for (const [name, output] of Object.entries(Outputs)) if (names(output, relay)) delete Outputs[name];
  for (const { Properties } of Object.values(Resources)) {
    const { Environment, PolicyDocument, Policies = [] } = Properties;
    for (const [name, value] of Object.entries(Environment?.Variables ?? {}))
      if (names(value, relay)) delete Environment?.Variables[name];
    for (const document of [PolicyDocument, ...Policies.map((policy) => policy.PolicyDocument)])
      if (document) document.Statement = document.Statement.filter((statement) => !names(statement, relay));
  }
};

const edited = (path: string, change: (json: never) => void): void => {
  const json = JSON.parse(readFileSync(path, 'utf8'));
  change(json as never);
  writeFileSync(path, JSON.stringify(json));
};

export interface LargeDeployment {
  readonly deployment: Deployment;
  readonly bucket: string;
  stop(): Promise<void>;
}

export const startWithLargeResponses = async (): Promise<LargeDeployment> => {
  const folder = mkdtempSync(join(tmpdir(), 'nbwss-large-'));
  const assembly = join(folder, 'cdk.out');
  await synthesize(ROOT, join(ROOT, '.local/test/both.out'), SETTINGS);
  cpSync(join(ROOT, '.local/test/both.out'), assembly, { recursive: true });
  edited(join(assembly, 'manifest.json'), ({ artifacts }: { artifacts: Json }) => {
    for (const name of Object.keys(artifacts)) if (LEFT_OUT.test(name)) delete artifacts[name];
  });
  edited(join(assembly, 'NbwssService.template.json'), withoutRelay);
  const deployment = await startDeployment({ assembly });
  const [bucket = ''] = Object.entries(deployment.cloud.resources).flatMap(([id, { type, physicalId }]) =>
    type === 'AWS::S3::Bucket' && id.includes('LargeResponses') ? [physicalId] : [],
  );
  const stop = async () => {
    await deployment.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { deployment, bucket, stop };
};
