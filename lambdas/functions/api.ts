/** The function behind the HTTP API, except commands. */

import { hasItems } from '../groups/group-tables.ts';
import { createApp } from '../http/app.ts';
import { endpointsRoutes } from '../http/endpoints/endpoints-routes.ts';
import { invitationsRoutes } from '../http/endpoints/invitations-routes.ts';
import { tokensRoutes } from '../http/endpoints/tokens-routes.ts';
import { connectionRoutes } from '../http/groups/connection-routes.ts';
import { groupsRoutes } from '../http/groups/groups-routes.ts';
import { guarded } from '../http/guard.ts';
import { httpHandler } from '../http/handler.ts';
import { openApiRoute } from '../http/openapi.ts';
import { createRejections, notingKeys } from '../http/rejections.ts';
import { reportsRoutes } from '../http/reports/reports-routes.ts';
import { fullJitter } from '../platform/backoff.ts';
import { optionalJson, optionalList, required, requiredNumber } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import type { VerdictRule } from '../reports/verdicts/verdict.ts';
import {
  applyContext,
  backupsStore,
  bus,
  clock,
  connectionsStore,
  dynamodb,
  endpointsStore,
  gateway,
  groupsStore,
  imagesStore,
  jobsStore,
  journalStore,
  keysStore,
  overviewsStore,
  quarantineStore,
} from './dependencies.ts';

const log = createLog('api');
const rejections = createRejections(log, clock);
const context = {
  keys: notingKeys(keysStore(), rejections),
  rejections,
  groups: groupsStore(),
  endpoints: endpointsStore(),
  jobs: jobsStore(),
  images: imagesStore(),
  backups: backupsStore(),
  overviews: overviewsStore(),
  // Together 4 s at most, on average 2 s.
  waitForOverview: fullJitter(128),
  journal: journalStore(),
  quarantine: quarantineStore(),
  projection: applyContext(log),
  feedDelayMs: requiredNumber('NOTIFY_TIMEOUT_SECONDS') * 1000,
  connections: connectionsStore(),
  gateway: gateway(),
  bus: bus(),
  log,
  namesOfData: async (groupId: string) => {
    const [jobs, images] = await Promise.all([
      hasItems(dynamodb, { table: required('JOBS_TABLE'), key: ['jobId'] }, groupId),
      hasItems(dynamodb, { table: required('IMAGES_TABLE'), key: ['backupId'] }, groupId),
    ]);
    return [...(jobs ? ['all jobs'] : []), ...(images ? ['all images'] : [])];
  },
  verdicts: optionalJson<readonly VerdictRule[]>('VERDICTS') ?? [],
  webSocketUrl: required('WEBSOCKET_URL'),
  apiUrl: required('API_URL'),
  clock,
};

const app = createApp(log, rejections);
groupsRoutes(app, context);
endpointsRoutes(app, context);
tokensRoutes(app, context);
invitationsRoutes(app, context);
connectionRoutes(app, context);
reportsRoutes(app, context);
openApiRoute(app, '/v1/openapi.json', context.apiUrl);

export const handler = guarded(
  { allowedCidrs: optionalList('HTTP_ALLOWED_CIDRS'), rejections },
  httpHandler(app),
);
