/** Reads a list in pages that fit into one message each, and joins them to the page that the caller requested. */
import { pathOf, withPage } from '../../commands/page-uri.ts';
import type { SubmitContext } from '../../commands/prepare-command.ts';
import { versionFor, withMediaType } from '../../commands/request.ts';
import { expectResponse } from '../../commands/sizes/expectation.ts';
import { isOffsetStyle, itemCount, type ListPage, readPage } from '../../commands/sizes/list-page.ts';
import type { KnownSize } from '../../commands/sizes/response-sizes-store.ts';
import type { Group } from '../../groups/group.ts';
import { HttpProblem } from '../../platform/errors.ts';
import type { CommandCall } from '../../protocol/messages.ts';
import type { ProxiedResponse, SendCall } from '../proxied-response.ts';
import { joinPages, nextPage } from './join-pages.ts';
import { isUsuallySmall } from './known-lists.ts';
import { ListReading, UnexpectedResponse } from './list-reading.ts';
import type { ListRequest } from './list-request.ts';
import { readRemainingPages } from './read-pages.ts';
import { SingleItemReads } from './single-item-reads.ts';

/** NetBackup returns this many items of any list; some lists refuse more, and some return fewer than requested. */
const USUAL_MAX_LIMIT = 100;

/**
 * How many items NetBackup returns for a `page[limit]` above the usual maximum. Requested after the end of the list, where the
 * response is small. @throws UnexpectedResponse when NetBackup refuses it
 */
const acceptedLimit = async (send: SendCall, call: CommandCall, first: ListPage, limit: number) => {
  if (!isOffsetStyle(first)) {
    const detail = `A list with cursors has at most ${USUAL_MAX_LIMIT} items in a page: page[limit] is ${limit}.`;
    throw new HttpProblem(400, 'page-limit-too-large', detail);
  }
  const { count } = first.pagination;
  const offset = typeof count === 'number' ? count : 1_000_000_000;
  const proxied = await send({ ...call, uri: withPage(call.uri, { offset, limit }) }, undefined, 1);
  if (proxied.response.status !== 200) throw new UnexpectedResponse(proxied);
  const accepted = readPage(proxied.response.body)?.pagination.limit;
  return typeof accepted === 'number' && accepted > 0 ? Math.min(limit, accepted) : limit;
};

/** The headers of the first part without what identifies it: by them a client would take a changed list for the same one. */
const headersOfWhole = ({ response }: ProxiedResponse): Readonly<Record<string, string>> => {
  const { etag: _, 'last-modified': __, ...headers } = response.headers;
  return headers;
};

/**
 * Reads the list that a GET requests. Undefined if the response is not a list: then the call is sent unchanged.
 * @param given the call as the client sent it
 * @throws HttpProblem as for a single call
 */
export const readList = async (
  context: Pick<SubmitContext, 'sizes'>,
  group: Group,
  given: CommandCall,
  known: KnownSize,
  list: ListRequest,
  send: SendCall,
): Promise<ProxiedResponse | undefined> => {
  // All pages in one version, which decides their style: the group's version may be learned from the first response.
  const version = versionFor(given.uri, group.netbackupApiVersion);
  const call = { ...given, headers: withMediaType(given.headers, version) };
  const reading = new ListReading(send, call, known);
  const singles = new SingleItemReads();
  const sendUnchanged = () => send(call, expectResponse(known, call.uri), list.page.limit);
  /** The default page fits after all, so it needs no joining. */
  const fitsUnchanged = () => list.kind === 'default' && reading.fits(list.limit) && !known.isBlocked;
  if (fitsUnchanged()) return sendUnchanged();
  if (reading.isUnknown && isUsuallySmall(pathOf(call.uri), list.limit)) return sendUnchanged();
  try {
    const size = reading.pageSize(list.limit, singles);
    const { proxied, limit: requested } = await reading.requestPage({}, size, singles);
    if (list.kind === 'page' && requested === list.limit) return proxied;
    if (proxied.response.status !== 200) return list.kind === 'page' ? proxied : undefined;
    const first = readPage(proxied.response.body);
    if (!first) {
      // Fewer items than requested are the whole list.
      const isWhole = (itemCount(proxied.response.body) ?? requested) < requested;
      return list.kind === 'page' && isWhole ? proxied : undefined;
    }
    // The list ignores page[limit].
    if (first.items.length > requested) return proxied;
    reading.addPage(0, first, proxied, singles);
    const isAll = nextPage(first, list.page, first.items.length) === undefined;
    if (list.kind === 'all' && isAll) return await sendUnchanged();
    if (fitsUnchanged()) return await sendUnchanged();
    const limit =
      list.kind === 'page' && list.limit > USUAL_MAX_LIMIT
        ? await acceptedLimit(send, call, first, list.limit)
        : list.limit;
    await readRemainingPages(reading, first, { ...list, limit }, singles);
    if (fitsUnchanged()) return await sendUnchanged();
    const pages = reading.pagesInOrder();
    const items = pages.reduce((sum, { items }) => sum + items.length, 0);
    if (reading.wasOversized) await context.sizes.clearOversized(group.groupId, call.uri);
    const body = joinPages(pages, list.kind === 'all' ? Math.max(1, items) : limit, list.page);
    const headers = headersOfWhole(proxied);
    return { ...(reading.lastProxied ?? proxied), response: { ...proxied.response, headers, body } };
  } catch (error) {
    if (error instanceof UnexpectedResponse) return error.proxied;
    throw error;
  }
};
