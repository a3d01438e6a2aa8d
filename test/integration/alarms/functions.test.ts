/** Functions that crash, and functions that the account's concurrency refuses. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification, type RawClient } from '../../support/raw-client.ts';
import { send } from '../../support/reporting.ts';
import { alarmsAfter, alarmsOn, anyResponse, postCommand, raises, tryToOpen } from './support.ts';

jest.setTimeout(180_000);

let deployment: Deployment;
let client: RawClient;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment({ accountConcurrency: 3 });
  client = await deployment.connect(await deployment.createGroup('berlin'));
  await deployment.sweep();
});
afterAll(() => deployment.stop());

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
      // Stored before, and sent by the stream while the executions are taken.
      await send(client, notification('JOB', job(++serial)));
      await throttled('Api', '/v1/groups', async () => {
        await tryToOpen(deployment);
        notify();
        client.send(anyResponse());
        await deployment.cloud.gateway?.idle();
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
