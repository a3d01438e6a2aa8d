/** Reads the domains that a view needs for their time zones and names. */
import { omitUndefined } from '../omit-undefined.ts';
import { api, result, type Schemas } from './client.ts';
import { type Resource, useResource } from './resource.ts';

export type Domain = Schemas['Group'];

const EVERY_MS = 60_000;

/** @param groupId `undefined` loads nothing */
export const useDomain = (groupId: string | undefined): Resource<Domain> =>
  useResource(
    groupId === undefined ? undefined : `domain ${groupId}`,
    () => result(api.GET('/v1/groups/{groupId}', { params: { path: { groupId: groupId ?? '' } } })),
    EVERY_MS,
  );

/** How many domains one view reads at most. */
const MAX_DOMAINS = 500;

/** @throws ApiFailure */
export const loadDomains = async (): Promise<readonly Domain[]> => {
  const domains: Domain[] = [];
  let cursor: string | undefined;
  do {
    const page = await result(
      api.GET('/v1/groups', { params: { query: { limit: 100, ...omitUndefined({ cursor }) } } }),
    );
    domains.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && domains.length < MAX_DOMAINS);
  return domains.slice(0, MAX_DOMAINS);
};

/** All domains, up to `MAX_DOMAINS`. @param isNeeded false loads nothing */
export const useDomains = (isNeeded = true): Resource<readonly Domain[]> =>
  useResource(isNeeded ? 'domains' : undefined, loadDomains, 5 * EVERY_MS);
