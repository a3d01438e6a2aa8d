/** The function behind the HTTP API, except commands. */

import { EndpointsStore } from '../endpoints/endpoints-store.ts';
import { JournalStore } from '../notifications/journal/journal.ts';
import { LastArrivals } from '../notifications/journal/last-arrival.ts';
import { projectContext } from '../notifications/project-context.ts';
import { QuarantineStore } from '../notifications/quarantine.ts';
import { BackupsStore } from '../notifications/summary/backups-store.ts';
import { IMAGES } from '../notifications/views/image.ts';
import { JOBS } from '../notifications/views/job.ts';
import { ViewStore } from '../notifications/views/views-store.ts';
import { eventBridge } from '../platform/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import { apiGateway } from '../platform/gateway/gateway.ts';
import { createLog } from '../platform/logger.ts';
import { ConnectionsStore } from '../sessions/connections-store.ts';
import { GroupsStore } from '../sessions/groups-store.ts';
import { holdsAny } from '../sessions/holdings.ts';
import { createApp } from './app.ts';
import { connectionRoutes } from './groups/connection-routes.ts';
import { endpointsRoutes } from './groups/endpoints-routes.ts';
import { groupsRoutes } from './groups/groups-routes.ts';
import { invitationsRoutes } from './groups/invitations-routes.ts';
import { tokensRoutes } from './groups/tokens-routes.ts';
import { httpHandler } from './http.ts';
import { KeysStore } from './keys.ts';
import { openApiRoute } from './openapi.ts';
import { viewsRoutes } from './views/views-routes.ts';

const client = dynamodbClient();
const log = createLog('api');
const context = {
  keys: new KeysStore(client, required('KEYS_TABLE'), systemClock),
  groups: new GroupsStore(client, required('GROUPS_TABLE')),
  endpoints: new EndpointsStore(client, required('ENDPOINTS_TABLE')),
  jobs: new ViewStore(client, required('JOBS_TABLE'), JOBS),
  images: new ViewStore(client, required('IMAGES_TABLE'), IMAGES),
  backups: new BackupsStore(client, required('BACKUPS_TABLE')),
  journal: new JournalStore(client, required('JOURNAL_TABLE')),
  quarantine: new QuarantineStore(client, required('QUARANTINE_TABLE')),
  projection: projectContext(log),
  feedDelayMs: requiredNumber('NOTIFY_TIMEOUT_SECONDS') * 1000,
  connections: new ConnectionsStore(client, required('CONNECTIONS_TABLE')),
  arrivals: new LastArrivals(client, required('JOURNAL_TABLE')),
  gateway: apiGateway(required('MANAGEMENT_URL')),
  bus: eventBridge(required('EVENT_BUS')),
  log,
  holds: async (groupId: string) => {
    const [jobs, images] = await Promise.all([
      holdsAny(client, { table: required('JOBS_TABLE'), key: ['jobId'] }, groupId),
      holdsAny(client, { table: required('IMAGES_TABLE'), key: ['backupId'] }, groupId),
    ]);
    return [...(jobs ? ['all jobs'] : []), ...(images ? ['all images'] : [])];
  },
  webSocketUrl: required('WEBSOCKET_URL'),
  apiUrl: required('API_URL'),
  clock: systemClock,
};

const app = createApp(log);
groupsRoutes(app, context);
endpointsRoutes(app, context);
tokensRoutes(app, context);
invitationsRoutes(app, context);
connectionRoutes(app, context);
viewsRoutes(app, context);
openApiRoute(app, '/v1/openapi.json', context.apiUrl);

export const handler = httpHandler(app);
