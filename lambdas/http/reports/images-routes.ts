/** `/v1/groups/{groupId}/images`: what NetBackup reported of backup images. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { BACKUP_ID_BYTES } from '../../notifications/interpret.ts';
import { Problem } from '../../platform/errors.ts';
import { type ImageView, imageTimeline, imageView } from '../../reports/images/image.ts';
import { type JobView, jobView } from '../../reports/jobs/job.ts';
import { makerOf, makersRange } from '../../reports/jobs/made-by.ts';
import type { UtcOffset } from '../../reports/utc-offset/utc-offset.ts';
import { partition, positionsBetween } from '../../reports/views/index-keys.ts';
import { listViews } from '../../reports/views/view-list.ts';
import type { ViewItem } from '../../reports/views/views-store.ts';
import { type Env, groupParams, problems, requireScope } from '../app.ts';
import { cursors, pageQuerySchema, pageSchema, placeSchema } from '../cursors.ts';
import { listContents, respond } from '../formats.ts';
import {
  nameParameter,
  ordered,
  orderParameter,
  timeParameter,
  wordsParameter,
} from '../query-parameters.ts';
import { bounds, groupOf, show, type ViewsContext } from './reports-context.ts';
import { imageSchema, jobSchema, timelineFields } from './view-schemas.ts';

const backupIdSchema = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= BACKUP_ID_BYTES, `must be at most ${BACKUP_ID_BYTES} bytes`);

const querySchema = pageQuerySchema
  .extend({
    operation: wordsParameter('The latest one: CREATE, UPDATE, NO_LOCAL_COPY_AVAILABLE, DELETE, …'),
    clientName: nameParameter('Exactly this client.'),
    clientType: wordsParameter('VMWARE, STANDARD, …'),
    restorable: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional()
      .openapi({ type: 'boolean', description: 'Whether a local copy is left that can be restored from.' }),
    from: timeParameter('Backed up at this time or later.'),
    to: timeParameter('Backed up before this time.'),
    order: orderParameter,
  })
  .strict()
  .refine(({ from, to }) => ordered(from, to), 'from must lie before to');
type Query = z.output<typeof querySchema>;

const COLUMNS = [
  'groupId',
  'backupId',
  'operationId',
  'imageState',
  'restorable',
  'clientName',
  'clientType',
  'backedUpAt',
  'backupTime',
  'createdAt',
  'createdTime',
  'firstReportedAt',
  'lastReportedAt',
];

const matches = ({ operation, clientName, clientType, restorable }: Query, image: ImageView): boolean =>
  (operation === undefined || operation.includes(String(image['operationId']))) &&
  (clientName === undefined || image['clientName'] === clientName) &&
  (clientType === undefined || clientType.includes(String(image['clientType']))) &&
  (restorable === undefined || image.restorable === restorable);

const viewOf = (item: ViewItem, offsets: readonly UtcOffset[]): ImageView =>
  imageView(item.groupId, item.backupId ?? '', item.events, offsets);

/** The job that made an image; undefined when it is not known, or was not reported. */
const jobOf = async (
  { jobs, clock }: ViewsContext,
  image: ImageView,
  offsets: readonly UtcOffset[],
): Promise<JobView | undefined> => {
  const { groupId } = image;
  const found = makersRange(groupId, image, offsets);
  if (!found) return undefined;
  const query = { groupId, index: 'by-client', partitions: [found.partition], range: found.range };
  const page = await listViews(jobs, { ...query, after: undefined }, bounds(50), clock, (item) =>
    jobView(groupId, item.jobId ?? 0, item.events, offsets),
  );
  return makerOf(image, page.items, offsets);
};

export const imagesRoutes = (app: OpenAPIHono<Env>, context: ViewsContext): void => {
  const { keys, groups, images, apiUrl, clock } = context;
  const middleware = requireScope(keys, 'read');

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/images',
      middleware,
      request: { params: groupParams, query: querySchema },
      responses: {
        200: { description: 'The images of the group.', content: listContents(pageSchema(imageSchema)) },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const query = request.req.valid('query');
      const { limit, cursor, from, to, order, ...filter } = query;
      const filters = JSON.stringify({ from, to, order, ...filter });
      const list = cursors(['images', groupId, filters], {}, { at: placeSchema });
      const after = list.decode(cursor)?.['at'] as string | undefined;
      const offsets = (await groupOf(groups, groupId)).utcOffsets ?? [];
      const client = filter.clientName === undefined ? undefined : partition(groupId, filter.clientName);
      const page = await listViews(
        images,
        {
          groupId,
          ...(client === undefined
            ? { index: 'by-time', partitions: [groupId] }
            : { index: 'by-client', partitions: [client] }),
          range: { ...positionsBetween(from, to), order },
          after,
        },
        bounds(limit),
        clock,
        (item) => {
          const view = viewOf(item, offsets);
          return matches(query, view) ? view : undefined;
        },
      );
      const next = page.next === undefined ? undefined : { at: page.next };
      return respond(request, apiUrl, COLUMNS, list.page(page.items, next));
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/images/{backupId}',
      middleware,
      request: { params: groupParams.extend({ backupId: backupIdSchema }) },
      responses: {
        200: {
          description: 'The image, with everything that was reported of it, and the job that made it.',
          content: {
            'application/json': {
              schema: imageSchema.extend({
                job: jobSchema.optional(),
                timeline: z.array(z.object({ ...timelineFields, operationId: z.unknown() })),
              }),
            },
          },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId, backupId } = request.req.valid('param');
      const { utcOffsets = [] } = await groupOf(groups, groupId);
      const item = await images.get(groupId, backupId, clock);
      if (!item) {
        const named = JSON.stringify(backupId);
        throw new Problem(404, 'image-not-found', `The group has no image ${named}.`);
      }
      const view = viewOf(item, utcOffsets);
      const job = await jobOf(context, view, utcOffsets);
      return show(request, { ...view, ...(job ? { job } : {}), timeline: imageTimeline(item.events) });
    },
  );
};
