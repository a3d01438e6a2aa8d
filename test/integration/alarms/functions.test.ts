/** Functions that crash, and functions that the account's concurrency refuses. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { JournalStore, journalEntry } from '../../../lambdas/notifications/journal-store.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification, type RawClient } from '../../support/raw-client.ts';
import { alarmsAfter, alarmsOn, anyResponse, postCommand, raises, tryToOpen } from './support.ts';

let folder: string;
let deployment: Deployment;
let client: RawClient;
let serial = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-functions-'));
  const assembly = join(folder, 'cdk.out');
  // Without reservations, which three executions do not allow.
  const unlimited = { rate: 1_000, burst: 500 };
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, {
    accountConcurrency: 10,
    httpThrottling: unlimited,
    connectThrottling: unlimited,
  });
  deployment = await startDeployment({ assembly, accountConcurrency: 3 });
  client = await deployment.connect(await deployment.createGroup('berlin'));
  await deployment.sweep();
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

const notify = () => client.send(notification('JOB', job(++serial)));

/** One invocation of each function. */
const callAll = async (): Promise<void> => {
  const { cloud } = deployment;
  await tryToOpen(deployment);
  notify();
  await cloud.drained();
  client.send(anyResponse());
  await cloud.drained();
  await deployment.http('GET', '/v1/groups');
  await postCommand(deployment, 'berlin');
  await deployment.sweep();
};

raises(
  ['IntegrationErrors', 'NotifyErrors', 'ServiceDown', 'SessionErrors'],
  'functions that serve NetBackup are killed at their first AWS call',
  () =>
    alarmsAfter(deployment, 2, callAll, [
      { function: 'Session', do: 'kill' },
      { function: 'Notify', do: 'kill' },
    ]),
);

raises(
  ['ApiErrors', 'CommandErrors', 'ProjectErrors', 'RespondErrors', 'SweepErrors'],
  'the other functions are killed at their first AWS call',
  () =>
    alarmsAfter(deployment, 2, callAll, [
      { function: 'Respond', do: 'kill' },
      { function: 'Project', do: 'kill' },
      { function: 'Sweep', do: 'kill' },
      { function: 'Api', do: 'kill' },
      { function: 'Command', do: 'kill' },
    ]),
);

/** As `notify` stores one: its record reaches the stream while no function can run. */
const storeNotification = async (): Promise<void> => {
  const { region, endpointUrl, credentials, resources } = deployment.cloud;
  const client = new DynamoDBClient({ region, endpoint: endpointUrl, credentials });
  const [, journal] = Object.entries(resources).find(([id]) => /^Journal[0-9A-F]{8}$/.test(id)) ?? [];
  const received = { groupId: 'berlin', timeStamp: ++serial, receivedAt: deployment.clock.now() };
  const text = JSON.stringify(notification('JOB', job(serial)));
  const store = new JournalStore(client, journal?.physicalId ?? '');
  await store.store(journalEntry({ ...received, text }, 1), new AbortController().signal);
  client.destroy();
};

/** While these functions hold all three executions. */
const throttled = async (held: string, path: string, act: () => Promise<unknown>): Promise<void> => {
  const { cloud } = deployment;
  const holds = [1, 2, 3].map(() => cloud.faults.add({ function: held, do: 'pause' }));
  const requests = holds.map(() => deployment.http('GET', path));
  await Promise.all(holds.map(({ reached }) => reached));
  await act();
  for (const hold of holds) hold.remove();
  await Promise.all(requests);
};

raises(
  [
    'CommandThrottles',
    'ConsoleThrottles',
    'GatewayErrors',
    'NotifyThrottles',
    'ProjectThrottles',
    'RespondThrottles',
    'ServiceDown',
    'SessionThrottles',
    'SweepThrottles',
  ],
  'requests hold all concurrent executions of the account',
  () =>
    alarmsAfter(deployment, 2, async () => {
      await throttled('Api', '/v1/groups', async () => {
        await tryToOpen(deployment);
        await deployment.http('GET', '/console/', { key: '' });
        notify();
        client.send(anyResponse());
        await deployment.cloud.gateway?.idle();
        await storeNotification();
        // The end of the stream's batching window.
        deployment.clock.advance(1_000);
        await deployment.cloud.runSchedules();
        await postCommand(deployment, 'berlin');
      });
    }),
);

raises(['ApiThrottles'], 'commands hold all concurrent executions of the account', async () => {
  const path = '/v1/groups/berlin/commands/no-such-command';
  await alarmsAfter(deployment, 1, () =>
    throttled('Command', path, () => deployment.http('GET', '/v1/groups')),
  );
  return alarmsOn(deployment);
});

/** What stands beside the console's function is lost: it calls nothing of AWS, where faults begin. */
const losePage = async (): Promise<void> => {
  const assembly = join(folder, 'cdk.out');
  for (const asset of await readdir(assembly))
    if (asset.startsWith('asset.')) await rm(join(assembly, asset, 'page'), { recursive: true, force: true });
};

raises(['ConsoleErrors'], 'the page of the console is not beside its function', async () => {
  await losePage();
  return alarmsAfter(deployment, 2, () => deployment.http('GET', '/console/', { key: '' }));
});
