import { RestApi } from './api.ts';
import type { RestContext, RestUser } from './context.ts';
import { imageRoutes } from './images.ts';
import { jobControlRoutes } from './job-control.ts';
import { jobLogRoutes } from './job-logs.ts';
import { jobRoutes } from './jobs.ts';
import { pingRoute } from './ping.ts';
import { caCertificateRoute } from './security.ts';
import { vmServerRoutes } from './vm-servers.ts';
import { type WssEndpointsContext, wssEndpointRoutes } from './wss-endpoints.ts';

/** The default users of a simulated primary. */
export const DEFAULT_USERS: readonly RestUser[] = [
  { userName: 'backupadmin', password: 'Simulated-1', role: 'administrator' },
  { userName: 'operator', password: 'Simulated-2', role: 'viewer' },
  { userName: 'mfaadmin', password: 'Simulated-3', role: 'administrator', mfaCode: '123456' },
];

/** NetBackup 11.1. */
export const DEFAULT_API_VERSION = '14.0';

type Options = Omit<RestContext, 'apiVersion' | 'users'> & Partial<Pick<RestContext, 'apiVersion' | 'users'>>;

/** The built-in REST API. */
export function createRestApi(options: Options, wss: WssEndpointsContext): RestApi {
  const context: RestContext = { apiVersion: DEFAULT_API_VERSION, users: DEFAULT_USERS, ...options };
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
