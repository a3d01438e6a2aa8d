/** The function behind the HTTP API's commands. */
import { CommandsStore } from '../commands/commands-store.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import { apiGateway } from '../platform/gateway/gateway.ts';
import { createLog } from '../platform/logger.ts';
import { kmsVault } from '../platform/vault.ts';
import { GroupsStore } from '../sessions/groups-store.ts';
import { createApp } from './app.ts';
import { commandsRoutes } from './commands-routes.ts';
import { httpHandler } from './http.ts';
import { KeysStore } from './keys.ts';

const client = dynamodbClient();
const log = createLog('command');

const app = createApp(log);
commandsRoutes(app, {
  keys: new KeysStore(client, required('KEYS_TABLE'), systemClock),
  groups: new GroupsStore(client, required('GROUPS_TABLE')),
  commands: new CommandsStore(client, required('COMMANDS_TABLE')),
  gateway: apiGateway(required('MANAGEMENT_URL')),
  vault: kmsVault(required('COMMAND_KEY')),
  apiUrl: required('API_URL'),
  retentionHours: requiredNumber('COMMAND_RETENTION_HOURS'),
  mostOpen: requiredNumber('MAX_QUEUED_COMMANDS'),
  clock: systemClock,
  log,
});

export const handler = httpHandler(app);
