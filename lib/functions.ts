/**
 * The functions: their entries, variables and permissions. This is the only place to edit when a function needs
 * another permission. Table grants are DynamoDB actions on the table; `indexes` allows Query on those indexes. A
 * transaction needs the actions of its items: PutItem, UpdateItem, DeleteItem and ConditionCheckItem.
 */
import type { FunctionDeclaration, MailGrant } from './function-declaration.ts';

export type FunctionName = 'session' | 'notify' | 'respond' | 'project' | 'sweep' | 'api' | 'command';

export const FUNCTIONS: Readonly<Record<FunctionName, FunctionDeclaration>> = {
  session: {
    entry: 'lambdas/functions/session.ts',
    description: 'Routes $connect, CONNECT, $disconnect and $default: authenticates and tracks connections',
    timeoutSeconds: 20,
    tables: {
      connections: { actions: ['GetItem', 'PutItem', 'UpdateItem'] },
      groups: { actions: ['GetItem', 'UpdateItem'] },
      endpoints: { actions: ['GetItem', 'UpdateItem', 'ConditionCheckItem'] },
      commands: { actions: ['BatchGetItem', 'UpdateItem'], indexes: ['open-by-group'] },
      // Responses that were too large.
      answerSizes: { actions: ['Query', 'UpdateItem'] },
    },
    connections: ['POST', 'DELETE'],
    vault: { Decrypt: ['request'] },
    publishes: true,
    settings: ['ALLOWED_CIDRS'],
  },
  notify: {
    entry: 'lambdas/functions/notify.ts',
    description: 'Route NOTIFICATION: stores the message and acknowledges it',
    // NetBackup waits 2 s for an acknowledgement (contract PRP-2): an answer after 5 s is useless.
    timeoutSeconds: 5,
    // A cold start is part of those 2 s, and needs CPU: twice the default.
    memoryMb: 1024,
    tables: {
      journal: { actions: ['PutItem'] },
      connections: { actions: ['GetItem', 'UpdateItem'] },
    },
    // A connection that is not authenticated is answered and closed.
    connections: ['POST', 'DELETE'],
    settings: ['JOURNAL_RETENTION_DAYS'],
  },
  respond: {
    entry: 'lambdas/functions/respond.ts',
    description: 'Route COMMAND: receives the responses of NetBackup',
    // Most responses take milliseconds, but some start the sending of queued commands.
    timeoutSeconds: 20,
    tables: {
      commands: { actions: ['GetItem', 'BatchGetItem', 'UpdateItem'], indexes: ['open-by-group'] },
      answerSizes: { actions: ['UpdateItem'] },
      connections: { actions: ['GetItem', 'UpdateItem'] },
      groups: { actions: ['GetItem', 'UpdateItem'] },
    },
    connections: ['POST', 'DELETE'],
    vault: { GenerateDataKey: ['body'], Decrypt: ['request'] },
    publishes: true,
    settings: ['LARGE_RESPONSES_BUCKET'],
  },
  project: {
    entry: 'lambdas/functions/project.ts',
    description: 'Journal stream: applies notifications to jobs and images, and publishes events',
    // A batch can have 25 of the largest messages after an outage: some ten thousand jobs and images.
    timeoutSeconds: 300,
    tables: {
      // The jobs around a failed backup: one may be a retry, its parent, or below it.
      jobs: { actions: ['GetItem', 'BatchGetItem', 'PutItem'], indexes: ['by-client', 'by-parent'] },
      images: { actions: ['GetItem', 'BatchGetItem', 'PutItem'] },
      backups: { actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'] },
      quarantine: { actions: ['PutItem'] },
      // The UTC offset of the primary.
      groups: { actions: ['GetItem', 'UpdateItem'] },
      problems: { actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] },
    },
    publishes: true,
    settings: ['REPEAT_AFTER_HOURS', 'TARGETS', 'VERDICTS', 'VIEW_RETENTION_DAYS'],
  },
  sweep: {
    entry: 'lambdas/functions/sweep.ts',
    description: 'Every minute: heartbeats, deadlines, and unfinished work',
    timeoutSeconds: 55,
    tables: {
      connections: { actions: ['GetItem', 'UpdateItem'], indexes: ['open'] },
      groups: {
        actions: ['GetItem', 'BatchGetItem', 'UpdateItem', 'DeleteItem'],
        indexes: ['all', 'down', 'marked'],
      },
      endpoints: {
        actions: ['BatchGetItem', 'UpdateItem', 'DeleteItem'],
        indexes: ['by-group', 'expiring'],
      },
      commands: {
        actions: ['GetItem', 'BatchGetItem', 'UpdateItem', 'DeleteItem'],
        indexes: ['due', 'open-by-group', 'by-group'],
      },
      answerSizes: { actions: ['UpdateItem', 'Query', 'DeleteItem'] },
      // The items of these tables are deleted with a group. The rest is for reviews.
      journal: { actions: ['DeleteItem'], indexes: ['feed'] },
      jobs: {
        actions: ['BatchGetItem', 'Query', 'DeleteItem'],
        indexes: ['by-outcome', 'by-client', 'by-parent'],
      },
      images: { actions: ['Query', 'DeleteItem'] },
      backups: { actions: ['BatchGetItem', 'Query', 'UpdateItem', 'DeleteItem'] },
      overviews: { actions: ['Query', 'DeleteItem'] },
      quarantine: { actions: ['Query', 'DeleteItem'], indexes: ['by-arrival'] },
      keys: { actions: ['BatchGetItem'], indexes: ['all'] },
      problems: {
        actions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
        indexes: ['by-group', 'due'],
      },
    },
    connections: ['GET', 'POST', 'DELETE'],
    vault: { Decrypt: ['request'] },
    publishes: true,
    settings: [
      'CERTIFICATE_WARNING_DAYS',
      'DISCONNECTED_MINUTES',
      'HEARTBEAT_MINUTES',
      'LARGE_RESPONSES_BUCKET',
      'REPEAT_AFTER_HOURS',
      'TARGETS',
      'TOKEN_WARNING_DAYS',
      'VERDICTS',
      'VIEW_RETENTION_DAYS',
      'RELAY_WEBSOCKET_URL',
      'WEBSOCKET_URL',
    ],
  },
  api: {
    entry: 'lambdas/functions/api.ts',
    description: 'HTTP API: queries and administration',
    timeoutSeconds: 29,
    tables: {
      groups: { actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'], indexes: ['all'] },
      endpoints: {
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
        indexes: ['by-group'],
      },
      connections: { actions: ['UpdateItem'] },
      // Written only when quarantined notifications are interpreted again.
      jobs: {
        actions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
        indexes: ['by-outcome', 'by-client', 'by-policy', 'by-parent'],
      },
      images: {
        actions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
        indexes: ['by-time', 'by-client'],
      },
      backups: { actions: ['Query', 'GetItem', 'BatchGetItem', 'PutItem'] },
      overviews: { actions: ['BatchGetItem', 'UpdateItem', 'Query', 'DeleteItem'] },
      quarantine: {
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'],
        indexes: ['by-arrival'],
      },
      journal: { actions: ['BatchGetItem'], indexes: ['feed'] },
      keys: {
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
        indexes: ['all'],
      },
      audit: { actions: ['Query', 'PutItem'], indexes: ['by-group'] },
      // People acknowledge and mute problems; a change of a group's settings has it evaluated.
      problems: {
        actions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
        indexes: ['by-place', 'by-group'],
      },
    },
    connections: ['DELETE'],
    publishes: true,
    settings: [
      'RELAY_WEBSOCKET_URL',
      'WEBSOCKET_URL',
      'API_URL',
      'AUDIT_RETENTION_DAYS',
      'HTTP_ALLOWED_CIDRS',
      'NOTIFY_TIMEOUT_SECONDS',
      'OIDC',
      'TARGETS',
      'VERDICTS',
      'VIEW_RETENTION_DAYS',
    ],
  },
  command: {
    entry: 'lambdas/functions/command.ts',
    description: "HTTP API: commands to NetBackup, and NetBackup's own API",
    timeoutSeconds: 29,
    tables: {
      commands: {
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
        indexes: ['by-group', 'open-by-group'],
      },
      answerSizes: { actions: ['BatchGetItem', 'UpdateItem'] },
      groups: { actions: ['GetItem', 'BatchGetItem', 'UpdateItem'], indexes: ['all'] },
      // To find out whether a connection that the gateway reports as gone had ended before.
      connections: { actions: ['GetItem'] },
      // UpdateItem: for the time of the last use.
      keys: { actions: ['GetItem', 'UpdateItem'] },
      audit: { actions: ['PutItem'] },
      waitingPlaces: { actions: ['UpdateItem'] },
    },
    connections: ['POST'],
    vault: {
      GenerateDataKey: ['request', 'netbackup-credential'],
      Decrypt: ['request', 'body', 'netbackup-credential'],
    },
    publishes: true,
    settings: [
      'API_URL',
      'AUDIT_RETENTION_DAYS',
      'CA_CERTIFICATE',
      'COMMAND_RETENTION_HOURS',
      'HTTP_ALLOWED_CIDRS',
      'INJECT_PATHS',
      'LARGE_RESPONSES_BUCKET',
      'MAX_QUEUED_COMMANDS',
      'MAX_WAITING_REQUESTS',
      'MAX_WAITING_REQUESTS_PER_GROUP',
      'OIDC',
      'OTHER_API_URL',
      'PUBLIC_PATHS',
    ],
  },
};

/** The ids of the canary (`lambdas/canary`): its group, its endpoint and its API key. */
const CANARY_GROUP = ['nbwss-canary'];
const CANARY_ID = ['nbwsscanary00000'];

/** The function that exists only with the setting `canaryMinutes`. It may only write to its own items. */
export const CANARY: FunctionDeclaration = {
  entry: 'lambdas/functions/canary.ts',
  description: 'Plays a NetBackup domain through the public URLs',
  timeoutSeconds: 58,
  tables: {
    groups: { actions: ['PutItem'], leadingKeys: CANARY_GROUP },
    endpoints: { actions: ['PutItem'], leadingKeys: CANARY_ID },
    keys: { actions: ['PutItem'], leadingKeys: CANARY_ID },
    jobs: { actions: ['DeleteItem'], leadingKeys: CANARY_GROUP },
  },
  settings: ['API_URL', 'RELAY_WEBSOCKET_URL', 'WEBSOCKET_URL'],
};

/** The function that exists unless the setting `console` is false. It serves files, and has no permissions. */
export const CONSOLE: FunctionDeclaration = {
  entry: 'lambdas/functions/console.ts',
  description: "HTTP API: the console's page",
  timeoutSeconds: 10,
  tables: {},
  settings: ['HTTP_ALLOWED_CIDRS'],
};

/** The function that exists only with the setting `digests`: it reads the data of the API, and keeps its own days in Overviews. */
export const digestFunction = (
  digests: readonly (MailGrant & { readonly name: string })[],
): FunctionDeclaration => ({
  entry: DIGEST_ENTRY,
  description: 'Sends the daily digests by e-mail',
  // Memory for the summaries of thousands of domains.
  timeoutSeconds: 600,
  tables: {
    groups: { actions: ['BatchGetItem'], indexes: ['all'] },
    jobs: { actions: ['BatchGetItem'], indexes: ['by-outcome'] },
    backups: { actions: ['Query'] },
    journal: { indexes: ['feed'] },
    // Query: the mute rules.
    problems: { actions: ['BatchGetItem', 'Query'], indexes: ['by-place'] },
    overviews: {
      actions: ['Query', 'UpdateItem'],
      leadingKeys: digests.map(({ name }) => `digest~${name}`),
    },
  },
  mails: digests,
  settings: ['DISCONNECTED_MINUTES', 'VERDICTS'],
});
export const DIGEST_ENTRY = 'lambdas/functions/digest.ts';

/** The function that exists only with a webhook that has `signingSecret`. Its queues are those of `lib/constructs/signed-webhooks.ts`. */
export const webhookFunction = (secrets: readonly string[]): FunctionDeclaration => ({
  entry: WEBHOOK_ENTRY,
  description: 'Signs and sends the webhooks of alerts',
  // 15 s for the receiver, and three secrets that may have to be read, with retries.
  timeoutSeconds: 60,
  tables: {},
  secrets,
  settings: [],
});
export const WEBHOOK_ENTRY = 'lambdas/functions/webhook.ts';
