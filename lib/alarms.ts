/**
 * The alarms: this table is the only place to edit. The monitoring stack makes the alarms, the dashboard and the composite alarm
 * from it; `docs/runbook.md` has the section that each of them names.
 */
import type { AlarmFact, WriteOperation } from './alarm-fact.ts';
import type { Config } from './config.ts';
import { FUNCTIONS, type FunctionName, type TableKey } from './functions.ts';

const ONCE = { minutes: 1, of: 1 };
/** The certificate is checked about once an hour. */
const OF_THREE_CHECKS = { of: 180 };
const REPEATED = { minutes: 2, of: 5 };
const LASTING = { minutes: 3, of: 5 };

type Part = Omit<AlarmFact, 'group' | 'section'>;

const kebab = (id: string): string => id.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
const grouped = (group: AlarmFact['group'], parts: readonly Part[]): AlarmFact[] =>
  parts.map((part) => ({ ...part, group, section: kebab(part.id) }));

const netbackup = ({ disconnectedMinutes, certificateWarningDays }: Config): Part[] => [
  {
    id: 'NotificationsNotStored',
    signal: { logged: ['notify/notification-not-stored'] },
    above: 0,
    ...REPEATED,
    isDown: true,
    meaning: 'Notifications cannot be stored, so they are not acknowledged. NetBackup sends them again.',
  },
  {
    id: 'SessionsFailing',
    signal: { logged: ['session/session-failed'] },
    above: 0,
    ...REPEATED,
    isDown: true,
    meaning: 'CONNECT messages, or the ends of connections, cannot be handled.',
  },
  {
    id: 'GatewayErrors',
    signal: { gateway: 'ExecutionError' },
    above: 0,
    ...REPEATED,
    isDown: true,
    // Contract ENV-5.
    meaning:
      'API Gateway could not call a function. It sent frames of its own, at which NetBackup closes the connection.',
  },
  {
    id: 'IntegrationErrors',
    // A 403 by `allowedCidrs` is an error of the integration, too: strangers must not raise the alarm.
    signal: { gateway: 'IntegrationError', except: 'session/address-refused' },
    above: 0,
    ...REPEATED,
    isDown: true,
    meaning:
      'Functions returned errors to the WebSocket API. It may have sent frames of its own, at which NetBackup closes the connection.',
  },
  {
    id: 'AcknowledgementSlow',
    // More than 1 % is what a 99th percentile above the limit means; unlike a percentile it costs nothing while all is well.
    signal: { percentLogged: 'notify/acknowledgement-slow', of: 'notify' },
    above: 1,
    ...LASTING,
    meaning:
      'More than 1 % of the notifications were answered later than 1.2 s after their arrival, cold starts included. NetBackup waits two seconds, then sends them again.',
  },
  {
    id: 'ResponsesNotStored',
    signal: { logged: ['respond/answer-not-stored'] },
    above: 0,
    ...REPEATED,
    meaning: 'Responses of NetBackup cannot be stored. It does not repeat them, so their commands time out.',
  },
  {
    id: 'MessagesMalformed',
    signal: {
      logged: ['session/message-malformed', 'notify/message-malformed', 'respond/message-malformed'],
    },
    above: 0,
    ...REPEATED,
    meaning: 'A connected NetBackup domain repeatedly sends messages that are not NBWSS messages.',
  },
  {
    id: 'MessageTooLarge',
    // NetBackup sends the same message again every minute (contract NOT-4, PRP-7); a single one is a large response.
    signal: { logged: ['session/message-too-large'] },
    above: 0,
    minutes: 4,
    of: 10,
    meaning:
      'A NetBackup domain repeatedly sends a message that is too large for the gateway; it may be stuck.',
  },
  {
    id: 'DomainDisconnected',
    // Counted every minute for each disconnected domain: the alarm lasts as long as there is one.
    signal: { logged: ['sweep/domain-disconnected'] },
    above: 0,
    ...REPEATED,
    meaning: `A NetBackup domain has not been connected for ${disconnectedMinutes} minutes.`,
  },
  {
    id: 'TokenExpiring',
    signal: { logged: ['sweep/token-expiring'] },
    above: 0,
    ...ONCE,
    meaning: 'The token of a NetBackup domain expires soon. Then the domain cannot connect any more.',
  },
  {
    id: 'TokenShared',
    signal: { logged: ['session/token-shared'] },
    above: 0,
    ...ONCE,
    meaning: 'Two addresses use the same token in turns. Each takes the connection from the other.',
  },
  {
    id: 'CertificateExpiring',
    signal: { logged: ['sweep/certificate-expiring'] },
    above: 0,
    minutes: 1,
    ...OF_THREE_CHECKS,
    meaning: `The certificate of the WebSocket URL expires within ${certificateWarningDays} days. Then no domain can connect.`,
  },
  {
    id: 'CertificateChanged',
    signal: { logged: ['sweep/certificate-changed'] },
    above: 0,
    ...ONCE,
    meaning: 'The WebSocket URL has another certificate. NetBackup may have to accept it.',
  },
  {
    id: 'CertificateNotReadable',
    signal: { logged: ['sweep/certificate-not-readable'] },
    above: 0,
    minutes: 2,
    ...OF_THREE_CHECKS,
    meaning: 'The WebSocket URL repeatedly shows no certificate. Domains may be unable to connect.',
  },
  {
    id: 'CertificateNotWatched',
    signal: { logged: ['sweep/certificate-not-watched'] },
    above: 0,
    minutes: 2,
    ...OF_THREE_CHECKS,
    meaning: 'The certificate of the WebSocket URL cannot be checked.',
  },
  {
    id: 'InvitationShared',
    signal: { logged: ['api/invitation-shared'] },
    above: 0,
    ...ONCE,
    meaning: 'An invitation was read from a second address. Somebody else may have the token.',
  },
];

const reports: Part[] = [
  {
    id: 'FailedBatches',
    signal: { stream: 'OnFailureDestinationDeliveredEventCount' },
    above: 0,
    ...ONCE,
    meaning: 'Notifications were stored, but could not be applied for 20 hours. They wait for a redrive.',
  },
  {
    id: 'FailedBatchesLost',
    signal: { stream: 'DroppedEventCount' },
    above: 0,
    ...ONCE,
    meaning:
      'Notifications were stored, but could neither be applied nor kept for a redrive. The journal has them.',
  },
  {
    id: 'MessagesNotApplicable',
    signal: { logged: ['project/message-not-applicable'] },
    above: 0,
    ...ONCE,
    meaning: 'Notifications fail each time that they are applied. They are in the quarantine.',
  },
  {
    id: 'MessagesNotQuarantined',
    signal: { logged: ['project/message-not-quarantined'] },
    above: 0,
    ...LASTING,
    meaning: 'Notifications that cannot be applied cannot be quarantined either. They are tried again.',
  },
  {
    id: 'ProjectionFailing',
    signal: { logged: ['project/projection-failed'] },
    above: 0,
    ...LASTING,
    meaning:
      'Stored notifications cannot be applied to jobs and images, or their events cannot be published.',
  },
  {
    id: 'ProjectionLate',
    signal: { streamAgeOf: 'project' },
    above: 5 * 60_000,
    ...LASTING,
    meaning: 'Jobs and images are more than five minutes behind. The stream keeps its records for a day.',
  },
  {
    id: 'EventsNotPublished',
    signal: {
      logged: [
        'session/event-not-published',
        'respond/event-not-published',
        'sweep/event-not-published',
        'command/event-not-published',
        'api/event-not-published',
      ],
    },
    above: 0,
    ...REPEATED,
    meaning: 'The bus does not accept events about connections, tokens or commands.',
  },
];

const operation: Part[] = [
  {
    id: 'SweepMissing',
    signal: { lambda: 'Invocations', of: 'sweep' },
    below: 1,
    ...LASTING,
    missingBreaches: true,
    meaning: 'The sweep does not run: no heartbeats, no deadlines of commands, no alarm about domains.',
  },
  {
    id: 'SweepFailing',
    signal: { logged: ['sweep/sweep-failed', 'sweep/command-not-swept', 'sweep/close-failed'] },
    above: 0,
    ...LASTING,
    meaning: 'The sweep repeatedly fails for some connections or commands.',
  },
  {
    id: 'ProblemsNotEvaluated',
    signal: { logged: ['sweep/problem-not-evaluated', 'project/problems-not-evaluated'] },
    above: 0,
    ...LASTING,
    meaning:
      'What is wrong with backups cannot be evaluated: problems may be missing, or be shown although they ended.',
  },
  {
    id: 'SweepOutOfTime',
    signal: { logged: ['sweep/sweep-out-of-time'] },
    above: 0,
    ...LASTING,
    meaning: 'The sweep does not finish within its time, so connections or commands are checked late.',
  },
  {
    id: 'RequestsFailing',
    // The metric 5xx would also count what NetBackup answered, and requests for a domain that is not connected.
    signal: {
      logged: [
        'api/request-failed',
        'command/request-failed',
        'command/batch-item-failed',
        'command/command-not-dispatched',
      ],
    },
    above: 0,
    ...REPEATED,
    meaning: 'Requests to the HTTP API fail with an internal error.',
  },
  {
    id: 'RequestsRejected',
    signal: { logged: ['api/requests-rejected', 'command/requests-rejected', 'console/requests-rejected'] },
    above: 300,
    ...LASTING,
    meaning:
      'More than 300 requests a minute have no valid key, or come from addresses that are not allowed.',
  },
  {
    id: 'AuditNotStored',
    signal: { logged: ['api/audit-not-stored', 'command/audit-not-stored'] },
    above: 0,
    ...ONCE,
    meaning: 'A change by an administrator could not be recorded. The log has it.',
  },
];

/** The writes by which notifications, connections and commands are stored; one request can write to many indexes. */
const WRITES: Readonly<Partial<Record<TableKey, readonly WriteOperation[]>>> = {
  journal: ['PutItem'],
  jobs: ['PutItem'],
  images: ['PutItem'],
  backups: ['PutItem'],
  groups: ['UpdateItem'],
  connections: ['PutItem', 'UpdateItem'],
  commands: ['PutItem', 'UpdateItem'],
};

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const tables: AlarmFact[] = Object.entries(WRITES).map(([table, operations]) => ({
  id: `${capitalized(table)}Throttled`,
  group: 'Tables',
  section: 'table-throttled',
  signal: { throttled: table as TableKey, operations },
  above: 0,
  ...LASTING,
  meaning: `Writes to the table ${capitalized(table)} or its indexes are throttled repeatedly. One group may write too much.`,
}));

/** Functions without which NetBackup is not served. */
const VITAL: readonly string[] = ['session', 'notify'] satisfies FunctionName[];

const ofFunction = (name: FunctionName | 'console'): AlarmFact[] => [
  {
    id: `${capitalized(name)}Errors`,
    group: 'Functions',
    section: 'function-errors',
    signal: { lambda: 'Errors', of: name },
    above: 0,
    ...REPEATED,
    ...(VITAL.includes(name) && { isDown: true }),
    meaning: `The function ${capitalized(name)} repeatedly crashes, times out or does not start.`,
  },
  {
    id: `${capitalized(name)}Throttles`,
    group: 'Functions',
    section: 'function-throttles',
    signal: { lambda: 'Throttles', of: name },
    above: 0,
    ...ONCE,
    meaning: `The function ${capitalized(name)} was throttled: the account's concurrency is too small.`,
  },
];

const functions = (Object.keys(FUNCTIONS) as FunctionName[]).flatMap(ofFunction);

/** As long as events wait: a receiver refused them (400 to 499), or did not work for a day. */
const alerts: Part[] = [
  {
    id: 'AlertsNotDelivered',
    signal: { deadLetters: 'alerts' },
    above: 0,
    ...ONCE,
    meaning: 'An alert about a problem was not delivered: its receiver refused it, or failed for a day.',
  },
];

/** What the canary finds; a round begins every so many minutes. */
const canary = (minutes: number): Part[] => [
  {
    id: 'CanaryFailing',
    signal: { logged: ['canary/canary-failed'] },
    above: 0,
    minutes: 2,
    of: 3 * minutes,
    isDown: true,
    meaning: 'A played domain repeatedly cannot connect, report or be called through the public URLs.',
  },
  {
    id: 'CanarySlow',
    // As for all domains: NetBackup waits two seconds (contract PRP-2).
    signal: { canary: 'acknowledge', statistic: 'Maximum' },
    above: 1_200,
    minutes: 3,
    of: 5 * minutes,
    meaning: 'A played domain repeatedly gets its acknowledgement later than after 1.2 s.',
  },
  {
    id: 'CanaryMissing',
    signal: { canary: 'total', statistic: 'SampleCount' },
    below: 1,
    minutes: 3 * minutes,
    of: 3 * minutes,
    missingBreaches: true,
    meaning: 'The canary has not finished a round for three times its interval.',
  },
];

const digests: readonly Part[] = [
  {
    id: 'DigestsNotSent',
    signal: { unsentDigests: true },
    above: 0,
    ...ONCE,
    meaning: 'A daily digest could not be sent, or not be started.',
  },
];

/** All alarms of a deployment. */
export const alarmsOf = (config: Config): readonly AlarmFact[] => [
  ...grouped('NetBackup', netbackup(config)),
  ...grouped('Jobs, images and events', [...reports, ...(config.alerts.length > 0 ? alerts : [])]),
  ...grouped('Sweep and HTTP API', operation),
  ...tables,
  ...functions,
  ...(config.console ? ofFunction('console') : []),
  ...grouped('Canary', config.canaryMinutes === undefined ? [] : canary(config.canaryMinutes)),
  ...grouped('Digests', config.digests.length === 0 ? [] : digests),
];
