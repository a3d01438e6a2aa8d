/** The function that runs every minute, for work that no message starts. */
import { connectionLost } from '../commands/connection-lost.ts';
import { flush } from '../commands/flush.ts';
import { sweepCommands } from '../commands/sweep-commands.ts';
import { type SweepContext, sweepConnections } from '../connections/sweep/sweep-connections.ts';
import { readCertificate } from '../endpoints/certificate/read-certificate.ts';
import { certificateWatch } from '../endpoints/certificate/watch-certificate.ts';
import { sweepTokens, type TokenSweepContext } from '../endpoints/sweep-tokens.ts';
import { GROUP_TABLES } from '../groups/group-tables.ts';
import { sweepReviews } from '../groups/review/sweep-reviews.ts';
import { type DeletionContext, sweepDeletions } from '../groups/sweep-deletions.ts';
import { type DisconnectedSweepContext, sweepDisconnected } from '../groups/sweep-disconnected.ts';
import { sweepExpiringKeys } from '../http/keys/expiring-keys.ts';
import { pause } from '../platform/backoff.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { type ProblemSweepContext, sweepProblems } from '../problems/sweep-problems.ts';
import { evaluateClientPolicy } from '../reports/problems/evaluate-client-policy.ts';
import { evaluateGroup } from '../reports/problems/evaluate-group.ts';
import {
  certificateStore,
  clock,
  dispatchContext,
  dynamodb,
  endpointsStore,
  evaluateContext,
  journalStore,
  largeResponses,
  webSocketUrls,
} from './dependencies.ts';
import { reviewContext } from './reviews.ts';

const base = dispatchContext(createLog('sweep'));
const large = largeResponses(base.vault);
const journal = journalStore();
const context: SweepContext & TokenSweepContext & DeletionContext & DisconnectedSweepContext = {
  ...base,
  endpoints: endpointsStore(),
  client: dynamodb,
  groupTables: GROUP_TABLES.map(({ variable, ...table }) => ({ ...table, table: required(variable) })),
  deleteObjects: large && ((groupId, mayContinue) => large.deleteOfGroup(groupId, mayContinue)),
  heartbeatMinutes: requiredNumber('HEARTBEAT_MINUTES'),
  warningDays: requiredNumber('TOKEN_WARNING_DAYS'),
  disconnectedMinutes: requiredNumber('DISCONNECTED_MINUTES'),
  isBusy: (groupId) => base.commands.isBusy(groupId),
  lastNotification: (groupId) => journal.lastArrival(groupId),
  onConnectionLost: (groupId, { connectionId, closeCode }) =>
    connectionLost(base, groupId, connectionId, closeCode),
  flush: (groupId) => flush(base, groupId),
  pause,
};

const reviews = reviewContext(base.log);
const watches = Object.values(webSocketUrls()).map((webSocketUrl) =>
  certificateWatch({
    ...base,
    reconcile: reviews.reconcile,
    certificates: certificateStore(),
    read: readCertificate,
    webSocketUrl,
    warningDays: requiredNumber('CERTIFICATE_WARNING_DAYS'),
  }),
);

const evaluation = evaluateContext(base.log);
const problems: ProblemSweepContext = {
  ...evaluation,
  // Only problems of backups are held back.
  evaluateSubject: async (groupId, { clientName, policyName }) => {
    if (clientName === undefined || policyName === undefined) return;
    await evaluateClientPolicy(evaluation, groupId, { clientName, policyName }, true);
  },
  evaluateGroup: (groupId) => evaluateGroup(evaluation, groupId),
};

/** Less than the function's time-out and the time to the next run. */
const BUDGET_MS = 45_000;

export const handler = async (): Promise<void> => {
  const until = clock() + BUDGET_MS;
  // A failure of one part does not stop the others.
  const results = await Promise.allSettled([
    sweepConnections(context, until),
    sweepCommands(base, until),
    sweepTokens(context, until),
    sweepDisconnected(context, until).then((down) => sweepReviews(reviews, down, until)),
    sweepExpiringKeys(reviews),
    sweepProblems(problems, until),
    sweepDeletions(context, until),
    ...watches.map((watch) => watch()),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
};
