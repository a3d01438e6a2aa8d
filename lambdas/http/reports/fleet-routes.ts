/** `/v1/jobs` and `/v1/images`: jobs and images of all groups that a key may see, by time. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Group } from '../../groups/group.ts';
import type { Label } from '../../groups/labels.ts';
import { LAST_SECOND } from '../../reports/views/index-keys.ts';
import { areMarks, type GroupList, listMerged, type Place } from '../../reports/views/merged-list.ts';
import type { ViewItem, ViewStore } from '../../reports/views/views-store.ts';
import { type Env, groupIdSchema, keyOf } from '../app.ts';
import { CURSOR, cursors, pageSchema, placeSchema } from '../cursors.ts';
import { listContents, respondWithList } from '../formats.ts';
import { allVisibleGroups } from '../groups-of-key.ts';
import { labelParameter } from '../query-parameters.ts';
import type { Principal } from '../rights.ts';
import { route } from '../route.ts';
import { IMAGE_COLUMNS, imagesOf, imagesQuerySchema } from './images-routes.ts';
import { JOB_COLUMNS, jobsOf, jobsQuerySchema, shownJobs } from './jobs-routes.ts';
import { IMAGE, JOB } from './report-examples.ts';
import { bounds, type ReportsContext } from './reports-context.ts';
import { imageSchema, jobSchema } from './view-schemas.ts';

const DESCRIPTION =
  'of all groups that the key may see, or of those with the given labels, by time in UTC. At most 250 groups.';

/** The request's part of {@link Place}. */
const place = {
  time: z.int().min(0).max(LAST_SECOND),
  groupId: groupIdSchema,
  at: placeSchema,
  marks: z.string().refine(areMarks),
};

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly label?: readonly Label[] | undefined;
}
type Source<V> = GroupList & { readonly view: (item: ViewItem) => V | undefined };

/** A page of the merged list. @param filters everything but limit and cursor */
const pageOf = async <V extends object>(
  { groups, clock }: ReportsContext,
  store: ViewStore,
  key: Principal,
  { limit, cursor, label }: PageQuery,
  filters: object,
  sourceOf: (group: Group) => Source<V>,
  shown: (found: readonly V[], groups: readonly Group[]) => Promise<readonly V[]>,
) => {
  const list = cursors([store.kind.object, 'all groups', JSON.stringify({ label, ...filters })], {}, place);
  const after = list.decode(cursor) as Place | undefined;
  const all = await allVisibleGroups(groups, key, label);
  const sources = all.map(sourceOf);
  const views = new Map(sources.map(({ groupId, view }) => [groupId, view]));
  const page = await listMerged(store, sources, after, bounds(limit), clock, (item) =>
    views.get(item.groupId)?.(item),
  );
  return list.page(await shown(page.items, all), page.next && { ...page.next });
};

export const fleetRoutes = (app: OpenAPIHono<Env>, context: ReportsContext): void => {
  const { jobs, images, apiUrl } = context;

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/jobs',
      operationId: 'listJobsOfGroups',
      tags: ['Jobs'],
      summary: 'Jobs of several groups',
      errors: ['400 too-many-groups'],
      request: { query: jobsQuerySchema.safeExtend({ label: labelParameter }) },
      responses: {
        200: {
          description: `The jobs ${DESCRIPTION}`,
          content: listContents(pageSchema(jobSchema), JOB_COLUMNS, { items: [JOB], cursor: CURSOR }),
        },
      },
    },
    async (request) => {
      const { limit, cursor, label, order, ...filter } = request.req.valid('query');
      const page = { limit, cursor, label };
      const found = await pageOf(
        context,
        jobs,
        keyOf(request),
        page,
        { order, ...filter },
        (group) => jobsOf(group, filter, order),
        (items, all) => shownJobs(context, items, filter, all),
      );
      return respondWithList(request, apiUrl, JOB_COLUMNS, found);
    },
  );

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/images',
      operationId: 'listImagesOfGroups',
      tags: ['Images'],
      summary: 'Images of several groups',
      errors: ['400 too-many-groups'],
      request: { query: imagesQuerySchema.safeExtend({ label: labelParameter }) },
      responses: {
        200: {
          description: `The images ${DESCRIPTION}`,
          content: listContents(pageSchema(imageSchema), IMAGE_COLUMNS, { items: [IMAGE], cursor: CURSOR }),
        },
      },
    },
    async (request) => {
      const { limit, cursor, label, order, ...filter } = request.req.valid('query');
      const page = { limit, cursor, label };
      const found = await pageOf(
        context,
        images,
        keyOf(request),
        page,
        { order, ...filter },
        ({ groupId }) => imagesOf(groupId, filter, order),
        (items) => Promise.resolve(items),
      );
      return respondWithList(request, apiUrl, IMAGE_COLUMNS, found);
    },
  );
};
