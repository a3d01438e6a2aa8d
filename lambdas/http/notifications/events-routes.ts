/** `/v1/groups/{groupId}/events`: the stored notifications themselves, by arrival. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readFeed } from '../../notifications/feed.ts';
import { Problem } from '../../platform/errors.ts';
import { type Env, groupParams, problems, requireScope } from '../app.ts';
import { cursors, pageQuerySchema, placeSchema } from '../cursors.ts';
import { listContents, respond } from '../formats.ts';
import { ordered, timeParameter } from '../query-parameters.ts';
import { groupOf, type ViewsContext } from '../reports/reports-context.ts';

const time = z.iso.datetime();
const eventSchema = z
  .object({
    eventId: z.string().openapi({ description: 'The same for the same notification, sent again.' }),
    groupId: z.string(),
    object: z.string().optional().openapi({ example: 'JOB' }),
    receivedAt: time,
    reportedAt: time.optional(),
    notification: z.unknown().optional(),
    reason: z.string().optional().openapi({ description: 'Why it could not be interpreted.' }),
    text: z.string().optional(),
  })
  .openapi('Event');

const querySchema = pageQuerySchema
  .extend({
    object: z.string().min(1).optional().openapi({ description: 'JOB or IMAGE.' }),
    from: timeParameter('Arrived at this time or later.'),
    to: timeParameter('Arrived before this time.'),
    after: z.string().optional().openapi({
      description: 'The cursor of the last answer: what arrived since. `cursor` says the same.',
    }),
  })
  .strict()
  .refine(({ from, to }) => ordered(from, to), 'from must lie before to')
  .refine(
    ({ after, cursor }) => after === undefined || cursor === undefined,
    'give after or cursor, not both',
  );

const COLUMNS = [
  'eventId',
  'groupId',
  'object',
  'receivedAt',
  'reportedAt',
  'notification',
  'reason',
  'text',
];

export const eventsRoutes = (app: OpenAPIHono<Env>, context: ViewsContext): void => {
  const { keys, groups, journal, apiUrl, feedDelayMs, clock } = context;
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/events',
      middleware: requireScope(keys, 'read'),
      request: { params: groupParams, query: querySchema },
      responses: {
        200: {
          description:
            'Notifications, the oldest arrival first. There always is a cursor (also in the header Nbwss-Cursor): ' +
            'with it the next request goes on where this one ended. `more` tells whether to ask at once.',
          content: listContents(
            z.object({ items: z.array(eventSchema), cursor: z.string(), more: z.boolean() }),
          ),
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { limit, cursor, after = cursor, object, from, to } = request.req.valid('query');
      const list = cursors(
        ['events', groupId, JSON.stringify({ object, from, to })],
        {},
        { at: placeSchema, read: z.int() },
      );
      const key = list.decode(after);
      const place = key && { at: String(key['at']), read: Number(key['read']) };
      await groupOf(groups, groupId);
      const query = { groupId, object, from, to, after: place, limit };
      const page = await readFeed(journal, query, clock, feedDelayMs);
      const next = list.page(page.items, { ...page.place }).cursor;
      if (next === undefined) throw new Problem(500, 'internal-error', 'There is always a cursor.');
      request.header('nbwss-cursor', next);
      return respond(request, apiUrl, COLUMNS, { items: page.items, cursor: next, more: page.more });
    },
  );
};
