/** `/v1/groups/{groupId}/history` and `…/backups/dismiss`: the backups of each client under each policy. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { VERDICTS } from '../../groups/backup-rules.ts';
import type { Group } from '../../groups/group.ts';
import type { ProblemsStore } from '../../problems/problems-store.ts';
import type { ClientPolicy } from '../../reports/backups/backup.ts';
import { historyOf } from '../../reports/history/history.ts';
import { forgetOverviews, type OverviewsContext } from '../../reports/summary/read-overviews.ts';
import { readClientPolicies, type SummaryContext } from '../../reports/summary/summary-reader.ts';
import { isSameClient } from '../../reports/views/index-keys.ts';
import { type Env, groupParams } from '../app.ts';
import { pageQuerySchema, pageSchema } from '../cursors.ts';
import { listContents, respondWithList } from '../formats.ts';
import { nameParameter, wholeNumberParameter } from '../query-parameters.ts';
import { groupRoute, jsonBody, jsonResponse } from '../route.ts';
import { clientPolicyPage, judgedClientPolicies } from './client-policy-pages.ts';
import { HISTORY } from './report-examples.ts';
import type { ReportsContext } from './reports-context.ts';

const MAX_DAYS = 400;

const historySchema = z
  .object({
    clientName: z.string(),
    policyName: z.string(),
    from: z.string().openapi({ description: 'The first day, by the calendar of the primary.' }),
    to: z.string().openapi({ description: 'Today.' }),
    days: z.array(z.object({ day: z.string(), verdict: z.enum(VERDICTS) })).openapi({
      description: 'The best verdict of the runs that began on a day. Days without a run are not listed.',
    }),
    successRate: z
      .number()
      .optional()
      .openapi({ description: 'The share of good days among good and failed days.' }),
    longestGapDays: z.int().openapi({
      description:
        'The largest number of days in a row without a good backup, from the first day with a run to today.',
    }),
    consecutiveFailures: z.int().openapi({ description: 'Failed days since the last good day.' }),
  })
  .openapi('History');

const COLUMNS = [
  'clientName',
  'policyName',
  'from',
  'to',
  'successRate',
  'longestGapDays',
  'consecutiveFailures',
  'days',
];

const querySchema = pageQuerySchema
  .extend({
    days: wholeNumberParameter(1, MAX_DAYS, 90, 'How many days, today included.'),
    clientName: nameParameter('This client, in any letter case.'),
    policyName: nameParameter('Exactly this policy.'),
  })
  .strict();

interface WantedClientPolicy {
  readonly clientName?: string | undefined;
  readonly policyName?: string | undefined;
}
const matches = (wanted: WantedClientPolicy, { clientName, policyName }: ClientPolicy) =>
  (wanted.clientName === undefined || isSameClient(wanted.clientName, clientName)) &&
  (wanted.policyName === undefined || wanted.policyName === policyName);

/** A year of verdicts has some 15 KB. A Lambda response has up to 6 MB. */
const MAX_BYTES = 3_000_000;

/** The rows that fit into a response, at least one. */
const pageOf = <T>(all: readonly T[], limit: number): T[] => {
  const items: T[] = [];
  let bytes = 0;
  for (const one of all.slice(0, limit)) {
    bytes += Buffer.byteLength(JSON.stringify(one));
    if (bytes > MAX_BYTES && items.length > 0) break;
    items.push(one);
  }
  return items;
};

export const backupsRoutes = (
  app: OpenAPIHono<Env>,
  context: ReportsContext &
    SummaryContext &
    OverviewsContext & { readonly problems: Pick<ProblemsStore, 'plan'> },
): void => {
  const { backups, apiUrl, clock } = context;

  const histories = async (group: Group, days: number, wanted: WantedClientPolicy) => {
    const { judged, time, rules } = await judgedClientPolicies(context, group);
    return judged
      .filter((clientPolicy) => matches(wanted, clientPolicy))
      .map((clientPolicy) => historyOf(clientPolicy, rules, time, days, clock()));
  };

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/history',
      operationId: 'getHistory',
      tags: ['Summary'],
      summary: 'A verdict for each day, client and policy',
      errors: [],
      request: { params: groupParams, query: querySchema },
      responses: {
        200: {
          description: 'One verdict a day of each client under each policy.',
          content: listContents(pageSchema(historySchema), COLUMNS, { items: [HISTORY] }),
        },
      },
    },
    async (request, group) => {
      const { limit, cursor, days, ...wanted } = request.req.valid('query');
      const filters = JSON.stringify({ days, ...wanted });
      const page = await clientPolicyPage(
        ['history', group.groupId, filters],
        cursor,
        () => histories(group, days, wanted),
        (rest) => pageOf(rest, limit),
      );
      return respondWithList(request, apiUrl, COLUMNS, page);
    },
  );

  // Two names of the same operation.
  for (const name of ['dismiss', 'retire'] as const)
    groupRoute(
      app,
      context,
      'admin',
      {
        method: 'post',
        path: `/v1/groups/{groupId}/backups/${name}`,
        operationId: `${name}Backups`,
        tags: ['Summary'],
        summary: 'Stop expecting backups of a client and policy',
        errors: [],
        request: {
          params: groupParams,
          body: jsonBody(
            z.strictObject({
              policyName: z.string(),
              clientName: z.string().min(1).optional().openapi({ description: 'Absent: all clients.' }),
              dismissed: z.boolean().default(true).openapi({ description: 'false: shows them again.' }),
            }),
            { policyName: 'files-daily', clientName: 'old01.acme.example' },
          ),
        },
        responses: {
          200: jsonResponse(
            'These clients and policies are no longer among `lastGoodBackups`, and have no problems, until their next backup.',
            z.object({ changed: z.int() }),
            { changed: 1 },
          ),
        },
      },
      async (request, { groupId }) => {
        const { dismissed, ...wanted } = request.req.valid('json');
        const { items: pages } = await readClientPolicies(context, groupId);
        const found = pages
          .flatMap(({ clientPolicies }) => clientPolicies)
          .filter((one) => matches(wanted, one) && one.isDismissed !== dismissed);
        let changed = 0;
        for (const { clientName, policyName } of found)
          if (await backups.dismiss(groupId, clientName, policyName, dismissed)) changed += 1;
        if (changed > 0) {
          await forgetOverviews(context, groupId);
          await context.problems.plan(groupId, clock());
        }
        return request.json({ changed }, 200);
      },
    );
};
