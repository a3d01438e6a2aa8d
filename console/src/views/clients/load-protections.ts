/** Reads the clients of domains with their histories and targets. */
import { signal } from '@preact/signals';
import { api, result } from '../../api/client.ts';
import { loadDomains } from '../../api/domains.ts';
import { type Resource, useResource } from '../../api/resource.ts';
import { type ClientHistory, type Protection, protectionsOf, type Target } from './protection.ts';

/** Days of the strip. */
export const DAYS = 90;
const LIMIT = 1_000;
const MAX_PAGES = 10;
/** How many domains are read at the same time: each read returns all data of its clients. */
const AT_ONCE = 2;

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
const loadProtections = async (groupId: string, clientName?: string): Promise<readonly Protection[]> => {
  const ofClient = clientName === undefined ? {} : { clientName };
  const page = (cursor: string | undefined) => ({ limit: LIMIT, ...(cursor ? { cursor } : {}) });
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
  return protectionsOf(groupId, histories, targets.filter(isOfClient));
};

const EVERY_MS = 120_000;

export const useProtections = (groupId: string, clientName?: string): Resource<readonly Protection[]> =>
  useResource(`clients ${groupId} ${clientName ?? ''}`, () => loadProtections(groupId, clientName), EVERY_MS);

/** The part that is known while the domains are read one after the other. */
export interface Progress {
  readonly domains: number;
  readonly read: number;
  readonly protections: readonly Protection[];
  /** The domains that could not be read. */
  readonly failed: readonly string[];
}

export const progress = signal<Progress>({ domains: 0, read: 0, protections: [], failed: [] });

const loadAll = async (): Promise<readonly Protection[]> => {
  const rest = (await loadDomains()).map(({ groupId }) => groupId);
  progress.value = { domains: rest.length, read: 0, protections: [], failed: [] };
  const worker = async (): Promise<void> => {
    for (let groupId = rest.shift(); groupId !== undefined; groupId = rest.shift()) {
      const found = await loadProtections(groupId).catch(() => undefined);
      const { domains, read, protections, failed } = progress.value;
      progress.value = {
        domains,
        read: read + 1,
        protections: [...protections, ...(found ?? [])],
        failed: found ? failed : [...failed, groupId],
      };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return progress.value.protections;
};

/** The clients of all domains: read when the view is opened and on demand, not regularly. */
export const useAllProtections = (): Resource<readonly Protection[]> =>
  useResource('clients of all domains', loadAll, 0);
