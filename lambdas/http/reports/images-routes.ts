/** `/v1/groups/{groupId}/images`: backup images as NetBackup reported them. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { BACKUP_ID_BYTES } from '../../notifications/interpret-item.ts';
import type { Range } from '../../platform/dynamodb/listing.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type ImageView, imageTimeline, imageView } from '../../reports/images/image.ts';
import { type JobView, jobView } from '../../reports/jobs/job.ts';
import { producingJob, producingJobRange } from '../../reports/jobs/producing-job.ts';
import { withBackupTimes } from '../../reports/jobs/start.ts';
import { UTC_ORDER } from '../../reports/primary-time/clock-order.ts';
import { type PrimaryTime, primaryTime } from '../../reports/primary-time/primary-time.ts';
import { clientPartition, isSameClient, positionsBetween } from '../../reports/views/index-keys.ts';
import { listViews } from '../../reports/views/view-list.ts';
import type { ViewItem } from '../../reports/views/views-store.ts';
import { type Env, groupParams } from '../app.ts';
import { CURSOR, cursors, pageQuerySchema, pageSchema, placeSchema } from '../cursors.ts';
import { listContents, respondWithList } from '../formats.ts';
import {
  isRange,
  nameParameter,
  orderParameter,
  textsParameter,
  timeParameter,
} from '../query-parameters.ts';
import { groupRoute, jsonResponse } from '../route.ts';
import { IMAGE, IMAGE_DETAILS } from './report-examples.ts';
import { bounds, type ReportsContext, show } from './reports-context.ts';
import { imageSchema, jobSchema, timelineFields } from './view-schemas.ts';

const backupIdSchema = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= BACKUP_ID_BYTES, `must be at most ${BACKUP_ID_BYTES} bytes`);

export const imagesQuerySchema = pageQuerySchema
  .extend({
    operation: textsParameter('The latest operation: CREATE, UPDATE, NO_LOCAL_COPY_AVAILABLE, DELETE, …'),
    clientName: nameParameter('Exactly this client.'),
    clientType: textsParameter('VMWARE, STANDARD, …'),
    restorable: z
      .enum(['true', 'false', 'unknown'])
      .optional()
      .openapi({ description: 'Whether a local copy can be restored from.' }),
    from: timeParameter('Backed up at this time or later.'),
    to: timeParameter('Backed up before this time.'),
    order: orderParameter,
  })
  .strict()
  .refine(({ from, to }) => isRange(from, to), 'from must lie before to');
type Filter = Omit<z.output<typeof imagesQuerySchema>, 'limit' | 'cursor' | 'order'>;

export const IMAGE_COLUMNS = [
  'groupId',
  'backupId',
  'operationId',
  'imageState',
  'restorable',
  'clientName',
  'clientType',
  'backedUpAt',
  'backupTime',
  'createdTime',
  'firstReportedAt',
  'lastReportedAt',
];

const matches = ({ operation, clientName, clientType, restorable }: Filter, image: ImageView): boolean =>
  (operation === undefined || operation.includes(String(image['operationId']))) &&
  (clientName === undefined || isSameClient(image['clientName'], clientName)) &&
  (clientType === undefined || clientType.includes(String(image['clientType']))) &&
  (restorable === undefined || String(image.restorable ?? 'unknown') === restorable);

const viewOf = (item: ViewItem): ImageView => imageView(item.groupId, item.backupId ?? '', item.events);

/** How to list a group's images that match a filter, and the view of each. */
export const imagesOf = (groupId: string, filter: Filter, order: Range['order']) => {
  const client = clientPartition(groupId, filter.clientName);
  return {
    groupId,
    ...(client === undefined
      ? { index: 'by-time', partitions: [groupId] }
      : { index: 'by-client', partitions: [client] }),
    range: { ...positionsBetween(filter.from, filter.to), order },
    // backupTime is in UTC.
    clock: UTC_ORDER,
    view: (item: ViewItem): ImageView | undefined => {
      const view = viewOf(item);
      return matches(filter, view) ? view : undefined;
    },
  };
};

/** The job that produced an image; undefined when it is unknown. */
const jobOf = async (
  { jobs, clock }: ReportsContext,
  image: ImageView,
  time: PrimaryTime,
): Promise<JobView | undefined> => {
  const { groupId } = image;
  const found = producingJobRange(groupId, [image], time);
  if (!found) return undefined;
  const query = { groupId, index: 'by-client', partitions: [found.partition], range: found.range };
  const page = await listViews(jobs, { ...query, after: undefined }, bounds(50), clock, (item) =>
    jobView(groupId, item.jobId ?? 0, item.events, time),
  );
  const job = producingJob(image, page.items, time);
  return job && withBackupTimes(job, [Number(image['backupTime'])], time);
};

const detailsSchema = imageSchema.extend({
  job: jobSchema.optional(),
  timeline: z.array(
    z.object({
      ...timelineFields,
      operationId: z.unknown(),
      occurredAt: z.iso.datetime().optional().openapi({
        description:
          "createdTime, the time of the event, in UTC; absent while the primary's UTC offset is unknown.",
      }),
    }),
  ),
});

export const imagesRoutes = (app: OpenAPIHono<Env>, context: ReportsContext): void => {
  const { images, apiUrl, clock } = context;

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/images',
      operationId: 'listImages',
      tags: ['Images'],
      summary: 'Backup images of a group',
      errors: [],
      request: { params: groupParams, query: imagesQuerySchema },
      responses: {
        200: {
          description: 'The images of the group.',
          content: listContents(pageSchema(imageSchema), IMAGE_COLUMNS, { items: [IMAGE], cursor: CURSOR }),
        },
      },
    },
    async (request, group) => {
      const { groupId } = group;
      const { limit, cursor, order, ...filter } = request.req.valid('query');
      const list = cursors(
        ['images', groupId, JSON.stringify({ order, ...filter })],
        {},
        { at: placeSchema },
      );
      const after = list.decode(cursor)?.['at'] as string | undefined;
      const { view, ...query } = imagesOf(groupId, filter, order);
      const page = await listViews(images, { ...query, after }, bounds(limit), clock, view);
      const next = page.next === undefined ? undefined : { at: page.next };
      return respondWithList(request, apiUrl, IMAGE_COLUMNS, list.page(page.items, next));
    },
  );

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/images/{backupId}',
      operationId: 'getImage',
      tags: ['Images'],
      summary: 'One backup image with its history',
      errors: ['404 image-not-found'],
      request: { params: groupParams.extend({ backupId: backupIdSchema }) },
      responses: {
        200: jsonResponse(
          'The image, with all its notifications, and the job that produced it.',
          detailsSchema,
          IMAGE_DETAILS,
        ),
      },
    },
    async (request, group) => {
      const { groupId } = group;
      const time = primaryTime(group);
      const { backupId } = request.req.valid('param');
      const item = await images.get(groupId, backupId, clock);
      if (!item) {
        const named = JSON.stringify(backupId);
        throw new HttpProblem(404, 'image-not-found', `The group has no image ${named}.`);
      }
      const view = viewOf(item);
      const job = await jobOf(context, view, time);
      return show<typeof detailsSchema>(request, {
        ...view,
        ...omitUndefined({ job }),
        timeline: imageTimeline(item.events, time),
      });
    },
  );
};
