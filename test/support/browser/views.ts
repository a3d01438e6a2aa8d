/** Every view of the console, for tests and pictures of all of them: the routes of the page, with values of a fleet. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Deployment } from '../deployment.ts';

export interface View {
  /** Such as `domains-groupId-jobs`. */
  readonly name: string;
  readonly path: string;
}

/** How the API says that no credential of NetBackup is stored, which is no failure of the view. */
export const ANSWERED = [404];

const ROUTES = /<Route path=\{consolePath\('([^']*)'\)\}/g;

/** Parameters of the URL that a route needs in order to show something. */
const QUERIES: Readonly<Record<string, (values: Values) => string>> = {
  '/domains/:groupId/image': ({ backupId }) => `?backupId=${encodeURIComponent(backupId ?? '')}`,
};

type Values = Readonly<Record<string, string | undefined>>;

/** The first of what a list of the API has. */
const firstOf = async ({ http }: Deployment, path: string, name: string): Promise<string> => {
  const { json, text } = await http('GET', path);
  const value: unknown = json?.items?.[0]?.[name];
  if (value === undefined) throw new Error(`${path} has no ${name}: ${text}`);
  return String(value);
};

const aCommand = async ({ http }: Deployment, groupId: string): Promise<string> => {
  const body = { method: 'GET', uri: '/netbackup/ping' };
  const { json, text } = await http('POST', `/v1/groups/${groupId}/commands`, { body });
  if (json?.commandId === undefined) throw new Error(`No command: ${text}`);
  return String(json.commandId);
};

const valuesOf = async (deployment: Deployment, groupId: string): Promise<Values> => ({
  groupId,
  jobId: await firstOf(deployment, `/v1/groups/${groupId}/jobs`, 'jobId'),
  backupId: await firstOf(deployment, `/v1/groups/${groupId}/images`, 'backupId'),
  problemId: await firstOf(deployment, '/v1/problems', 'problemId'),
  commandId: await aCommand(deployment, groupId),
  action: 'ping',
});

const viewOf = (route: string, values: Values): View => {
  const path = route.replace(/:(\w+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`${route}: test/support/browser/views.ts has no value of the parameter ${name}.`);
    return encodeURIComponent(value);
  });
  const name = route.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'overview';
  return { name, path: `${path}${QUERIES[route]?.(values) ?? ''}` };
};

/** @param groupId a domain with jobs and images */
export const viewsOf = async (deployment: Deployment, groupId: string): Promise<readonly View[]> => {
  const source = readFileSync(resolve(import.meta.dirname, '../../../console/src/app.tsx'), 'utf8');
  const routes = [...source.matchAll(ROUTES)].map(([, route]) => route ?? '');
  if (routes.length === 0) throw new Error('console/src/app.tsx has no routes in the expected form.');
  const values = await valuesOf(deployment, groupId);
  return [...routes, '/no-such-view'].map((route) => viewOf(route, values));
};
