/** The variables of the functions that come from the configuration or the gateways. */
import { targetsVariable } from './backup-settings.ts';
import type { Config } from './config.ts';
import type { Setting } from './function-declaration.ts';
import { FUNCTIONS } from './functions.ts';
import { oidcVariable } from './oidc-settings.ts';

/** The URLs of the gateways that the deployment has. */
export interface Urls {
  readonly api: string;
  readonly otherApi: string | undefined;
  /** The WebSocket URL of API Gateway, or of the relay if that is the only gateway. */
  readonly webSocket: string | undefined;
  /** The relay's WebSocket URL, if there are both gateways. */
  readonly relayWebSocket: string | undefined;
  /** The name of the bucket, if there is a relay. */
  readonly largeResponses: string | undefined;
}

/** Variables that are undefined are left out. */
export const variablesOf = (config: Config, urls: Urls): Readonly<Record<Setting, string | undefined>> => ({
  ALLOWED_CIDRS: config.allowedCidrs.join(',') || undefined,
  API_URL: urls.api,
  AUDIT_RETENTION_DAYS: String(config.retention.auditDays),
  CA_CERTIFICATE: config.caCertificate,
  CERTIFICATE_WARNING_DAYS: String(config.certificateWarningDays),
  COMMAND_RETENTION_HOURS: String(config.retention.commandHours),
  DISCONNECTED_MINUTES: String(config.disconnectedMinutes),
  HEARTBEAT_MINUTES: String(config.heartbeatMinutes),
  HTTP_ALLOWED_CIDRS: config.httpAllowedCidrs.join(',') || undefined,
  INJECT_PATHS: config.injectPaths.join(','),
  JOURNAL_RETENTION_DAYS: String(config.retention.journalDays),
  LARGE_RESPONSES_BUCKET: urls.largeResponses,
  MAX_QUEUED_COMMANDS: String(config.maxQueuedCommands),
  MAX_WAITING_REQUESTS: String(config.maxWaitingRequests),
  MAX_WAITING_REQUESTS_PER_GROUP: String(config.maxWaitingRequestsPerGroup),
  OIDC: oidcVariable(config.oidc),
  OTHER_API_URL: urls.otherApi,
  PUBLIC_PATHS: config.publicPaths.join(',') || undefined,
  RELAY_WEBSOCKET_URL: urls.relayWebSocket,
  REPEAT_AFTER_HOURS: String(config.repeatAfterHours),
  TARGETS: targetsVariable(config),
  TOKEN_WARNING_DAYS: String(config.tokenWarningDays),
  NOTIFY_TIMEOUT_SECONDS: String(FUNCTIONS.notify.timeoutSeconds),
  VERDICTS: config.verdicts.length === 0 ? undefined : JSON.stringify(config.verdicts),
  VIEW_RETENTION_DAYS: String(config.retention.viewDays),
  WEBSOCKET_URL: urls.webSocket,
});
