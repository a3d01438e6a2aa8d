/** The function behind the HTTP API, except commands. */

import { EndpointsStore } from '../endpoints/endpoints-store.ts';
import { IMAGES, JOBS, ViewStore } from '../notifications/views-store.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { GroupsStore } from '../sessions/groups-store.ts';
import { createApp } from './app.ts';
import { endpointsRoutes } from './endpoints-routes.ts';
import { groupsRoutes } from './groups-routes.ts';
import { httpHandler } from './http.ts';
import { KeysStore } from './keys.ts';
import { openApiRoute } from './openapi.ts';
import { viewsRoutes } from './views-routes.ts';

const client = dynamodbClient();
const context = {
  keys: new KeysStore(client, required('KEYS_TABLE'), systemClock),
  groups: new GroupsStore(client, required('GROUPS_TABLE')),
  endpoints: new EndpointsStore(client, required('ENDPOINTS_TABLE')),
  jobs: new ViewStore(client, required('JOBS_TABLE'), JOBS),
  images: new ViewStore(client, required('IMAGES_TABLE'), IMAGES),
  webSocketUrl: required('WEBSOCKET_URL'),
  apiUrl: required('API_URL'),
  clock: systemClock,
};

const app = createApp(createLog('api'));
groupsRoutes(app, context);
endpointsRoutes(app, context);
viewsRoutes(app, context);
openApiRoute(app, '/v1/openapi.json', context.apiUrl);

export const handler = httpHandler(app);
