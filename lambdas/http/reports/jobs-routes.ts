/** `/v1/groups/{groupId}/jobs`: jobs as NetBackup reported them. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { VerdictRule } from '../../groups/backup-rules.ts';
import type { Group } from '../../groups/group.ts';
import { OUTCOMES } from '../../platform/bus/enumerations.ts';
import { groupBy } from '../../platform/collections.ts';
import type { Range } from '../../platform/dynamodb/listing.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { decideStarts } from '../../reports/jobs/ambiguous-starts.ts';
import { type JobView, jobDetails, jobView } from '../../reports/jobs/job.ts';
import { isShownWithin, type JobFilter, jobSources, matchesJob } from '../../reports/jobs/job-filter.ts';
import { readTree } from '../../reports/jobs/job-tree.ts';
import { clockOrder } from '../../reports/primary-time/clock-order.ts';
import { primaryTime } from '../../reports/primary-time/primary-time.ts';
import { rulesOf } from '../../reports/verdicts/rules.ts';
import { judged, verdictOf } from '../../reports/verdicts/verdict.ts';
import { positionsBetween } from '../../reports/views/index-keys.ts';
import { listViews } from '../../reports/views/view-list.ts';
import type { ViewItem } from '../../reports/views/views-store.ts';
import { type Env, groupParams } from '../app.ts';
import { CURSOR, cursors, pageQuerySchema, pageSchema, placeSchema } from '../cursors.ts';
import { listContents, respondWithList } from '../formats.ts';
import {
  enumParameter,
  isRange,
  nameParameter,
  numbersParameter,
  orderParameter,
  textsParameter,
  timeParameter,
} from '../query-parameters.ts';
import { groupRoute, jsonResponse } from '../route.ts';
import { JOB, JOB_DETAILS, JOB_TREE } from './report-examples.ts';
import { bounds, type ReportsContext, show } from './reports-context.ts';
import { imageSchema, jobSchema, timelineFields } from './view-schemas.ts';

const detailsSchema = jobSchema.extend({
  runs: z.array(jobSchema.extend({ run: z.int() })).openapi({
    description: 'All runs, the oldest first, including runs of other jobs that had this id before.',
  }),
  timeline: z.array(
    z.object({
      ...timelineFields,
      run: z.int(),
      state: z.unknown(),
      status: z.unknown(),
      outcome: z.enum(OUTCOMES),
    }),
  ),
});

const jobIdSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, 'must be a whole number')
  .transform(Number)
  .openapi({ type: 'integer' });

export const jobsQuerySchema = pageQuerySchema
  .extend({
    state: textsParameter('As NetBackup sends it: QUEUED, ACTIVE, DONE, …'),
    outcome: enumParameter(OUTCOMES, 'The result:'),
    status: numbersParameter('Exit status of finished jobs.'),
    jobType: textsParameter('BACKUP, RESTORE, …'),
    policyType: textsParameter('VMWARE, STANDARD, …'),
    scheduleType: textsParameter('ST_FULL, …'),
    policyName: nameParameter('Exactly this policy.'),
    clientName: nameParameter('Exactly this client.'),
    parentJobId: jobIdSchema
      .optional()
      .openapi({ description: 'Jobs with this parent; a root is its own parent.' }),
    from: timeParameter('Started, or without a start first reported, at this time or later.'),
    to: timeParameter('Started, or without a start first reported, before this time.'),
    reportedFrom: timeParameter('First reported at this time or later.'),
    reportedTo: timeParameter('First reported before this time.'),
    order: orderParameter,
  })
  .strict()
  .refine(
    ({ from, to, reportedFrom, reportedTo }) => isRange(from, to) && isRange(reportedFrom, reportedTo),
    'the beginning of a range must lie before its end',
  );

export const JOB_COLUMNS = [
  'groupId',
  'jobId',
  'parentJobId',
  'jobType',
  'state',
  'outcome',
  'verdict',
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

/** How to list a group's jobs that match a filter, and the view of each. */
export const jobsOf = (group: Group, filter: JobFilter, order: Range['order']) => {
  const { groupId } = group;
  const time = primaryTime(group);
  const local = time.localRange(filter);
  return {
    groupId,
    ...jobSources(groupId, filter),
    range: { ...positionsBetween(local.from, local.to), order },
    clock: clockOrder(time),
    view: (item: ViewItem): JobView | undefined => {
      const view = jobView(groupId, item.jobId ?? 0, item.events, time);
      return matchesJob(filter, view, time) ? view : undefined;
    },
  };
};

/** Adds the verdict by the rules that apply now. */
const judgedJob = <T extends JobView>(job: T, rules: readonly VerdictRule[]) => ({
  ...job,
  verdict: job.outcome === 'running' ? ('running' as const) : verdictOf(rules, judged(job)),
});

/** The views of these groups' jobs, with decided starts and verdicts. */
export const shownJobs = async (
  context: ReportsContext,
  found: readonly JobView[],
  filter: JobFilter,
  groups: readonly Group[],
) => {
  const byGroup = groupBy(found, ({ groupId }) => groupId);
  const shown = new Map<JobView, JobView>();
  for (const group of groups) {
    const own = byGroup.get(group.groupId) ?? [];
    const decided = await decideStarts(context, group.groupId, own, primaryTime(group));
    for (const [index, job] of own.entries())
      shown.set(job, judgedJob(decided[index] ?? job, rulesOf(context, group)));
  }
  return found.flatMap((job) => shown.get(job) ?? []).filter((job) => isShownWithin(filter, job));
};

const nodeSchema = jobSchema
  .extend({
    leaf: z.boolean(),
    parentFailed: z.literal(true).optional(),
    images: z.array(imageSchema).openapi({ description: 'The images that the job produced.' }),
    children: z
      .array(z.looseObject({}))
      .openapi({ type: 'array', items: { $ref: '#/components/schemas/JobNode' } }),
  })
  .openapi('JobNode');
const treeSchema = z
  .object({
    outcome: z.enum(OUTCOMES).openapi({
      description:
        'The worst outcome of the leaves; warning if some failed and their parent ended with status 1.',
    }),
    parentFailed: z.boolean().openapi({ description: 'Whether a parent failed whose leaves are good.' }),
    complete: z.boolean().openapi({ description: 'Whether the whole tree is shown.' }),
    leaves: z.record(z.enum(OUTCOMES), z.int()),
    root: nodeSchema,
  })
  .openapi('JobTree');

export const jobsRoutes = (app: OpenAPIHono<Env>, context: ReportsContext): void => {
  const { jobs, apiUrl, clock } = context;
  const params = groupParams.extend({ jobId: jobIdSchema });
  const notFound = (jobId: number) => new HttpProblem(404, 'job-not-found', `The group has no job ${jobId}.`);

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/jobs',
      operationId: 'listJobs',
      tags: ['Jobs'],
      summary: 'Jobs of a group',
      errors: [],
      request: { params: groupParams, query: jobsQuerySchema },
      responses: {
        200: {
          description: 'The jobs of the group.',
          content: listContents(pageSchema(jobSchema), JOB_COLUMNS, { items: [JOB], cursor: CURSOR }),
        },
      },
    },
    async (request, group) => {
      const { groupId } = group;
      const { limit, cursor, order, ...filter } = request.req.valid('query');
      const list = cursors(['jobs', groupId, JSON.stringify({ order, ...filter })], {}, { at: placeSchema });
      const after = list.decode(cursor)?.['at'] as string | undefined;
      const { view, ...query } = jobsOf(group, filter, order);
      const page = await listViews(jobs, { ...query, after }, bounds(limit), clock, view);
      const items = await shownJobs(context, page.items, filter, [group]);
      const next = page.next === undefined ? undefined : { at: page.next };
      return respondWithList(request, apiUrl, JOB_COLUMNS, list.page(items, next));
    },
  );

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/jobs/{jobId}',
      operationId: 'getJob',
      tags: ['Jobs'],
      summary: 'One job with its history',
      errors: ['404 job-not-found'],
      request: { params },
      responses: {
        200: jsonResponse('The job, with all its notifications.', detailsSchema, JOB_DETAILS),
      },
    },
    async (request, group) => {
      const { groupId } = group;
      const time = primaryTime(group);
      const { jobId } = request.req.valid('param');
      const item = await jobs.get(groupId, jobId, clock);
      if (!item) throw notFound(jobId);
      const details = jobDetails(groupId, jobId, item.events, time);
      const [job = details] = await decideStarts(context, groupId, [details], time);
      return show<typeof detailsSchema>(request, judgedJob(job, rulesOf(context, group)));
    },
  );

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/jobs/{jobId}/tree',
      operationId: 'getJobTree',
      tags: ['Jobs'],
      summary: 'A job with its parent and child jobs',
      errors: ['404 job-not-found'],
      request: { params },
      responses: {
        200: jsonResponse(
          'The whole tree of the job, with its images. Its outcome is that of its leaves.',
          treeSchema,
          JOB_TREE,
        ),
      },
    },
    async (request, group) => {
      const { groupId } = group;
      const time = primaryTime(group);
      const { jobId } = request.req.valid('param');
      const tree = await readTree(context, groupId, jobId, time);
      if (!tree) throw notFound(jobId);
      return show<typeof treeSchema>(request, tree);
    },
  );
};
