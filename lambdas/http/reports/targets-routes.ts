/** `/v1/groups/{groupId}/targets`: how old the last good backups may be, and where that comes from. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Group } from '../../groups/group.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { pairOf } from '../../reports/backups/backup.ts';
import { allParents } from '../../reports/backups/backups-store.ts';
import { judge } from '../../reports/backups/judge.ts';
import { primaryTime } from '../../reports/primary-time/primary-time.ts';
import { overdueAt, type PairState } from '../../reports/problems/backup-findings.ts';
import { pairStateOf } from '../../reports/problems/pair-state.ts';
import { TARGET_SOURCES, type TargetSettings } from '../../reports/problems/targets.ts';
import { readProtections, readRunning, type SummaryContext } from '../../reports/summary/summary-reader.ts';
import { rulesOf } from '../../reports/verdicts/rules.ts';
import { type Env, groupParams } from '../app.ts';
import { cursors, pageQuerySchema, pageSchema } from '../cursors.ts';
import { groupRoute, jsonResponse } from '../route.ts';
import type { ReportsContext } from './reports-context.ts';

export type TargetsRoutesContext = ReportsContext &
  SummaryContext & { readonly targetSettings: TargetSettings };

const time = z.iso.datetime();
const targetSchema = z
  .object({
    clientName: z.string(),
    policyName: z.string(),
    retired: z.literal(true).optional().openapi({ description: 'A rule says that no backups are expected.' }),
    targetHours: z.int().optional(),
    from: z
      .enum(TARGET_SOURCES)
      .optional()
      .openapi({ description: 'Where the target comes from; `default` until a habit is learned.' }),
    learned: z
      .object({
        gapHours: z.number().openapi({ description: 'From a good backup to the next one, as it is usual.' }),
        graceHours: z.number().openapi({ description: 'By how much it may be late, its duration included.' }),
        basis: z.enum(['same-time-of-week', 'longest-gap']).openapi({
          description: 'Learned from good backups at the same time of the week, or from all.',
        }),
        goodBackups: z.int(),
      })
      .optional(),
    lastGoodAt: time
      .optional()
      .openapi({ description: 'When the last good one began; absent if there never was.' }),
    dueAt: time.optional().openapi({ description: 'When a good one has to have ended.' }),
  })
  .openapi('Target');

const EXAMPLE: { items: z.infer<typeof targetSchema>[] } = {
  items: [
    {
      clientName: 'web01.acme.example',
      policyName: 'files-daily',
      targetHours: 31,
      from: 'learned',
      learned: { gapHours: 24, graceHours: 7, basis: 'same-time-of-week', goodBackups: 56 },
      lastGoodAt: '2026-11-28T20:00:12.000Z',
      dueAt: '2026-11-30T03:00:12.000Z',
    },
  ],
};

const viewOf = (state: PairState): z.infer<typeof targetSchema> => {
  const { clientName, policyName, target, attempts } = state;
  const lastGood = attempts.find(({ isGood }) => isGood);
  const due = overdueAt(state);
  return omitUndefined({
    clientName,
    policyName,
    retired: target === undefined ? (true as const) : undefined,
    targetHours: target?.hours,
    from: target?.from,
    learned: target?.habit,
    lastGoodAt: lastGood && isoTime(lastGood.startedAt * 1000),
    dueAt: due === undefined ? undefined : isoTime(due),
  });
};

/** The order of a page: it does not change while backups arrive. */
const placeOf = (one: { readonly clientName: string; readonly policyName: string }) =>
  pairOf(one.clientName, one.policyName);

export const targetsRoutes = (app: OpenAPIHono<Env>, context: TargetsRoutesContext): void => {
  /** Everything of the group is read, since parents can be under other clients. It is a few MB at most. */
  const targetsOf = async (group: Group) => {
    const time = primaryTime(group);
    const rules = rulesOf(context, group);
    const [{ items: pages }, running] = await Promise.all([
      readProtections(context, group.groupId),
      readRunning(context, group.groupId, time),
    ]);
    const protections = pages.flatMap((page) => page.protections);
    return judge({
      protections,
      parents: allParents(pages),
      running: running.items.map(({ job }) => job),
      rules,
    })
      .filter(({ isDismissed }) => !isDismissed)
      .map((one) => viewOf(pairStateOf(context.targetSettings, group, one, rules, time)))
      .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  };

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/targets',
      operationId: 'listTargets',
      tags: ['Problems'],
      summary: 'How old the last good backup of each client and policy may be',
      errors: [],
      request: { params: groupParams, query: pageQuerySchema.strict() },
      responses: {
        200: jsonResponse('The target of each client under each policy.', pageSchema(targetSchema), EXAMPLE),
      },
    },
    async (request, group) => {
      const { limit, cursor } = request.req.valid('query');
      const list = cursors(['targets', group.groupId], {}, { at: z.string() });
      const after = list.decode(cursor)?.['at'] as string | undefined;
      const rest = (await targetsOf(group)).filter((one) => after === undefined || placeOf(one) > after);
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      const next = last && rest.length > items.length ? { at: placeOf(last) } : undefined;
      return request.json(list.page(items, next), 200);
    },
  );
};
