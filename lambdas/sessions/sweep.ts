/** The function that runs every minute: what no message reminds anybody of. */
import { CommandsStore } from '../commands/commands-store.ts';
import { connectionLost, type LostContext } from '../commands/connection-lost.ts';
import type { DispatchContext } from '../commands/dispatch.ts';
import { flush } from '../commands/flush.ts';
import { AnswerSizesStore } from '../commands/sizes/answer-sizes-store.ts';
import { sweepCommands } from '../commands/sweep-commands.ts';
import { EndpointsStore } from '../endpoints/endpoints-store.ts';
import { LastArrivals } from '../notifications/journal/last-arrival.ts';
import { eventBridge } from '../platform/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import { apiGateway } from '../platform/gateway/gateway.ts';
import { createLog } from '../platform/logger.ts';
import { kmsVault } from '../platform/vault.ts';
import { ConnectionsStore } from './connections-store.ts';
import { GroupsStore } from './groups-store.ts';
import type { Holding } from './holdings.ts';
import { type SweepContext, sweepConnections } from './sweep/sweep-connections.ts';
import { type DeletionContext, sweepDeletions } from './sweep/sweep-deletions.ts';
import { type DownSweepContext, sweepDown } from './sweep/sweep-down.ts';
import { sweepTokens, type TokenSweepContext } from './sweep/sweep-tokens.ts';

const client = dynamodbClient();
const commands = new CommandsStore(client, required('COMMANDS_TABLE'));
const arrivals = new LastArrivals(client, required('JOURNAL_TABLE'));

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

const base: DispatchContext &
  LostContext &
  Pick<SweepContext, 'groups' | 'connections' | 'endpoints' | 'bus'> = {
  commands,
  sizes: new AnswerSizesStore(client, required('ANSWER_SIZES_TABLE'), systemClock),
  groups: new GroupsStore(client, required('GROUPS_TABLE')),
  connections: new ConnectionsStore(client, required('CONNECTIONS_TABLE')),
  endpoints: new EndpointsStore(client, required('ENDPOINTS_TABLE')),
  gateway: apiGateway(required('MANAGEMENT_URL')),
  vault: kmsVault(required('COMMAND_KEY')),
  bus: eventBridge(required('EVENT_BUS')),
  clock: systemClock,
  log: createLog('sweep'),
};
const context: SweepContext & TokenSweepContext & DeletionContext & DownSweepContext = {
  ...base,
  client,
  holdings: HOLDINGS,
  heartbeatMinutes: requiredNumber('HEARTBEAT_MINUTES'),
  warningDays: requiredNumber('TOKEN_WARNING_DAYS'),
  disconnectedMinutes: requiredNumber('DISCONNECTED_MINUTES'),
  busy: (groupId) => commands.isBusy(groupId),
  lastNotification: (groupId) => arrivals.of(groupId),
  lost: (groupId, { connectionId, closeCode }) => connectionLost(base, groupId, connectionId, closeCode),
  flush: (groupId) => flush(base, groupId),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Ends before the function's own time-out and before the next run. */
const BUDGET_MS = 45_000;

export const handler = async (): Promise<void> => {
  const until = systemClock() + BUDGET_MS;
  // One part failing must not keep the others from running.
  const results = await Promise.allSettled([
    sweepConnections(context, until),
    sweepCommands(base, until),
    sweepTokens(context, until),
    sweepDown(context, until),
    sweepDeletions(context, until),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
};
