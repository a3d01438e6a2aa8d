/** `/v1/groups/{groupId}/summary` and `/v1/summary`: the state of backups and jobs at a glance. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { VERDICTS } from '../../groups/backup-rules.ts';
import { OUTCOMES } from '../../platform/bus/enumerations.ts';
import { boundedSummary } from '../../reports/summary/bounded-summary.ts';
import { readSummary } from '../../reports/summary/summary-reader.ts';
import { type Env, groupParams, keyOf } from '../app.ts';
import { pageQuerySchema } from '../cursors.ts';
import { groupCursors, groupPlace, readVisibleGroups, visibleGroups } from '../groups-of-key.ts';
import { labelParameter, limitParameter, wholeNumberParameter } from '../query-parameters.ts';
import { groupRoute, jsonResponse, route } from '../route.ts';
import {
  activity,
  complete,
  counts,
  type OverviewContext,
  overviewSchema,
  overviewsOf,
  separateCounts,
  successRate,
  time,
} from './overview.ts';
import { OUTCOMES_OF_PAGE, OVERVIEW, SUMMARY } from './report-examples.ts';
import { type ReportsContext, show } from './reports-context.ts';

const hoursQuery = z.object({
  hours: wholeNumberParameter(1, 168, 24, 'Jobs that started or ended within this number of hours.'),
});
const jobRow = z.looseObject({
  jobId: z.int(),
  startedAt: time.optional(),
  lastReportedAt: time,
  minutes: z.int(),
});
const tallied = { failed: z.int(), recovered: z.int().optional() };
const started = { startedAt: time.optional(), ageHours: z.number().optional() };

const summarySchema = z
  .object({
    groupId: z.string(),
    hours: z.int(),
    from: time,
    to: time,
    complete,
    outcomes: counts.openapi({
      description: 'The number of leaf jobs by their verdicts: only the leaves of a tree count.',
    }),
    ...separateCounts,
    successRate,
    jobTypes: z.record(z.string(), counts),
    failures: z.object({
      recovered: z.array(
        z.object({
          clientName: z.string(),
          policyName: z.string(),
          failedJobId: z.int(),
          recoveredByJobId: z.int(),
        }),
      ),
      byClient: z.array(z.object({ clientName: z.string(), ...tallied })),
      byStatus: z.array(
        z.object({ status: z.int().optional(), statusText: z.string().optional(), ...tallied }),
      ),
    }),
    parentFailed: z
      .array(
        z.object({
          jobId: z.int(),
          clientName: z.string(),
          policyName: z.string(),
          status: z.int().optional(),
          statusText: z.string().optional(),
        }),
      )
      .openapi({ description: 'Parents that failed although their leaves are good.' }),
    lastGoodBackups: z
      .array(
        z.object({
          clientName: z.string(),
          policyName: z.string(),
          jobId: z.int().optional(),
          outcome: z.enum(['succeeded', 'warning']).optional(),
          ...started,
          snapshotOnly: z.literal(true).optional(),
          parentFailed: z.object({ jobId: z.int(), status: z.int() }).optional(),
          lastFull: z.object({ jobId: z.int(), ...started }).optional(),
          latest: z
            .object({ jobId: z.int(), verdict: z.enum(['running', ...VERDICTS]), startedAt: time.optional() })
            .optional()
            .openapi({ description: 'The latest run, if it is not the last good one.' }),
        }),
      )
      .openapi({
        description:
          'The last good backup of each client under each policy that is not dismissed, the oldest first, however old. All streams of a run must be good.',
      }),
    queuedLong: z.array(jobRow).openapi({
      description: 'Jobs that were reported QUEUED over 30 minutes ago, and not reported since.',
    }),
    runningLong: z.array(jobRow.extend({ usualMinutes: z.int().optional() })).openapi({
      description: 'Jobs that run for three times the median duration under their policy, or for a day.',
    }),
    ...activity,
    omitted: z.record(z.string(), z.int()).optional().openapi({
      description: 'How many entries of which list are not shown, because an answer has a limit in bytes.',
    }),
  })
  .openapi('Summary');

const summariesSchema = z.object({
  hours: z.int(),
  outcomes: counts,
  items: z.array(overviewSchema),
  cursor: z.string().optional(),
});

const totalOf = (items: readonly { outcomes: z.infer<typeof counts> }[]) =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, items.reduce((sum, { outcomes }) => sum + outcomes[outcome], 0)]),
  ) as z.infer<typeof counts>;

const MAX_GROUPS = 100;

export const summaryRoutes = (app: OpenAPIHono<Env>, context: ReportsContext & OverviewContext): void => {
  const { groups } = context;

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/summary',
      operationId: 'getSummary',
      tags: ['Summary'],
      summary: 'What happened in the last hours, and the last good backups',
      errors: [],
      request: { params: groupParams, query: hoursQuery.strict() },
      responses: { 200: jsonResponse('The last hours of one NetBackup domain.', summarySchema, SUMMARY) },
    },
    async (request, group) => {
      const { hours } = request.req.valid('query');
      return show<typeof summarySchema>(request, boundedSummary(await readSummary(context, group, hours)));
    },
  );

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/summary',
      operationId: 'listSummaries',
      tags: ['Summary'],
      summary: 'The summaries of several groups',
      errors: ['400 too-many-groups'],
      request: {
        query: pageQuerySchema
          .extend({
            ...hoursQuery.shape,
            limit: limitParameter(MAX_GROUPS, MAX_GROUPS),
            label: labelParameter,
          })
          .strict(),
      },
      responses: {
        200: jsonResponse(
          'One item for each group that the key may see, at most a minute old, and the sum of this page. A page can be shorter than the limit.',
          summariesSchema,
          { hours: 24, outcomes: OUTCOMES_OF_PAGE, items: [OVERVIEW] },
        ),
      },
    },
    async (request) => {
      const { hours, limit, cursor, label } = request.req.valid('query');
      const list = groupCursors(['summary', String(hours)], label);
      const after = list.decode(cursor);
      // Without labels the groups themselves are read only when an overview is computed.
      const page = label
        ? await readVisibleGroups(groups, keyOf(request), limit, after, label)
        : await visibleGroups(groups, keyOf(request), limit, after);
      const ids = page.items.map(({ groupId }) => groupId);
      const { items, read } = await overviewsOf(context, ids, hours);
      const next = read < ids.length ? groupPlace(ids[read - 1] ?? '') : page.lastKey;
      return show<typeof summariesSchema>(request, {
        hours,
        outcomes: totalOf(items),
        ...list.page(items, next),
      });
    },
  );
};
