import { FakeNetwork } from '../../unit/netbackup/simulator/fake-network.ts';

const HOST = 'a.example.com';

type Item = Record<string, unknown>;

/** Runs a workload with an endpoint that acknowledges everything. Returns the notifications in order. */
function runWorkload(
  hours: number,
  rate: number,
  options: Parameters<FakeNetwork['primary']>[1] = {},
  now?: number,
) {
  const network = new FakeNetwork(now);
  const primary = network.primary([network.details(HOST)], options);
  primary.startWorkload(rate);
  for (let minute = 0; minute < hours * 60; minute++) network.seconds(60);
  const kinds = network
    .endpoint(HOST)
    .notifications()
    .flatMap((message) => message['payload'] as { object: string; data: Item[] }[]);
  const dataOf = (object: string) => kinds.filter((kind) => kind.object === object).map(({ data }) => data);
  return { network, primary, kinds, jobs: dataOf('JOB').flat(), imageLists: dataOf('IMAGE') };
}

/** The published states of each job: `ACTIVE DONE`. */
function histories(jobs: readonly Item[]): string[] {
  const byJob = new Map<unknown, unknown[]>();
  for (const { jobId, state } of jobs) byJob.set(jobId, [...(byJob.get(jobId) ?? []), state]);
  return [...byJob.values()].map((states) => states.join(' '));
}

describe('the workload', () => {
  let day: ReturnType<typeof runWorkload>;
  beforeAll(() => {
    day = runWorkload(30, 30, { seed: 7 });
  });

  it('depends on the seed only', () => {
    const run = (seed: number) => JSON.stringify(runWorkload(3, 60, { seed }).kinds);
    expect(run(1)).toBe(run(1));
    expect(run(1)).not.toBe(run(2));
  });

  it('has the given rate on average', () => {
    const roots = day.primary.catalog.jobs().filter(({ jobId, parentJobId }) => jobId === parentJobId);
    expect(roots.length).toBeGreaterThan(30 * 30 * 0.8);
    expect(roots.length).toBeLessThan(30 * 30 * 1.2);
  });

  it('NOT-6: publishes a job once or twice: any state, then DONE', () => {
    const found = new Set(histories(day.jobs));
    expect(found).toContain('ACTIVE DONE');
    for (const history of found) expect(history).toMatch(/^(QUEUED|ACTIVE|DONE|(QUEUED|ACTIVE) DONE)$/);
  });

  it('can publish QUEUED → ACTIVE as well [assumed]', () => {
    const { jobs } = runWorkload(3, 60, { assumptions: { tellsActive: true } });
    expect(histories(jobs)).toContain('QUEUED ACTIVE DONE');
  });

  it('NOT-6: a VMware backup is a tree of BACKUP jobs; the parent names the primary', () => {
    const { catalog } = day.primary;
    const leaves = catalog.jobs().flatMap((job) => {
      const snapshot = catalog.job(job.parentJobId);
      const root = catalog.job(snapshot?.parentJobId ?? 0);
      return snapshot && root && snapshot !== job && root !== snapshot ? [{ job, snapshot, root }] : [];
    });
    expect(leaves.length).toBeGreaterThan(50);
    for (const { job, snapshot, root } of leaves) {
      expect([job.jobType, snapshot.jobType, root.jobType]).toEqual(['BACKUP', 'BACKUP', 'BACKUP']);
      expect([snapshot.clientName, root.clientName]).toEqual([job.clientName, 'primary.example.com']);
      if (root.state === 'DONE') expect([snapshot.state, job.state]).toEqual(['DONE', 'DONE']);
    }
  });

  it('has failed jobs, and restores without a policy', () => {
    const done = day.primary.catalog.jobs().filter(({ state }) => state === 'DONE');
    const failed = done.filter(({ status }) => status > 0);
    expect(failed.length / done.length).toBeGreaterThan(0.01);
    expect(failed.length / done.length).toBeLessThan(0.2);
    const restores = day.jobs.filter(({ jobType }) => jobType === 'RESTORE');
    expect(restores.length).toBeGreaterThan(10);
    for (const { policyName, clientName } of restores) {
      expect([policyName, clientName]).toEqual(['', 'primary.example.com']);
    }
  });

  it('NOT-7: an image with a replica becomes NO_LOCAL_COPY_AVAILABLE, after an UPDATE with the same createdTime', () => {
    const operations = new Set(day.imageLists.flat().map(({ operationId }) => operationId));
    expect([...operations].sort()).toEqual(['CREATE', 'DELETE', 'NO_LOCAL_COPY_AVAILABLE', 'UPDATE']);
    for (const data of day.imageLists) {
      for (const [index, item] of data.entries()) {
        if (item['operationId'] !== 'NO_LOCAL_COPY_AVAILABLE') continue;
        expect(data[index - 1]).toEqual({ ...item, operationId: 'UPDATE' });
      }
    }
  });

  it('the last notification of each job agrees with the catalog', () => {
    const last = new Map(day.jobs.map((item) => [item['jobId'], item]));
    const before = day.network.clock.now() / 1000 - 60;
    for (const { jobId, state, status, policyName, endTime } of day.primary.catalog.jobs()) {
      if (endTime && endTime < before) expect(last.get(jobId)).toMatchObject({ state, status, policyName });
    }
  });
});

it('deletes jobs 78 hours after their end', () => {
  const { primary, network } = runWorkload(100, 2);
  const now = network.clock.now() / 1000;
  const ends = primary.catalog.jobs().map(({ endTime }) => endTime ?? now);
  expect(ends.length).toBeGreaterThan(50);
  expect(primary.catalog.job(1)).toBeUndefined();
  expect(Math.min(...ends)).toBeGreaterThan(now - 79 * 3600);
});

it.each([
  ['winter', Date.UTC(2026, 0, 15), 18_000],
  ['summer', Date.UTC(2026, 6, 15), 14_400],
])('TRAP-2: the shift of New York in %s', (_season, now, shift) => {
  const options = { quirks: { timeZone: 'America/New_York' } };
  const { primary, jobs, imageLists } = runWorkload(1, 120, options, now);
  for (const { jobId, startTime } of jobs) {
    expect(startTime).toBe((primary.catalog.job(jobId as number)?.startTime ?? 0) + shift);
  }
  const created = imageLists.flat().filter(({ operationId }) => operationId === 'CREATE');
  expect(created.length).toBeGreaterThan(0);
  for (const { backupId, backupTime, createdTime } of created) {
    expect(backupId).toMatch(new RegExp(`_${backupTime}$`));
    expect(createdTime).toBe((primary.catalog.image(backupId as string)?.createdTime ?? 0) + shift);
  }
});
