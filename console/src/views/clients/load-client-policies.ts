/** Reads the clients of domains with their histories and targets. */
import { signal } from '@preact/signals';
import { forEachInParallel } from '../../../../lambdas/platform/collections.ts';
import { api, result } from '../../api/client.ts';
import { loadDomains } from '../../api/domains.ts';
import { type Resource, useResource } from '../../api/resource.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { type ClientHistory, type ClientPolicy, clientPoliciesOf, type Target } from './client-policies.ts';

/** Days of the strip. */
export const DAYS = 90;
const LIMIT = 1_000;
const MAX_PAGES = 10;
/** How many domains are read at the same time: each read returns all data of its clients. */
const CONCURRENCY = 2;

const allPages = async <T>(
  load: (cursor: string | undefined) => Promise<{ items: readonly T[]; cursor?: string }>,
): Promise<readonly T[]> => {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page === 0 || (cursor !== undefined && page < MAX_PAGES); page += 1) {
    const loaded = await load(cursor);
    items.push(...loaded.items);
    cursor = loaded.cursor;
  }
  return items;
};

/** @param clientName only this client. @throws ApiFailure */
const loadClientPolicies = async (groupId: string, clientName?: string): Promise<readonly ClientPolicy[]> => {
  const ofClient = clientName === undefined ? {} : { clientName };
  const page = (cursor: string | undefined) => ({ limit: LIMIT, ...omitUndefined({ cursor }) });
  const path = { groupId };
  const [histories, targets] = await Promise.all([
    allPages<ClientHistory>((cursor) =>
      result(
        api.GET('/v1/groups/{groupId}/history', {
          params: { path, query: { ...page(cursor), days: DAYS, ...ofClient } },
        }),
      ),
    ),
    allPages<Target>((cursor) =>
      result(api.GET('/v1/groups/{groupId}/targets', { params: { path, query: page(cursor) } })),
    ),
  ]);
  const isOfClient = (one: { readonly clientName: string }): boolean =>
    clientName === undefined || one.clientName.toLowerCase() === clientName.toLowerCase();
  return clientPoliciesOf(groupId, histories, targets.filter(isOfClient));
};

const EVERY_MS = 120_000;

export const useClientPolicies = (groupId: string, clientName?: string): Resource<readonly ClientPolicy[]> =>
  useResource(
    `clients ${groupId} ${clientName ?? ''}`,
    () => loadClientPolicies(groupId, clientName),
    EVERY_MS,
  );

/** The part that is known while the domains are read one after the other. */
export interface Progress {
  readonly domains: number;
  readonly read: number;
  readonly clientPolicies: readonly ClientPolicy[];
  /** The domains that could not be read. */
  readonly failed: readonly string[];
}

export const progress = signal<Progress>({ domains: 0, read: 0, clientPolicies: [], failed: [] });

const loadAll = async (): Promise<readonly ClientPolicy[]> => {
  const all = await loadDomains();
  progress.value = { domains: all.length, read: 0, clientPolicies: [], failed: [] };
  const loadOne = async ({ groupId }: { readonly groupId: string }): Promise<void> => {
    const found = await loadClientPolicies(groupId).catch(() => undefined);
    const { domains, read, clientPolicies, failed } = progress.value;
    progress.value = {
      domains,
      read: read + 1,
      clientPolicies: [...clientPolicies, ...(found ?? [])],
      failed: found ? failed : [...failed, groupId],
    };
  };
  await forEachInParallel(all, loadOne, CONCURRENCY);
  return progress.value.clientPolicies;
};

/** The clients of all domains: read when the view is opened and on demand, not regularly. */
export const useAllClientPolicies = (): Resource<readonly ClientPolicy[]> =>
  useResource('clients of all domains', loadAll, 0);
