/** The function behind the COMMAND route (one-way). */
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required } from '../platform/environment.ts';
import { type GatewayAnswer, readGatewayEvent } from '../platform/gateway/events.ts';
import { createLog } from '../platform/logger.ts';
import { kmsVault } from '../platform/vault.ts';
import { AuthenticatedConnections } from '../sessions/authenticated.ts';
import { ConnectionsStore } from '../sessions/connections-store.ts';
import { GroupsStore } from '../sessions/groups-store.ts';
import { receiveAnswer } from './answer.ts';
import { CommandsStore } from './commands-store.ts';

const client = dynamodbClient();
const connections = new ConnectionsStore(client, required('CONNECTIONS_TABLE'));
const context = {
  senders: new AuthenticatedConnections(connections, systemClock),
  commands: new CommandsStore(client, required('COMMANDS_TABLE')),
  connections,
  groups: new GroupsStore(client, required('GROUPS_TABLE')),
  vault: kmsVault(required('COMMAND_KEY')),
  clock: systemClock,
  log: createLog('respond'),
};

export const handler = async (event: unknown): Promise<GatewayAnswer> => {
  let connectionId: string | undefined;
  try {
    const message = readGatewayEvent(event);
    connectionId = message.connectionId;
    await receiveAnswer(context, message);
  } catch (error) {
    // Thrown to the gateway it would become an error frame, which NetBackup cannot decode (I-1). NetBackup does not
    // send an answer again: the command ends by its deadline.
    context.log.error('answer-not-stored', error, { connectionId });
  }
  return { statusCode: 200 };
};
