/** A domain that sends more than anybody can use costs a bounded amount, loses nothing, and delays no other group. */
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { type Frame, job, notification, type RawClient } from '../support/raw-client.ts';
import { batch, send, settled } from '../support/reporting.ts';

const FLOOD_MESSAGES = 6;
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
/** 17 500 distinct values that cannot be interpreted, 0.12 MB. */
const noise = (serial: number): Frame =>
  notification('TAPE', ...many(17_500, (index) => serial * 20_000 + index));
const small = (jobId: number): Frame => ({ jobId, state: 'A' });

let deployment: Deployment;
let flooder: RawClient;
let quiet: RawClient;
let serial = 0;
let groupId: string;

// One shard, so that all groups share one order of records.
beforeAll(async () => {
  deployment = await startDeployment({ order: 'serial' });
  quiet = await deployment.connect(await deployment.createGroup('quiet'));
});
beforeEach(async () => {
  groupId = `flood-${++serial}`;
  flooder = await deployment.connect(await deployment.createGroup(groupId));
});
afterAll(() => deployment.stop());

const get = async (path: string) => (await deployment.http('GET', `/v1/groups/${groupId}/${path}`)).json;
const replay = (eventId: string) =>
  deployment.http('POST', `/v1/groups/${groupId}/quarantine/${eventId}/replay`);
/** Every event of the feed, in pages. */
const feed = async (limit: number): Promise<Frame[]> => {
  deployment.clock.advance(6_000);
  const events: Frame[] = [];
  for (let cursor = ''; ; ) {
    const page = await get(`events?limit=${limit}${cursor}`);
    events.push(...page.items);
    if (!page.more) return events;
    cursor = `&after=${page.cursor}`;
  }
};
/** What happens from now on. */
const watch = () => {
  const calls = deployment.cloud.calls.mark();
  const events = deployment.cloud.events.mark();
  const lines = deployment.output.length;
  return {
    calls: (functionName: string, action: string) =>
      deployment.cloud.calls
        .since(calls)
        .filter((call) => call.functionName?.includes(functionName) && call.action === action),
    events: () => deployment.cloud.events.since(events).length,
    warnings: () => deployment.output.slice(lines).filter((line) => line.includes('"level":"WARN"')).length,
    bytes: () => deployment.output.slice(lines).reduce((sum, line) => sum + line.length, 0),
  };
};

test('a message of 17 500 values that cannot be interpreted costs one item, one event and one log line', async () => {
  const seen = watch();
  const messages = many(FLOOD_MESSAGES, noise);
  for (const one of messages) await send(flooder, one);
  await settled(deployment);
  expect(seen.calls('Project', 'PutItem')).toHaveLength(FLOOD_MESSAGES);
  expect(seen.calls('Project', 'PutEvents')).toHaveLength(FLOOD_MESSAGES);
  expect(seen.events()).toBe(FLOOD_MESSAGES);
  expect(seen.warnings()).toBe(FLOOD_MESSAGES);
  expect(seen.bytes()).toBeLessThan(FLOOD_MESSAGES * 2_000);

  // Nothing is lost: the quarantine and the feed have the texts.
  const { items } = await get('quarantine');
  const texts = messages.map((one) => JSON.stringify(one)).sort();
  expect(items.map(({ text }: Frame) => text).sort()).toEqual(texts);
  expect(items.map(({ reason }: Frame) => reason)).toEqual(
    Array(FLOOD_MESSAGES).fill('too-many-notifications'),
  );
  expect((await feed(1)).map(({ text }) => text).sort()).toEqual(texts);

  // A replay ends, and changes nothing.
  const [{ eventId }] = items;
  expect((await replay(eventId)).json.code).toBe('still-not-interpreted');
  expect((await get('quarantine')).items).toHaveLength(FLOOD_MESSAGES);
});

test('101 values that cannot be interpreted: the rest of the message is applied', async () => {
  const seen = watch();
  await send(
    flooder,
    batch([notification('TAPE', ...many(101, String)), notification('JOB', job(1), job(2))]),
  );
  await settled(deployment);
  expect((await get('jobs')).items).toHaveLength(2);
  expect((await get('quarantine')).items).toMatchObject([
    { reason: 'too-many-not-interpretable', part: 'message' },
  ]);
  expect(seen.warnings()).toBe(1);
  expect(await feed(1)).toHaveLength(3);
});

test('of 1 050 jobs in one message 1 000 are applied, and the others when it is replayed', async () => {
  const seen = watch();
  await send(flooder, notification('JOB', 'not a job', ...many(1_050, small)));
  await settled(deployment);
  // 999 jobs, the one that is not a job, and the message.
  expect(seen.calls('Project', 'PutItem')).toHaveLength(1_001);
  const before = (await get('quarantine')).items;
  expect(before.map(({ reason }: Frame) => reason).sort()).toEqual(['not-a-job', 'too-many-notifications']);
  expect((await get('jobs/1049')).code).toBe('job-not-found');

  const { eventId } = before.find(({ part }: Frame) => part === 'message');
  const replayed = await replay(eventId);
  expect([replayed.status, replayed.json.eventIds?.length]).toEqual([200, 1_051]);
  expect((await get('jobs/1049')).jobId).toBe(1_049);
  expect((await get('quarantine')).items).toMatchObject([{ reason: 'not-a-job' }]);
  expect((await replay(eventId)).status).toBe(404);
});

test('while the writes of a flood do not end, a job of another group is in its view', async () => {
  // The stream gathers both groups behind this message, so that they are in one batch.
  const first = deployment.cloud.faults.add({
    function: 'Project',
    action: 'PutItem',
    resource: 'Quarantine',
    do: 'pause',
  });
  await send(flooder, noise(FLOOD_MESSAGES));
  await first.reached;
  for (let index = 0; index < FLOOD_MESSAGES; index++) await send(flooder, noise(index));
  await send(quiet, notification('JOB', job(7)));
  const rest = deployment.cloud.faults.add({
    function: 'Project',
    action: 'PutItem',
    resource: 'Quarantine',
    count: Number.POSITIVE_INFINITY,
    do: 'pause',
  });
  first.remove();
  await rest.reached;
  const isVisible = async () => (await deployment.http('GET', '/v1/groups/quiet/jobs/7')).status === 200;
  while (!(await isVisible()));
  // Of the flood only the first message was applied: each group is applied in its order.
  expect((await get('quarantine')).items).toHaveLength(1);
  expect(rest.hits()).toBe(1);
  rest.remove();
  await settled(deployment);
  expect((await get('quarantine')).items).toHaveLength(FLOOD_MESSAGES + 1);
});

test('a page of the feed costs by what it returns, not by the size of the messages behind it', async () => {
  const large = (jobId: number) => job(jobId, 'ACTIVE', { note: 'x'.repeat(1_200) });
  for (let index = 0; index < 12; index++)
    await send(flooder, notification('JOB', ...many(80, (id) => large(index * 80 + id))));
  deployment.clock.advance(6_000);
  const unitsOf = async (query: string) => {
    const seen = watch();
    const page = await get(`events?limit=10${query}`);
    expect(page.items).toHaveLength(10);
    const units = seen
      .calls('Api', 'BatchGetItem')
      .filter(({ resource }) => resource.includes('Journal'))
      .reduce((sum, { readUnits }) => sum + readUnits, 0);
    return { cursor: page.cursor, units };
  };
  const first = await unitsOf('');
  const second = await unitsOf(`&after=${first.cursor}`);
  // One message of 0.1 MB, read without strong consistency, is 13 units.
  expect(second.units).toBeLessThanOrEqual(16);
  expect(first.units).toBeLessThanOrEqual(5 * 16);
  await settled(deployment);
});
