/**
 * The stores and services of the functions. Each reads its environment variables when it is created, so that a function needs
 * only the variables of those that it uses.
 * @throws Error that names a missing variable
 */
import { CommandsStore } from '../commands/commands-store.ts';
import type { DispatchContext } from '../commands/dispatch.ts';
import { LargeResponses } from '../commands/large/large-responses.ts';
import { ResponseSizesStore } from '../commands/sizes/response-sizes-store.ts';
import { WaitingSlots } from '../commands/waiting/waiting-slots-store.ts';
import { ConnectionsStore } from '../connections/connections-store.ts';
import { CertificateStore } from '../endpoints/certificate/certificate-store.ts';
import { EndpointsStore } from '../endpoints/endpoints-store.ts';
import { type WebSocketUrls, webSocketUrlsOf } from '../endpoints/web-socket-urls.ts';
import type { VerdictRule } from '../groups/backup-rules.ts';
import { GroupsStore } from '../groups/groups-store.ts';
import { AuditStore } from '../http/audit/audit-store.ts';
import { KeysStore } from '../http/keys-store.ts';
import { SessionsStore } from '../http/sessions/sessions-store.ts';
import { JournalStore } from '../notifications/journal-store.ts';
import { QuarantineStore } from '../notifications/quarantine-store.ts';
import { eventBridge } from '../platform/bus/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { optional, optionalJson, required, requiredNumber } from '../platform/environment.ts';
import { gatewaysAt } from '../platform/gateway/gateways.ts';
import { limitsOfGateway } from '../platform/gateway/kinds.ts';
import type { Log } from '../platform/logger.ts';
import { s3Objects } from '../platform/s3/objects.ts';
import { kmsVault, type Vault } from '../platform/vault.ts';
import { silencedUntil } from '../problems/mute-rule.ts';
import { MuteRulesStore } from '../problems/mute-rules-store.ts';
import { DEPLOYMENT } from '../problems/problem.ts';
import { ProblemsStore } from '../problems/problems-store.ts';
import { createReconcile, type ProblemsContext } from '../problems/reconcile.ts';
import type { ApplyContext } from '../reports/apply-notifications.ts';
import { BackupsStore } from '../reports/backups/backups-store.ts';
import { IMAGES } from '../reports/images/image.ts';
import { JOBS } from '../reports/jobs/job.ts';
import { UtcOffsetLearner } from '../reports/primary-time/utc-offset-learner.ts';
import type { EvaluateGroupContext } from '../reports/problems/evaluate-group.ts';
import type { EvaluateRecorded } from '../reports/problems/evaluate-recorded.ts';
import type { TargetSettings } from '../reports/problems/targets.ts';
import { OverviewsStore } from '../reports/summary/overviews-store.ts';
import { ViewStore } from '../reports/views/views-store.ts';

export const dynamodb = dynamodbClient();
export const clock = systemClock;

export const groupsStore = () => new GroupsStore(dynamodb, required('GROUPS_TABLE'));
export const endpointsStore = () => new EndpointsStore(dynamodb, required('ENDPOINTS_TABLE'));
export const certificateStore = () => new CertificateStore(dynamodb, required('ENDPOINTS_TABLE'));
export const connectionsStore = () => new ConnectionsStore(dynamodb, required('CONNECTIONS_TABLE'));
const commandsStore = () => new CommandsStore(dynamodb, required('COMMANDS_TABLE'));
const responseSizesStore = () => new ResponseSizesStore(dynamodb, required('ANSWER_SIZES_TABLE'), clock);
export const journalStore = () => new JournalStore(dynamodb, required('JOURNAL_TABLE'));
export const jobsStore = () => new ViewStore(dynamodb, required('JOBS_TABLE'), JOBS);
export const imagesStore = () => new ViewStore(dynamodb, required('IMAGES_TABLE'), IMAGES);
export const backupsStore = () => new BackupsStore(dynamodb, required('BACKUPS_TABLE'));
export const overviewsStore = () => new OverviewsStore(dynamodb, required('OVERVIEWS_TABLE'), clock);
export const quarantineStore = () => new QuarantineStore(dynamodb, required('QUARANTINE_TABLE'));
export const auditStore = () =>
  new AuditStore(dynamodb, required('AUDIT_TABLE'), requiredNumber('AUDIT_RETENTION_DAYS'), clock);
export const problemsStore = () => new ProblemsStore(dynamodb, required('PROBLEMS_TABLE'), clock);
export const muteRulesStore = () => new MuteRulesStore(dynamodb, required('PROBLEMS_TABLE'), clock);
export const keysStore = () => new KeysStore(dynamodb, required('KEYS_TABLE'), clock);
/** @param issuer of the setting `oidc` */
export const sessionsStore = (keys: KeysStore, issuer: string | undefined) =>
  new SessionsStore(dynamodb, required('KEYS_TABLE'), { keys, issuer }, clock);

export const waitingSlots = () =>
  new WaitingSlots(
    dynamodb,
    required('WAITING_PLACES_TABLE'),
    {
      slots: requiredNumber('MAX_WAITING_REQUESTS'),
      share: requiredNumber('MAX_WAITING_REQUESTS_PER_GROUP'),
    },
    clock,
  );

export const gateway = () =>
  gatewaysAt({ 'api-gateway': optional('MANAGEMENT_URL'), relay: optional('RELAY_URL') });
/** For functions that call a gateway. Without the URL of API Gateway, the first WebSocket URL is the relay's. */
export const webSocketUrls = (): WebSocketUrls =>
  webSocketUrlsOf(
    required('WEBSOCKET_URL'),
    optional('RELAY_WEBSOCKET_URL'),
    optional('MANAGEMENT_URL') === undefined,
  );
/** The largest message that a gateway of this deployment carries to NetBackup, in bytes. */
export const maxCommandBytes = (): number =>
  limitsOfGateway(optional('RELAY_URL') === undefined ? 'api-gateway' : 'relay').commandBytes;
export const bus = () => eventBridge(required('EVENT_BUS'));
const vault = () => kmsVault(required('COMMAND_KEY'));

/** Undefined in a deployment without a relay: then no response is larger than an item. */
export const largeResponses = (vault: Vault): LargeResponses | undefined => {
  const bucket = process.env['LARGE_RESPONSES_BUCKET'];
  return bucket ? new LargeResponses({ objects: s3Objects(bucket), vault, clock }) : undefined;
};

/** For functions that send commands. */
export const dispatchContext = (log: Log) =>
  ({
    commands: commandsStore(),
    groups: groupsStore(),
    connections: connectionsStore(),
    sizes: responseSizesStore(),
    gateway: gateway(),
    vault: vault(),
    bus: bus(),
    clock,
    log,
  }) satisfies DispatchContext & { readonly sizes: ResponseSizesStore };

/** For functions that apply notifications to jobs, images and the bus. */
export const applyContext = (log: Log, evaluate: EvaluateRecorded): ApplyContext => ({
  jobs: jobsStore(),
  images: imagesStore(),
  backups: backupsStore(),
  evaluate,
  quarantine: quarantineStore(),
  offsets: new UtcOffsetLearner(groupsStore(), clock),
  bus: bus(),
  retentionDays: requiredNumber('VIEW_RETENTION_DAYS'),
  log,
});

/** For functions that detect problems. */
export const problemsContext = (log: Log): ProblemsContext => {
  const groups = groupsStore();
  const rules = muteRulesStore();
  const labelsOf = async (groupId: string) => (await groups.get(groupId))?.labels ?? {};
  return {
    problems: problemsStore(),
    bus: bus(),
    clock,
    log,
    repeatAfterHours: requiredNumber('REPEAT_AFTER_HOURS'),
    labelsOf,
    silencedUntil: async ({ groupId, kind, subject }) => {
      const known = await rules.known();
      if (known.length === 0) return undefined;
      const labels = groupId === DEPLOYMENT ? {} : await labelsOf(groupId);
      return silencedUntil(known, { groupId, kind, subject, labels }, clock());
    },
  };
};

/** The deployment's settings on expected backups. */
export const backupSettings = () => ({
  verdicts: optionalJson<readonly VerdictRule[]>('VERDICTS') ?? [],
  targetSettings: optionalJson<TargetSettings>('TARGETS') ?? {},
});

/** For functions that find problems of backups. */
export const evaluateContext = (log: Log) => {
  const context = problemsContext(log);
  return {
    ...context,
    ...backupSettings(),
    groups: groupsStore(),
    jobs: jobsStore(),
    backups: backupsStore(),
    reconcile: createReconcile(context),
  } satisfies EvaluateGroupContext;
};
