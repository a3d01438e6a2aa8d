import { FakeWorld, type Message } from '../../unit/netbackup/simulator/fake-world.ts';

const HOST = 'a.example.com';
const DAY_S = 86_400;

type Item = Record<string, unknown>;

interface Told {
  readonly object: string;
  readonly item: Item;
  readonly message: Message;
}

/** Lives `hours` with a faithful endpoint; returns every notification in order. */
function live(hours: number, rate: number, options: Parameters<FakeWorld['primary']>[1] = {}, now?: number) {
  const world = new FakeWorld(now);
  const endpoint = world.endpoint(HOST);
  const primary = world.primary([world.details(HOST)], options);
  primary.live(rate);
  for (let minutes = 0; minutes < hours * 60; minutes += 1) world.seconds(60);
  const told: Told[] = endpoint
    .notifications()
    .flatMap((message) =>
      (message['payload'] as { object: string; data: Item[] }[]).flatMap(({ object, data }) =>
        data.map((item) => ({ object, item, message })),
      ),
    );
  return {
    world,
    primary,
    told,
    jobs: told.filter(({ object }) => object === 'JOB').map(({ item }) => item),
  };
}

function groupBy(items: readonly Item[], key: (item: Item) => unknown): Map<unknown, Item[]> {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

const summary = (told: readonly Told[]): string =>
  JSON.stringify(told.map(({ object, item }) => [object, item]));

describe('the job engine', () => {
  let day: ReturnType<typeof live>;
  beforeAll(() => {
    day = live(24, 30, { seed: 7 });
  });

  it('lives the same day from the same seed, another from another', () => {
    const first = live(3, 60, { seed: 1 }).told;
    expect(first.length).toBeGreaterThan(20);
    expect(summary(live(3, 60, { seed: 1 }).told)).toBe(summary(first));
    expect(summary(live(3, 60, { seed: 2 }).told)).not.toBe(summary(first));
  });

  it('keeps to the rate on average', () => {
    const roots = day.primary.catalog.jobs().filter((job) => job.jobId === job.parentJobId);
    const own = roots.filter(({ jobType }) => jobType === 'BACKUP' || jobType === 'RESTORE');
    expect(own.length).toBeGreaterThan(24 * 30 * 0.8);
    expect(own.length).toBeLessThan(24 * 30 * 1.2);
  });

  it('is busier at night', () => {
    const atNight = day.primary.catalog.jobs().filter(({ jobType, startTime }) => {
      const hour = new Date(startTime * 1000).getUTCHours();
      return jobType === 'BACKUP' && (hour >= 20 || hour < 6);
    });
    const backups = day.primary.catalog.jobs().filter(({ jobType }) => jobType === 'BACKUP');
    expect(atNight.length / backups.length).toBeGreaterThan(0.6);
  });

  it('NOT-6: tells one job once or twice; first any state, then DONE', () => {
    const byJob = groupBy(day.jobs, (item) => item['jobId']);
    const histories = new Set(
      [...byJob.values()].map((items) => items.map((item) => item['state']).join(' ')),
    );
    expect(histories).toContain('ACTIVE DONE');
    expect(histories).toContain('QUEUED DONE');
    expect(histories).not.toContain('QUEUED ACTIVE DONE');
    for (const items of byJob.values()) {
      expect(items.length).toBeLessThanOrEqual(2);
      expect(items.slice(0, -1).every((item) => item['state'] !== 'DONE')).toBe(true);
    }
  });

  it('can tell QUEUED → ACTIVE as well [assumed]', () => {
    const { jobs } = live(3, 60, { assumptions: { tellsActive: true } });
    const byJob = groupBy(jobs, (item) => item['jobId']);
    const histories = [...byJob.values()].map((items) => items.map((item) => item['state']).join(' '));
    expect(histories).toContain('QUEUED ACTIVE DONE');
  });

  it('NOT-6: a VMware backup is a tree of BACKUP jobs, whose parent names the primary', () => {
    const { catalog } = day.primary;
    const leaves = catalog.jobs().filter((job) => {
      const parent = catalog.job(job.parentJobId);
      return parent && parent.jobId !== job.jobId && parent.parentJobId !== parent.jobId;
    });
    expect(leaves.length).toBeGreaterThan(50);
    for (const leaf of leaves) {
      const snapshot = catalog.job(leaf.parentJobId);
      const root = catalog.job(snapshot?.parentJobId ?? 0);
      expect([leaf.jobType, snapshot?.jobType, root?.jobType]).toEqual(['BACKUP', 'BACKUP', 'BACKUP']);
      expect(snapshot?.clientName).toBe(leaf.clientName);
      expect(root?.clientName).toBe('primary.example.com');
      if (root?.state === 'DONE') expect([snapshot?.state, leaf.state]).toEqual(['DONE', 'DONE']);
    }
  });

  it('fails now and then with a real status, and tries again', () => {
    const done = day.primary.catalog.jobs().filter(({ state }) => state === 'DONE');
    const failed = done.filter(({ status }) => status > 1);
    expect(failed.length / done.length).toBeGreaterThan(0.01);
    expect(failed.length / done.length).toBeLessThan(0.15);
    expect(done.some(({ currentTry, status }) => currentTry === 2 && status === 0)).toBe(true);
  });

  it('restores without a policy, duplicates, replicates, expires', () => {
    const types = groupBy(day.jobs, (item) => item['jobType']);
    expect([...types.keys()].sort()).toEqual(['BACKUP', 'DUPLICATE', 'IMAGEDELETE', 'REPLICATE', 'RESTORE']);
    for (const item of types.get('RESTORE') ?? []) {
      expect([item['policyName'], item['clientName']]).toEqual(['', 'primary.example.com']);
    }
    const operations = new Set(
      day.told.filter(({ object }) => object === 'IMAGE').map(({ item }) => item['operationId']),
    );
    expect([...operations].sort()).toEqual(['CREATE', 'DELETE', 'UPDATE']);
  });

  it('NOT-7: an image with a replica becomes NO_LOCAL_COPY_AVAILABLE, after an UPDATE with the same createdTime', () => {
    const { told, world, primary } = live(2, 600, { seed: 3 }, Date.UTC(2026, 0, 15, 22));
    for (const image of primary.catalog.images())
      image.expiration = Math.min(image.expiration, world.clock.now() / 1000);
    world.seconds(3 * 3600);
    const messages = world.endpoint(HOST).notifications().slice(-told.length);
    const images = messages.flatMap((message) =>
      (message['payload'] as { object: string; data: Item[] }[])
        .filter(({ object }) => object === 'IMAGE')
        .map(({ data }) => data),
    );
    const gone = images
      .flatMap((data) => data.map((item, index) => ({ item, before: data[index - 1] })))
      .filter(({ item }) => item['operationId'] === 'NO_LOCAL_COPY_AVAILABLE');
    expect(gone.length).toBeGreaterThan(10);
    for (const { item, before } of gone) expect(before).toEqual({ ...item, operationId: 'UPDATE' });
  });

  it('the API and the last notification of each job agree', () => {
    const { catalog } = day.primary;
    const last = new Map(day.jobs.map((item) => [item['jobId'], item]));
    for (const job of catalog
      .jobs()
      .filter(({ endTime }) => endTime && endTime < day.world.clock.now() / 1000 - 60)) {
      expect(last.get(job.jobId)).toMatchObject({
        state: job.state,
        status: job.status,
        policyName: job.policyName,
      });
    }
  });
});

describe('after some days', () => {
  it('jobs are forgotten 78 hours after their end', () => {
    const { primary, world } = live(100, 2);
    const now = world.clock.now() / 1000;
    const ends = primary.catalog.jobs().map(({ endTime }) => endTime ?? now);
    expect(ends.length).toBeGreaterThan(50);
    expect(primary.catalog.job(1)).toBeUndefined();
    // Looked at twice a day.
    expect(Math.min(...ends)).toBeGreaterThan(now - (78 + 12) * 3600);
  });
});

describe('TRAP-2 time zones', () => {
  it.each([
    ['winter', Date.UTC(2026, 0, 15), 18_000],
    ['summer', Date.UTC(2026, 6, 15), 14_400],
  ])('New York in %s', (_season, now, shift) => {
    const world = new FakeWorld(now);
    const endpoint = world.endpoint(HOST);
    const primary = world.primary([world.details(HOST)], { quirks: { timeZone: 'America/New_York' } });
    primary.live(120);
    world.seconds(3600);
    const items = endpoint
      .notifications()
      .flatMap((message) => message['payload'] as { object: string; data: Item[] }[])
      .flatMap(({ data }) => data);
    for (const { jobId, startTime } of items.filter((item) => item['jobId'] !== undefined)) {
      expect(startTime).toBe((primary.catalog.job(jobId as number)?.startTime ?? 0) + shift);
    }
    const created = items.filter(({ operationId }) => operationId === 'CREATE');
    expect(created.length).toBeGreaterThan(0);
    for (const { backupId, backupTime, createdTime } of created) {
      expect(backupId).toMatch(new RegExp(`_${backupTime}$`));
      expect(createdTime).toBe((primary.catalog.image(backupId as string)?.createdTime ?? 0) + shift);
      expect(Math.abs((backupTime as number) - world.clock.now() / 1000)).toBeLessThan(DAY_S);
    }
  });
});
