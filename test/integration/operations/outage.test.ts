/** The bus and the tables of jobs and images are down for 30 hours: notifications are acknowledged all the time, and nothing is lost. */
import { registerRedrive } from '../../../bin/nbwss/commands/redrive.ts';
import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import { outputLine, runOnCloud } from '../../support/aws-command.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { connectRequest, type Frame, job, notification, type RawClient } from '../../support/raw-client.ts';
import { image, send, settled } from '../../support/reporting.ts';

const GROUPS = ['berlin', 'osaka'];
const HOURS = 30;
const HOUR_MS = 3_600_000;
/** After so many hours a record is given up (`lib/constructs/journal-stream.ts`). */
const MAX_AGE_HOURS = 20;

let deployment: Deployment;
/** The same without an outage. */
let expected: { readonly events: ReadonlyMap<string, number>; readonly views: unknown[] };
beforeAll(async () => {
  const twin = await startDeployment();
  for (const group of GROUPS) {
    const client = await twin.connect(await twin.createGroup(group));
    for (let hour = 0; hour < HOURS; hour++) for (const one of reported(group, hour)) await send(client, one);
  }
  await settled(twin);
  expected = { events: published(twin), views: await views(twin) };
  await twin.stop();
  deployment = await startDeployment();
});
afterAll(() => deployment?.stop());

const messages = new Map<string, Frame[]>();
/** What a group reports in an hour: something that cannot be interpreted, a job that starts, one that ends, an image. */
function reported(group: string, hour: number): Frame[] {
  const known = messages.get(`${group} ${hour}`);
  if (known) return known;
  const all = [
    notification('TAPE', { slot: hour }),
    notification('JOB', job(hour + 1, 'ACTIVE')),
    notification('JOB', job(hour, 'DONE', { status: hour % 7 === 0 ? 58 : 0 })),
    notification('IMAGE', image(`client${hour}_17000${String(hour).padStart(5, '0')}`)),
  ];
  // In two orders: a group whose first messages fail is not tried further, so each dependency fails first in one of them.
  if (group !== GROUPS[0]) all.reverse();
  messages.set(`${group} ${hour}`, all);
  return all;
}
const PER_HOUR = 4 * GROUPS.length;

/** Not `deployment.connect`, which waits until the stream has delivered everything. */
const connect = async (details: EndpointDetails): Promise<RawClient> => {
  const client = await deployment.open();
  const request = connectRequest(details.token);
  client.send(request);
  expect(await client.next((frame) => frame['id'] === request['id'])).toMatchObject({
    payload: { valid: true },
  });
  return client;
};

const views = async ({ http }: Deployment): Promise<unknown[]> => {
  const paths = ['jobs?limit=1000', 'images?limit=1000', 'quarantine', 'jobs/1', 'jobs/30', 'jobs/14/tree'];
  const all = GROUPS.flatMap((group) => paths.map((path) => http('GET', `/v1/groups/${group}/${path}`)));
  return (await Promise.all(all)).map(({ status, text }) => [status, withoutArrival(text)]);
};
/** The two deployments received the messages at different times. */
const withoutArrival = (text: string): unknown =>
  JSON.parse(text, (key, value) => (/^(receivedAt|lastReportAt|asOf)$/.test(key) ? undefined : value));

/** The events about notifications by their ids: how often each was published. */
const published = ({ cloud }: Deployment): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { event } of cloud.events.all) {
    const { eventId } = event.detail as { eventId?: string };
    // Which problems open in between depends on when the jobs are seen.
    if (eventId === undefined || /^(Connection|Problem) /.test(event['detail-type'])) continue;
    const id = `${event['detail-type']} ${eventId}`;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
};
test('after 30 hours every event is published once and every view is right, and nobody needs to know the groups', async () => {
  const { cloud, clock } = deployment;
  const details = await Promise.all(GROUPS.map((group) => deployment.createGroup(group)));
  const forever = { function: 'project', do: 'fail', count: Number.POSITIVE_INFINITY } as const;
  const down = [
    cloud.faults.add({ ...forever, service: 'events' }),
    ...['-Jobs', '-Images'].map((resource) =>
      cloud.faults.add({ ...forever, service: 'dynamodb', resource }),
    ),
  ];
  for (let hour = 0; hour < HOURS; hour++) {
    for (const [index, group] of GROUPS.entries()) {
      const client = await connect(details[index] as EndpointDetails);
      for (const message of reported(group, hour)) await send(client, message);
      // The gateway closes a connection after two hours.
      client.socket.terminate();
    }
    // Retries are a minute apart at most, so each batch under way is tried again.
    clock.advance(HOUR_MS);
    await cloud.gateway?.idle();
    await cloud.lambda.idle();
  }
  expect(published(deployment).size).toBe(0);
  expect(down.map((fault) => fault.hits() > 0)).toEqual([true, true, true]);

  const line = outputLine(deployment, 'Redrive');
  const listed = await runOnCloud(deployment, registerRedrive, `${line} --dry-run`);
  const [, batches, kept] = /^(\d+) of \1 batches can be applied: (\d+) messages\.$/m.exec(listed.out) ?? [];
  expect(Number(kept)).toBeGreaterThanOrEqual((HOURS - MAX_AGE_HOURS - 1) * PER_HOUR);
  expect(Number(kept)).toBeLessThan(HOURS * PER_HOUR);

  // Too early: everything is still down, and everything stays.
  const early = await runOnCloud(deployment, registerRedrive, line);
  expect(early).toMatchObject({ exitCode: 1, out: `0 batches with 0 messages applied, ${batches} left.\n` });
  expect(early.err).toContain('could not be applied');

  // Not within an attempt: what it publishes behind a record that has failed is published again.
  await cloud.lambda.idle();
  for (const fault of down) fault.remove();
  clock.advance(61_000);
  await settled(deployment);
  // The stream still had the last hours.
  const fromStream = published(deployment).size;
  expect(fromStream).toBeGreaterThan(0);
  expect(fromStream).toBeLessThan(expected.events.size);

  const done = await runOnCloud(deployment, registerRedrive, line);
  expect([done.exitCode, done.err]).toEqual([undefined, '']);
  expect(done.out).toContain(`${batches} batches with ${kept} messages applied, 0 left.\n`);
  expect(published(deployment)).toEqual(expected.events);
  expect([...published(deployment).values()].every((count) => count === 1)).toBe(true);
  expect(await views(deployment)).toEqual(expected.views);

  const again = await runOnCloud(deployment, registerRedrive, line);
  expect(again.out).toBe('0 batches with 0 messages applied, 0 left.\n');
});
