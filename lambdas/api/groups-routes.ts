/** `/v1/groups`: NetBackup domains, and whether they are connected. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Clock, isoTime } from '../platform/clock.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import type { Page } from '../platform/dynamodb/table.ts';
import { Problem } from '../platform/errors.ts';
import type { Group } from '../sessions/group.ts';
import type { GroupsStore } from '../sessions/groups-store.ts';
import { type Env, groupIdSchema, keyOf, problems, requireScope, unknownGroup } from './app.ts';
import { type ApiKey, type KeysStore, maySee } from './keys.ts';
import { cursors, pageQuerySchema, pageSchema } from './paging.ts';

export interface GroupsContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly apiUrl: string;
  readonly clock: Clock;
}

const time = z.iso.datetime();
const groupSchema = z
  .object({
    groupId: z.string(),
    description: z.string().optional(),
    createdAt: time,
    endpointId: z.string().optional(),
    session: z.object({
      connected: z.boolean(),
      since: time
        .optional()
        .openapi({ description: 'When the present session began, or when the last one ended.' }),
      lastSeen: time.optional().openapi({ description: 'When NetBackup was last known to be there.' }),
      endpointId: z.string().optional(),
      closeCode: z.int().optional(),
      closeReason: z.string().optional(),
    }),
    netbackupApiVersion: z.string().optional(),
    roundTripMs: z.number().optional(),
  })
  .openapi('Group');

/** Presence says no more than is known: `connected` once NetBackup was told so, `lastSeen` as of the last proof. */
const sessionView = ({ session, lastSession, lastSeen }: Group) => {
  if (session) {
    const seen = Math.max(session.since, lastSeen ?? 0);
    return {
      connected: session.ready,
      since: isoTime(session.since),
      lastSeen: isoTime(seen),
      endpointId: session.endpointId,
    };
  }
  if (!lastSession) return { connected: false };
  const { endpointId, endedAt, closeCode, closeReason } = lastSession;
  return {
    connected: false,
    since: isoTime(endedAt),
    lastSeen: isoTime(Math.max(lastSession.since, lastSeen ?? 0)),
    endpointId,
    ...(closeCode === undefined ? {} : { closeCode }),
    ...(closeReason === undefined ? {} : { closeReason }),
  };
};

export const groupView = (group: Group): z.infer<typeof groupSchema> => ({
  groupId: group.groupId,
  createdAt: isoTime(group.createdAt),
  session: sessionView(group),
  ...(group.description === undefined ? {} : { description: group.description }),
  ...(group.endpointId === undefined ? {} : { endpointId: group.endpointId }),
  ...(group.netbackupApiVersion === undefined ? {} : { netbackupApiVersion: group.netbackupApiVersion }),
  ...(group.roundTripMs === undefined ? {} : { roundTripMs: group.roundTripMs }),
});

/** A page of the groups that a key names. Read from the key: a list of all would show others' ids in its cursors (I-13). */
const pageOfKey = (key: ApiKey, limit: number, startAfter?: Key): Page<Pick<Group, 'groupId'>> => {
  const last = String(startAfter?.['groupId'] ?? '');
  const left = [...new Set(key.groups)].sort().filter((groupId) => groupId > last);
  const items = left.slice(0, limit).map((groupId) => ({ groupId }));
  const end = items.at(-1);
  return { items, ...(end && left.length > limit ? { lastKey: { kind: 'group', ...end } } : {}) };
};

const groupAnswer = { content: { 'application/json': { schema: groupSchema } } };

export const groupsRoutes = (app: OpenAPIHono<Env>, { keys, groups, apiUrl, clock }: GroupsContext): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups',
      middleware: requireScope(keys, 'read'),
      request: { query: pageQuerySchema },
      responses: {
        200: {
          description: 'The groups that the key may see.',
          content: { 'application/json': { schema: pageSchema(groupSchema) } },
        },
        ...problems(),
      },
    }),
    async (context) => {
      const { limit, cursor } = context.req.valid('query');
      const list = cursors(['groups'], { kind: 'group' }, { groupId: groupIdSchema });
      const startAfter = list.decode(cursor);
      const key = keyOf(context);
      const page = key.groups.includes('*')
        ? await groups.list(limit, startAfter)
        : pageOfKey(key, limit, startAfter);
      const items = await groups.getMany(page.items.map(({ groupId }) => groupId));
      items.sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
      return context.json(list.page(items.map(groupView), page.lastKey), 200);
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
              schema: z.object({ groupId: groupIdSchema, description: z.string().max(1000).optional() }),
            },
          },
        },
      },
      responses: { 201: { description: 'Created.', ...groupAnswer }, ...problems(409) },
    }),
    async (context) => {
      const { groupId, description } = context.req.valid('json');
      if (!maySee(keyOf(context), groupId)) {
        throw new Problem(
          403,
          'group-not-allowed',
          `This key may not create the group ${JSON.stringify(groupId)}.`,
        );
      }
      const group: Group = {
        groupId,
        kind: 'group',
        createdAt: clock(),
        epoch: 0,
        ...(description === undefined ? {} : { description }),
      };
      const written = await groups.create(group);
      if (!written.ok)
        throw new Problem(409, 'group-exists', `There is a group ${JSON.stringify(groupId)} already.`);
      return context.json(groupView(group), 201, { location: `${apiUrl}/v1/groups/${groupId}` });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}',
      middleware: requireScope(keys, 'read'),
      request: { params: z.object({ groupId: groupIdSchema }) },
      responses: { 200: { description: 'The group.', ...groupAnswer }, ...problems() },
    }),
    async (context) => {
      const { groupId } = context.req.valid('param');
      const group = await groups.get(groupId);
      if (!group) throw unknownGroup(groupId);
      return context.json(groupView(group), 200);
    },
  );
};
