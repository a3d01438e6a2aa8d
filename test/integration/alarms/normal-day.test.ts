/** Domains that report, are called and reconnect, and strangers: no alarm is raised. */

import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import type { AlarmChange } from '../../../local/metrics/alarms.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { connectRequest, job, notification, type RawClient } from '../../support/raw-client.ts';
import { batch, image, send } from '../../support/reporting.ts';
import { answering } from '../connections/support.ts';
import { alarmsOn, endMinute, MINUTE, postCommand } from './support.ts';

const MINUTES = 20;
let deployment: Deployment;
let details: EndpointDetails;
let client: RawClient;
const changes: AlarmChange[] = [];
beforeAll(async () => {
  deployment = await startDeployment();
  deployment.cloud.alarms.onChange((change) => changes.push(change));
  details = await deployment.createGroup('berlin');
  client = await reconnected();
});
afterAll(() => deployment.stop());

const reconnected = async (): Promise<RawClient> => {
  const next = await deployment.connect(details);
  answering(next);
  return next;
};

/** A scanner, and a domain with a token that is not valid. */
const strangers = async (): Promise<void> => {
  const scanner = await deployment.open();
  scanner.send('GET / HTTP/1.1');
  await scanner.closed;
  const wrong = await deployment.open();
  const request = connectRequest(details.token.replace(/.$/, 'x'));
  wrong.send(request);
  await wrong.next(({ id }) => id === request['id']);
};

test('twenty minutes with everything that happens on a normal day', async () => {
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    const backupId = `client01_${1_700_000_000 + minute}`;
    const done = job(minute, 'DONE', { status: minute % 5 === 0 ? 96 : 0, backupId });
    const report = batch([notification('JOB', done), notification('IMAGE', image(backupId))]);
    await send(client, report);
    // Sent again, and something that is not understood.
    await send(client, report);
    await send(client, notification('MOON', { phase: minute }));
    await strangers();
    await postCommand(deployment, 'berlin');
    await deployment.http('GET', '/v1/summary');
    await deployment.http('GET', '/v1/groups/no-such-group');
    if (minute % 7 === 0) client = await reconnected();
    await deployment.sweep();
    await endMinute(deployment);
  }
  expect(changes).toEqual([]);
  expect(alarmsOn(deployment)).toEqual([]);
  expect((await deployment.http('GET', '/v1/groups/berlin/jobs')).json.items).toHaveLength(MINUTES);

  // The alarms work: without the sweep one is raised.
  deployment.clock.advance(5 * MINUTE);
  expect(alarmsOn(deployment)).toEqual(['SweepMissing']);
});
