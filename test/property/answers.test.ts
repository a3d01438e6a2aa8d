/** Every answer on jobs and backups agrees with what is true of random weeks, however their reports are batched and delivered. */
import * as fc from 'fast-check';
import { reportsRoutes } from '../../lambdas/http/reports/reports-routes.ts';
import { groupBy } from '../../lambdas/platform/collections.ts';
import { applyMessage } from '../../lambdas/reports/apply-message.ts';
import { apiWorld } from '../support/api.ts';
import {
  type Report,
  reportsOf,
  type Tree,
  trueCounts,
  trueHistory,
  trueImages,
  trueJobs,
  trueLastGood,
  trueTrees,
  weeks,
  ZONE,
} from '../support/naive-backups.ts';
import { images, jobs, notificationText, storedMessage } from '../support/notifications.ts';

const HOURS = 48;
const seen = { trees: 0, partial: 0, tries: 0, open: 0, dropped: 0, resent: 0, spring: 0 };

/** Messages of one second each; some are sent again before anything newer, and delivered late. */
const messagesOf = (reports: readonly Report[], random: () => number): string[] => {
  const sorted = [...reports].sort((a, b) => a.stamp - b.stamp);
  const seconds = [...groupBy(sorted, ({ stamp }) => stamp)];
  const texts = seconds.flatMap(([stamp, batch], index) => {
    const of = (object: string) => batch.filter((one) => one.object === object).map(({ item }) => item);
    const payload = [
      ...(of('JOB').length > 0 ? [jobs(...of('JOB'))] : []),
      ...(of('IMAGE').length > 0 ? [images(...of('IMAGE'))] : []),
    ];
    const next = seconds[index + 1]?.[0] ?? stamp + 10;
    const sent = [notificationText(payload, stamp, 'A')];
    if (random() % 4 === 0 && next > stamp + 1) {
      seen.resent++;
      sent.push(notificationText(payload, stamp + 1, 'B'));
    }
    if (random() % 5 === 0) sent.push(...sent);
    return sent;
  });
  // Some come late, by a random number of places.
  return texts
    .map((text, index) => ({ text, at: index + (random() % 3 === 0 ? random() % 40 : 0) }))
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text);
};
const count = (trees: readonly Tree[]) => {
  seen.trees += trees.length;
  seen.partial += trees.filter(({ parentStatus }) => parentStatus === 1).length;
  seen.tries += trees.filter(({ streams }) => streams.some(({ triedBefore }) => triedBefore)).length;
  seen.open += trees.filter(({ isOpen }) => isOpen).length;
  const byClientPolicy = groupBy(trees, ({ client, policy }) => `${client.toLowerCase()} ${policy}`);
  if ([...byClientPolicy.values()].some((all) => all.length > 8)) seen.dropped += 1;
  if (
    trees.some(
      ({ start }) => start > Date.parse('2026-03-08') / 1000 && start < Date.parse('2026-04-01') / 1000,
    )
  )
    seen.spring += 1;
};

interface Row {
  readonly [field: string]: unknown;
  readonly clientName: string;
  readonly policyName: string;
}
const valuesOf = <T>(rows: readonly Row[], value: (row: Row) => T): Record<string, T> =>
  Object.fromEntries(rows.map((row) => [`${row.clientName.toLowerCase()} ${row.policyName}`, value(row)]));

it('jobs, trees, summary, last good backups and history are what happened', async () => {
  await fc.assert(
    fc.asyncProperty(weeks, fc.infiniteStream(fc.nat(1_000_000)), async (trees, numbers) => {
      count(trees);
      const end = Math.max(0, ...trees.map(({ start }) => start)) + 4 * 3_600;
      const world = apiWorld(end * 1000);
      reportsRoutes(world.app, world.context);
      world.group('demo', { timeZone: ZONE });
      const key = world.keyFor('read', 'demo');
      const get = async (path: string) => (await world.request(`/v1/groups/demo/${path}`, key)).body;
      const texts = messagesOf(trees.flatMap(reportsOf), () => numbers.next().value ?? 0);
      for (const text of texts) await applyMessage(world.context.projection, storedMessage(text, end * 1000));

      const listed = ((await get('jobs?limit=1000'))['items'] as Record<string, unknown>[])
        .map(({ jobId, outcome, verdict, startedAt, run = 1 }) => ({
          jobId,
          outcome,
          verdict,
          startedAt,
          runs: run,
        }))
        .sort((a, b) => Number(a.jobId) - Number(b.jobId));
      expect(listed).toEqual(trueJobs(trees));

      for (const { rootId, outcome, parentFailed } of trueTrees(trees))
        expect([rootId, await get(`jobs/${rootId}/tree`)]).toMatchObject([rootId, { outcome, parentFailed }]);
      const restorable = (await get('images?restorable=true&limit=1000'))['items'] as Record<
        string,
        unknown
      >[];
      expect(restorable.map(({ backupId }) => backupId).sort()).toEqual(trueImages(trees));

      const summary = await get(`summary?hours=${HOURS}`);
      const { running, ok, warning, failed, cancelled } = trueCounts(trees, end, HOURS);
      expect(summary).toMatchObject({
        outcomes: { running, succeeded: ok, warning, failed },
        cancelled,
        complete: true,
      });
      const good = summary['lastGoodBackups'] as Row[];
      expect(
        valuesOf(good, ({ jobId, lastFull }) => ({
          good: jobId,
          full: (lastFull as { jobId: number } | undefined)?.jobId,
        })),
      ).toEqual(trueLastGood(trees));

      const history = (await get('history?days=60'))['items'] as Row[];
      const days = ({ days }: Row) =>
        Object.fromEntries(
          (days as { day: string; verdict: string }[]).map(({ day, verdict }) => [day, verdict]),
        );
      const expected = trueHistory(trees);
      for (const [pair, byDay] of Object.entries(valuesOf(history, days)))
        for (const [day, verdict] of Object.entries(byDay))
          expect([pair, day, verdict]).toEqual([pair, day, expected[pair]?.[day] ?? verdict]);
      expect(
        Object.entries(valuesOf(history, days)).map(([pair, all]) => [pair, Object.keys(all).sort()]),
      ).toEqual(
        Object.entries(expected)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([pair, all]) => [pair, Object.keys(all).sort()]),
      );
    }),
    { numRuns: 40, endOnFailure: true },
  );
  // Without these cases the test proves nothing.
  for (const cases of Object.values(seen)) expect(cases).toBeGreaterThan(0);
});
