/** `/v1/groups`: NetBackup domains, and whether they are connected. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type CloseContext, tryToClose } from '../../connections/close.ts';
import { beginDeletion } from '../../groups/delete-group.ts';
import type { Group } from '../../groups/group.ts';
import type { JournalStore } from '../../notifications/journal-store.ts';
import { Problem } from '../../platform/errors.ts';
import { type Env, groupIdSchema, groupParams, keyOf, problems, requireScope, unknownGroup } from '../app.ts';
import { cursors, pageQuerySchema, pageSchema } from '../cursors.ts';
import { pageOfKey } from '../groups-of-key.ts';
import { type KeysStore, maySee } from '../keys-store.ts';
import { groupSchema, groupView } from './group-view.ts';

export interface GroupsContext extends CloseContext {
  readonly keys: KeysStore;
  readonly journal: Pick<JournalStore, 'lastArrival'>;
  readonly apiUrl: string;
  /** What a group has besides its endpoint and notifications, in words; the first of each kind is looked for. */
  readonly holds: (groupId: string) => Promise<string[]>;
}

/** Each group's latest notification is one read: the page is kept small. */
const MAX_GROUPS = 100;

// A lone surrogate has no UTF-8, which is what DynamoDB stores.
const description = z
  .string()
  .max(1000)
  .refine((text) => text.isWellFormed(), 'must be Unicode text');
const allowedCidrs = z
  .array(z.union([z.cidrv4(), z.cidrv6()], 'must be an IPv4 or IPv6 range such as 10.0.0.0/8'))
  .max(100)
  .openapi({ description: 'From where the domain may connect; everywhere when empty. IPv4 and IPv6.' });

const groupAnswer = { content: { 'application/json': { schema: groupSchema } } };

export const groupsRoutes = (app: OpenAPIHono<Env>, context: GroupsContext): void => {
  const { keys, groups, journal, apiUrl, clock } = context;
  const show = async (group: Group) => groupView(group, await journal.lastArrival(group.groupId));

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups',
      middleware: requireScope(keys, 'read'),
      request: {
        query: pageQuerySchema
          .extend({ limit: z.coerce.number().int().min(1).max(MAX_GROUPS).default(50) })
          .strict(),
      },
      responses: {
        200: {
          description: 'The groups that the key may see.',
          content: { 'application/json': { schema: pageSchema(groupSchema) } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { limit, cursor } = request.req.valid('query');
      const list = cursors(['groups'], { kind: 'group' }, { groupId: groupIdSchema });
      const startAfter = list.decode(cursor);
      const key = keyOf(request);
      const page = key.groups.includes('*')
        ? await groups.list(limit, startAfter)
        : pageOfKey(key, limit, startAfter);
      const items = await groups.getMany(page.items.map(({ groupId }) => groupId));
      items.sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
      return request.json(list.page(await Promise.all(items.map(show)), page.lastKey), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/groups',
      middleware: requireScope(keys, 'admin'),
      request: {
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({
                groupId: groupIdSchema,
                description: description.optional(),
                allowedCidrs: allowedCidrs.optional(),
              }),
            },
          },
        },
      },
      responses: { 201: { description: 'Created.', ...groupAnswer }, ...problems(409) },
    }),
    async (request) => {
      const { groupId, ...fields } = request.req.valid('json');
      if (!maySee(keyOf(request), groupId)) {
        throw new Problem(
          403,
          'group-not-allowed',
          `This key may not create the group ${JSON.stringify(groupId)}.`,
        );
      }
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      const group: Group = { groupId, kind: 'group', createdAt: clock(), epoch: 0, ...given };
      const written = await groups.create(group);
      if (!written.ok) {
        throw written.existing?.kind === 'deleting'
          ? new Problem(
              409,
              'group-being-deleted',
              `The data of a deleted group ${JSON.stringify(groupId)} are still being removed. Try again in a while.`,
            )
          : new Problem(409, 'group-exists', `There is a group ${JSON.stringify(groupId)} already.`);
      }
      return request.json(groupView(group), 201, { location: `${apiUrl}/v1/groups/${groupId}` });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}',
      middleware: requireScope(keys, 'read'),
      request: { params: groupParams },
      responses: { 200: { description: 'The group.', ...groupAnswer }, ...problems() },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const group = await groups.get(groupId);
      if (!group) throw unknownGroup(groupId);
      return request.json(await show(group), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/groups/{groupId}',
      middleware: requireScope(keys, 'admin'),
      request: {
        params: groupParams,
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({
                description: description
                  .nullable()
                  .optional()
                  .openapi({ description: 'null takes it away.' }),
                allowedCidrs: allowedCidrs
                  .nullable()
                  .optional()
                  .openapi({ description: 'null takes it away. A connection that is open stays open.' }),
              }),
            },
          },
        },
      },
      responses: { 200: { description: 'The group as it is now.', ...groupAnswer }, ...problems() },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const group = await groups.amend(groupId, request.req.valid('json'));
      if (!group) throw unknownGroup(groupId);
      return request.json(await show(group), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/groups/{groupId}',
      middleware: requireScope(keys, 'admin'),
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
        202: {
          description:
            'The group is unknown from now on, and its connection is closed. What it held is removed in the background: at most a minute if it never connected, else a quarter of an hour or more. Until then its id cannot be used again.',
          content: {
            'application/json': { schema: z.object({ groupId: z.string(), removes: z.array(z.string()) }) },
          },
        },
        ...problems(409),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const group = await groups.get(groupId);
      if (!group) throw unknownGroup(groupId);
      const removes = [
        ...(group.endpointId === undefined ? [] : ['its endpoint, with every token and invitation']),
        ...((await journal.lastArrival(groupId)) === undefined ? [] : ['all notifications']),
        ...(await context.holds(groupId)),
      ];
      if (removes.length > 0 && request.req.valid('query').force !== 'true') {
        throw new Problem(
          409,
          'group-not-empty',
          `Deleting this group would remove ${removes.join(', ')}. Ask with ?force=true if that is meant.`,
        );
      }
      const close = (connectionId: string) => tryToClose(context, connectionId, 'group-deleted');
      if (!(await beginDeletion(context, groupId, close))) throw unknownGroup(groupId);
      return request.json({ groupId, removes }, 202);
    },
  );
};
