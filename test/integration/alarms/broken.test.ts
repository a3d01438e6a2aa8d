/** Faults of a deployment that is set up wrongly: only the assembly is edited. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASSEMBLY, type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { send } from '../../support/reporting.ts';
import { alarmsAfter, alarmsAfterGivingUp, alarmsOn, MINUTE, raises, streamLog } from './support.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const streams = streamLog();
let folder: string;
let deployment: Deployment;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nbwss-broken-'));
  cpSync(ASSEMBLY, folder, { recursive: true });
  const file = join(folder, 'NbwssService.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  for (const [id, { Type, Properties }] of Object.entries<{
    Type: string;
    // biome-ignore lint/suspicious/noExplicitAny: template JSON
    Properties: any;
  }>(template.Resources)) {
    // Nothing listens there.
    if (Type === 'AWS::Lambda::Function' && id.startsWith('Sweep'))
      Properties.Environment.Variables.WEBSOCKET_URL = 'wss://127.0.0.1:1/nbwss';
    if (Type === 'AWS::IAM::Policy' && id.startsWith('Project')) {
      const { Statement } = Properties.PolicyDocument;
      Properties.PolicyDocument.Statement = Statement.filter(
        ({ Action }: { Action: unknown }) => Action !== 's3:PutObject',
      );
    }
  }
  writeFileSync(file, JSON.stringify(template));
  deployment = await startDeployment({ assembly: folder, log: streams.log });
});
afterAll(async () => {
  await deployment?.stop();
  rmSync(folder, { recursive: true, force: true });
});

raises(['CertificateNotReadable'], 'nothing listens at the WebSocket URL', async () => {
  for (let check = 0; check < 2; check += 1) {
    deployment.clock.advance(60 * MINUTE);
    await alarmsAfter(deployment, 1, () => deployment.sweep());
  }
  return alarmsOn(deployment);
});

raises(['FailedBatchesLost'], 'the role may not write to the bucket of failed batches', async () => {
  const client = await deployment.connect(await deployment.createGroup('berlin'));
  deployment.cloud.faults.add({ function: 'Project', resource: '-Jobs', do: 'fail', count: ALWAYS });
  await send(client, notification('JOB', job(1)));
  return alarmsAfterGivingUp(deployment, streams);
});
