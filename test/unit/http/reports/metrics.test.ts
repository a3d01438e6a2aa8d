/** `GET /v1/metrics`, and its format as Prometheus' own promtool reads it. */
import { readFileSync } from 'node:fs';
import { exposition, labelNames } from '../../../../lambdas/http/reports/exposition.ts';
import { metricsRoutes } from '../../../../lambdas/http/reports/metrics-routes.ts';
import { problemGauges } from '../../../../lambdas/http/reports/problem-gauges.ts';
import { apiWorld } from '../../../support/api.ts';
import { interpretText, jobs, notificationText } from '../../../support/notifications.ts';
import { promtool } from '../../../support/promtool.ts';
import { createProblems } from '../../../support/some-problems.ts';

const setUp = () => {
  const world = apiWorld();
  metricsRoutes(world.app, world.context);
  const now = Math.floor(world.clock() / 1000);
  const record = async (groupId: string, job: object) => {
    const text = notificationText([jobs({ state: 'DONE', startTime: now - 60, ...job })], now);
    for (const one of interpretText(text))
      if (one.kind === 'JOB') await world.context.jobs.record(groupId, one.jobId, [one], 400);
  };
  const scrape = async (query = '', ...groups: string[]) => {
    const headers = { 'x-api-key': world.keyFor('read', ...(groups.length > 0 ? groups : ['*'])) };
    const response = await world.app.request(`/v1/metrics${query}`, { headers }, {});
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    };
  };
  return { ...world, now, record, scrape };
};

it('shows which domains are connected, their jobs and their labels', async () => {
  const { group, record, scrape, now } = setUp();
  const session = { ready: true, since: 0, connectionId: 'c', endpointId: 'e' };
  group('berlin', { session, labels: { customer: 'ac"me\n\\', 'cost.center': '7' } });
  group('tokyo', { lastSession: { endedAt: 5_000, since: 0 } });
  group('paris');
  await record('berlin', { jobId: 1, status: 0 });
  await record('berlin', { jobId: 2, status: 58 });
  const { status, type, text } = await scrape();
  expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = text.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE nbwss_domain_connected gauge',
      'nbwss_domain_connected{group="berlin"} 1',
      'nbwss_domain_connected{group="tokyo"} 0',
      'nbwss_domain_connected{group="paris"} 0',
      'nbwss_domain_disconnected_timestamp_seconds{group="tokyo"} 5',
      'nbwss_recent_jobs{group="berlin",outcome="succeeded"} 1',
      'nbwss_recent_jobs{group="berlin",outcome="failed"} 1',
      'nbwss_recent_jobs{group="tokyo",outcome="failed"} 0',
      String.raw`nbwss_group_labels{group="berlin",label_cost_center="7",label_customer="ac\"me\n\\"} 1`,
      `nbwss_report_timestamp_seconds{group="berlin"} ${now}`,
      'nbwss_groups_pending 0',
    ]),
  );
  expect([undefined, '']).toContain(promtool(['check', 'metrics'], text));
});

it('I-13 contains only groups that the key may see, and only those with the label', async () => {
  const { group, scrape } = setUp();
  group('berlin', { labels: { customer: 'acme' } });
  group('tokyo');
  expect((await scrape('', 'tokyo')).text).not.toContain('berlin');
  expect((await scrape('?label=customer=acme')).text).not.toContain('tokyo');
  expect((await scrape('?label=customer')).status).toBe(400);
});

it('counts problems that have not recovered by group, kind, severity and state', async () => {
  const world = setUp();
  for (const groupId of ['berlin', 'tokyo']) world.group(groupId);
  await createProblems(world);
  const { text } = await world.scrape();
  expect(new Set(text.split('\n').filter((line) => line.startsWith('nbwss_problems')))).toEqual(
    new Set([
      'nbwss_problems{group="berlin",kind="backup-failed",severity="critical",state="open"} 2',
      'nbwss_problems{group="berlin",kind="backup-failed",severity="critical",state="acknowledged"} 1',
      'nbwss_problems{group="tokyo",kind="job-stuck",severity="warning",state="muted"} 1',
      'nbwss_problems{group="",kind="key-expiring",severity="warning",state="open"} 1',
      'nbwss_problems_complete 1',
    ]),
  );
  expect([undefined, '']).toContain(promtool(['check', 'metrics'], text));
  const ofTokyo = (await world.scrape('', 'tokyo')).text;
  expect(ofTokyo.match(/nbwss_problems\{.*/g)).toEqual([expect.stringContaining('"tokyo"')]);
});

it('says when there are more problems than it counts', () => {
  const [problems, complete] = problemGauges([], false);
  expect([problems?.samples, complete?.samples]).toEqual([[], [{ value: 0 }]]);
});

it('without groups there are no samples but two', async () => {
  const { text } = await setUp().scrape();
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'nbwss_problems_complete 1',
    'nbwss_groups_pending 0',
  ]);
  expect([undefined, '']).toContain(promtool(['check', 'metrics'], text));
});

it('a request computes a part of many groups; the next one has the rest', async () => {
  const { group, scrape } = setUp();
  for (let count = 0; count < 30; count++) group(`g${count}`);
  expect((await scrape()).text).toContain('nbwss_groups_pending 5\n');
  expect((await scrape()).text).toContain('nbwss_groups_pending 0\n');
});

it('labels get names that Prometheus allows, each its own', () => {
  expect(labelNames({ 'a-b': '1', 'a.b': '2', 'a/b': '3', C: '4' })).toEqual({
    label_C: '4',
    label_a_b: '1',
    label_a_b_conflict1: '2',
    label_a_b_conflict2: '3',
  });
});

it('promtool refuses what is not the format', () => {
  const wrong = exposition([{ name: 'nbwss_x', help: 'X', samples: [{ labels: { 'a-b': '1' }, value: 1 }] }]);
  expect(promtool(['check', 'metrics'], wrong) ?? 'error').toMatch(/error/);
});

const namesIn = (path: string, pattern: RegExp): Set<string> =>
  new Set(
    [...readFileSync(path, 'utf8').matchAll(pattern)].map(([, name = '']) =>
      name.replace(/^(?!nbwss_)/, 'nbwss_'),
    ),
  );

it('docs/prometheus.md lists exactly the metrics; the alert rules are valid, and use no others', () => {
  const defined = new Set(
    ['metrics-routes', 'problem-gauges'].flatMap((file) => [
      ...namesIn(`lambdas/http/reports/${file}.ts`, /(?:name: |gauge\(\s*)'(\w+)'/g),
    ]),
  );
  expect(defined.size).toBe(15);
  expect(namesIn('docs/prometheus.md', /`(nbwss_\w+)`/g)).toEqual(defined);
  const path = 'docs/prometheus/alerts.yml';
  expect([...defined]).toEqual(expect.arrayContaining([...namesIn(path, /(nbwss_\w+)/g)]));
  expect(promtool(['check', 'rules', path]) ?? 'SUCCESS').toMatch(/SUCCESS/);
});
