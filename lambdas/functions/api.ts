/** The function behind the HTTP API, except commands. */

import { apiRoutes } from '../http/api-routes.ts';
import { createApp } from '../http/app.ts';
import { guarded } from '../http/guard.ts';
import { httpHandler } from '../http/handler.ts';
import { countingRejectedKeys, countingRejectedSessions, createRejections } from '../http/rejections.ts';
import { fullJitter } from '../platform/backoff.ts';
import { optionalList, required, requiredNumber } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { planRecorded } from '../reports/problems/evaluate-recorded.ts';
import {
  applyContext,
  auditStore,
  backupSettings,
  backupsStore,
  bus,
  certificateStore,
  clock,
  connectionsStore,
  endpointsStore,
  gateway,
  groupsStore,
  imagesStore,
  jobsStore,
  journalStore,
  keysStore,
  muteRulesStore,
  overviewsStore,
  problemsStore,
  quarantineStore,
  sessionsStore,
  webSocketUrls,
} from './dependencies.ts';
import { peopleOf, signInOf } from './people.ts';

const log = createLog('api');
const apiUrl = required('API_URL');
const certificates = certificateStore();
const rejections = createRejections(log, clock);
const keys = keysStore();
const jobs = jobsStore();
const images = imagesStore();
const problems = problemsStore();
const people = peopleOf(log, rejections);
const sessions = sessionsStore(keys, people?.issuer);
const context = {
  keysStore: keys,
  keys: countingRejectedKeys(keys, rejections),
  people,
  sessionsStore: sessions,
  sessions: countingRejectedSessions(sessions, rejections),
  audit: auditStore(),
  rejections,
  groups: groupsStore(),
  endpoints: endpointsStore(),
  jobs,
  images,
  backups: backupsStore(),
  overviews: overviewsStore(),
  // Together 4 s at most, on average 2 s.
  waitForOverview: fullJitter(128),
  journal: journalStore(),
  quarantine: quarantineStore(),
  projection: applyContext(log, planRecorded({ problems, clock })),
  feedDelayMs: requiredNumber('NOTIFY_TIMEOUT_SECONDS') * 1000,
  problems,
  muteRules: muteRulesStore(),
  connections: connectionsStore(),
  gateway: gateway(),
  bus: bus(),
  log,
  namesOfData: async (groupId: string) => {
    const [hasJobs, hasImages] = await Promise.all([jobs.hasAny(groupId), images.hasAny(groupId)]);
    return [...(hasJobs ? ['all jobs'] : []), ...(hasImages ? ['all images'] : [])];
  },
  ...backupSettings(),
  webSocketUrls: webSocketUrls(),
  certificateOf: (hostName: string) => certificates.get(hostName),
  apiUrl,
  signIn: signInOf(apiUrl, log),
  clock,
};

const app = createApp(log, rejections);
apiRoutes(app, context);

export const handler = guarded(
  { allowedCidrs: optionalList('HTTP_ALLOWED_CIDRS'), rejections },
  httpHandler(app),
);
