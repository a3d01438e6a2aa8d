/** The declaration of a function: its entry, variables and permissions. */
export interface FunctionDeclaration {
  readonly entry: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  /** The minimum memory, if `functionMemoryMb` is less. */
  readonly memoryMb?: number;
  /** Their names are variables of the function: `groups` is GROUPS_TABLE, `waitingPlaces` is WAITING_PLACES_TABLE. */
  readonly tables: Readonly<Partial<Record<TableKey, TableGrant>>>;
  /** Methods of the `@connections` API that it may call; sets MANAGEMENT_URL and RELAY_URL for the gateways that the deployment has. */
  readonly connections?: readonly ConnectionsMethod[];
  /** Which parts it may encrypt and decrypt with the KMS key; sets COMMAND_KEY. */
  readonly vault?: Readonly<Partial<Record<VaultAction, readonly SealedPart[]>>>;
  /** Whether it publishes events; sets EVENT_BUS. */
  readonly publishes?: true;
  /** The mails that it may send. */
  readonly mails?: readonly MailGrant[];
  /** Names or ARNs of the secrets in Secrets Manager that it may read. */
  readonly secrets?: readonly string[];
  readonly settings: readonly Setting[];
}

export interface TableGrant {
  readonly actions?: readonly TableAction[];
  /** The only partition keys of the items that the actions may use; any by default. */
  readonly leadingKeys?: readonly string[];
  readonly indexes?: readonly string[];
}

/** Mails from one address, to these recipients only. */
export interface MailGrant {
  readonly from: string;
  readonly to: readonly string[];
}

export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/** To encrypt, to decrypt. */
export type VaultAction = 'GenerateDataKey' | 'Decrypt';

/** `part` of the encryption context (`lambdas/commands/seal.ts`): KMS refuses a function every other part. */
export type SealedPart = 'request' | 'body' | 'netbackup-credential';

/** To send, to read the state, to close. */
export type ConnectionsMethod = 'POST' | 'GET' | 'DELETE';

/** The tables; `existingTables` of the configuration can name them. */
export const TABLES = [
  'groups',
  'endpoints',
  'connections',
  'commands',
  'answerSizes',
  'journal',
  'jobs',
  'images',
  'backups',
  'overviews',
  'quarantine',
  'problems',
  'keys',
  'audit',
  'waitingPlaces',
] as const;
export type TableKey = (typeof TABLES)[number];

/** Those that `nbwss rebuild` needs. */
export const REBUILD_TABLES = [
  'journal',
  'jobs',
  'images',
  'backups',
  'quarantine',
  'groups',
  'problems',
] as const satisfies readonly TableKey[];

/** Variables from the configuration or the APIs. Every function also has LOG_LEVEL and the metrics' namespace. */
export type Setting =
  | 'ALLOWED_CIDRS'
  | 'API_URL'
  | 'AUDIT_RETENTION_DAYS'
  | 'CA_CERTIFICATE'
  | 'CERTIFICATE_WARNING_DAYS'
  | 'COMMAND_RETENTION_HOURS'
  | 'DISCONNECTED_MINUTES'
  | 'HEARTBEAT_MINUTES'
  | 'HTTP_ALLOWED_CIDRS'
  | 'INJECT_PATHS'
  | 'JOURNAL_RETENTION_DAYS'
  | 'LARGE_RESPONSES_BUCKET'
  | 'MAX_QUEUED_COMMANDS'
  | 'MAX_WAITING_REQUESTS'
  | 'MAX_WAITING_REQUESTS_PER_GROUP'
  | 'NOTIFY_TIMEOUT_SECONDS'
  | 'OIDC'
  | 'OTHER_API_URL'
  | 'PUBLIC_PATHS'
  | 'RELAY_WEBSOCKET_URL'
  | 'REPEAT_AFTER_HOURS'
  | 'TARGETS'
  | 'TOKEN_WARNING_DAYS'
  | 'VERDICTS'
  | 'VIEW_RETENTION_DAYS'
  | 'WEBSOCKET_URL';
