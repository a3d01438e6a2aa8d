/** The Zabbix template in docs/zabbix: its ids, and what it discovers in an answer of the API. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { query as jsonPath } from 'jsonpath-rfc9535';
import { parse } from 'yaml';
import { z } from 'zod';
import { problemsRoutes } from '../../../lambdas/http/problems/problems-routes.ts';
import { KINDS, PROBLEM_KINDS } from '../../../lambdas/problems/kinds.ts';
import { apiWorld } from '../../support/api.ts';
import { createProblems } from '../../support/some-problems.ts';

const uuid = z
  .string()
  .regex(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/, 'a UUID of version 4 without hyphens');
const step = z.strictObject({
  type: z.enum(['JSONPATH', 'JAVASCRIPT', 'DISCARD_UNCHANGED_HEARTBEAT']),
  parameters: z.tuple([z.string()]),
  error_handler: z.literal('CUSTOM_VALUE').optional(),
  error_handler_params: z.string().optional(),
});
type Step = z.infer<typeof step>;
const master = z.strictObject({ key: z.string() });
const trigger = z.looseObject({
  uuid,
  expression: z.string(),
  name: z.string(),
  priority: z.enum(['INFO', 'WARNING', 'HIGH']),
});
const item = z.looseObject({
  uuid,
  name: z.string(),
  type: z.enum(['HTTP_AGENT', 'DEPENDENT']),
  key: z.string(),
  preprocessing: z.array(step).optional(),
  master_item: master.optional(),
  triggers: z.array(trigger).optional(),
  trigger_prototypes: z.array(trigger).optional(),
});
const condition = z.strictObject({ macro: z.string(), value: z.string(), formulaid: z.literal('A') });
const rule = item.extend({
  item_prototypes: z.tuple([item]),
  lld_macro_paths: z.array(z.strictObject({ lld_macro: z.string(), path: z.string() })),
  preprocessing: z.array(step),
  overrides: z.tuple([
    z.looseObject({
      filter: z.strictObject({ conditions: z.tuple([condition]) }),
      operations: z.tuple([
        z.strictObject({ operationobject: z.literal('TRIGGER_PROTOTYPE'), severity: z.literal('HIGH') }),
      ]),
    }),
  ]),
});
const macro = z.strictObject({
  macro: z.string(),
  type: z.literal('SECRET_TEXT').optional(),
  value: z.string().optional(),
  description: z.string(),
});
const template = z.looseObject({
  uuid,
  template: z.string(),
  items: z.array(item),
  discovery_rules: z.tuple([rule]),
  macros: z.array(macro),
});
const file = z.strictObject({
  zabbix_export: z.strictObject({
    version: z.literal('7.0'),
    template_groups: z.tuple([z.strictObject({ uuid, name: z.literal('Templates/Applications') })]),
    templates: z.tuple([template]),
  }),
});

const TEXT = readFileSync('docs/zabbix/nbwss.yaml', 'utf8');
const [
  {
    template: name,
    items,
    discovery_rules: [discovery],
    macros,
  },
] = file.parse(parse(TEXT)).zabbix_export.templates;
const [prototype] = discovery.item_prototypes;

/** Zabbix's JSONPath: that of RFC 9535, and a function at its end. */
const query = (text: string, path: string): string | undefined => {
  const [, nodes = path, last] = /^(.*?)(?:\.(length|first)\(\))?$/.exec(path) ?? [];
  const found = jsonPath(JSON.parse(text), nodes) as unknown[];
  if (last === 'length') return String(found.length);
  const [first] = found;
  return first === undefined ? undefined : String(first);
};
/** Applies preprocessing; undefined if a value is missing, and no other is given. */
const processed = (text: string, steps: readonly Step[] = [], problemId = ''): string | undefined =>
  steps.reduce<string | undefined>((value, { type, parameters: [parameter], error_handler_params }) => {
    if (value === undefined || type === 'DISCARD_UNCHANGED_HEARTBEAT') return value;
    if (type === 'JAVASCRIPT')
      return runInNewContext(`(function (value) {${parameter}})(${JSON.stringify(value)})`) as string;
    return query(value, parameter.replaceAll('{#PROBLEM}', problemId)) ?? error_handler_params;
  }, text);

/** What the API answers. */
let answer: string;
/** Ids of the problems by the names of their clients. */
let ids: Readonly<Record<string, string>>;
beforeAll(async () => {
  const world = apiWorld();
  problemsRoutes(world.app, world.context);
  for (const groupId of ['berlin', 'tokyo']) world.group(groupId);
  await createProblems(world);
  const { body } = await world.request('/v1/problems?limit=200', world.keyFor('read', '*'));
  answer = JSON.stringify(body);
  const list = body['items'] as { problemId: string; subject: { clientName: string } }[];
  ids = Object.fromEntries(list.map(({ problemId, subject }) => [subject.clientName, problemId]));
});
const valueOfItem = (key: string, text = answer) =>
  processed(text, items.find((one) => one.key === key)?.preprocessing);

it('has ids of its own', () => {
  const ids = [...TEXT.matchAll(/uuid: (\S+)/g)].map(([, id]) => uuid.parse(id));
  expect(ids).toHaveLength(10);
  expect(new Set(ids).size).toBe(ids.length);
});

it('reads the problems with a key that Zabbix keeps secret', () => {
  const get = items.find(({ type }) => type === 'HTTP_AGENT');
  expect(get).toMatchObject({
    url: '{$NBWSS.URL}/v1/problems',
    headers: [{ name: 'x-api-key', value: '{$NBWSS.KEY}' }],
  });
  const key = macros.find((one) => one.macro === '{$NBWSS.KEY}');
  expect([key?.type, key?.value]).toEqual(['SECRET_TEXT', undefined]);
  for (const one of [...items, discovery, prototype].filter(({ type }) => type === 'DEPENDENT'))
    expect(one.master_item?.key).toBe(get?.key);
});

it('defines every macro that it uses, and documents it', () => {
  const used = new Set(TEXT.match(/\{\$[\w.]+\}/g));
  expect(new Set(macros.map((one) => one.macro))).toEqual(used);
  expect(new Set(readFileSync('docs/zabbix.md', 'utf8').match(/\{\$[\w.]+\}/g))).toEqual(used);
  const discovered = discovery.lld_macro_paths.map(({ lld_macro }) => lld_macro);
  expect(new Set(TEXT.match(/\{#\w+\}/g))).toEqual(new Set(discovered));
});

it('discovers every problem, with the deployment in place of a missing group', () => {
  const list = JSON.parse(processed(answer, discovery.preprocessing) ?? '') as object[];
  const found = list.map((one) =>
    discovery.lld_macro_paths.map(({ path }) => query(JSON.stringify(one), path)),
  );
  expect(discovery.lld_macro_paths.map(({ lld_macro }) => lld_macro)).toEqual([
    '{#PROBLEM}',
    '{#GROUP}',
    '{#KIND}',
    '{#SEVERITY}',
    '{#TEXT}',
  ]);
  expect(found).toEqual([
    [ids['key'], '(deployment)', 'key-expiring', 'warning', 'key: key-expiring'],
    [ids['vm5'], 'tokyo', 'job-stuck', 'warning', 'vm5: job-stuck'],
    ...['vm3', 'vm2', 'vm1'].map((client) => [
      ids[client],
      'berlin',
      'backup-failed',
      'critical',
      `${client}: backup-failed`,
    ]),
  ]);
});

it.each([
  ['vm1', 'open'],
  ['vm3', 'acknowledged'],
  ['vm5', 'muted'],
  ['vm4', 'recovered'],
])('the item of the problem of %s is %s', (client, state) => {
  expect(processed(answer, prototype.preprocessing, ids[client] ?? 'of the past')).toBe(state);
});

it('the item of a problem that is gone stays enabled, so that its trigger ends', () => {
  expect(discovery).toMatchObject({ enabled_lifetime_type: 'DISABLE_NEVER' });
  expect(prototype.trigger_prototypes?.[0]?.expression).toMatch(/="open"$/);
});

it('counts open problems, and knows whether there are more', () => {
  expect(valueOfItem('nbwss.problems.open')).toBe('3');
  expect(valueOfItem('nbwss.problems.open', '{"items":[]}')).toBe('0');
  expect(valueOfItem('nbwss.problems.cursor')).toBe('none');
  expect(valueOfItem('nbwss.problems.cursor', '{"items":[],"cursor":"abc"}')).toBe('abc');
});

it('critical problems are of high severity, all others are warnings', () => {
  const [{ filter }] = discovery.overrides;
  const [{ macro: tested, value }] = filter.conditions;
  expect(tested).toBe('{#SEVERITY}');
  expect(KINDS.filter((kind) => new RegExp(value).test(PROBLEM_KINDS[kind]))).toEqual(
    KINDS.filter((kind) => PROBLEM_KINDS[kind] === 'critical'),
  );
  expect(prototype.trigger_prototypes?.[0]?.priority).toBe('WARNING');
});

it('triggers name items of this template', () => {
  const triggers = [...items.flatMap((one) => one.triggers ?? []), ...(prototype.trigger_prototypes ?? [])];
  expect(triggers).toHaveLength(3);
  const keys = [...items, prototype].map(({ key }) => `/${name}/${key}`);
  for (const { expression } of triggers) expect(keys.some((key) => expression.includes(key))).toBe(true);
});
