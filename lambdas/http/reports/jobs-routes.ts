/** `/v1/groups/{groupId}/jobs`: what NetBackup reported of jobs. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { Problem } from '../../platform/errors.ts';
import { type JobView, jobTimeline, jobView, OUTCOMES } from '../../reports/jobs/job.ts';
import { jobSources, matchesJob } from '../../reports/jobs/job-filter.ts';
import { readTree } from '../../reports/jobs/job-tree.ts';
import { localRange, type UtcOffset } from '../../reports/utc-offset/utc-offset.ts';
import { positionsBetween } from '../../reports/views/index-keys.ts';
import { listViews } from '../../reports/views/view-list.ts';
import type { ViewItem } from '../../reports/views/views-store.ts';
import { type Env, groupParams, problems, requireScope } from '../app.ts';
import { cursors, pageQuerySchema, pageSchema, placeSchema } from '../cursors.ts';
import { listContents, respond } from '../formats.ts';
import {
  enumParameter,
  nameParameter,
  numbersParameter,
  ordered,
  orderParameter,
  timeParameter,
  wordsParameter,
} from '../query-parameters.ts';
import { bounds, groupOf, show, type ViewsContext } from './reports-context.ts';
import { imageSchema, jobSchema, timelineFields } from './view-schemas.ts';

const timelineSchema = z.array(z.object({ ...timelineFields, state: z.unknown(), status: z.unknown() }));

const jobIdSchema = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number)
  .openapi({ type: 'integer' });

const querySchema = pageQuerySchema
  .extend({
    state: wordsParameter('As NetBackup says it: QUEUED, ACTIVE, DONE, …'),
    outcome: enumParameter(OUTCOMES, 'What became of it:'),
    status: numbersParameter('Exit status of finished jobs.'),
    jobType: wordsParameter('BACKUP, RESTORE, …'),
    policyType: wordsParameter('VMWARE, STANDARD, …'),
    scheduleType: wordsParameter('ST_FULL, …'),
    policyName: nameParameter('Exactly this policy.'),
    clientName: nameParameter('Exactly this client.'),
    parentJobId: jobIdSchema
      .optional()
      .openapi({ description: 'Jobs with this parent; a root is its own parent.' }),
    from: timeParameter('Started at this time or later.'),
    to: timeParameter('Started before this time.'),
    reportedFrom: timeParameter('First reported at this time or later.'),
    reportedTo: timeParameter('First reported before this time.'),
    order: orderParameter,
  })
  .strict()
  .refine(
    ({ from, to, reportedFrom, reportedTo }) => ordered(from, to) && ordered(reportedFrom, reportedTo),
    'the beginning of a range must lie before its end',
  );

const COLUMNS = [
  'groupId',
  'jobId',
  'parentJobId',
  'jobType',
  'state',
  'outcome',
  'status',
  'statusText',
  'clientName',
  'policyName',
  'policyType',
  'scheduleType',
  'startedAt',
  'startTime',
  'firstReportedAt',
  'lastReportedAt',
];

const viewOf = (item: ViewItem, offsets: readonly UtcOffset[]): JobView =>
  jobView(item.groupId, item.jobId ?? 0, item.events, offsets);

const nodeSchema = jobSchema
  .extend({
    leaf: z.boolean(),
    images: z.array(imageSchema).openapi({ description: 'What it made.' }),
    children: z
      .array(z.looseObject({}))
      .openapi({ type: 'array', items: { $ref: '#/components/schemas/JobNode' } }),
  })
  .openapi('JobNode');
const treeSchema = z
  .object({
    outcome: z.enum(OUTCOMES).openapi({ description: 'Of the leaves together: the worst of them.' }),
    complete: z.boolean().openapi({ description: 'Whether all of the tree is shown.' }),
    leaves: z.record(z.enum(OUTCOMES), z.int()),
    root: nodeSchema,
  })
  .openapi('JobTree');

export const jobsRoutes = (app: OpenAPIHono<Env>, context: ViewsContext): void => {
  const { keys, groups, jobs, apiUrl, clock } = context;
  const middleware = requireScope(keys, 'read');
  const params = groupParams.extend({ jobId: jobIdSchema });
  const notFound = (jobId: number) => new Problem(404, 'job-not-found', `The group has no job ${jobId}.`);

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/jobs',
      middleware,
      request: { params: groupParams, query: querySchema },
      responses: {
        200: { description: 'The jobs of the group.', content: listContents(pageSchema(jobSchema)) },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { limit, cursor, order, ...filter } = request.req.valid('query');
      const list = cursors(['jobs', groupId, JSON.stringify({ order, ...filter })], {}, { at: placeSchema });
      const after = list.decode(cursor)?.['at'] as string | undefined;
      const offsets = (await groupOf(groups, groupId)).utcOffsets ?? [];
      const local = localRange(filter, offsets);
      const page = await listViews(
        jobs,
        {
          groupId,
          ...jobSources(groupId, filter),
          range: { ...positionsBetween(local.from, local.to), order },
          after,
        },
        bounds(limit),
        clock,
        (item) => {
          const view = viewOf(item, offsets);
          return matchesJob(filter, view, offsets) ? view : undefined;
        },
      );
      return respond(
        request,
        apiUrl,
        COLUMNS,
        list.page(page.items, page.next === undefined ? undefined : { at: page.next }),
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/jobs/{jobId}',
      middleware,
      request: { params },
      responses: {
        200: {
          description: 'The job, with everything that was reported of it.',
          content: { 'application/json': { schema: jobSchema.extend({ timeline: timelineSchema }) } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId, jobId } = request.req.valid('param');
      const { utcOffsets = [] } = await groupOf(groups, groupId);
      const item = await jobs.get(groupId, jobId, clock);
      if (!item) throw notFound(jobId);
      return show(request, { ...viewOf(item, utcOffsets), timeline: jobTimeline(item.events) });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/jobs/{jobId}/tree',
      middleware,
      request: { params },
      responses: {
        200: {
          description: 'The whole tree that the job belongs to, judged by its leaves, with their images.',
          content: { 'application/json': { schema: treeSchema } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId, jobId } = request.req.valid('param');
      const { utcOffsets = [] } = await groupOf(groups, groupId);
      const tree = await readTree(context, groupId, jobId, utcOffsets);
      if (!tree) throw notFound(jobId);
      return show(request, tree);
    },
  );
};
