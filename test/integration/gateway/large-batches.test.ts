/** A NOTIFICATION that is larger than one message, stored in parts by the deployed functions. */
import { registerRebuild } from '../../../bin/nbwss/commands/rebuild.ts';
import { systemClock } from '../../../gateway/clock.ts';
import { createBatchDelivery } from '../../../gateway/parts/delivery.ts';
import { scanNow } from '../../../gateway/parts/scan.ts';
import type { ScannedMessage } from '../../../gateway/parts/types.ts';
import { outputLine, runOnCloud } from '../../support/aws-command.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import {
  fragmentOf,
  imagesText,
  jobText,
  joined,
  objectText,
  partsOf,
  requestText,
  textsOf,
} from '../../support/large-notifications.ts';
import { batchDelivery, notifier } from '../../support/part-sender.ts';
import { settled } from '../../support/reporting.ts';

/** For hangs only. */
const PATIENCE_MS = 600_000;
const JOBS = 2_000;
const IMAGES = 500;
const payload = `${objectText('JOB', Array.from({ length: JOBS }, (_, id) => jobText(id + 1)).join(','))},${imagesText(IMAGES)}`;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const scanned = (text: string): ScannedMessage => {
  const message = scanNow(Buffer.from(text));
  if (!message) throw new Error('The message is not JSON.');
  return message;
};
const idOf = (answer: string | undefined): unknown => (answer ? JSON.parse(answer).id : undefined);
const writesOf = (mark: number): number =>
  deployment.cloud.calls
    .since(mark)
    .filter(({ functionName = '', writeUnits }) => /Notify/.test(functionName) && writeUnits > 0).length;
/** The ids of the events of states on the bus. */
const publishedIn = (mark: number): Set<unknown> => {
  const details = deployment.cloud.events
    .since(mark)
    .map(({ event }) => event.detail as { eventId?: string });
  return new Set(details.flatMap(({ eventId }) => eventId ?? []));
};
/** All items of a list. */
const all = async (groupId: string, list: string) => {
  const items: Record<string, unknown>[] = [];
  for (let cursor = ''; ; ) {
    const page = await deployment.http('GET', `/v1/groups/${groupId}/${list}?limit=1000${cursor}`);
    items.push(...page.json.items);
    if (list === 'events' ? page.json.items.length === 0 : !page.json.cursor) return items;
    cursor = `&cursor=${page.json.cursor}`;
  }
};
/** Jobs and images without the time of their latest report, which a resend changes; and the ids of all events. */
const views = async (groupId: string) => {
  const steady = (items: readonly Record<string, unknown>[]) =>
    items.map(({ lastReportedAt: _, ...one }) => one);
  const [jobs, images] = [steady(await all(groupId, 'jobs')), steady(await all(groupId, 'images'))];
  return { jobs, images, events: new Set((await all(groupId, 'events')).map(({ eventId }) => eventId)) };
};

test('I-2 I-3 all of it becomes jobs, images and events, and nothing else when NetBackup sends it again', async () => {
  await deployment.connect(await deployment.createGroup('large'));
  const first = requestText(payload, '"first"', 1_700_000_000);
  const parts = partsOf(first).length;
  expect(parts).toBeGreaterThan(5);
  const delivery = await batchDelivery(deployment.cloud, 'large');
  let mark = deployment.cloud.calls.mark();
  let published = deployment.cloud.events.mark();
  expect(idOf(await delivery.deliver(scanned(first), Date.now() + PATIENCE_MS))).toBe('first');
  expect(writesOf(mark)).toBe(parts);
  await settled(deployment);
  const before = await views('large');
  expect(before.jobs).toHaveLength(JOBS);
  expect(before.images).toHaveLength(IMAGES);
  expect(before.events.size).toBe(JOBS + IMAGES);

  // Another connection has no memory of what is stored: everything is stored again, and leads to the same.
  const other = await batchDelivery(deployment.cloud, 'large');
  const again = requestText(payload, '17', 1_700_000_007);
  mark = deployment.cloud.calls.mark();
  const states = publishedIn(published);
  expect(states.size).toBe(JOBS + IMAGES);
  published = deployment.cloud.events.mark();
  expect(idOf(await other.deliver(scanned(again), Date.now() + PATIENCE_MS))).toBe(17);
  expect(writesOf(mark)).toBe(parts);
  await settled(deployment);
  // An event may be published again, with the same id.
  for (const eventId of publishedIn(published)) expect(states).toContain(eventId);
  const after = await views('large');
  expect(after.jobs).toEqual(before.jobs);
  expect(after.images).toEqual(before.images);
  expect(after.events).toEqual(before.events);
  expect(await all('large', 'quarantine')).toEqual([]);
});

test('a rebuild reads the parts like any other messages', async () => {
  const before = await views('large');
  const line = outputLine(deployment, 'RebuildViews').replace('GROUP', 'large');
  const messages = partsOf(requestText(payload)).length * 2;
  expect((await runOnCloud(deployment, registerRebuild, line)).out).toContain(
    `large: done, ${messages} messages.`,
  );
  expect(await views('large')).toEqual(before);
  expect(await all('large', 'quarantine')).toEqual([]);
});

test('I-1 I-2 parts that fail are sent again, and the acknowledgement waits for them', async () => {
  await deployment.connect(await deployment.createGroup('failing'));
  let retries = 0;
  const delivery = await batchDelivery(deployment.cloud, 'failing', {
    retried: () => {
      retries++;
    },
  });
  const { faults } = deployment.cloud;
  const killed = faults.add({ function: 'Notify', action: 'PutItem', do: 'kill', when: 'after', nth: 2 });
  faults.add({ function: 'Notify', action: 'PutItem', do: 'kill', nth: 4, count: 2 });
  const text = requestText(payload, '"A"', 1_700_000_000);
  expect(idOf(await delivery.deliver(scanned(text), Date.now() + PATIENCE_MS))).toBe('A');
  expect(killed.hits()).toBe(1);
  faults.clear();
  expect(retries).toBeGreaterThanOrEqual(3);
  await settled(deployment);
  expect(await all('failing', 'jobs')).toHaveLength(JOBS);
  expect(await all('failing', 'quarantine')).toEqual([]);
});

test('TRAP-6 what is too large for a part is acknowledged, and can be joined from the quarantine', async () => {
  await deployment.connect(await deployment.createGroup('huge'));
  const element = `{"jobId":1,"state":"DONE","note":"${'\\"é'.repeat(100_000)}"}`;
  const text = requestText(objectText('JOB', `${jobText(7)},${element}`));
  const delivery = await batchDelivery(deployment.cloud, 'huge');
  expect(idOf(await delivery.deliver(scanned(text), Date.now() + PATIENCE_MS))).toBe('A-1');
  await settled(deployment);
  const quarantined = await all('huge', 'quarantine');
  const fragments = quarantined.map(({ text: one }) => JSON.parse(String(one)));
  expect(joined(fragments)).toBe(objectText('JOB', element));
  const replayed = await deployment.http(
    'POST',
    `/v1/groups/huge/quarantine/${quarantined[0]?.['eventId']}/replay`,
  );
  expect(replayed.json.code).toBe('still-not-interpreted');
  expect(fragments).toHaveLength(textsOf(partsOf(text)).filter((part) => fragmentOf(part)).length);
  expect(await all('huge', 'jobs')).toMatchObject([{ jobId: 7 }]);
});

test('CON-3 a connection that is not authenticated is told so once, and nothing is stored', async () => {
  const invoke = notifier(deployment.cloud, 'bm90LWEtc2Vzc2lv=');
  const delivery = createBatchDelivery({ invoke, clock: systemClock });
  const mark = deployment.cloud.calls.mark();
  const text = requestText(payload, '"A"');
  const answer = await delivery.deliver(scanned(text), Date.now() + PATIENCE_MS);
  expect(JSON.parse(answer ?? '')).toMatchObject({ id: 'A', type: 'CONNECT', payload: { valid: false } });
  expect(await delivery.deliver(scanned(text), Date.now() + PATIENCE_MS)).toBeUndefined();
  const stored = deployment.cloud.calls.since(mark).filter(({ resource }) => /Journal/.test(resource));
  expect(stored).toEqual([]);
});
