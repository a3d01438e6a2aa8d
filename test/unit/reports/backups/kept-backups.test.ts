import type { ClientBackup } from '../../../../lambdas/reports/backups/backup.ts';
import { judge } from '../../../../lambdas/reports/backups/judge.ts';
import { isGood } from '../../../../lambdas/reports/verdicts/verdict.ts';
import { backup, clock, DAY, setUp } from '../../../support/backups.ts';

describe('what is kept is enough to judge by', () => {
  const goodOf = async ({ judged }: ReturnType<typeof setUp>) =>
    (await judged())[0]?.runs.find(({ verdict }) => isGood(verdict))?.leaf.jobId;

  it.each([
    ['failures', 1],
    ['different failures', 100],
  ])('a hundred %s remove neither the last good one nor the last good full one', async (_, statuses) => {
    const world = setUp();
    await world.store.record('demo', [backup(1, { isFull: true }), backup(2)], 0, 1);
    for (let jobId = 10; jobId < 110; jobId++)
      await world.store.record('demo', [backup(jobId, { status: 58 + (jobId % statuses) })], 0, 1);
    expect(await goodOf(world)).toBe(2);
    expect((await world.judged())[0]?.runs.find(({ isFull }) => isFull)?.leaf.jobId).toBe(1);
    expect((await world.judged())[0]?.runs.length).toBeLessThanOrEqual(24);
  });

  it('a run of which a good stream arrives first does not remove the last good one', async () => {
    const world = setUp();
    await world.store.record('demo', [backup(1)], 0, 1);
    for (let root = 10; root < 100; root += 10) {
      await world.store.record('demo', [backup(root + 1, { parentJobId: root })], 0, 1);
      await world.store.record('demo', [backup(root + 2, { parentJobId: root, status: 13 })], 0, 1);
    }
    expect(await goodOf(world)).toBe(1);
  });

  it('a run of which only a parent under another name says that it is partially successful stays the last good one', async () => {
    const world = setUp();
    const streams = [backup(11, { parentJobId: 10, status: 6 }), backup(12, { parentJobId: 10 })];
    const parent = backup(10, { status: 1, clientName: 'primary', startTime: streams[0]?.startTime ?? 0 });
    await world.store.record('demo', [...streams, parent], 0, 1);
    for (let jobId = 20; jobId < 30; jobId++)
      await world.store.record('demo', [backup(jobId, { status: 6 })], 0, 1);
    expect(await goodOf(world)).toBe(12);
  });

  it.each<[string, ClientBackup[], string]>([
    [
      'one failed below a job of its own',
      Array.from({ length: 40 }, (_, index) => [
        backup(101 + 2 * index, { parentJobId: 100 + 2 * index, status: index === 0 ? 58 : 0 }),
        backup(100 + 2 * index, { parentJobId: 10 }),
      ]).flat(),
      'failed',
    ],
    [
      'one was good, and the parent forgives',
      Array.from({ length: 40 }, (_, index) =>
        backup(100 + index, { parentJobId: 10, status: index === 0 ? 0 : 6 }),
      ).concat(backup(10, { status: 1 })),
      'warning',
    ],
    [
      'one failed, and the others were cancelled',
      Array.from({ length: 40 }, (_, index) =>
        backup(100 + index, { parentJobId: 10, status: index === 0 ? 58 : 150 }),
      ),
      'failed',
    ],
  ])('of a run with forty streams those stay that decide: %s', async (_, rows, verdict) => {
    const world = setUp();
    for (const one of rows) await world.store.record('demo', [{ ...one, startTime: 1_700_000_000 }], 0, 1);
    const [judged] = await world.judged();
    expect(judged?.runs.map((run) => run.verdict)).toEqual([verdict]);
    expect(judged?.runs[0]?.leaves.length).toBeLessThanOrEqual(32);
  });

  it('a good backup by a rule stays like one with status 0, whatever fails after it', async () => {
    const { store } = setUp();
    await store.record('demo', [backup(1, { status: 71 })], 0, 1);
    for (let jobId = 10; jobId < 20; jobId++)
      await store.record('demo', [backup(jobId, { status: 58 })], 0, 1);
    const { clientPolicies } = await store.page('demo', clock);
    const rules = [{ status: 71, verdict: 'ok' as const }];
    const [judged] = judge({ clientPolicies, parents: new Set(), running: [], rules });
    expect(judged?.runs.find(({ verdict }) => isGood(verdict))?.leaf.jobId).toBe(1);
  });

  it('a client that never had a good backup gets none from its parents', async () => {
    const world = setUp();
    for (let root = 10; root < 200; root += 10) {
      const streams = [backup(root + 1, { parentJobId: root, status: 6 }), backup(root, { status: 1 })];
      await world.store.record('demo', streams, 0, 1);
    }
    expect(await goodOf(world)).toBeUndefined();
  });

  it.each([
    ['before its children', [1, 0]],
    ['after its children', [0, 1]],
  ])('a parent with the name of the primary that arrives %s is no client', async (_, order) => {
    const world = setUp();
    const children = [backup(11, { parentJobId: 10, status: 6 })];
    const parent = [backup(10, { clientName: 'primary' })];
    for (const index of order) await world.store.record('demo', [children, parent][index] ?? [], 0, 1);
    // The child's run is dropped after many others; the parent's is the only good one under its name.
    for (let jobId = 20; jobId < 40; jobId++) {
      const later = [
        backup(jobId * 10 + 1, { parentJobId: jobId * 10, status: 6 }),
        backup(jobId * 10, { clientName: 'primary', status: 6 }),
      ];
      await world.store.record('demo', later, 0, 1);
    }
    expect((await world.judged()).map(({ clientName }) => clientName)).toEqual(['a']);
  });

  const HOUR = 3_600;
  it.each([
    ['of which a child began before a hundred others', 10 * HOUR],
    ['of a night that is reported in one second', HOUR],
  ])('a parent with the name of the primary is no client, also one %s', async (_, longest) => {
    const world = setUp();
    const night = 1_700_000_000;
    const report = (jobId: number, more: Partial<ClientBackup>) =>
      world.store.record('demo', [backup(jobId, { startTime: night, ...more })], 0, 1);
    for (let root = 100; root < 300; root += 2) {
      const startTime = night + (longest > HOUR ? HOUR : 0);
      await report(root + 1, {
        parentJobId: root,
        clientName: `vm${root}`,
        startTime,
        endedAt: night + HOUR,
      });
    }
    await report(11, { parentJobId: 10, endedAt: night + longest });
    await report(10, { clientName: 'primary', endedAt: night + longest });
    // The child's run is dropped after many others.
    for (let jobId = 1; jobId < 20; jobId++)
      await report(jobId * 1_000, { startTime: night + jobId * DAY, endedAt: night + jobId * DAY });
    expect((await world.judged()).map(({ clientName }) => clientName)).not.toContain('primary');
  });
});
