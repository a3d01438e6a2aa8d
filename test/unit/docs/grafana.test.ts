/** The dashboards in docs/grafana: their shape, and their queries on the metrics that the API really returns. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { metricsRoutes } from '../../../lambdas/http/reports/metrics-routes.ts';
import { journalEntry } from '../../../lambdas/notifications/journal-store.ts';
import { applyMessage } from '../../../lambdas/reports/apply-message.ts';
import { apiWorld } from '../../support/api.ts';
import { jobs, notificationText } from '../../support/notifications.ts';
import { emptyQueries } from '../../support/promtool.ts';
import { createProblems } from '../../support/some-problems.ts';

const FOLDER = 'docs/grafana';
/** Grafana's grid has 24 columns. */
const COLUMNS = 24;

const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('$' + '{datasource}') });
const grid = z
  .strictObject({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1), h: z.int().min(1) })
  .refine(({ x, w }) => x + w <= COLUMNS);
const target = z.looseObject({ refId: z.string().regex(/^[A-Z]$/), datasource, expr: z.string().min(1) });
const override = z.strictObject({
  matcher: z.strictObject({ id: z.literal('byName'), options: z.string() }),
  properties: z.array(z.strictObject({ id: z.string(), value: z.unknown() })).min(1),
});
const transformation = z.looseObject({
  id: z.enum(['merge', 'organize']),
  options: z.looseObject({ renameByName: z.record(z.string(), z.string()).optional() }),
});
/** Of Grafana's dashboard schema (schemaVersion 39), what these dashboards use. */
const panel = z.looseObject({
  id: z.int().min(1),
  type: z.enum(['stat', 'table', 'timeseries', 'state-timeline']),
  title: z.string().min(1),
  description: z.string().regex(/\.$/),
  datasource,
  gridPos: grid,
  fieldConfig: z.strictObject({
    defaults: z.looseObject({
      unit: z.enum(['none', 's']),
      thresholds: z.strictObject({
        mode: z.literal('absolute'),
        steps: z.array(z.strictObject({ color: z.string(), value: z.number().nullable() })).min(1),
      }),
    }),
    overrides: z.array(override),
  }),
  options: z.looseObject({}),
  targets: z.array(target).min(1),
  transformations: z.array(transformation).optional(),
});
const dashboard = z.looseObject({
  uid: z.string().regex(/^[a-z-]{1,40}$/),
  title: z.string().min(1),
  schemaVersion: z.literal(39),
  templating: z.strictObject({
    list: z.array(z.looseObject({ name: z.string(), query: z.union([z.string(), z.looseObject({})]) })),
  }),
  panels: z.array(panel).min(1),
});
type Dashboard = z.infer<typeof dashboard>;

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const textOf = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');
const read = (name: string): Dashboard => dashboard.parse(JSON.parse(textOf(name)));

/** The metrics of a deployment with one domain that is connected, one that is not, and problems of all states. */
const exposed = async (): Promise<string> => {
  const world = apiWorld();
  const { app, clock, context, group, keyFor } = world;
  metricsRoutes(app, context);
  const session = { ready: true, since: 0, connectionId: 'c', endpointId: 'e' };
  group('berlin', { session, timeZone: 'UTC', labels: { customer: 'acme' } });
  group('tokyo', { lastSession: { endedAt: 5_000, since: 0 } });
  const now = Math.floor(clock() / 1000);
  const backup = { state: 'DONE', jobType: 'BACKUP', policyName: 'daily', startTime: now - 60 };
  const text = notificationText(
    [
      jobs(
        { ...backup, jobId: 1, clientName: 'good', status: 0 },
        { ...backup, jobId: 2, clientName: 'bad', status: 58 },
      ),
    ],
    now,
  );
  const message = { groupId: 'berlin', text, receivedAt: clock() };
  await context.journal.store(journalEntry({ ...message, timeStamp: now }, 1), AbortSignal.timeout(60_000));
  await applyMessage(context.projection, message);
  await createProblems(world);
  const headers = { 'x-api-key': keyFor('read', '*') };
  return (await app.request('/v1/metrics', { headers }, {})).text();
};
const queriesOf = ({ panels }: Dashboard): string[] =>
  panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
/** A query with the group chosen as Grafana writes it: an escaped regular expression, or `allValue`. */
const chosen = (expr: string, group: string): string => expr.replaceAll('$group', group);

let metrics: string;
beforeAll(async () => {
  metrics = await exposed();
});

it('there are dashboards of all domains, of one domain and of problems, each with its own uid', () => {
  expect(files).toEqual(['domain.json', 'domains.json', 'problems.json']);
  expect(new Set(files.map((name) => read(name).uid)).size).toBe(files.length);
});

describe.each(files)('%s', (name) => {
  const { panels, templating, ...one } = read(name);

  it('has panels with ids of their own that do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('uses only variables that it defines', () => {
    const defined = templating.list.map((variable) => variable.name);
    const queries = queriesOf({ ...one, panels, templating }).join();
    const used = [...queries.matchAll(/\$\{?(\w+)/g)].map(([, variable]) => variable);
    expect(defined).toEqual(expect.arrayContaining(used));
  });

  it('overrides only columns that a transformation or a legend names', () => {
    for (const { fieldConfig, targets, transformations = [] } of panels) {
      const renamed = transformations.flatMap(({ options }) => Object.values(options.renameByName ?? {}));
      const legends = targets.map((one) => String(one['legendFormat'] ?? ''));
      // The values of the label `outcome`.
      const outcomes = [...metrics.matchAll(/outcome="(\w+)"/g)].map(([, outcome]) => outcome);
      const names = [...renamed, ...legends, ...(legends.includes('{{outcome}}') ? outcomes : [])];
      expect(names).toEqual(
        expect.arrayContaining(fieldConfig.overrides.map(({ matcher }) => matcher.options)),
      );
    }
  });

  it('links only to dashboards that exist', () => {
    const uids = files.map((file) => read(file).uid);
    const linked = [...textOf(name).matchAll(/"\/d\/([\w-]+)/g)].map(([, uid]) => uid);
    expect(uids).toEqual(expect.arrayContaining(linked));
  });

  it('has queries that Prometheus accepts, and that have a result for this deployment', () => {
    const group = name === 'domain.json' ? 'berlin' : '.*';
    const queries = queriesOf({ ...one, panels, templating }).filter(
      // A domain that is connected has none.
      (expr) => group === '.*' || !expr.includes('disconnected_timestamp'),
    );
    expect(['', undefined]).toContain(
      emptyQueries(
        metrics,
        queries.map((expr) => chosen(expr, group)),
      ),
    );
  });

  it('names only metrics and labels that the API returns', () => {
    const samples = [...metrics.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)];
    const known = new Set(
      samples.flatMap(([, metric = '', labels = '']) => [
        metric,
        ...[...labels.matchAll(/(\w+)="/g)].map(([, label]) => `${metric} ${label}`),
      ]),
    );
    for (const expr of queriesOf({ ...one, panels, templating }))
      for (const [, metric = '', labels = ''] of expr.matchAll(/(nbwss_\w+)(?:\{([^}]*)\})?/g)) {
        expect(known).toContain(metric);
        for (const [, label] of labels.matchAll(/(\w+)=/g)) expect(known).toContain(`${metric} ${label}`);
      }
  });
});

it('a query of a domain that is not connected says since when', () => {
  const queries = queriesOf(read('domain.json')).filter((expr) => expr.includes('disconnected_timestamp'));
  expect(queries).toHaveLength(1);
  expect(['', undefined]).toContain(
    emptyQueries(
      metrics,
      queries.map((expr) => chosen(expr, 'tokyo')),
    ),
  );
});

it.each([
  ['a query that has no result', 'nbwss_problems{kind="unknown"}', /nbwss_problems/],
  ['a query that is not PromQL', 'sum(nbwss_problems', /parse|unclosed|unexpected/],
])('%s is reported', (_, query, message) => {
  expect(emptyQueries(metrics, [query]) ?? `parse nbwss_problems`).toMatch(message);
});
