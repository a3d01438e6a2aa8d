/** `/v1/mutes`: rules that mute problems, such as maintenance windows. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { isoTime } from '../../platform/clock.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { publicId } from '../../platform/ids.ts';
import { KINDS, type ProblemKind } from '../../problems/kinds.ts';
import { DAYS, type MuteRule } from '../../problems/mute-rule.ts';
import { MAX_MUTE_RULES, type MuteRulesStore } from '../../problems/mute-rules-store.ts';
import type { ProblemsStore } from '../../problems/problems-store.ts';
import { timeZoneOf } from '../../reports/primary-time/time-zone.ts';
import { type Env, keyOf } from '../app.ts';
import { problemOf } from '../errors.ts';
import { labelsSchema } from '../groups/labels-schema.ts';
import { isWithin, maySee, type Principal, seesAll } from '../rights.ts';
import { jsonBody, jsonResponse, type RouteContext, route } from '../route.ts';
import { unicodeText } from '../unicode-text.ts';
import { MUTE_RULE, MUTE_RULE_REQUEST } from './problem-examples.ts';
import { endOf } from './problems-routes.ts';

export interface MutesRoutesContext extends RouteContext {
  readonly muteRules: MuteRulesStore;
  readonly problems: Pick<ProblemsStore, 'planMuted'>;
  readonly apiUrl: string;
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const time = z.iso.datetime({ offset: true });
const pattern = unicodeText()
  .min(1)
  .max(256)
  .openapi({ description: 'In any letter case; `*` stands for any text.', example: 'lab-*' });

const windowSchema = z
  .strictObject({
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .max(7)
      .openapi({ description: 'The days on which the window begins.' }),
    from: z.string().regex(TIME, 'must be a time such as 22:00'),
    to: z.string().regex(TIME, 'must be a time such as 06:00'),
    timeZone: z
      .string()
      .refine((name) => timeZoneOf(name) !== undefined, 'must be a time zone such as Europe/Berlin'),
  })
  .openapi({
    description: 'Local times; a window that does not end later than it begins ends the next day.',
  });

const conditions = {
  kinds: z
    .array(z.enum(KINDS as [ProblemKind, ...ProblemKind[]]))
    .min(1)
    .max(KINDS.length)
    .optional(),
  groupId: pattern
    .openapi({ description: 'The id of a group; with `*`, which stands for any text, in any letter case.' })
    .optional(),
  clientName: pattern.optional(),
  policyName: pattern.optional(),
  labels: labelsSchema
    .refine((given) => Object.keys(given).length > 0, 'must be one label or more')
    .optional(),
};

const requestSchema = z
  .strictObject({
    reason: unicodeText().trim().min(1).max(500),
    from: time.optional().openapi({ description: 'Now by default.' }),
    until: time.openapi({ description: 'When the rule ends.' }),
    window: windowSchema.optional(),
    ...conditions,
  })
  .refine(
    (rule) => Object.keys(conditions).some((name) => rule[name as keyof typeof conditions] !== undefined),
    'must have kinds, groupId, clientName, policyName or labels. To mute everything, write groupId "*".',
  )
  .openapi('MuteRuleRequest');

const ruleSchema = z
  .object({
    muteId: z.string(),
    by: z.string(),
    reason: z.string(),
    createdAt: z.iso.datetime(),
    from: z.iso.datetime(),
    until: z.iso.datetime(),
    window: windowSchema.optional(),
    ...conditions,
  })
  .openapi('MuteRule');

const view = ({ createdAt, from, until, ...rule }: MuteRule): z.infer<typeof ruleSchema> =>
  ({ ...rule, createdAt: isoTime(createdAt), from: isoTime(from), until: isoTime(until) }) as z.infer<
    typeof ruleSchema
  >;

/** A key for some groups may only use rules for exactly one of them, a key by labels only rules with all of its labels (I-13). */
const mayUse = (
  key: Principal,
  { groupId, labels }: { readonly [Name in 'groupId' | 'labels']?: MuteRule[Name] | undefined },
): boolean =>
  seesAll(key) ||
  (groupId !== undefined && !groupId.includes('*') && maySee(key, { groupId })) ||
  (labels !== undefined && isWithin({ groups: [], labels }, key));

export const mutesRoutes = (app: OpenAPIHono<Env>, context: MutesRoutesContext): void => {
  const { muteRules, problems, clock, apiUrl } = context;

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/mutes',
      operationId: 'listMutes',
      tags: ['Problems'],
      summary: 'The rules that mute problems',
      errors: [],
      responses: {
        200: jsonResponse('The rules that have not ended.', z.object({ items: z.array(ruleSchema) }), {
          items: [MUTE_RULE],
        }),
      },
    },
    async (request) => {
      const rules = (await muteRules.list()).filter((rule) => mayUse(keyOf(request), rule));
      return request.json({ items: rules.map(view) }, 200);
    },
  );

  route(
    app,
    context,
    'command',
    {
      method: 'post',
      path: '/v1/mutes',
      operationId: 'createMute',
      tags: ['Problems'],
      summary: 'Mute problems by a rule',
      errors: ['400 until-not-valid', '403 group-needed', '409 too-many-mutes'],
      request: { body: jsonBody(requestSchema, MUTE_RULE_REQUEST) },
      responses: {
        201: jsonResponse('The rule. It applies within half a minute.', ruleSchema, MUTE_RULE),
      },
    },
    async (request) => {
      const { from, until, ...wanted } = request.req.valid('json');
      const key = keyOf(request);
      const now = clock();
      if (!mayUse(key, wanted)) throw problemOf('403 group-needed');
      if ((await muteRules.list()).length >= MAX_MUTE_RULES)
        throw new HttpProblem(
          409,
          'too-many-mutes',
          `There are ${MAX_MUTE_RULES} rules already. Delete one of them.`,
        );
      const rule = {
        ...wanted,
        muteId: publicId(),
        by: key.keyId,
        createdAt: now,
        from: from === undefined ? now : Date.parse(from),
        until: endOf(until, now),
      } as MuteRule;
      if (rule.from >= rule.until)
        throw new HttpProblem(400, 'until-not-valid', 'until must be later than from.');
      await muteRules.add(rule);
      return request.json(view(rule), 201, { location: `${apiUrl}/v1/mutes/${rule.muteId}` });
    },
  );

  route(
    app,
    context,
    'command',
    {
      method: 'delete',
      path: '/v1/mutes/{muteId}',
      operationId: 'deleteMute',
      tags: ['Problems'],
      summary: 'Delete a rule',
      errors: ['404 mute-not-found'],
      request: { params: z.object({ muteId: z.string().min(1).max(64) }) },
      responses: {
        204: { description: 'Deleted. Problems that the rule muted are published within a minute.' },
      },
    },
    async (request) => {
      const { muteId } = request.req.valid('param');
      const notFound = () =>
        new HttpProblem(
          404,
          'mute-not-found',
          `There is no rule ${JSON.stringify(muteId)} that this key may delete.`,
        );
      const rule = (await muteRules.list()).find((one) => one.muteId === muteId);
      if (!rule || !mayUse(keyOf(request), rule)) throw notFound();
      // First, so that a failure in between leaves a rule, rather than a muted problem without a rule.
      await problems.planMuted(clock());
      if (!(await muteRules.remove(muteId))) throw notFound();
      return request.body(null, 204);
    },
  );
};
