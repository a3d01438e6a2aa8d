/** Which list a GET requests, if any. Pure. */
import { type PageParameters, pageOf, pathOf } from '../../commands/page-uri.ts';
import type { KnownSize } from '../../commands/sizes/response-sizes-store.ts';
import { DEFAULT_LIMIT, isKnownList } from './known-lists.ts';

export interface ListRequest {
  /** `page`: with `page[limit]`; `all`: with `page[disable]=true`; `default`: as many as NetBackup returns by default. */
  readonly kind: 'page' | 'all' | 'default';
  /** The most items that are requested. */
  readonly limit: number;
  readonly page: PageParameters;
}

/** The request; undefined for a uri that is not known to be a list. */
export const listRequestOf = (uri: string, { own }: Pick<KnownSize, 'own'>): ListRequest | undefined => {
  const page = pageOf(uri);
  if (page.disable?.toLowerCase() === 'true') return { kind: 'all', limit: Number.POSITIVE_INFINITY, page };
  if (page.limit !== undefined) return page.limit > 0 ? { kind: 'page', limit: page.limit, page } : undefined;
  const isList = own.style !== undefined || isKnownList(pathOf(uri));
  return isList ? { kind: 'default', limit: own.defaultLimit ?? DEFAULT_LIMIT, page } : undefined;
};
