import { RestApi } from './api.ts';
import type { RestContext } from './context.ts';
import { imageRoutes } from './images.ts';
import { jobControlRoutes } from './job-control.ts';
import { jobLogRoutes } from './job-logs.ts';
import { jobRoutes } from './jobs.ts';
import { pingRoute } from './ping.ts';
import { caCertificateRoute } from './security.ts';
import { vmServerRoutes } from './vm-servers.ts';
import { type WssEndpointsContext, wssEndpointRoutes } from './wss-endpoints.ts';

/** NetBackup 11.1. */
export const DEFAULT_API_VERSION = '14.0';

type Options = Omit<RestContext, 'apiVersion'> & Partial<Pick<RestContext, 'apiVersion'>>;

/** The built-in REST API. */
export function createRestApi(options: Options, wss: WssEndpointsContext): RestApi {
  const context: RestContext = { apiVersion: DEFAULT_API_VERSION, ...options };
  return new RestApi(context, [
    pingRoute(context),
    caCertificateRoute(),
    ...jobControlRoutes(context),
    ...jobRoutes(context),
    ...jobLogRoutes(context),
    ...imageRoutes(context),
    ...vmServerRoutes(context),
    ...wssEndpointRoutes(context, wss),
  ]);
}
