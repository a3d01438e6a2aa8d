/** `/v1/groups`: NetBackup domains, and whether they are connected. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type CloseContext, tryToClose } from '../../connections/close.ts';
import { startDeletion } from '../../groups/delete-group.ts';
import { endpointIdsOf, type Group } from '../../groups/group.ts';
import type { JournalStore } from '../../notifications/journal-store.ts';
import { CANARY_GROUP } from '../../platform/canary-group.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { ProblemsStore } from '../../problems/problems-store.ts';
import { forgetOverviews, type OverviewsContext } from '../../reports/summary/read-overviews.ts';
import { type Env, groupIdSchema, groupNotFound, groupParams, keyOf } from '../app.ts';
import { CURSOR, pageQuerySchema, pageSchema } from '../cursors.ts';
import { problemOf } from '../errors.ts';
import { groupCursors, readVisibleGroups } from '../groups-of-key.ts';
import { labelParameter, limitParameter } from '../query-parameters.ts';
import { maySee, type Principal, seesAll } from '../rights.ts';
import { groupRoute, jsonBody, jsonResponse, type RouteContext, route } from '../route.ts';
import { GROUP, NEW_GROUP, SETTINGS } from './group-examples.ts';
import { allowedCidrs, description, labels, timeZone, verdicts } from './group-settings-schemas.ts';
import { groupSchema, groupView } from './group-view.ts';
import { targetHours, targets } from './target-schemas.ts';

export interface GroupsContext
  extends CloseContext,
    Pick<OverviewsContext, 'overviews'>,
    Omit<RouteContext, 'groups'> {
  readonly journal: Pick<JournalStore, 'lastArrival'>;
  readonly problems: Pick<ProblemsStore, 'plan' | 'planMuted'>;
  readonly apiUrl: string;
  /** A path of a group's data, except endpoint and notifications: `all jobs`, `all images`. */
  readonly namesOfData: (groupId: string) => Promise<string[]>;
}

/** Each group needs a read of its latest notification, so pages are small. */
const MAX_GROUPS = 100;

/** Labels decide who may see a group: a limited administrator could use them to move the group into the view of others. */
const checkLabelsAllowed = (principal: Principal, given: unknown): void => {
  if (given === undefined || seesAll(principal)) return;
  throw problemOf('403 labels-not-allowed');
};

const namesOfEndpoints = (count: number): string[] => {
  if (count === 0) return [];
  return [`${count === 1 ? 'its endpoint' : 'its endpoints'}, with every token and invitation`];
};

export const groupsRoutes = (app: OpenAPIHono<Env>, context: GroupsContext): void => {
  const { groups, journal, apiUrl, clock } = context;
  const show = async (group: Group) => groupView(group, clock(), await journal.lastArrival(group.groupId));

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups',
      operationId: 'listGroups',
      tags: ['Groups'],
      summary: 'Groups with the state of their connections',
      errors: ['400 too-many-groups'],
      request: {
        query: pageQuerySchema
          .extend({ limit: limitParameter(MAX_GROUPS, 50), label: labelParameter })
          .strict(),
      },
      responses: {
        200: jsonResponse('The groups that the key may see.', pageSchema(groupSchema), {
          items: [GROUP],
          cursor: CURSOR,
        }),
      },
    },
    async (request) => {
      const { limit, cursor, label } = request.req.valid('query');
      const list = groupCursors(['groups'], label);
      const page = await readVisibleGroups(groups, keyOf(request), limit, list.decode(cursor), label);
      return request.json(list.page(await Promise.all(page.items.map(show)), page.lastKey), 200);
    },
  );

  route(
    app,
    context,
    'admin',
    {
      method: 'post',
      path: '/v1/groups',
      operationId: 'createGroup',
      tags: ['Groups'],
      summary: 'Create a group for a NetBackup domain',
      errors: [
        '403 group-not-allowed',
        '403 labels-not-allowed',
        '409 group-reserved',
        '409 group-being-deleted',
        '409 group-exists',
      ],
      request: {
        body: jsonBody(
          z.strictObject({
            groupId: groupIdSchema,
            description: description.optional(),
            allowedCidrs: allowedCidrs.optional(),
            verdicts: verdicts.optional(),
            targetHours: targetHours.optional(),
            targets: targets.optional(),
            timeZone: timeZone.optional(),
            labels: labels.optional(),
          }),
          { groupId: 'berlin', ...SETTINGS },
        ),
      },
      responses: { 201: jsonResponse('Created.', groupSchema, NEW_GROUP) },
    },
    async (request) => {
      const { groupId, ...fields } = request.req.valid('json');
      const named = JSON.stringify(groupId);
      if (!maySee(keyOf(request), { groupId }))
        throw new HttpProblem(403, 'group-not-allowed', `This key may not create the group ${named}.`);
      checkLabelsAllowed(keyOf(request), fields.labels);
      if (groupId === CANARY_GROUP)
        throw new HttpProblem(409, 'group-reserved', `The id ${named} is reserved for the canary.`);
      const group: Group = { groupId, kind: 'group', createdAt: clock(), epoch: 0, ...omitUndefined(fields) };
      const written = await groups.create(group);
      if (!written.ok) {
        throw written.existing?.kind === 'deleting'
          ? new HttpProblem(
              409,
              'group-being-deleted',
              `The data of the deleted group ${named} is still being removed. Try again later.`,
            )
          : new HttpProblem(409, 'group-exists', `The group ${named} exists already.`);
      }
      return request.json(groupView(group, group.createdAt), 201, {
        location: `${apiUrl}/v1/groups/${groupId}`,
      });
    },
  );

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}',
      operationId: 'getGroup',
      tags: ['Groups'],
      summary: 'One group',
      errors: [],
      request: { params: groupParams },
      responses: { 200: jsonResponse('The group.', groupSchema, GROUP) },
    },
    async (request, group) => request.json(await show(group), 200),
  );

  route(
    app,
    context,
    'admin',
    {
      method: 'patch',
      path: '/v1/groups/{groupId}',
      operationId: 'updateGroup',
      tags: ['Groups'],
      summary: 'Change the settings of a group',
      errors: ['403 labels-not-allowed'],
      request: {
        params: groupParams,
        body: jsonBody(
          z.strictObject({
            description: description.nullable().optional().openapi({ description: 'null removes it.' }),
            allowedCidrs: allowedCidrs
              .nullable()
              .optional()
              .openapi({ description: 'null removes it. An open connection stays open.' }),
            verdicts: verdicts.nullable().optional().openapi({ description: 'null removes them.' }),
            targetHours: targetHours.nullable().optional(),
            targets: targets.nullable().optional(),
            timeZone: timeZone
              .nullable()
              .optional()
              .openapi({
                type: ['string', 'null'],
                description: 'null removes it: the offset is learned. Past times change immediately.',
              }),
            labels: labels
              .nullable()
              .optional()
              .openapi({ description: 'These labels replace all labels of the group; null removes them.' }),
          }),
          { timeZone: 'Europe/Berlin', allowedCidrs: null },
        ),
      },
      responses: { 200: jsonResponse('The changed group.', groupSchema, GROUP) },
    },
    async (request) => {
      const { groupId } = request.req.valid('param');
      const change = request.req.valid('json');
      checkLabelsAllowed(keyOf(request), change.labels);
      const group = await groups.updateSettings(groupId, change);
      if (!group) throw groupNotFound(groupId);
      await forgetOverviews(context, groupId);
      // Verdicts, targets, labels and the time zone decide what is wrong: the sweep evaluates the group again.
      await context.problems.plan(groupId, clock());
      // Mute rules can name labels.
      if (change.labels !== undefined) await context.problems.planMuted(clock());
      return request.json(await show(group), 200);
    },
  );

  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'delete',
      path: '/v1/groups/{groupId}',
      operationId: 'deleteGroup',
      tags: ['Groups'],
      summary: 'Delete a group and its data',
      errors: ['409 group-not-empty'],
      request: {
        params: groupParams,
        query: z.strictObject({
          force: z
            .enum(['true', 'false'])
            .default('false')
            .openapi({ description: 'true: also if it has an endpoint or data.' }),
        }),
      },
      responses: {
        202: jsonResponse(
          'The group no longer exists, and its connection is closed. Its data is removed in the background: within a minute if it never connected, else a quarter of an hour or more. Until then its id cannot be used again.',
          z.object({ groupId: z.string(), removes: z.array(z.string()) }),
          { groupId: 'berlin', removes: ['all notifications', 'all jobs'] },
        ),
      },
    },
    async (request, group) => {
      const { groupId } = group;
      const removes = [
        ...namesOfEndpoints(endpointIdsOf(group).length),
        ...((await journal.lastArrival(groupId)) === undefined ? [] : ['all notifications']),
        ...(await context.namesOfData(groupId)),
      ];
      if (removes.length > 0 && request.req.valid('query').force !== 'true') {
        throw new HttpProblem(
          409,
          'group-not-empty',
          `Deleting this group would remove ${removes.join(', ')}. To confirm, use ?force=true.`,
        );
      }
      const close = (connectionId: string) => tryToClose(context, connectionId, 'group-deleted');
      if (!(await startDeletion(context, groupId, close))) throw groupNotFound(groupId);
      await forgetOverviews(context, groupId);
      return request.json({ groupId, removes }, 202);
    },
  );
};
