/** The function that runs every minute: what no message reminds anybody of. */
import { CommandsStore } from '../commands/commands-store.ts';
import { connectionLost, type DispatchContext, flush } from '../commands/dispatch.ts';
import { sweepCommands } from '../commands/sweep-commands.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import { apiGateway } from '../platform/gateway/gateway.ts';
import { createLog } from '../platform/logger.ts';
import { kmsVault } from '../platform/vault.ts';
import { ConnectionsStore } from './connections-store.ts';
import { GroupsStore } from './groups-store.ts';
import { type SweepContext, sweepConnections } from './sweep-connections.ts';

const client = dynamodbClient();
const commands = new CommandsStore(client, required('COMMANDS_TABLE'));
const base: DispatchContext & Pick<SweepContext, 'groups' | 'connections'> = {
  commands,
  groups: new GroupsStore(client, required('GROUPS_TABLE')),
  connections: new ConnectionsStore(client, required('CONNECTIONS_TABLE')),
  gateway: apiGateway(required('MANAGEMENT_URL')),
  vault: kmsVault(required('COMMAND_KEY')),
  clock: systemClock,
  log: createLog('sweep'),
};
const context: DispatchContext & SweepContext = {
  ...base,
  groups: base.groups,
  heartbeatMinutes: requiredNumber('HEARTBEAT_MINUTES'),
  busy: async (groupId) => (await commands.openOf(groupId, 100)).some(({ state }) => state === 'sent'),
  ended: async ({ groupId, connectionId }) => {
    if (groupId) await connectionLost(base, groupId, connectionId);
  },
  attended: (groupId) => flush(base, groupId),
};

/** Ends before the function's own time-out and before the next run. */
const BUDGET_MS = 45_000;

export const handler = async (): Promise<void> => {
  const until = systemClock() + BUDGET_MS;
  // One part failing must not keep the other from running.
  const results = await Promise.allSettled([sweepConnections(context, until), sweepCommands(context, until)]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
};
