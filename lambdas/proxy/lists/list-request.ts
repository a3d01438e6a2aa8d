/** What a GET asks for, if it asks for a list. Pure. */

import { type PageParameters, pageOf, pathOf } from '../../commands/page-uri.ts';
import type { KnownSize } from '../../commands/sizes/answer-sizes-store.ts';
import { DEFAULT_LIMIT, isKnownList } from './known-lists.ts';

export interface ListRequest {
  /** `page`: with `page[limit]`; `all`: with `page[disable]=true`; `default`: as many as NetBackup gives by itself. */
  readonly kind: 'page' | 'all' | 'default';
  /** The most items that it asks for. */
  readonly limit: number;
  readonly page: PageParameters;
}

/** Undefined for what is no list, as far as anybody can tell before it has been asked for. */
export const wishOf = (uri: string, { own }: Pick<KnownSize, 'own'>): ListRequest | undefined => {
  const page = pageOf(uri);
  if (page.disable?.toLowerCase() === 'true') return { kind: 'all', limit: Number.POSITIVE_INFINITY, page };
  if (page.limit !== undefined) return page.limit > 0 ? { kind: 'page', limit: page.limit, page } : undefined;
  const isList = own.style !== undefined || isKnownList(pathOf(uri));
  return isList ? { kind: 'default', limit: own.defaultLimit ?? DEFAULT_LIMIT, page } : undefined;
};
