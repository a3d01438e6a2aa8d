/** The function that runs every minute: what no message reminds anybody of. */
import { connectionLost } from '../commands/connection-lost.ts';
import { flush } from '../commands/flush.ts';
import { sweepCommands } from '../commands/sweep-commands.ts';
import { type SweepContext, sweepConnections } from '../connections/sweep/sweep-connections.ts';
import { sweepTokens, type TokenSweepContext } from '../connections/sweep/sweep-tokens.ts';
import type { Holding } from '../groups/holdings.ts';
import { type DeletionContext, sweepDeletions } from '../groups/sweep-deletions.ts';
import { type DisconnectedSweepContext, sweepDisconnected } from '../groups/sweep-disconnected.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { clock, dispatchContext, dynamodb, endpointsStore, journalStore } from './dependencies.ts';

/** What a group holds, in the order in which a deleted one is emptied: what would refill the views goes first. */
const HOLDINGS: readonly Holding[] = [
  { table: required('JOURNAL_TABLE'), index: 'feed', key: ['groupDay', 'entry'] },
  { table: required('JOBS_TABLE'), key: ['groupId', 'jobId'] },
  { table: required('IMAGES_TABLE'), key: ['groupId', 'backupId'] },
  { table: required('BACKUPS_TABLE'), key: ['groupId', 'clientPolicy'] },
  { table: required('QUARANTINE_TABLE'), key: ['groupId', 'eventId'] },
  { table: required('COMMANDS_TABLE'), index: 'by-group', key: ['commandId'] },
  { table: required('ANSWER_SIZES_TABLE'), key: ['groupId', 'shape'] },
  { table: required('ENDPOINTS_TABLE'), index: 'by-group', key: ['endpointId'] },
];

const base = dispatchContext(createLog('sweep'));
const journal = journalStore();
const context: SweepContext & TokenSweepContext & DeletionContext & DisconnectedSweepContext = {
  ...base,
  endpoints: endpointsStore(),
  client: dynamodb,
  holdings: HOLDINGS,
  heartbeatMinutes: requiredNumber('HEARTBEAT_MINUTES'),
  warningDays: requiredNumber('TOKEN_WARNING_DAYS'),
  disconnectedMinutes: requiredNumber('DISCONNECTED_MINUTES'),
  busy: (groupId) => base.commands.isBusy(groupId),
  lastNotification: (groupId) => journal.lastArrival(groupId),
  lost: (groupId, { connectionId, closeCode }) => connectionLost(base, groupId, connectionId, closeCode),
  flush: (groupId) => flush(base, groupId),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Ends before the function's own time-out and before the next run. */
const BUDGET_MS = 45_000;

export const handler = async (): Promise<void> => {
  const until = clock() + BUDGET_MS;
  // One part failing must not keep the others from running.
  const results = await Promise.allSettled([
    sweepConnections(context, until),
    sweepCommands(base, until),
    sweepTokens(context, until),
    sweepDisconnected(context, until),
    sweepDeletions(context, until),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
};
