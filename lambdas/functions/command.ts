/** The function behind the HTTP API's commands, and behind NetBackup's own API. */
import type { LambdaEvent } from 'hono/aws-lambda';
import { injectRules } from '../commands/inject-paths.ts';
import { createApp } from '../http/app.ts';
import { batchRoute } from '../http/commands/batch-route.ts';
import { commandsRoutes } from '../http/commands/commands-routes.ts';
import { credentialRoutes } from '../http/groups/credential-routes.ts';
import { guarded } from '../http/guard.ts';
import { httpHandler } from '../http/handler.ts';
import { countingRejectedKeys, countingRejectedSessions, createRejections } from '../http/rejections.ts';
import { optionalList, required, requiredNumber } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { type ProxyContext, proxy } from '../proxy/proxy.ts';
import { PROXIED, type ProxyEvent } from '../proxy/request.ts';
import {
  auditStore,
  clock,
  dispatchContext,
  keysStore,
  largeResponses,
  maxCommandBytes,
  sessionsStore,
  waitingSlots,
} from './dependencies.ts';
import { peopleOf } from './people.ts';

const log = createLog('command');
const rejections = createRejections(log, clock);
const people = peopleOf(log, rejections);
const keys = keysStore();
const base = dispatchContext(log);
const context: ProxyContext = {
  ...base,
  large: largeResponses(base.vault),
  keys: countingRejectedKeys(keys, rejections),
  sessions: countingRejectedSessions(sessionsStore(keys, people?.issuer), rejections),
  audit: auditStore(),
  waitingSlots: waitingSlots(),
  apiUrl: required('API_URL'),
  retentionHours: requiredNumber('COMMAND_RETENTION_HOURS'),
  maxCommandBytes: maxCommandBytes(),
  maxQueued: requiredNumber('MAX_QUEUED_COMMANDS'),
  injectRules: injectRules(required('INJECT_PATHS')),
  publicPaths: optionalList('PUBLIC_PATHS'),
  ...omitUndefined({
    people,
    tokenIssuer: people?.issuer,
    caCertificate: process.env['CA_CERTIFICATE'] || undefined,
    otherApiUrl: process.env['OTHER_API_URL'] || undefined,
  }),
};

const app = createApp(log, rejections);
commandsRoutes(app, context);
batchRoute(app, context);
credentialRoutes(app, context);
const routes = httpHandler(app);
const netbackup = proxy(context);

/** NetBackup's API uses the original event, so that no byte of a request changes. */
export const handler = guarded(
  { allowedCidrs: optionalList('HTTP_ALLOWED_CIDRS'), rejections },
  (event: LambdaEvent & ProxyEvent) => (PROXIED.test(event.rawPath) ? netbackup(event) : routes(event)),
);
