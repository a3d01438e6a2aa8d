import { z } from 'zod';
import { ACCOUNT_SETTINGS } from './account-settings.ts';
import { ALERT_SETTINGS } from './alert-settings.ts';
import { BACKUP_SETTINGS, backupProblems } from './backup-settings.ts';
import { budgetProblems, withBudget } from './concurrency.ts';
import { digests } from './digest-settings.ts';
import { domain, domainProblems } from './domain-settings.ts';
import { environmentProblems } from './environment-limits.ts';
import { TABLES, type TableKey } from './function-declaration.ts';
import { oidc } from './oidc-settings.ts';
import { RELAY_SETTINGS, relayProblems } from './relay-settings.ts';
import { flag, group, KMS_KEY_ARN, list, ranges, text, wholeNumber } from './setting-types.ts';

/** The CDK context key that holds the configuration of a deployment: an object in cdk.json, or `-c nbwss…`. */
export const CONFIG_KEY = 'nbwss';

const NO_CANARY =
  'must be absent together with allowedCidrs and httpAllowedCidrs: the canary connects from any address of AWS';

const INJECT_PATH = /^(default|((GET|POST|PUT|PATCH|DELETE) )?(\/([A-Za-z0-9._~-]+|\*))+)$/;
const MAX_PATHS = 1000;
/** Calls that a real NetBackup answers without authentication. */
const PUBLIC_PATHS = ['/ping', '/appdetails', '/tokenkey'] as const;

/** The choices of CloudWatch Logs. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
const MAX_WAITING = 1000;
/** CodeDeploy's predefined configurations for functions, without their common prefix `CodeDeployDefault.Lambda`. */
const GRADUAL_DEPLOYMENTS = [
  'off',
  'AllAtOnce',
  'Canary10Percent5Minutes',
  'Canary10Percent10Minutes',
  'Canary10Percent15Minutes',
  'Canary10Percent30Minutes',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery2Minutes',
  'Linear10PercentEvery3Minutes',
  'Linear10PercentEvery10Minutes',
] as const;
const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

/** The throttling of each route, over all connections of the WebSocket API or all callers of the HTTP API. */
const throttling = group({
  /** Requests a second. */
  rate: wholeNumber(1, 100_000).optional(),
  burst: wholeNumber(1, 50_000).optional(),
}).prefault({});

const retention = group({
  /** The retention of NOTIFICATION messages, which also limits how far back `GET /events` can start. */
  journalDays: wholeNumber(1, 3650).default(35),
  /** The retention of jobs, images and quarantined notifications. */
  viewDays: wholeNumber(1, 3650).default(400),
  /** The retention of commands with their responses, after they have ended. */
  commandHours: wholeNumber(1, 720).default(24),
  /** The retention of audit events. */
  auditDays: wholeNumber(1, 3650).default(400),
}).prefault({});

const TABLE_NAME = text(/^[A-Za-z0-9_.-]{3,255}$/, 'must be the name of a DynamoDB table');
const existingTables = group({
  ...(Object.fromEntries(TABLES.map((table) => [table, TABLE_NAME.optional()])) as Record<
    TableKey,
    z.ZodOptional<typeof TABLE_NAME>
  >),
  /** The ARN of the stream of the journal's table. */
  journalStream: text(
    /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.-]{3,255}\/stream\/[0-9T:.-]+$/,
    'must be the ARN of a DynamoDB stream',
  ).optional(),
})
  .check(({ value: { journal, journalStream }, issues }) => {
    if (journal === undefined && journalStream === undefined) return;
    if (journal !== undefined && journalStream?.includes(`:table/${journal}/stream/`)) return;
    const message = 'must be the stream of the table that existingTables.journal names';
    issues.push({ code: 'custom', path: ['journalStream'], message, input: journalStream });
  })
  .prefault({});

const settings = group({
  /** Prefix of the stack names, so that one account can have several deployments. */
  stackPrefix: text(
    /^[A-Za-z][A-Za-z0-9-]{0,63}$/,
    'must be letters, digits and hyphens, first a letter',
  ).default('Nbwss'),
  /** Last part of the WebSocket URL. */
  stageName: text(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, hyphens and underscores').default(
    'nbwss',
  ),
  /** The addresses that may open a WebSocket connection; empty: all. A token is always required. */
  allowedCidrs: ranges(2000),
  /** The addresses that may use the HTTP API, also to read an invitation; empty: all. A key is still required. */
  httpAllowedCidrs: ranges(500),
  /** The host name of the WebSocket URL. It needs a certificate, and a DNS record that leads to the output `WebSocketTarget`. */
  webSocketDomain: domain,
  /** The same for the HTTP API; the output is `ApiTarget`. */
  apiDomain: domain,
  ...RELAY_SETTINGS,
  /** How long before the certificate of the WebSocket URL expires the operator is warned. */
  certificateWarningDays: wholeNumber(1, 365).default(30),
  /** How long a session may be silent before a heartbeat. API Gateway closes idle connections after 10 minutes. */
  heartbeatMinutes: wholeNumber(1, 9).default(8),
  /** After this time a disconnected domain raises an alarm. Planned closes and restarts of NetBackup take less. */
  disconnectedMinutes: wholeNumber(5, 1440).default(15),
  /** How long before a token expires the operator is warned. Tokens need not expire. */
  tokenWarningDays: wholeNumber(1, 365).default(14),
  /** After how long people are reminded of an open problem, and again. */
  repeatAfterHours: wholeNumber(1, 720).default(24),
  retention,
  /** How many commands may wait for one disconnected group. */
  maxQueuedCommands: wholeNumber(1, 10_000).default(100),
  /**
   * The account's concurrent executions that this deployment may count on. The limits of both APIs, the reservations of the
   * functions and `maxWaitingRequests` are derived from it (`concurrency.ts`). The default is that of a new account.
   */
  accountConcurrency: wholeNumber(10, 100_000).default(10),
  /**
   * HTTP requests that may wait for NetBackup at the same time. Each uses one of the account's concurrent executions. By default
   * 30 % of them, six at most.
   */
  maxWaitingRequests: wholeNumber(1, MAX_WAITING).optional(),
  /** How many of these requests may belong to one group, so that a slow group leaves room for others. */
  maxWaitingRequestsPerGroup: wholeNumber(1, MAX_WAITING).optional(),
  /**
   * The PEM that `GET /netbackup/security/cacert` returns: clients trust this certificate, and they connect to this API.
   * NetBackup's own certificate by default.
   */
  caCertificate: text(
    /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s-]{1,2050}-----END CERTIFICATE-----\s{0,4}$/,
    'must be PEM certificates of at most 2 050 characters',
  ).optional(),
  /**
   * The calls that use the NetBackup API key of a group: `METHOD /path`, or `/path` for every method, below /netbackup,
   * with all paths below it; `*` is any segment. `default` stands for the usual reads and actions.
   */
  injectPaths: z
    .preprocess(
      list,
      z
        .array(
          text(
            INJECT_PATH,
            'must be "default" or a path such as "/admin/jobs" or "POST /admin/jobs/*/cancel"',
          ),
        )
        .refine((paths) => paths.join().length <= MAX_PATHS, `must have ${MAX_PATHS} characters at most`),
    )
    .default(['default']),
  /** The calls of a domain that need no API key. Each is sent to NetBackup, and uses one of `maxWaitingRequests`. */
  publicPaths: z
    .preprocess(list, z.array(z.enum(PUBLIC_PATHS, `must be one of ${PUBLIC_PATHS.join(', ')}`)))
    .default([]),
  ...BACKUP_SETTINGS,
  /**
   * Tables that the functions use instead of those of the data stack: restored tables, or tables that a destroyed deployment
   * has left. The stack keeps its own, unused: an export that another stack imports can be neither changed nor removed.
   */
  existingTables,
  /** The KMS key of a destroyed deployment: only this key can decrypt what it has encrypted in its tables. */
  existingKeyArn: text(KMS_KEY_ARN, 'must be the ARN of a KMS key').optional(),
  /** Whether CloudFormation refuses to delete the stack with the data. */
  terminationProtection: flag().default(true),
  logRetentionDays: z
    .literal(LOG_RETENTION_DAYS, `must be one of ${LOG_RETENTION_DAYS.join(', ')}`)
    .default(30),
  logLevel: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('INFO'),
  /** The throttling of NOTIFICATION and COMMAND. */
  webSocketThrottling: throttling,
  /** The throttling of the routes that strangers can call too: $connect, CONNECT, $disconnect and $default. */
  connectThrottling: throttling,
  httpThrottling: throttling,
  /** Below 512 MB handlers are three to four times slower, for lack of CPU. */
  functionMemoryMb: wholeNumber(512, 10_240).default(512),
  /** Reserves concurrent executions for acknowledgements, in place of the number derived from `accountConcurrency`. */
  notifyReservedConcurrency: wholeNumber(1, 10_000).optional(),
  /** How a new version of the functions replaces the previous one. Alarms stop and undo the deployment, unless it is off. */
  gradualDeployment: z
    .enum(GRADUAL_DEPLOYMENTS, `must be one of ${GRADUAL_DEPLOYMENTS.join(', ')}`)
    .default('off'),
  /** Batches of one stream shard that are projected at the same time. */
  projectParallelization: wholeNumber(1, 10).default(1),
  /** Minutes between two rounds of the canary (`lambdas/canary`); none by default. */
  canaryMinutes: wholeNumber(1, 60).optional(),
  digests,
  /** Whether the HTTP API serves the console. */
  console: flag().default(true),
  oidc,
  ...ACCOUNT_SETTINGS,
  ...ALERT_SETTINGS,
}).check(({ value, issues }) => {
  const { allowedCidrs, httpAllowedCidrs, canaryMinutes } = value;
  if (canaryMinutes !== undefined && allowedCidrs.length + httpAllowedCidrs.length > 0)
    issues.push({ code: 'custom', path: ['canaryMinutes'], message: NO_CANARY, input: canaryMinutes });
});

const schema = settings
  .check(
    ({ value, issues }) =>
      void issues.push(...domainProblems(value), ...environmentProblems(value), ...relayProblems(value)),
  )
  .check(
    ({ value, issues }) =>
      void issues.push(...backupProblems(value).map((one) => ({ code: 'custom' as const, ...one }))),
  )
  .transform((value, { issues }) => {
    const complete = withBudget(value);
    for (const { setting, message } of budgetProblems(complete))
      issues.push({ code: 'custom', path: [setting], message, input: complete[setting] });
    return complete;
  });

/** The configuration of a deployment, with defaults. */
export type Config = z.infer<typeof schema>;

/** The names of the settings; `docs/deploy.md` lists them. */
export const SETTINGS: readonly string[] = Object.keys(settings.shape);

/** The namespace of a deployment's metrics: two in one account must not raise each other's alarms. */
export const metricsNamespace = ({ stackPrefix }: Config): string => `${stackPrefix}Endpoint`;

/** A configuration that is not valid; the message is one sentence. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads a value of `-c key=value`, which is a string: `5`, `true` and `["a"]` are JSON, everything else is text. */
function parseText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function set(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = target[head];
  const copy = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  set(copy as Record<string, unknown>, rest, value);
  target[head] = copy;
}

function sentence(issue: z.core.$ZodIssue): string {
  const where = [CONFIG_KEY, ...issue.path].join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${where} has no setting ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  }
  return `${where} ${issue.message}, not ${JSON.stringify(issue.input)}`;
}

/**
 * Reads the configuration from CDK context: the object `nbwss` (or its JSON text), overridden by single keys such as
 * `nbwss.heartbeatMinutes` or `nbwss.retention.viewDays`.
 */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  const base = parseText(context[CONFIG_KEY] ?? {});
  if (typeof base !== 'object' || base === null || Array.isArray(base)) {
    throw new ConfigError(`The configuration "${CONFIG_KEY}" must be an object or its JSON text.`);
  }
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(context)) {
    const [head, ...path] = key.split('.');
    if (head === CONFIG_KEY && path.length > 0) set(merged, path, parseText(value));
  }
  const result = schema.safeParse(merged, { reportInput: true });
  if (result.success) return result.data;
  throw new ConfigError(`The configuration is not valid: ${result.error.issues.map(sentence).join('; ')}.`);
}
