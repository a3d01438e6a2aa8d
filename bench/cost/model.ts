/** The monthly cost of a deployment: counted figures × list prices. What cannot be counted on one machine is an assumption. */
import { type Batch, type Counts, sum, type Usage, writeUnits } from './counts.ts';
import { type PriceName, usdOf } from './prices.ts';

export interface Scenario {
  readonly domains: number;
  /** Notifications a day, of all domains together. */
  readonly notifications: number;
  /** How many notifications a message has. */
  readonly batch: Batch;
  /** Calls a day, of all domains together. */
  readonly commands: number;
  /** How often `GET /v1/summary` reads all domains, a day. */
  readonly polls: number;
  readonly journalDays: number;
  readonly viewDays: number;
  readonly logRetentionDays: number;
  readonly heartbeatMinutes: number;
  readonly functionMemoryMb: number;
}

/** The defaults of the settings. */
export const scenarioOf = (
  given: Pick<Scenario, 'domains' | 'notifications'> & Partial<Scenario>,
): Scenario => ({
  batch: 30,
  commands: 10 * given.domains,
  polls: 96,
  journalDays: 35,
  viewDays: 400,
  logRetentionDays: 30,
  heartbeatMinutes: 8,
  functionMemoryMb: 512,
  ...given,
});

/** One item of the bill. */
export interface Line {
  readonly item: string;
  readonly price: PriceName;
  readonly quantity: number;
  readonly usd: number;
}

export const ASSUMPTIONS = {
  /** The duration of each function when warm, in ms; cold starts are rare. */
  durationMs: {
    session: 40,
    notify: 15,
    respond: 30,
    project: 60,
    sweep: 300,
    api: 60,
    command: 60,
  } as Record<string, number>,
  /** The duration that each notification adds to `project`, and each connected domain to `sweep`. */
  notificationMs: 2,
  domainMs: 2,
  notifyMemoryMb: 1024,
  /** The bytes of log lines: Lambda's own, ours, and one line of an access log. */
  logBytes: 500,
  accessLogBytes: 450,
  /** The compression of logs in CloudWatch. */
  logCompression: 0.15,
  /** X-Ray records the first request of each second and 5 % of the others. */
  traced: 0.05,
  /** How many codes of warnings and errors occur in a month: each is a metric. */
  occurringCodes: 5,
  /** API Gateway's metrics for each route. */
  webSocketRouteMetrics: 5,
  httpRouteMetrics: 6,
  /** A connection is closed at a quiet moment after this time. */
  connectionMinutes: 110,
  /** How many jobs one notification stands for on average: each job has two or three notifications. */
  jobsPerNotification: 0.24,
  archiveDays: 30,
} as const;

const DAYS = 365 / 12;
const MINUTES = DAYS * 1_440;
const SECONDS = MINUTES * 60;
/** The minutes between two reviews of a domain (`lambdas/groups/review`). */
const REVIEW_MINUTES = 15;
const GB = 1e9;

/** The usage in a month: how often each operation happens. */
const operations = (scenario: Scenario, counts: Counts): (readonly [times: number, usage: Usage])[] => {
  const { domains, batch, heartbeatMinutes } = scenario;
  const notifications = scenario.notifications * DAYS;
  const messages = notifications / batch;
  const connects = (domains * MINUTES) / ASSUMPTIONS.connectionMinutes;
  const polled = scenario.polls * DAYS * domains;
  const jobs = domains === 0 ? 0 : (scenario.notifications * ASSUMPTIONS.jobsPerNotification) / domains;
  const { messages: perMessage, invocations, ...perNotification } = counts.notification[batch];
  const page: Usage = { ...NOTHING, requests: 1, invocations: { api: 1 } };
  return [
    [connects, counts.connect],
    [connects, counts.disconnect],
    // A domain that reports is not silent.
    [Math.max(0, (domains * MINUTES) / heartbeatMinutes - messages), counts.heartbeat],
    [MINUTES, counts.sweep],
    [MINUTES * domains, counts.sweepDomain],
    [(MINUTES * domains) / REVIEW_MINUTES, counts.review],
    [notifications, { ...NOTHING, ...perNotification, messages: 0, invocations: {} }],
    [messages, { ...NOTHING, messages: perMessage, invocations }],
    [scenario.commands * DAYS, counts.command],
    [scenario.polls * DAYS * Math.ceil(domains / 100), page],
    [polled, counts.summaryGroup],
    [polled, counts.overview],
    [polled * jobs, counts.overviewJob],
  ];
};

const NOTHING: Usage = {
  messages: 0,
  requests: 0,
  invocations: {},
  writeUnits: {},
  readUnits: 0,
  events: 0,
  eventBytes: 0,
  kmsRequests: 0,
};

/** Invocations of each function in a month. */
const invocationsOf = (all: ReturnType<typeof operations>): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const [times, { invocations }] of all)
    for (const [name, count] of Object.entries(invocations)) total[name] = (total[name] ?? 0) + times * count;
  return total;
};

const gbSeconds = ({ domains, batch, functionMemoryMb }: Scenario, name: string, count: number): number => {
  const { durationMs, notificationMs, domainMs, notifyMemoryMb } = ASSUMPTIONS;
  const more = name === 'project' ? notificationMs * batch : name === 'sweep' ? domainMs * domains : 0;
  const memory = name === 'notify' ? Math.max(notifyMemoryMb, functionMemoryMb) : functionMemoryMb;
  return (count * ((durationMs[name] ?? 100) + more) * memory) / 1_000 / 1_024;
};

const traces = (count: number): number =>
  Math.min(count, SECONDS) + ASSUMPTIONS.traced * Math.max(0, count - SECONDS);

/** Bytes in the journal, in the views, and of both without indexes. */
const storage = (scenario: Scenario, counts: Counts) => {
  const { notifications, batch, journalDays, viewDays } = scenario;
  const journal = counts.journalBytes[batch];
  const views = Object.entries(counts.viewBytes);
  const tables = sum(views.filter(([name]) => !name.includes('/')).map(([, bytes]) => bytes));
  return {
    journal: journal.withIndex * notifications * journalDays,
    views: sum(views.map(([, bytes]) => bytes)) * notifications * viewDays,
    recoverable: journal.table * notifications * journalDays + tables * notifications * viewDays,
  };
};

/** The bill of a month, once the retention's full amount is stored. */
export const monthlyCost = (scenario: Scenario, counts: Counts): readonly Line[] => {
  const all = operations(scenario, counts);
  const total = (of: (usage: Usage) => number) => sum(all.map(([times, usage]) => times * of(usage)));
  const invocations = invocationsOf(all);
  const stored = storage(scenario, counts);
  const { deployment } = counts;
  const eventGb = total(({ eventBytes }) => eventBytes) / GB;
  const [messages, requests] = [total((usage) => usage.messages), total((usage) => usage.requests)];
  const logGb =
    (sum(Object.values(invocations)) * ASSUMPTIONS.logBytes +
      (messages / 2 + requests) * ASSUMPTIONS.accessLogBytes) /
    GB;
  const routeMetrics = deployment.detailedMetrics
    ? deployment.webSocketRoutes * ASSUMPTIONS.webSocketRouteMetrics +
      deployment.httpRoutes * ASSUMPTIONS.httpRouteMetrics
    : 0;
  const line = (item: string, price: PriceName, quantity: number): Line => {
    return { item, price, quantity, usd: usdOf(price, quantity) };
  };
  return [
    line('API Gateway: WebSocket messages', 'webSocketMessage', messages),
    line('API Gateway: connection minutes', 'connectionMinute', scenario.domains * MINUTES),
    line('API Gateway: HTTP requests', 'httpRequest', requests),
    line('Lambda: invocations', 'invocation', sum(Object.values(invocations))),
    line(
      'Lambda: duration',
      'gbSecond',
      sum(Object.entries(invocations).map(([name, count]) => gbSeconds(scenario, name, count))),
    ),
    line('DynamoDB: writes', 'writeUnit', total(writeUnits)),
    line(
      'DynamoDB: reads',
      'readUnit',
      total((usage) => usage.readUnits),
    ),
    line('DynamoDB: journal', 'tableGb', stored.journal / GB),
    line('DynamoDB: views', 'tableGb', stored.views / GB),
    line('DynamoDB: point-in-time recovery', 'recoveryGb', stored.recoverable / GB),
    line(
      'EventBridge: events',
      'busEvent',
      total(({ events }) => events),
    ),
    line('EventBridge: writing the archive', 'archivedGb', eventGb),
    line('EventBridge: archive', 'archiveGb', (eventGb * ASSUMPTIONS.archiveDays) / DAYS),
    line('CloudWatch: writing logs', 'loggedGb', logGb),
    line(
      'CloudWatch: logs',
      'logGb',
      (logGb * ASSUMPTIONS.logCompression * scenario.logRetentionDays) / DAYS,
    ),
    line('CloudWatch: our metrics', 'metric', ASSUMPTIONS.occurringCodes),
    line('CloudWatch: metrics of each route', 'metric', routeMetrics),
    line('CloudWatch: alarms', 'alarmMetric', deployment.alarmMetrics),
    line('CloudWatch: composite alarms', 'compositeAlarm', deployment.compositeAlarms),
    line('CloudWatch: dashboards', 'dashboard', deployment.dashboards),
    line('X-Ray: traces', 'trace', sum(Object.values(invocations).map(traces))),
    line('KMS: key', 'key', deployment.keys),
    line(
      'KMS: requests',
      'kmsRequest',
      total(({ kmsRequests }) => kmsRequests),
    ),
  ];
};

export const totalOf = (lines: readonly Line[]): number => sum(lines.map(({ usd }) => usd));
