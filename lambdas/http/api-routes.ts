/** Every route of the HTTP API, except the commands. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { OverviewsContext } from '../reports/summary/read-overviews.ts';
import type { Env } from './app.ts';
import { type AuditRoutesContext, auditRoutes } from './audit/audit-routes.ts';
import { type EndpointsContext, endpointsRoutes } from './endpoints/endpoints-routes.ts';
import { type InvitationsRoutesContext, invitationsRoutes } from './endpoints/invitations-routes.ts';
import { tokensRoutes } from './endpoints/tokens-routes.ts';
import { type ConnectionContext, connectionRoutes } from './groups/connection-routes.ts';
import { type GroupsContext, groupsRoutes } from './groups/groups-routes.ts';
import { type KeysContext, keysRoutes } from './keys/keys-routes.ts';
import { openApiRoute } from './openapi.ts';
import { type MutesRoutesContext, mutesRoutes } from './problems/mutes-routes.ts';
import { type ProblemsRoutesContext, problemsRoutes } from './problems/problems-routes.ts';
import { reportsRoutes } from './reports/reports-routes.ts';
import type { TargetsRoutesContext } from './reports/targets-routes.ts';
import { type SessionsRoutesContext, sessionsRoutes } from './sessions/sessions-routes.ts';
import { type SignInRoutesContext, signInRoutes } from './sessions/sign-in-routes.ts';

export type ApiContext = AuditRoutesContext &
  SessionsRoutesContext &
  SignInRoutesContext &
  KeysContext &
  ProblemsRoutesContext &
  MutesRoutesContext &
  GroupsContext &
  EndpointsContext &
  InvitationsRoutesContext &
  ConnectionContext &
  TargetsRoutesContext &
  OverviewsContext;

export const apiRoutes = (app: OpenAPIHono<Env>, context: ApiContext): void => {
  groupsRoutes(app, context);
  endpointsRoutes(app, context);
  tokensRoutes(app, context);
  invitationsRoutes(app, context);
  connectionRoutes(app, context);
  reportsRoutes(app, context);
  problemsRoutes(app, context);
  mutesRoutes(app, context);
  keysRoutes(app, context);
  auditRoutes(app, context);
  sessionsRoutes(app, context);
  signInRoutes(app, context);
  openApiRoute(app, '/v1/openapi.json', context.apiUrl);
};
