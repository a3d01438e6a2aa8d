/** `/v1/groups/{groupId}/targets`: how old the last good backups may be, and where that comes from. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Group } from '../../groups/group.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type ClientPolicyState, overdueAt } from '../../reports/problems/backup-findings.ts';
import { clientPolicyStateOf } from '../../reports/problems/client-policy-state.ts';
import { TARGET_SOURCES, type TargetSettings } from '../../reports/problems/targets.ts';
import type { SummaryContext } from '../../reports/summary/summary-reader.ts';
import { type Env, groupParams } from '../app.ts';
import { pageQuerySchema, pageSchema } from '../cursors.ts';
import { groupRoute, jsonResponse } from '../route.ts';
import { clientPolicyPage, judgedClientPolicies } from './client-policy-pages.ts';
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

const viewOf = (state: ClientPolicyState): z.infer<typeof targetSchema> => {
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

export const targetsRoutes = (app: OpenAPIHono<Env>, context: TargetsRoutesContext): void => {
  const targetsOf = async (group: Group) => {
    const { judged, time, rules } = await judgedClientPolicies(context, group);
    return judged
      .filter(({ isDismissed }) => !isDismissed)
      .map((one) => viewOf(clientPolicyStateOf(context.targetSettings, group, one, rules, time)));
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
      const page = await clientPolicyPage(
        ['targets', group.groupId],
        cursor,
        () => targetsOf(group),
        (rest) => rest.slice(0, limit),
      );
      return request.json(page, 200);
    },
  );
};
