/** What NetBackup domains and their connections do or suffer. */
import { request } from 'node:http';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { alarmsAfter, alarmsOn, anyResponse, endMinute, MINUTE, raises } from './support.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const newDomain = async () => {
  const details = await deployment.createGroup(`domain-${++serial}`);
  return { details, client: await deployment.connect(details) };
};

raises(['NotificationsNotStored', 'ServiceDown'], 'the journal refuses notifications', async () => {
  const { client } = await newDomain();
  return alarmsAfter(
    deployment,
    2,
    async () => {
      client.send(notification('JOB', job(++serial)));
      await client.next(({ type }) => type === 'COMMAND');
    },
    [{ function: 'Notify', resource: '-Journal', do: 'fail', count: ALWAYS }],
  );
});

raises(['AcknowledgementSlow'], 'the journal takes 1.3 s for each notification', async () => {
  const { client } = await newDomain();
  return alarmsAfter(
    deployment,
    3,
    async () => {
      client.send(notification('JOB', job(++serial)));
      await client.next();
    },
    [{ function: 'Notify', resource: '-Journal', do: 'delay', ms: 1_300 }],
  );
});

raises(['SessionsFailing'], 'the groups cannot be read when a domain connects', async () => {
  const { details } = await newDomain();
  return alarmsAfter(
    deployment,
    2,
    async () => {
      const client = await deployment.open();
      client.send({
        version: '1.0',
        id: 'x',
        type: 'CONNECT',
        subType: 'REQUEST',
        timeStamp: 1,
        payload: { token: details.token },
      });
    },
    [{ function: 'Session', resource: '-Groups', do: 'fail', count: ALWAYS }],
  );
});

raises(['ResponsesNotStored'], 'the commands cannot be read when a response arrives', async () => {
  const { client } = await newDomain();
  return alarmsAfter(deployment, 2, async () => client.send(anyResponse()), [
    { function: 'Respond', service: 'dynamodb', do: 'fail', count: ALWAYS },
  ]);
});

raises(['MessagesMalformed'], 'a connected domain sends a text that is not a message', async () => {
  const { client } = await newDomain();
  return alarmsAfter(deployment, 2, async () => client.send('hello?'));
});

raises(['MessageTooLarge'], 'a domain connects and sends 40 KB in one frame, again and again', async () => {
  const { details } = await newDomain();
  return alarmsAfter(deployment, 4, async () => {
    const client = await deployment.connect(details);
    client.send('x'.repeat(40_000));
    await client.closed;
  });
});

raises(['TokenExpiring'], 'a token is valid for a week', async () => {
  const group = `domain-${++serial}`;
  await deployment.http('POST', '/v1/groups', { body: { groupId: group } });
  await deployment.http('POST', `/v1/groups/${group}/endpoints`, {
    body: { priority: 1, tokenValidDays: 7 },
  });
  return alarmsAfter(deployment, 1, () => deployment.sweep());
});

raises(['TokenShared'], 'two addresses connect in turns with one token', async () => {
  const details = await deployment.createGroup(`domain-${++serial}`);
  return alarmsAfter(deployment, 1, async () => {
    for (const address of ['127.0.0.2', '127.0.0.3', '127.0.0.2', '127.0.0.3', '127.0.0.2'])
      await deployment.connect(details, address);
  });
});

/** Requests a URL from another source address. */
const getFrom = (localAddress: string, url: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    request(url, { localAddress, agent: false }, (response) => response.resume().once('end', resolve))
      .once('error', reject)
      .end();
  });

raises(['InvitationShared'], 'two addresses read one invitation', async () => {
  const { groupId } = await deployment.createGroup(`domain-${++serial}`);
  const { json: endpoints } = await deployment.http('GET', `/v1/groups/${groupId}/endpoints`);
  const [{ endpointId }] = endpoints.items;
  const made = await deployment.http('POST', `/v1/groups/${groupId}/endpoints/${endpointId}/invitations`);
  const url = `${deployment.cloud.apiUrl}${new URL(made.json.url).pathname}`;
  return alarmsAfter(deployment, 1, async () => {
    for (const address of ['127.0.0.2', '127.0.0.3']) await getFrom(address, url);
  });
});

raises(['DomainDisconnected'], 'a domain closes its connection for a quarter of an hour', async () => {
  const { client } = await newDomain();
  await client.close();
  await deployment.cloud.drained();
  deployment.clock.advance(16 * MINUTE);
  for (let minute = 0; minute < 2; minute += 1) {
    await deployment.sweep();
    await endMinute(deployment);
  }
  return alarmsOn(deployment);
});
