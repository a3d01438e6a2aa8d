/** `/v1/groups/{groupId}/summary` and `/v1/summary`: what an administrator asks first in the morning. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { OUTCOMES } from '../../reports/jobs/job.ts';
import type { Summary } from '../../reports/summary/summary.ts';
import { readSummary, type SummaryContext } from '../../reports/summary/summary-reader.ts';
import { type Env, groupIdSchema, groupParams, keyOf, problems, requireScope } from '../app.ts';
import { cursors, pageQuerySchema } from '../cursors.ts';
import { pageOfKey } from '../groups-of-key.ts';
import { groupOf, show, type ViewsContext } from './reports-context.ts';

const time = z.iso.datetime();
const counts = z.object(
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, z.int()])) as Record<
    (typeof OUTCOMES)[number],
    z.ZodInt
  >,
);
const hoursQuery = z.object({
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(168)
    .default(24)
    .openapi({ description: 'Jobs that started within the last so many hours.' }),
});
const jobRow = z.looseObject({
  jobId: z.int(),
  startedAt: time.optional(),
  lastReportedAt: time,
  minutes: z.int(),
});
const activity = { lastNotificationAt: time.optional(), minutesSinceLastNotification: z.int().optional() };
const successRate = z
  .number()
  .optional()
  .openapi({ description: 'Succeeded and partially successful among the finished, from 0 to 1.' });
const complete = z.boolean().openapi({ description: 'False when there was more than one request reads.' });

const summarySchema = z
  .object({
    groupId: z.string(),
    hours: z.int(),
    from: time,
    to: time,
    complete,
    outcomes: counts.openapi({ description: 'Of leaf jobs: a tree is what its leaves are.' }),
    successRate,
    jobTypes: z.record(z.string(), counts),
    failures: z.object({
      byClient: z.array(z.object({ clientName: z.string(), failed: z.int() })),
      byStatus: z.array(
        z.object({ status: z.int().optional(), statusText: z.string().optional(), failed: z.int() }),
      ),
    }),
    lastGoodBackups: z
      .array(
        z.object({
          clientName: z.string(),
          policyName: z.string(),
          jobId: z.int().optional(),
          outcome: z.enum(['succeeded', 'warning']).optional(),
          startedAt: time.optional(),
          ageHours: z.number().optional(),
        }),
      )
      .openapi({ description: 'Of each client under each policy, the most urgent first; however long ago.' }),
    queuedLong: z
      .array(jobRow)
      .openapi({ description: 'Reported QUEUED, and not since, over 30 minutes ago.' }),
    runningLong: z
      .array(jobRow.extend({ usualMinutes: z.int().optional() }))
      .openapi({ description: 'Running three times as long as usual under their policy, or for a day.' }),
    ...activity,
  })
  .openapi('Summary');

const overviewSchema = z
  .object({
    groupId: z.string(),
    complete,
    outcomes: counts,
    successRate,
    withoutGoodBackup: z.int().openapi({ description: 'Clients and policies that never had one.' }),
    oldestGoodBackupHours: z.number().optional(),
    queuedLong: z.int(),
    runningLong: z.int(),
    ...activity,
  })
  .openapi('SummaryOfGroup');

/** One line of the summary over all groups. */
const overviewOf = (summary: Summary): z.infer<typeof overviewSchema> => {
  const { groupId, complete, outcomes, successRate, lastGoodBackups, queuedLong, runningLong } = summary;
  const ages = lastGoodBackups.flatMap(({ ageHours }) => ageHours ?? []);
  const { lastNotificationAt, minutesSinceLastNotification } = summary;
  return {
    groupId,
    complete,
    outcomes,
    ...(successRate === undefined ? {} : { successRate }),
    withoutGoodBackup: lastGoodBackups.length - ages.length,
    ...(ages.length === 0 ? {} : { oldestGoodBackupHours: Math.max(...ages) }),
    queuedLong: queuedLong.length,
    runningLong: runningLong.length,
    ...(lastNotificationAt === undefined ? {} : { lastNotificationAt, minutesSinceLastNotification }),
  };
};

const totalOf = (items: readonly { outcomes: z.infer<typeof counts> }[]) =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, items.reduce((sum, { outcomes }) => sum + outcomes[outcome], 0)]),
  );

/** Groups of one answer over all: each is read as for a summary of its own. */
const MAX_GROUPS = 25;

export const summaryRoutes = (app: OpenAPIHono<Env>, context: ViewsContext & SummaryContext): void => {
  const { keys, groups } = context;
  const middleware = requireScope(keys, 'read');

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/summary',
      middleware,
      request: { params: groupParams, query: hoursQuery.strict() },
      responses: {
        200: {
          description: 'The last hours of one NetBackup domain.',
          content: { 'application/json': { schema: summarySchema } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { hours } = request.req.valid('query');
      const { utcOffsets = [] } = await groupOf(groups, groupId);
      return show(request, await readSummary(context, groupId, hours, utcOffsets));
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/summary',
      middleware,
      request: {
        query: pageQuerySchema
          .extend({
            ...hoursQuery.shape,
            limit: z.coerce.number().int().min(1).max(MAX_GROUPS).default(MAX_GROUPS),
          })
          .strict(),
      },
      responses: {
        200: {
          description: 'A line for each group that the key may see, and the sum of those of this page.',
          content: {
            'application/json': {
              schema: z.object({
                hours: z.int(),
                outcomes: counts,
                items: z.array(overviewSchema),
                cursor: z.string().optional(),
              }),
            },
          },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { hours, limit, cursor } = request.req.valid('query');
      const list = cursors(['summary'], { kind: 'group' }, { groupId: groupIdSchema });
      const startAfter = list.decode(cursor);
      const key = keyOf(request);
      const page = key.groups.includes('*')
        ? await groups.list(limit, startAfter)
        : pageOfKey(key, limit, startAfter);
      const found = await groups.getMany(page.items.map(({ groupId }) => groupId));
      found.sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
      const items: z.infer<typeof overviewSchema>[] = [];
      // One after the other: together they would be a burst on the tables.
      for (const { groupId, utcOffsets = [] } of found)
        items.push(overviewOf(await readSummary(context, groupId, hours, utcOffsets)));
      return show(request, { hours, outcomes: totalOf(items), ...list.page(items, page.lastKey) });
    },
  );
};
