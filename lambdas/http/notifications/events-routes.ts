/** `/v1/groups/{groupId}/events`: the stored notifications, by arrival. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { readFeed } from '../../notifications/feed.ts';
import type { Place } from '../../notifications/feed-place.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Env, groupParams } from '../app.ts';
import { CURSOR, cursors, pageQuerySchema, placeSchema } from '../cursors.ts';
import { listContents, respondWithList } from '../formats.ts';
import { isRange, timeParameter } from '../query-parameters.ts';
import type { ReportsContext, Shown } from '../reports/reports-context.ts';
import { groupRoute } from '../route.ts';
import { EVENT } from './notification-examples.ts';

/** The part of a reader's cursor on the last minutes. */
const recentSchema = z.string().max(10_000);
const time = z.iso.datetime();
const eventSchema = z
  .object({
    eventId: z.string().openapi({
      description: 'The id of the notification; it stays the same when the notification is sent again.',
    }),
    groupId: z.string(),
    object: z.string().optional().openapi({ example: 'JOB' }),
    receivedAt: time,
    reportedAt: time.optional(),
    notification: z.unknown().optional(),
    reason: z.string().optional().openapi({ description: 'Why the notification could not be interpreted.' }),
    text: z.string().optional(),
  })
  .openapi('Event');

const querySchema = pageQuerySchema
  .extend({
    object: z.string().min(1).optional().openapi({ description: 'JOB or IMAGE.' }),
    from: timeParameter('Arrived at this time or later.'),
    to: timeParameter('Arrived before this time.'),
    after: z.string().optional().openapi({
      description:
        'The cursor of the last response, to read the notifications that have arrived since. The same as `cursor`.',
    }),
  })
  .strict()
  .refine(({ from, to }) => isRange(from, to), 'from must lie before to')
  .refine(
    ({ after, cursor }) => after === undefined || cursor === undefined,
    'give after or cursor, not both',
  );

const COLUMNS = Object.keys(eventSchema.shape);

export const eventsRoutes = (app: OpenAPIHono<Env>, context: ReportsContext): void => {
  const { journal, apiUrl, feedDelayMs, clock } = context;
  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/events',
      operationId: 'listEvents',
      tags: ['Notifications'],
      summary: 'All notifications of a group, as they were received',
      errors: [],
      request: { params: groupParams, query: querySchema },
      responses: {
        200: {
          description:
            'Notifications, the oldest arrival first, except those that the index showed late. There is always a cursor (also in the header Nbwss-Cursor), with ' +
            'which the next request continues. `more`: whether more is available now.',
          content: listContents(
            z.object({ items: z.array(eventSchema), cursor: z.string(), more: z.boolean() }),
            COLUMNS,
            { items: [EVENT], cursor: CURSOR, more: false },
          ),
        },
      },
    },
    async (request, { groupId }) => {
      const { limit, cursor, after = cursor, object, from, to } = request.req.valid('query');
      const list = cursors(
        ['events', groupId, JSON.stringify({ object, from, to })],
        {},
        { at: placeSchema, recent: recentSchema.optional(), read: z.int().optional() },
      );
      const place = list.decode(after) as Place | undefined;
      const query = { groupId, object, from, to, after: place, limit };
      const page = await readFeed(journal, query, clock, feedDelayMs);
      const items: readonly Shown<typeof eventSchema>[] = page.items;
      const next = list.page(items, omitUndefined({ ...page.place })).cursor;
      if (next === undefined) throw new HttpProblem(500, 'internal-error', 'The feed has no cursor.');
      request.header('nbwss-cursor', next);
      return respondWithList(request, apiUrl, COLUMNS, { items, cursor: next, more: page.more });
    },
  );
};
