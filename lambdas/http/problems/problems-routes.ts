/** `/v1/problems` and `/v1/groups/{groupId}/problems`: what is wrong, and whether it is acknowledged or muted. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { SEVERITIES } from '../../platform/bus/enumerations.ts';
import { type Clock, DAY_MS } from '../../platform/clock.ts';
import { CONFLICT, compareAndSet } from '../../platform/dynamodb/compare-and-set.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { KINDS, PROBLEM_STATES, type ProblemKind } from '../../problems/kinds.ts';
import { keyOfProblemId, type Problem } from '../../problems/problem.ts';
import type { Change } from '../../problems/transitions.ts';
import { type Env, groupParams, keyOf } from '../app.ts';
import { CURSOR, cursors, pageQuerySchema, pageSchema, placeSchema } from '../cursors.ts';
import { problemOf } from '../errors.ts';
import { listContents, respondWithList } from '../formats.ts';
import { enumParameter, labelParameter } from '../query-parameters.ts';
import type { Principal } from '../rights.ts';
import { groupRoute, jsonBody, jsonResponse, type RouteContext, route } from '../route.ts';
import { unicodeText } from '../unicode-text.ts';
import {
  type ListProblemsContext,
  listProblems,
  type ProblemFilter,
  type ProblemPlace,
  viewsOf,
} from './list-problems.ts';
import { ACKNOWLEDGED, MUTED, PROBLEM, UNTIL_AND_REASON } from './problem-examples.ts';
import { PROBLEM_COLUMNS, problemItemSchema } from './problem-view.ts';

export type ProblemsRoutesContext = RouteContext &
  ListProblemsContext & { readonly apiUrl: string; readonly clock: Clock };

const PAGE = { items: [PROBLEM], cursor: CURSOR };
const MAX_ATTEMPTS = 12;
const MAX_MUTE_DAYS = 400;

const query = pageQuerySchema
  .extend({
    state: enumParameter(PROBLEM_STATES, 'Default: all but recovered problems. One of'),
    kind: enumParameter<ProblemKind>(KINDS, 'What is wrong:'),
    severity: z.enum(SEVERITIES).optional(),
  })
  .strict();

const problemParams = z.object({
  problemId: z
    .string()
    .min(1)
    .max(200)
    .openapi({ param: { name: 'problemId', in: 'path' } }),
});

const reason = unicodeText().trim().min(1).max(500).openapi({ description: 'The reason, which people see.' });
const end = z.iso.datetime({ offset: true });
const endingSchema = z.strictObject({ reason, until: end }).openapi('UntilAndReason');

const ACTIONS = [
  {
    action: 'acknowledge',
    member: 'acknowledged',
    operationId: 'acknowledgeProblem',
    summary: 'Acknowledge a problem',
    effect: 'Somebody works on the problem: no reminders until the given time.',
    example: ACKNOWLEDGED,
  },
  {
    action: 'mute',
    member: 'muted',
    operationId: 'muteProblem',
    summary: 'Mute a problem',
    effect: 'No events and reminders until the given time.',
    example: MUTED,
  },
] as const;

/** Epoch ms. @throws HttpProblem 400 for a time that has passed or is too far away */
export const endOf = (until: string, now: number): number => {
  const ms = Date.parse(until);
  if (ms > now && ms <= now + MAX_MUTE_DAYS * DAY_MS) return ms;
  throw new HttpProblem(
    400,
    'until-not-valid',
    `until must be in the future, and within ${MAX_MUTE_DAYS} days.`,
  );
};

const notFound = (problemId: string) =>
  new HttpProblem(
    404,
    'problem-not-found',
    `The problem ${JSON.stringify(problemId)} does not exist, or this key may not see it.`,
  );
const tooManySkipped = () => problemOf('400 too-many-problems');
const hasRecovered = () => problemOf('409 problem-recovered');

export const problemsRoutes = (app: OpenAPIHono<Env>, context: ProblemsRoutesContext): void => {
  const { problems, apiUrl, clock } = context;

  const pageOf = async (
    key: Principal,
    groupId: string | undefined,
    { limit, cursor, ...filter }: ProblemFilter & { limit: number; cursor?: string | undefined },
  ) => {
    const list = cursors(
      ['problems', groupId ?? 'all groups', JSON.stringify(filter)],
      {},
      {
        list: z.enum(['open', 'recovered']),
        place: placeSchema.optional(),
      },
    );
    const after = list.decode(cursor) as ProblemPlace | undefined;
    const page = await listProblems(context, key, groupId, filter, limit, after);
    if (!page.isEnd && !page.next) throw tooManySkipped();
    return list.page(page.items, page.next && { ...page.next });
  };

  /** @throws HttpProblem 404 */
  const find = async (key: Principal, problemId: string) => {
    const id = keyOfProblemId(problemId);
    const problem = id && (await problems.get(id));
    const view =
      problem?.openedAt === undefined ? undefined : (await viewsOf(context, key, [problem]))[0]?.view;
    if (!problem || !view) throw notFound(problemId);
    return { problem, view };
  };

  const revise = async (key: Principal, problemId: string, changeOf: (problem: Problem) => Change) =>
    compareAndSet(`Problem ${problemId}`, MAX_ATTEMPTS, async () => {
      const { problem } = await find(key, problemId);
      if (problem.state !== 'open') throw hasRecovered();
      // It is due now, so that the sweep plans the next reminder.
      const written = await problems.write(problem, changeOf(problem), clock());
      return written === undefined ? CONFLICT : (await find(key, problemId)).view;
    });

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/problems',
      operationId: 'listProblems',
      tags: ['Problems'],
      summary: 'What is wrong',
      errors: ['400 too-many-problems'],
      request: { query: query.extend({ label: labelParameter }) },
      responses: {
        200: {
          description:
            'Problems of all groups that the key may see, the latest first. A page may be short, or empty, before the last one.',
          content: listContents(pageSchema(problemItemSchema), PROBLEM_COLUMNS, PAGE),
        },
      },
    },
    async (request) =>
      respondWithList(
        request,
        apiUrl,
        PROBLEM_COLUMNS,
        await pageOf(keyOf(request), undefined, request.req.valid('query')),
      ),
  );

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/problems',
      operationId: 'listProblemsOfGroup',
      tags: ['Problems'],
      summary: 'What is wrong in a group',
      errors: [],
      request: { params: groupParams, query },
      responses: {
        200: {
          description:
            'Problems of the group, the latest first. A page may be short, or empty, before the last one.',
          content: listContents(pageSchema(problemItemSchema), PROBLEM_COLUMNS, PAGE),
        },
      },
    },
    async (request, { groupId }) =>
      respondWithList(
        request,
        apiUrl,
        PROBLEM_COLUMNS,
        await pageOf(keyOf(request), groupId, request.req.valid('query')),
      ),
  );

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/problems/{problemId}',
      operationId: 'getProblem',
      tags: ['Problems'],
      summary: 'A problem',
      errors: ['404 problem-not-found'],
      request: { params: problemParams },
      responses: {
        200: jsonResponse('The problem, open or recovered.', problemItemSchema, PROBLEM),
      },
    },
    async (request) =>
      request.json((await find(keyOf(request), request.req.valid('param').problemId)).view, 200),
  );

  for (const { action, member, operationId, summary, effect, example } of ACTIONS)
    route(
      app,
      context,
      'command',
      {
        method: 'post',
        path: `/v1/problems/{problemId}/${action}`,
        operationId,
        tags: ['Problems'],
        summary,
        errors: ['400 until-not-valid', '404 problem-not-found', '409 problem-recovered'],
        request: { params: problemParams, body: jsonBody(endingSchema, UNTIL_AND_REASON) },
        responses: { 200: jsonResponse(effect, problemItemSchema, example) },
      },
      async (request) => {
        const { reason: why, until } = request.req.valid('json');
        const key = keyOf(request);
        const at = clock();
        const ending = { by: key.keyId, at, reason: why, until: endOf(until, at) };
        const view = await revise(key, request.req.valid('param').problemId, (problem) => ({
          ...problem,
          [member]: ending,
        }));
        return request.json(view, 200);
      },
    );

  route(
    app,
    context,
    'command',
    {
      method: 'post',
      path: '/v1/problems/{problemId}/reopen',
      operationId: 'reopenProblem',
      tags: ['Problems'],
      summary: 'Undo acknowledging or muting',
      errors: ['404 problem-not-found', '409 problem-recovered'],
      request: { params: problemParams },
      responses: {
        200: jsonResponse('The problem is neither acknowledged nor muted.', problemItemSchema, PROBLEM),
      },
    },
    async (request) => {
      const view = await revise(
        keyOf(request),
        request.req.valid('param').problemId,
        ({ acknowledged: _, muted: __, ...problem }) => problem,
      );
      return request.json(view, 200);
    },
  );
};
