/** The overview of a group: the summary in a few numbers, cached for a minute. */
import { z } from '@hono/zod-openapi';
import type { GroupsStore } from '../../groups/groups-store.ts';
import { OUTCOMES } from '../../platform/bus/enumerations.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { isNever } from '../../reports/summary/last-good.ts';
import { type OverviewsContext, readOverviews } from '../../reports/summary/read-overviews.ts';
import type { Summary } from '../../reports/summary/summary.ts';
import { readSummary, type SummaryContext } from '../../reports/summary/summary-reader.ts';

export const time = z.iso.datetime();
export const counts = z.object(
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, z.int()])) as Record<
    (typeof OUTCOMES)[number],
    z.ZodInt
  >,
);
export const activity = {
  lastNotificationAt: time.optional(),
  minutesSinceLastNotification: z.int().optional(),
};
export const successRate = z.number().optional().openapi({
  description: 'The share of succeeded and partially successful jobs among the finished, from 0 to 1.',
});
export const complete = z
  .boolean()
  .openapi({ description: 'False when there was more data than one request reads, or an answer can hold.' });

export const separateCounts = {
  cancelled: z.int().openapi({ description: 'Counted apart from `outcomes`, as is `ignored`.' }),
  ignored: z.int(),
  recovered: z.int().openapi({
    description: 'How many of the failed have recovered by a later run of the same client and policy.',
  }),
};
export const overviewSchema = z
  .object({
    groupId: z.string(),
    asOf: time.openapi({ description: 'When it was computed: within the last minute.' }),
    ageSeconds: z.int(),
    complete,
    outcomes: counts,
    ...separateCounts,
    successRate,
    withoutGoodBackup: z.int().openapi({ description: 'Clients and policies without any good backup.' }),
    oldestGoodBackupHours: z.number().optional(),
    queuedLong: z.int(),
    runningLong: z.int(),
    ...activity,
  })
  .openapi('SummaryOfGroup');

/** One item of the summary of all groups. */
const overviewOf = (summary: Summary): Omit<z.infer<typeof overviewSchema>, 'asOf' | 'ageSeconds'> => {
  const { groupId, complete, outcomes, successRate, lastGoodBackups, queuedLong, runningLong } = summary;
  const ages = lastGoodBackups.flatMap(({ ageHours }) => ageHours ?? []);
  const { cancelled, ignored, recovered } = summary;
  const { lastNotificationAt, minutesSinceLastNotification } = summary;
  return omitUndefined({
    groupId,
    complete,
    outcomes,
    cancelled,
    ignored,
    recovered,
    successRate,
    withoutGoodBackup: lastGoodBackups.filter(isNever).length,
    oldestGoodBackupHours: ages.length === 0 ? undefined : Math.max(...ages),
    queuedLong: queuedLong.length,
    runningLong: runningLong.length,
    lastNotificationAt,
    minutesSinceLastNotification,
  });
};

export type OverviewContext = SummaryContext &
  OverviewsContext & { readonly groups: Pick<GroupsStore, 'get'> };

/** The overviews of groups, at most a minute old, for the first `read` groups: the rest is for the next request. */
export const overviewsOf = (context: OverviewContext, groupIds: readonly string[], hours: number) =>
  readOverviews(context, groupIds, hours, async (groupId) => {
    const group = await context.groups.get(groupId);
    return group && overviewOf(await readSummary(context, group, hours));
  });
