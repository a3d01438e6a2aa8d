/** `/v1/groups/{groupId}/quarantine`: notifications that could not be interpreted, and trying them again. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { interpretAgain, REASONS } from '../../notifications/interpret.ts';
import type { QuarantineItem } from '../../notifications/quarantine-store.ts';
import { isoTime } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import { applyNotifications } from '../../reports/apply-notifications.ts';
import { type Env, groupParams, problems, requireScope } from '../app.ts';
import { cursors, pageQuerySchema, pageSchema, placeSchema } from '../cursors.ts';
import { groupOf, type ViewsContext } from '../reports/reports-context.ts';

const time = z.iso.datetime();
const itemSchema = z
  .object({
    eventId: z.string(),
    groupId: z.string(),
    reason: z.enum(REASONS),
    receivedAt: time,
    reportedAt: time.optional(),
    object: z.string().optional(),
    part: z.enum(['message', 'group', 'item']).openapi({
      description: 'What `text` is: a whole message, one object of its payload, or one notification.',
    }),
    text: z.string(),
  })
  .openapi('QuarantinedNotification');

const viewOf = (item: QuarantineItem): z.infer<typeof itemSchema> => ({
  eventId: item.eventId,
  groupId: item.groupId,
  reason: item.reason,
  receivedAt: isoTime(item.receivedAt),
  ...(item.timeStamp === undefined ? {} : { reportedAt: isoTime(item.timeStamp * 1000) }),
  ...(item.object === undefined ? {} : { object: item.object }),
  part: item.part,
  text: item.text,
});

/** A text may have 128 KB, and an answer 6 MB. */
const MAX_ITEMS = 25;

export const quarantineRoutes = (app: OpenAPIHono<Env>, context: ViewsContext): void => {
  const { keys, groups, quarantine, projection, clock } = context;

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/quarantine',
      middleware: requireScope(keys, 'read'),
      request: {
        params: groupParams,
        query: pageQuerySchema
          .extend({ limit: z.coerce.number().int().min(1).max(MAX_ITEMS).default(MAX_ITEMS) })
          .strict(),
      },
      responses: {
        200: {
          description: 'What could not be interpreted, the latest arrival first.',
          content: { 'application/json': { schema: pageSchema(itemSchema) } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { limit, cursor } = request.req.valid('query');
      const list = cursors(
        ['quarantine', groupId],
        { groupId },
        { eventId: placeSchema, arrival: placeSchema },
      );
      const startAfter = list.decode(cursor);
      await groupOf(groups, groupId);
      const page = await quarantine.list(groupId, limit, clock, startAfter);
      return request.json(list.page(page.items.map(viewOf), page.lastKey), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/groups/{groupId}/quarantine/{eventId}/replay',
      middleware: requireScope(keys, 'admin'),
      request: { params: groupParams.extend({ eventId: z.string().min(1).max(64) }) },
      responses: {
        200: {
          description:
            'It was interpreted: jobs, images and the bus have it, and it has left the quarantine.',
          content: {
            'application/json': { schema: z.object({ eventIds: z.array(z.string()) }) },
          },
        },
        ...problems(409),
      },
    }),
    async (request) => {
      const { groupId, eventId } = request.req.valid('param');
      await groupOf(groups, groupId);
      const item = await quarantine.get(groupId, eventId, clock);
      if (!item) {
        const named = JSON.stringify(eventId);
        throw new Problem(404, 'not-quarantined', `The group has nothing in quarantine under ${named}.`);
      }
      const said = interpretAgain({ groupId, receivedAt: item.receivedAt }, item);
      const still = said.find((one) => one.kind === 'QUARANTINE');
      if (still) {
        const why = JSON.stringify(still.kind === 'QUARANTINE' ? still.reason : '');
        throw new Problem(409, 'still-not-interpreted', `It still cannot be interpreted: ${why}.`);
      }
      const refused = await applyNotifications(projection, item, said);
      if (refused.some((one) => one.eventId === eventId)) {
        throw new Problem(409, 'still-not-stored', 'It can be interpreted, but a table still refuses it.');
      }
      await quarantine.release(groupId, eventId);
      return request.json({ eventIds: [...new Set(said.map((one) => one.eventId))] }, 200);
    },
  );
};
