/** All routes on NetBackup's reports. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { OverviewsContext } from '../../reports/summary/read-overviews.ts';
import type { Env } from '../app.ts';
import { eventsRoutes } from '../notifications/events-routes.ts';
import { quarantineRoutes } from '../notifications/quarantine-routes.ts';
import type { ListProblemsContext } from '../problems/list-problems.ts';
import { backupsRoutes } from './backups-routes.ts';
import { fleetRoutes } from './fleet-routes.ts';
import { imagesRoutes } from './images-routes.ts';
import { jobsRoutes } from './jobs-routes.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { summaryRoutes } from './summary-routes.ts';
import { type TargetsRoutesContext, targetsRoutes } from './targets-routes.ts';

export const reportsRoutes = (
  app: OpenAPIHono<Env>,
  context: TargetsRoutesContext & OverviewsContext & ListProblemsContext,
): void => {
  jobsRoutes(app, context);
  imagesRoutes(app, context);
  fleetRoutes(app, context);
  eventsRoutes(app, context);
  quarantineRoutes(app, context);
  summaryRoutes(app, context);
  metricsRoutes(app, context);
  backupsRoutes(app, context);
  targetsRoutes(app, context);
};
