/** The function behind the HTTP API's commands, and behind NetBackup's own API. */
import type { LambdaEvent } from 'hono/aws-lambda';
import { CommandsStore } from '../commands/commands-store.ts';
import { injectRules } from '../commands/inject-paths.ts';
import { AnswerSizesStore } from '../commands/sizes/answer-sizes-store.ts';
import { WaitingPlaces } from '../commands/waiting-places-store.ts';
import { eventBridge } from '../platform/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import { apiGateway } from '../platform/gateway/gateway.ts';
import { createLog } from '../platform/logger.ts';
import { kmsVault } from '../platform/vault.ts';
import { ConnectionsStore } from '../sessions/connections-store.ts';
import { GroupsStore } from '../sessions/groups-store.ts';
import { createApp } from './app.ts';
import { batchRoute } from './commands/batch-route.ts';
import { commandsRoutes } from './commands/commands-routes.ts';
import { type ProxyContext, proxy } from './commands/proxy.ts';
import { PROXIED, type ProxyEvent } from './commands/proxy-request.ts';
import { credentialRoutes } from './groups/credential-routes.ts';
import { httpHandler } from './http.ts';
import { KeysStore } from './keys.ts';

const client = dynamodbClient();
const log = createLog('command');
const table = required('COMMANDS_TABLE');
const limits = {
  places: requiredNumber('MAX_WAITING_REQUESTS'),
  share: requiredNumber('MAX_WAITING_REQUESTS_PER_GROUP'),
};
const caCertificate = process.env['CA_CERTIFICATE'];
const context: ProxyContext = {
  keys: new KeysStore(client, required('KEYS_TABLE'), systemClock),
  groups: new GroupsStore(client, required('GROUPS_TABLE')),
  connections: new ConnectionsStore(client, required('CONNECTIONS_TABLE')),
  commands: new CommandsStore(client, table),
  sizes: new AnswerSizesStore(client, required('ANSWER_SIZES_TABLE'), systemClock),
  places: new WaitingPlaces(client, required('WAITING_PLACES_TABLE'), limits, systemClock),
  gateway: apiGateway(required('MANAGEMENT_URL')),
  vault: kmsVault(required('COMMAND_KEY')),
  bus: eventBridge(required('EVENT_BUS')),
  apiUrl: required('API_URL'),
  retentionHours: requiredNumber('COMMAND_RETENTION_HOURS'),
  mostQueued: requiredNumber('MAX_QUEUED_COMMANDS'),
  injectRules: injectRules(required('INJECT_PATHS')),
  publicPaths: (process.env['PUBLIC_PATHS'] ?? '').split(',').filter(Boolean),
  clock: systemClock,
  log,
  ...(caCertificate ? { caCertificate } : {}),
};

const app = createApp(log);
commandsRoutes(app, context);
batchRoute(app, context);
credentialRoutes(app, context);
const routes = httpHandler(app);
const netbackup = proxy(context);

/** NetBackup's API takes the event as it came: what passes through must keep every byte. */
export const handler = (event: LambdaEvent & ProxyEvent) =>
  PROXIED.test(event.rawPath) ? netbackup(event) : routes(event);
