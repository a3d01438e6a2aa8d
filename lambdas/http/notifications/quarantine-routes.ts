/** `/v1/groups/{groupId}/quarantine`: notifications that could not be interpreted, and their replay. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { interpretAgain, isAppliedInPart } from '../../notifications/interpret.ts';
import type { QuarantineItem } from '../../notifications/quarantine-store.ts';
import { QUARANTINE_REASONS } from '../../platform/bus/enumerations.ts';
import { isoTime } from '../../platform/clock.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { applyInPortions } from '../../reports/apply-in-portions.ts';
import { type Env, groupParams } from '../app.ts';
import { cursors, pageQuerySchema, pageSchema, placeSchema } from '../cursors.ts';
import { problemOf } from '../errors.ts';
import { listContents, respondWithList } from '../formats.ts';
import { bounds, type ReportsContext } from '../reports/reports-context.ts';
import { groupRoute, jsonResponse } from '../route.ts';
import { QUARANTINED } from './notification-examples.ts';

const time = z.iso.datetime();
const itemSchema = z
  .object({
    eventId: z.string(),
    groupId: z.string(),
    reason: z.enum(QUARANTINE_REASONS),
    receivedAt: time,
    reportedAt: time.optional(),
    object: z.string().optional(),
    part: z.enum(['message', 'group', 'item']).openapi({
      description: 'What `text` is: a whole message, one object of its payload, or one notification.',
    }),
    text: z.string(),
  })
  .openapi('QuarantinedNotification');

const viewOf = (item: QuarantineItem): z.infer<typeof itemSchema> => {
  const { eventId, groupId, reason, receivedAt, timeStamp, object, part, text } = item;
  return omitUndefined({
    eventId,
    groupId,
    reason,
    receivedAt: isoTime(receivedAt),
    reportedAt: timeStamp === undefined ? undefined : isoTime(timeStamp * 1000),
    object,
    part,
    text,
  });
};

const COLUMNS = ['eventId', 'groupId', 'reason', 'receivedAt', 'reportedAt', 'object', 'part', 'text'];

export const quarantineRoutes = (app: OpenAPIHono<Env>, context: ReportsContext): void => {
  const { quarantine, projection, apiUrl, clock } = context;

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/quarantine',
      operationId: 'listQuarantine',
      tags: ['Notifications'],
      summary: 'Quarantined notifications of a group',
      errors: [],
      request: {
        params: groupParams,
        query: pageQuerySchema.strict(),
      },
      responses: {
        200: {
          description: 'Notifications that could not be interpreted, the latest arrival first.',
          content: listContents(pageSchema(itemSchema), COLUMNS, { items: [QUARANTINED] }),
        },
      },
    },
    async (request, { groupId }) => {
      const { limit, cursor } = request.req.valid('query');
      const list = cursors(['quarantine', groupId], {}, { at: placeSchema });
      const after = list.decode(cursor)?.['at'] as string | undefined;
      const page = await quarantine.list(groupId, after, bounds(limit), clock, viewOf);
      const next = page.next === undefined ? undefined : { at: page.next };
      return respondWithList(request, apiUrl, COLUMNS, list.page(page.items, next));
    },
  );

  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'post',
      path: '/v1/groups/{groupId}/quarantine/{eventId}/replay',
      operationId: 'replayQuarantined',
      tags: ['Notifications'],
      summary: 'Interpret a quarantined notification again',
      errors: ['404 not-quarantined', '409 still-not-interpreted', '409 still-not-stored'],
      request: { params: groupParams.extend({ eventId: z.string().min(1).max(64) }) },
      responses: {
        200: jsonResponse(
          'The notification was interpreted, applied to jobs and images, published, and removed from the quarantine. What cannot be ' +
            'interpreted in a message with too many notifications is quarantined by itself.',
          z.object({ eventIds: z.array(z.string()) }),
          { eventIds: [QUARANTINED.eventId] },
        ),
      },
    },
    async (request) => {
      const { groupId, eventId } = request.req.valid('param');
      const item = await quarantine.get(groupId, eventId, clock);
      if (!item) {
        const named = JSON.stringify(eventId);
        throw new HttpProblem(404, 'not-quarantined', `The group has no quarantined notification ${named}.`);
      }
      const notifications = interpretAgain({ groupId, receivedAt: item.receivedAt }, item);
      const isPartial = isAppliedInPart(item.reason);
      const still = notifications.find(
        (one) => one.kind === 'QUARANTINE' && (!isPartial || one.eventId === eventId),
      );
      if (still?.kind === 'QUARANTINE' && !isPartial)
        throw new HttpProblem(
          409,
          'still-not-interpreted',
          `It still cannot be interpreted: ${still.reason}.`,
        );
      const others = notifications.filter((one) => one !== still);
      const refused = await applyInPortions(projection, item, others);
      if (still) {
        const detail =
          'The message still contains too much that cannot be interpreted. The rest was applied.';
        throw new HttpProblem(409, 'still-not-interpreted', detail);
      }
      if (refused.some((one) => one.eventId === eventId)) {
        throw problemOf('409 still-not-stored');
      }
      await quarantine.remove(groupId, eventId);
      return request.json({ eventIds: [...new Set(notifications.map((one) => one.eventId))] }, 200);
    },
  );
};
