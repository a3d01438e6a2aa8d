/** `/v1/groups/{groupId}/jobs` and `…/images`: what NetBackup reported. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { imageTimeline, imageView } from '../notifications/image.ts';
import { jobTimeline, jobView } from '../notifications/job.ts';
import type { TimelineEvent } from '../notifications/timeline.ts';
import type { ViewItem, ViewStore } from '../notifications/views-store.ts';
import type { Clock } from '../platform/clock.ts';
import { Problem } from '../platform/errors.ts';
import type { GroupsStore } from '../sessions/groups-store.ts';
import { type Env, groupIdSchema, problems, requireScope, unknownGroup } from './app.ts';
import type { KeysStore } from './keys.ts';
import { cursors, pageQuerySchema, pageSchema } from './paging.ts';

export interface ViewsContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly jobs: ViewStore;
  readonly images: ViewStore;
  readonly clock: Clock;
}

const reported = { groupId: z.string(), firstReportedAt: z.iso.datetime(), lastReportedAt: z.iso.datetime() };
const jobSchema = z
  .looseObject({
    ...reported,
    jobId: z.int(),
    outcome: z.enum(['running', 'succeeded', 'warning', 'failed']),
  })
  .openapi('Job', { description: "NetBackup's fields as they came, and what we know besides." });
const imageSchema = z
  .looseObject({ ...reported, backupId: z.string(), restorable: z.boolean() })
  .openapi('Image', { description: "NetBackup's fields as they came, and what we know besides." });
const entry = { eventId: z.string(), reportedAt: z.iso.datetime() };

/** As long as a key in DynamoDB may be, in bytes. */
const backupIdSchema = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 1024, 'must be at most 1024 bytes');

/** Jobs and images are listed and shown alike. */
interface Kind {
  readonly name: 'jobs' | 'images';
  readonly one: 'job' | 'image';
  readonly id: 'jobId' | 'backupId';
  readonly idSchema: z.ZodType<string | number>;
  readonly cursorKey: z.ZodRawShape;
  readonly schema: z.ZodObject;
  readonly timelineSchema: z.ZodType;
  readonly view: (groupId: string, id: never, events: readonly TimelineEvent[]) => Record<string, unknown>;
  readonly timeline: (events: readonly TimelineEvent[]) => unknown;
}

const JOBS: Kind = {
  name: 'jobs',
  one: 'job',
  id: 'jobId',
  idSchema: z.coerce.number().int().nonnegative(),
  cursorKey: { jobId: z.int(), startTime: z.int() },
  schema: jobSchema,
  timelineSchema: z.array(z.object({ ...entry, state: z.unknown(), status: z.unknown() })),
  view: jobView,
  timeline: jobTimeline,
};
const IMAGES: Kind = {
  name: 'images',
  one: 'image',
  id: 'backupId',
  idSchema: backupIdSchema,
  cursorKey: { backupId: backupIdSchema, backupTime: z.int() },
  schema: imageSchema,
  timelineSchema: z.array(z.object({ ...entry, operationId: z.unknown() })),
  view: imageView,
  timeline: imageTimeline,
};

const viewRoutes = (
  app: OpenAPIHono<Env>,
  { keys, groups, clock }: ViewsContext,
  store: ViewStore,
  kind: Kind,
): void => {
  const viewOf = (item: ViewItem) => kind.view(item.groupId, item[kind.id] as never, item.events);
  const mustExist = async (groupId: string): Promise<void> => {
    if (!(await groups.get(groupId))) throw unknownGroup(groupId);
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: `/v1/groups/{groupId}/${kind.name}`,
      middleware: requireScope(keys, 'read'),
      request: { params: z.object({ groupId: groupIdSchema }), query: pageQuerySchema },
      responses: {
        200: {
          description: `The ${kind.name} of the group, the latest first.`,
          content: { 'application/json': { schema: pageSchema(kind.schema) } },
        },
        ...problems(),
      },
    }),
    async (context) => {
      const { groupId } = context.req.valid('param');
      const { limit, cursor } = context.req.valid('query');
      const list = cursors([kind.name, groupId], { groupId }, kind.cursorKey);
      const startAfter = list.decode(cursor);
      await mustExist(groupId);
      const page = await store.latest(groupId, limit, clock, startAfter);
      return context.json(list.page(page.items.map(viewOf), page.lastKey), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: `/v1/groups/{groupId}/${kind.name}/{id}`,
      middleware: requireScope(keys, 'read'),
      request: { params: z.object({ groupId: groupIdSchema, id: kind.idSchema }) },
      responses: {
        200: {
          description: `The ${kind.one}, with everything that was reported of it.`,
          content: { 'application/json': { schema: kind.schema.extend({ timeline: kind.timelineSchema }) } },
        },
        ...problems(),
      },
    }),
    async (context) => {
      const { groupId, id } = context.req.valid('param');
      await mustExist(groupId);
      const item = await store.get(groupId, id, clock);
      if (!item)
        throw new Problem(
          404,
          `${kind.one}-not-found`,
          `The group has no ${kind.one} ${JSON.stringify(id)}.`,
        );
      return context.json({ ...viewOf(item), timeline: kind.timeline(item.events) }, 200);
    },
  );
};

export const viewsRoutes = (app: OpenAPIHono<Env>, context: ViewsContext): void => {
  viewRoutes(app, context, context.jobs, JOBS);
  viewRoutes(app, context, context.images, IMAGES);
};
