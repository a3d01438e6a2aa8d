/** Scenarios of states and ids that come back, of several streams, and of daylight saving. */

import { toScenario } from '../../../../netbackup/simulator/scenario.ts';
import { SCENARIOS } from '../../../../netbackup/simulator/simulate.ts';
import { FakeNetwork, type Message } from './fake-network.ts';

const HOST = 'a.example.com';

type Item = Record<string, unknown>;
interface Sent {
  readonly message: Message;
  readonly object: string;
  readonly item: Item;
}

/** All notifications of a scenario, played at `now` by a primary of this time zone. */
function play(name: string, now = Date.UTC(2026, 0, 15, 12), timeZone = 'UTC') {
  const network = new FakeNetwork(now);
  const primary = network.primary([network.details(HOST)], {
    properties: { notificationRateMs: 1000 },
    quirks: { timeZone },
  });
  const scenario = SCENARIOS.get(name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  void primary.play(scenario);
  network.seconds(30);
  expect([primary.pending, primary.violations]).toEqual([0, []]);
  const sent: Sent[] = network
    .endpoint(HOST)
    .notifications()
    .flatMap((message) =>
      (message['payload'] as { object: string; data: Item[] }[]).flatMap(({ object, data }) =>
        data.map((item) => ({ message, object, item })),
      ),
    );
  const start = now / 1000;
  /** `STATE status start` of one job, in the order of sending; the start in seconds after the scenario's. */
  const job = (jobId: number): string[] =>
    sent
      .filter(({ item }) => item['jobId'] === jobId)
      .map(({ item }) => `${item['state']} ${item['status']} ${Number(item['startTime']) - start}`);
  return { sent, job, start, primary };
}

test('every scenario is what a scenario file may be', () => {
  for (const scenario of SCENARIOS.values()) expect(toScenario(scenario)).toEqual(scenario);
});

test('requeue: ACTIVE, QUEUED, and ACTIVE with equal content in another message', () => {
  const { sent, job } = play('requeue');
  expect(job(201)).toEqual(['ACTIVE 0 0', 'QUEUED 0 0', 'ACTIVE 0 0', 'DONE 0 0']);
  const [first, , third] = sent;
  expect(third?.item).toEqual(first?.item);
  expect(third?.message.id).not.toBe(first?.message.id);
  expect(third?.message.timeStamp).toBeGreaterThan(first?.message.timeStamp ?? 0);
});

test('suspend-resume: as QUEUED, and as SUSPENDED', () => {
  const { job } = play('suspend-resume');
  expect(job(211)).toEqual(['ACTIVE 0 0', 'QUEUED 0 0', 'ACTIVE 0 0', 'DONE 0 0']);
  expect(job(212)).toEqual(['ACTIVE 0 1', 'SUSPENDED 0 1', 'ACTIVE 0 1', 'DONE 0 1']);
});

test('retry: failed, taken up again with another start, good, with an image of the second run', () => {
  const { sent, job, start, primary } = play('retry');
  expect(job(221)).toEqual(['ACTIVE 0 0', 'DONE 58 0', 'ACTIVE 0 5', 'DONE 0 5']);
  const images = sent.filter(({ object }) => object === 'IMAGE');
  expect(images.map(({ item }) => item['backupTime'])).toEqual([start + 5]);
  // The REST API shows the job as it ended.
  expect(primary.catalog.job(221)).toMatchObject({ state: 'DONE', status: 0, startTime: start + 5 });
});

test('streams: of different status under a parent with 1, all good under a parent with 156', () => {
  const { sent } = play('streams');
  const ends = sent.filter(({ item }) => item['state'] === 'DONE').map(({ item }) => item);
  const tree = (parent: number) =>
    ends
      .filter((item) => item['parentJobId'] === parent)
      .map(({ jobId, status, clientName }) => `${jobId} ${status} ${clientName}`)
      .sort();
  expect(tree(231)).toEqual([
    '231 1 primary.example.com',
    '232 0 linux02.example.com',
    '233 13 linux02.example.com',
  ]);
  expect(tree(241)).toEqual([
    '241 156 primary.example.com',
    '242 0 linux02.example.com',
    '243 0 linux02.example.com',
  ]);
  // One image for each good stream.
  const images = sent.filter(({ object }) => object === 'IMAGE').map(({ item }) => item['backupId']);
  expect(new Set(images).size).toBe(3);
});

test('job-id-reused: 40 days later, and for another policy and client', () => {
  const { sent, job } = play('job-id-reused');
  expect(job(251)).toEqual([`DONE 0 ${-40 * 86_400}`, 'ACTIVE 0 3', 'DONE 0 3']);
  const names = sent
    .filter(({ item }) => item['jobId'] === 252)
    .map(({ item }) => `${item['policyName']} ${item['clientName']} ${item['state']} ${item['status']}`);
  expect(names).toEqual([
    'files-daily linux01.example.com DONE 6',
    'vm-daily vm02 ACTIVE 0',
    'vm-daily vm02 DONE 0',
  ]);
});

describe('TRAP-2: the shift is minus the UTC offset at the moment of the event', () => {
  test.each<[timeZone: string, change: string, before: number, after: number]>([
    ['America/New_York', '2026-11-01T06:00:00Z', 14_400, 18_000],
    ['America/New_York', '2026-03-08T07:00:00Z', 18_000, 14_400],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', -7200, -3600],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', -3600, -7200],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', -39_600, -37_800],
    ['Asia/Kathmandu', '2026-11-01T06:00:00Z', -20_700, -20_700],
  ])('%s, %s', (timeZone, change, before, after) => {
    // Job 144 starts 3 s before the change, its child 146 and the image 1 s after it.
    const { sent, start, primary } = play('demo', Date.parse(change) - 3000, timeZone);
    const shiftOf = (jobId: number, startedAt: number): Set<number> =>
      new Set(
        sent
          .filter(({ item }) => item['jobId'] === jobId)
          .map(({ item }) => Number(item['startTime']) - start - startedAt),
      );
    expect(shiftOf(144, 0)).toEqual(new Set([before]));
    expect(shiftOf(146, 4)).toEqual(new Set([after]));
    const image = sent.find(({ item }) => item['backupId'] === `vm01_${start + 4}`)?.item;
    expect(image).toMatchObject({ backupTime: start + 4, createdTime: start + 7 + after });
    // The REST API shows UTC. In spring two times of an hour have the same shifted one.
    if (before > after) return;
    expect(primary.catalog.job(144)?.startTime).toBe(start);
    expect(primary.catalog.job(146)?.startTime).toBe(start + 4);
  });
});
