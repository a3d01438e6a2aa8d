/** The function behind the COMMAND route (one-way). */
import { eventBridge } from '../platform/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required } from '../platform/environment.ts';
import { type GatewayAnswer, readGatewayEvent } from '../platform/gateway/events.ts';
import { apiGateway } from '../platform/gateway/gateway.ts';
import { createLog } from '../platform/logger.ts';
import { kmsVault } from '../platform/vault.ts';
import { AuthenticatedConnections } from '../sessions/authenticated.ts';
import { ConnectionsStore } from '../sessions/connections-store.ts';
import { GroupsStore } from '../sessions/groups-store.ts';
import { apiVersionOf } from '../sessions/heartbeat.ts';
import { LastSeen } from '../sessions/last-seen.ts';
import { receiveAnswer } from './answer.ts';
import { CommandsStore } from './commands-store.ts';
import { resume } from './flush.ts';
import { publishEnd } from './publish-end.ts';
import { AnswerSizesStore } from './sizes/answer-sizes-store.ts';

const client = dynamodbClient();
const connections = new ConnectionsStore(client, required('CONNECTIONS_TABLE'));
const groups = new GroupsStore(client, required('GROUPS_TABLE'));
const context = {
  senders: new AuthenticatedConnections(connections, systemClock),
  commands: new CommandsStore(client, required('COMMANDS_TABLE')),
  connections,
  groups,
  sizes: new AnswerSizesStore(client, required('ANSWER_SIZES_TABLE'), systemClock),
  seen: new LastSeen(groups, systemClock),
  gateway: apiGateway(required('MANAGEMENT_URL')),
  vault: kmsVault(required('COMMAND_KEY')),
  bus: eventBridge(required('EVENT_BUS')),
  clock: systemClock,
  log: createLog('respond'),
};

export const handler = async (event: unknown): Promise<GatewayAnswer> => {
  let connectionId: string | undefined;
  try {
    const message = readGatewayEvent(event);
    connectionId = message.connectionId;
    const answered = await receiveAnswer(context, message);
    if (answered) {
      const { before, after } = answered;
      await publishEnd(context, after);
      await resume(context, before);
      await context.seen.note(after.groupId, apiVersionOf(after.answer));
    }
  } catch (error) {
    // Thrown to the gateway it would become an error frame, which NetBackup cannot decode (I-1). NetBackup does not
    // send an answer again: a command whose answer was not stored ends by its deadline.
    context.log.error('answer-not-stored', error, { connectionId });
  }
  return { statusCode: 200 };
};
