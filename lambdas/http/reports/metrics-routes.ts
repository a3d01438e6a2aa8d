/** `/v1/metrics`: the state of all domains for Prometheus. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import type { Group } from '../../groups/group.ts';
import { HOUR_MS } from '../../platform/clock.ts';
import { type Env, keyOf } from '../app.ts';
import { allVisibleGroups } from '../groups-of-key.ts';
import { type ListProblemsContext, listProblems } from '../problems/list-problems.ts';
import { labelParameter } from '../query-parameters.ts';
import { route } from '../route.ts';
import { CONTENT_TYPE, exposition, type Gauge, labelNames } from './exposition.ts';
import { type OverviewContext, overviewsOf } from './overview.ts';
import { problemGauges } from './problem-gauges.ts';
import type { ReportsContext } from './reports-context.ts';

/** The hours that the job counts cover. */
const HOURS = 24;
/** How many problems are counted. */
const MAX_PROBLEMS = 1_000;

/** An example for the documentation. */
const EXAMPLE = exposition([
  {
    name: 'nbwss_domain_connected',
    help: 'Whether the NetBackup domain is connected: 1 or 0.',
    samples: [{ labels: { group: 'berlin' }, value: 1 }],
  },
]);

type Overview = Awaited<ReturnType<typeof overviewsOf>>['items'][number];

/** One sample for each item that has a value. */
const gauge = <T extends { readonly groupId: string }>(
  name: string,
  help: string,
  items: readonly T[],
  read: (item: T) => number | undefined,
): Gauge => ({
  name: `nbwss_${name}`,
  help,
  samples: items.flatMap((item) => {
    const value = read(item);
    return value === undefined ? [] : [{ labels: { group: item.groupId }, value }];
  }),
});

const groupGauges = (groups: readonly Group[]): Gauge[] => [
  {
    name: 'nbwss_group_labels',
    help: 'The labels of a group, to be joined with other metrics. Always 1.',
    samples: groups.flatMap(({ groupId, labels }) =>
      labels ? [{ labels: { group: groupId, ...labelNames(labels) }, value: 1 }] : [],
    ),
  },
  gauge('domain_connected', 'Whether the NetBackup domain is connected: 1 or 0.', groups, ({ session }) =>
    session?.ready ? 1 : 0,
  ),
  gauge(
    'domain_disconnected_timestamp_seconds',
    'When the last session of a domain without a session ended.',
    groups,
    ({ session, lastSession }) => (session || !lastSession ? undefined : lastSession.endedAt / 1000),
  ),
];

const jobGauges = (overviews: readonly Overview[], now: number): Gauge[] => [
  {
    name: 'nbwss_recent_jobs',
    help: `Jobs that started or ended in the last ${HOURS} hours, by their verdict.`,
    samples: overviews.flatMap(({ groupId, outcomes, cancelled, ignored }) =>
      Object.entries({ ...outcomes, cancelled, ignored }).map(([outcome, value]) => ({
        labels: { group: groupId, outcome },
        value,
      })),
    ),
  },
  gauge(
    'recent_jobs_recovered',
    'How many of the recent failed jobs have recovered by a later run.',
    overviews,
    ({ recovered }) => recovered,
  ),
  gauge(
    'jobs_queued_long',
    'Jobs that have been queued for over 30 minutes.',
    overviews,
    (one) => one.queuedLong,
  ),
  gauge(
    'jobs_running_long',
    'Jobs that run for three times the median of their policy, or for a day.',
    overviews,
    ({ runningLong }) => runningLong,
  ),
  gauge(
    'backups_without_good_run',
    'Pairs of client and policy without any good backup.',
    overviews,
    ({ withoutGoodBackup }) => withoutGoodBackup,
  ),
  gauge(
    'oldest_good_backup_age_seconds',
    'Age of the oldest among the last good backups of all clients and policies.',
    overviews,
    ({ oldestGoodBackupHours }) =>
      oldestGoodBackupHours === undefined ? undefined : (oldestGoodBackupHours * HOUR_MS) / 1000,
  ),
  gauge(
    'last_notification_timestamp_seconds',
    'When the last notification of the domain arrived.',
    overviews,
    ({ lastNotificationAt }) =>
      lastNotificationAt === undefined ? undefined : Date.parse(lastNotificationAt) / 1000,
  ),
  gauge(
    'report_timestamp_seconds',
    'When the numbers of jobs and backups of this group were computed.',
    overviews,
    ({ asOf }) => Math.min(Date.parse(asOf), now) / 1000,
  ),
  gauge('report_complete', 'Whether all jobs could be counted: 1 or 0.', overviews, ({ complete }) =>
    complete ? 1 : 0,
  ),
];

export const metricsRoutes = (
  app: OpenAPIHono<Env>,
  context: ReportsContext & OverviewContext & ListProblemsContext,
): void =>
  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/metrics',
      operationId: 'getMetrics',
      tags: ['Summary'],
      summary: 'The state of all groups for Prometheus',
      errors: ['400 too-many-groups'],
      request: { query: z.strictObject({ label: labelParameter }) },
      responses: {
        200: {
          description:
            'The text format of Prometheus, of all groups that the key may see, or of those with the given labels; at most 250. Numbers of jobs and backups are at most a minute old. Where they are not known yet, the group has none: `nbwss_groups_pending` says how many groups that are.',
          content: { 'text/plain': { schema: z.string(), example: EXAMPLE } },
        },
      },
    },
    async (request) => {
      const { label } = request.req.valid('query');
      const key = keyOf(request);
      const groups = await allVisibleGroups(context.groups, key, label);
      const problems = await listProblems(context, key, undefined, { label }, MAX_PROBLEMS, undefined);
      const ids = groups.map(({ groupId }) => groupId);
      const { items, read } = await overviewsOf(context, ids, HOURS);
      const pending = {
        name: 'nbwss_groups_pending',
        help: 'Groups whose numbers of jobs and backups were not computed within this request.',
        samples: [{ value: ids.length - read }],
      };
      const gauges = [
        ...groupGauges(groups),
        ...jobGauges(items, context.clock()),
        ...problemGauges(problems.items, problems.isEnd),
        pending,
      ];
      return request.body(exposition(gauges), 200, { 'content-type': CONTENT_TYPE }) as never;
    },
  );
