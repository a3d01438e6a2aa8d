/** A deployment in which every setting differs from its default runs. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { EXISTING, MAXIMAL, SECRETS as secrets } from '../../infra/configurations.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, message, notification } from '../../support/raw-client.ts';
import { send, settled } from '../../support/reporting.ts';

/** Without those that need the data of another deployment (`restore.test.ts`), names in DNS (`custom-domains.test.ts`), or another process (the relay). */
const ELSEWHERE = { ...EXISTING, webSocketDomain: '', apiDomain: '', gateway: '', relay: '' };
const SETTINGS = Object.fromEntries(Object.entries(MAXIMAL).filter(([name]) => !(name in ELSEWHERE)));

let folder: string;
let assembly: string;
let deployment: Deployment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-maximal-'));
  assembly = join(folder, 'cdk.out');
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, SETTINGS);
  deployment = await startDeployment({ assembly, secrets });
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a domain connects, reports, is queried and called, with its stored credential too', async () => {
  const { http } = deployment;
  const client = await deployment.connect(await deployment.createGroup('berlin'));
  await send(client, notification('JOB', job(1, 'DONE')));
  await settled(deployment);
  await deployment.sweep();
  expect((await http('GET', '/v1/groups/berlin/jobs/1')).json).toMatchObject({ jobId: 1 });

  const stored = await http('PUT', '/v1/groups/berlin/netbackup-credential', { body: { apiKey: 'planted' } });
  expect(stored.status).toBe(204);
  const call = http('GET', '/v1/groups/berlin/netbackup/admin/jobs/1', {
    key: '',
    headers: { authorization: deployment.adminKey },
  });
  const { id, payload } = await client.next((frame) => frame['type'] === 'COMMAND');
  expect(payload).toMatchObject({ headers: { Authorization: 'planted' } });
  client.send(message('COMMAND', 'RESPONSE', { responseCode: 200, body: '{}' }, { id }));
  expect((await call).status).toBe(200);
});

test('no AWS call is denied, and events are published on the encrypted bus', () => {
  const denied = deployment.cloud.calls.since(0).filter(({ errorCode }) => /Denied/.test(errorCode ?? ''));
  expect(denied).toEqual([]);
  expect(deployment.cloud.events.since(0).map(({ event }) => event['detail-type'])).toContain(
    'Job Completed',
  );
});

describe('a customer managed key', () => {
  interface Statement {
    readonly Action: unknown;
    readonly Principal?: unknown;
    readonly Condition?: unknown;
  }
  /** The assembly without some statements of its policies. */
  const without = async (name: string, unwanted: (statement: Statement) => boolean): Promise<string> => {
    const copy = join(folder, name);
    await cp(assembly, copy, { recursive: true });
    for (const stack of ['SecondData', 'SecondService']) {
      const file = join(copy, `${stack}.template.json`);
      const template = JSON.parse(await readFile(file, 'utf8'), (key, value) =>
        key === 'Statement' ? (value as Statement[]).filter((one) => !unwanted(one)) : value,
      );
      await writeFile(file, JSON.stringify(template));
    }
    return copy;
  };

  test('is needed for the tables: a function that may not use it is denied', async () => {
    const copy = await without('no-table', ({ Condition }) =>
      JSON.stringify(Condition ?? '').includes('kms:ViaService'),
    );
    const denied = await startDeployment({ assembly: copy, secrets });
    const { status } = await denied.http('GET', '/v1/groups');
    const [call] = denied.cloud.calls.since(0).filter(({ functionName }) => functionName !== undefined);
    await denied.stop();
    expect([status, call]).toMatchObject([500, { action: 'GetItem', errorCode: 'AccessDeniedException' }]);
  });

  test('is needed for the bus: the local cloud does not start if EventBridge may not use it', async () => {
    const copy = await without('no-bus', ({ Principal }) =>
      JSON.stringify(Principal ?? '').includes('events.amazonaws.com'),
    );
    await expect(startDeployment({ assembly: copy, secrets })).rejects.toThrow(
      /does not allow EventBridge kms:GenerateDataKey/,
    );
  });
});
